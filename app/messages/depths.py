"""How many messages are on their way out, counted in the indexes of what is open: sent ones are never looked at."""

from sqlalchemy import func, select
from sqlmodel import col

from app.db import Session
from app.messages.models import IN_FLIGHT, QUEUED, Message, State


def depths(db: Session) -> dict[tuple[str, str], int]:
    """(channel, state) -> messages, for queued, claimed, calling and unknown; costs as much as there are of these."""
    channel, state = col(Message.channel), col(Message.state)
    # Of the queued, who may be a million, the state is known: by the channel alone they stand in the index's order.
    queued = select(channel, func.count()).where(QUEUED).group_by(channel)
    found = {(name, str(State.QUEUED)): count for name, count in db.execute(queued)}
    flying = select(channel, state, func.count()).where(IN_FLIGHT).group_by(channel, state)
    return found | {(name, at): count for name, at, count in db.execute(flying)}
