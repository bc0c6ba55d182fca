"""How many messages are on their way out, counted in the indexes of what is open: sent ones are never looked at."""

from sqlalchemy import func, select
from sqlmodel import col

from app.db import Session
from app.messages.models import IN_FLIGHT, QUEUED, Message


def depths(db: Session) -> dict[tuple[str, str], int]:
    """(channel, state) -> messages, for queued, claimed, calling and unknown; costs as much as there are of these."""
    found: dict[tuple[str, str], int] = {}
    for condition in (QUEUED, IN_FLIGHT):
        kinds = (col(Message.channel), col(Message.state))
        rows = db.execute(select(*kinds, func.count()).where(condition).group_by(*kinds))
        found |= {(channel, state): count for channel, state, count in rows}
    return found
