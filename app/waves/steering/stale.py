"""A server that was off for long asks before it sends what was due meanwhile: a group sleeps unless it is looked at."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.channels.base import Channel
from app.db import Session
from app.messages.models import QUEUED, Message, MessageGroup
from app.waves import batches
from app.waves.definition import from_source
from app.waves.models import Wave

SHORTEST = timedelta(minutes=10)
"""A shorter sleep would be no sign of a server that was off: workers are busy that long."""
OFTEN = timedelta(minutes=1)
"""How long a group that is looked at again and again is not kept awake anew: each time is a write."""


def keep_awake(db: Session, wave: Wave, group: MessageGroup, now: datetime) -> bool:
    """Let the group send until the wave would be stale; False when that was long enough ago not to be written."""
    asleep_after = max(from_source(wave.definition).stale_after, SHORTEST)
    if group.awake_until is not None and group.awake_until > now + asleep_after - OFTEN:
        return False
    group.awake_until = now + asleep_after
    db.add(group)
    return True


def overslept(db: Session, wave: Wave, group: MessageGroup, now: datetime) -> dict[str, Any] | None:
    """What was due while nobody looked at the wave, if anything was: why it pauses, and since how many hours."""
    if group.awake_until is None or group.awake_until > now:
        return None
    definition = from_source(wave.definition)
    longest = max(definition.stale_after, SHORTEST)
    due = []
    following = batches.next_due(db, wave)
    if following is not None and following[1] < len(definition.steps):
        due.append(following)
    # Each by the step that planned it; the oldest is enough to ask for.
    oldest = db.execute(
        select(func.min(col(Message.not_before))).where(
            QUEUED, col(Message.channel).in_(list(Channel)), col(Message.group_id) == wave.id
        )
    ).scalar_one()
    if oldest is not None:
        due.append((oldest, max(wave.step - 1, 0)))
    late = [(at, number) for at, number in due if at <= now - longest]
    if not late:
        return None
    at, number = min(late)
    hours = round((now - at).total_seconds() / 3600)
    return {"code": "stale", "step": definition.steps[number].name, "hours": hours, "due": at.isoformat()}
