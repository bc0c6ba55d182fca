"""What may leave now: answers to people first, then each group in its turn, so that none blocks another."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlmodel import col

from app.channels.base import Channel
from app.contacts.models import Suppression
from app.db import Session, in_index_order, table_of
from app.messages import caps
from app.messages.models import (
    ANSWERING,
    QUEUED,
    WAITING_ANSWER,
    Direction,
    GroupState,
    Message,
    MessageGroup,
    Tally,
)


@dataclass(frozen=True, slots=True)
class Lot:
    """Messages of one group (None: of no group) that are due on one channel, as many as one claim may take.

    Those of one email content: one request may carry them.
    """

    group: MessageGroup | None
    wanted: int
    room: caps.Room
    content_id: str | None

    @property
    def group_id(self) -> str | None:
        return self.group.id if self.group else None


def answers(db: Session, channel: Channel, *, most: int, now: datetime) -> int:
    """How many answers to people one claim would get now, counted up to `most`."""
    return _count(db, due(channel, now, most, WAITING_ANSWER))


def lots(db: Session, channel: Channel, *, most: int, now: datetime) -> Iterator[Lot]:
    """The groups that have something due and room for it, in the order of a drawn lot."""
    groups: list[MessageGroup | None] = [
        None,
        *db.scalars(select(MessageGroup).where(*_open(now)).execution_options(populate_existing=True)),
    ]
    random.shuffle(groups)
    in_index_order(db)
    for group in groups:
        room = caps.room(db, group, now) if group else caps.Room()
        size = most if room.left is None else min(most, room.left)
        found = of_group(channel, now, size, group, room)
        first = db.execute(found.limit(1)).first() if size else None
        if first is not None:
            yield Lot(group, _count(db, alike(found, first.content_id)), room, first.content_id)


def alike(found: Select[Any], content_id: str | None) -> Select[Any]:
    """What of these one request may carry: one email content, or any texts."""
    return found.where(col(Message.content_id) == content_id) if content_id else found


def of_group(
    channel: Channel, now: datetime, size: int, group: MessageGroup | None, room: caps.Room
) -> Select[Any]:
    """(id, content id, domain) of up to `size` messages of a group that are due, the oldest first."""
    theirs = col(Message.group_id) == group.id if group else col(Message.group_id).is_(None)
    statement = due(channel, now, size, and_(QUEUED, theirs, col(Message.step) != ANSWERING))
    return statement.where(col(Message.domain).not_in(room.closed)) if room.closed else statement


def due(channel: Channel, now: datetime, size: int, which: Any) -> Select[Any]:
    """(id, content id, domain) of up to `size` messages of a kind that may leave now, the oldest first."""
    table = table_of(Message)
    chosen: Select[Any] = select(table.c.id, table.c.content_id, table.c.domain)
    return (
        chosen.where(
            col(Message.channel) == channel,
            which,
            col(Message.not_before) <= now,
            col(Message.direction) == Direction.OUT,
            or_(col(Message.not_after).is_(None), col(Message.not_after) > now),
            group_open(now),
            ~suppressed_address(),
        )
        .order_by(col(Message.not_before), col(Message.id))
        .limit(size)
    )


@cache
def suppressed_address() -> ColumnElement[bool]:
    """SQL: this message's address is suppressed now."""
    table = table_of(Message)
    return exists(
        select(col(Suppression.id)).where(
            col(Suppression.channel) == table.c.channel,
            col(Suppression.address_hash) == table.c.address_hash,
            col(Suppression.lifted_at).is_(None),
        )
    )


def group_open(now: datetime) -> ColumnElement[bool]:
    """SQL: this message belongs to no group, or to one that is neither held nor left alone for too long."""
    table = table_of(Message)
    ours = col(MessageGroup.id) == table.c.group_id
    return or_(table.c.group_id.is_(None), exists(select(col(MessageGroup.id)).where(ours, *_open(now))))


@cache
def domain_held() -> ColumnElement[bool]:
    """SQL: nothing of this message's group goes to its domain for now."""
    table = table_of(Message)
    ours = and_(col(Tally.group_id) == table.c.group_id, col(Tally.domain) == table.c.domain)
    held = col(Tally.held_at).is_not(None)
    # The first is looked up once for a whole statement: mostly there is none, and no message is looked at.
    anywhere = exists(select(col(Tally.group_id)).where(held))
    return and_(anywhere, exists(select(col(Tally.group_id)).where(ours, held)))


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    awake = or_(col(MessageGroup.awake_until).is_(None), col(MessageGroup.awake_until) > now)
    return col(MessageGroup.state) == GroupState.OPEN, awake


def _count(db: Session, statement: Select[Any]) -> int:
    return int(db.execute(select(func.count()).select_from(statement.subquery())).scalar_one())
