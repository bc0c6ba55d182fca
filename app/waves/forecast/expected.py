"""What past waves let expect: of those a message reached, how many answered, by the channel they were invited on."""

from dataclasses import dataclass
from statistics import median

from sqlalchemy import Executable, func, select
from sqlmodel import col

from app.channels.base import Channel
from app.conversations.models import Answer, Conversation
from app.db import Session
from app.messages.models import Direction, Message, State
from app.waves.models import Wave, WaveState

WAVES = 5
"""So many of the last finished waves are looked at."""
ENOUGH = 50
"""Delivered messages without which a rate means nothing."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The median share of answers (0 to 1) on a channel, and how many past waves it is taken of."""

    channel: str
    rate: float
    waves: int


def expected(db: Session) -> list[Expected]:
    """By channel; empty where no past wave reached enough people there."""
    last = (
        select(col(Wave.id))
        .where(col(Wave.state) == WaveState.FINISHED)
        .order_by(col(Wave.id).desc())
        .limit(WAVES)
    )
    ids = list(db.scalars(last))
    reached = _by_wave_and_channel(
        db,
        select(
            col(Message.group_id), col(Message.channel), func.count(func.distinct(col(Message.contact_id)))
        )
        .where(col(Message.group_id).in_(ids), col(Message.state) == State.DELIVERED)
        .where(col(Message.direction) == Direction.OUT)
        .group_by(col(Message.group_id), col(Message.channel)),
    )
    people = func.count(func.distinct(col(Answer.contact_id)))
    answered = _by_wave_and_channel(
        db,
        select(col(Conversation.group_id), col(Conversation.channel), people)
        .join(Conversation, col(Conversation.id) == col(Answer.conversation_id))
        .where(col(Conversation.group_id).in_(ids))
        .group_by(col(Conversation.group_id), col(Conversation.channel)),
    )
    rates: dict[str, list[float]] = {}
    for (wave, channel), count in reached.items():
        if count >= ENOUGH:
            rates.setdefault(channel, []).append(min(1.0, answered.get((wave, channel), 0) / count))
    return [
        Expected(channel, median(found), len(found))
        for channel in map(str, Channel)
        if (found := rates.get(channel))
    ]


def _by_wave_and_channel(db: Session, statement: Executable) -> dict[tuple[str, str], int]:
    return {(str(wave), str(channel)): count for wave, channel, count in db.execute(statement)}
