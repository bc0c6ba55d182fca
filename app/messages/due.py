"""What may leave now: answers to people first, then each group in its turn, so that none blocks another."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, or_, select
from sqlmodel import col

from app.channels.base import Channel
from app.contacts.models import Suppression
from app.db import Session, UtcDateTime, in_index_order, is_sqlite, table_of
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


class Which(Enum):
    """What kind of messages is looked for."""

    ANSWERS = auto()
    OF_GROUP = auto()
    OF_NONE = auto()


@dataclass(frozen=True, slots=True)
class Sought:
    """Messages that may leave now, the oldest first: of a kind, or of one group, up to `most` of them."""

    which: Which
    given: Mapping[str, Any]
    closed: bool = False
    """Whether domains are named that nothing goes to."""
    content: bool = False
    """Whether only those of one email content are wanted."""

    def alike(self, content_id: str | None) -> "Sought":
        """What of these one request may carry: one email content, or any texts."""
        if content_id is None:
            return self
        return replace(self, given={**self.given, "content": content_id}, content=True)

    def first(self, db: Session) -> Any:
        """Its row, or None."""
        return db.execute(_found(self.which, self.closed, self.content), {**self.given, "most": 1}).first()

    def count(self, db: Session) -> int:
        return int(db.execute(_counted(self.which, self.closed, self.content), self.given).scalar_one())

    def held(self, db: Session) -> Sequence[Any]:
        """Their (id, content id, domain), locked against other senders."""
        found = _found(self.which, self.closed, self.content)
        return db.execute(found if is_sqlite(db) else _locked(found), self.given).all()


def answers(db: Session, channel: Channel, *, most: int, now: datetime) -> int:
    """How many answers to people one claim would get now, counted up to `most`."""
    return waiting(channel, now, most).count(db)


def lots(db: Session, channel: Channel, *, most: int, now: datetime) -> Iterator[Lot]:
    """The groups that have something due and room for it, in the order of a drawn lot."""
    groups: list[MessageGroup | None] = [
        None,
        *db.scalars(_GROUPS, {"now": now}, execution_options={"populate_existing": True}),
    ]
    random.shuffle(groups)
    in_index_order(db)
    for group in groups:
        room = caps.room(db, group, now) if group else caps.Room()
        size = most if room.left is None else min(most, room.left)
        found = of_group(channel, now, size, group, room)
        first = found.first(db) if size else None
        if first is not None:
            yield Lot(group, found.alike(first.content_id).count(db), room, first.content_id)


def waiting(channel: Channel, now: datetime, most: int) -> Sought:
    """Up to `most` answers to people."""
    return Sought(Which.ANSWERS, {"channel": channel, "now": now, "most": most})


def of_group(
    channel: Channel, now: datetime, most: int, group: MessageGroup | None, room: caps.Room
) -> Sought:
    """Up to `most` messages of a group (None: of no group)."""
    given: dict[str, Any] = {"channel": channel, "now": now, "most": most}
    given |= {"group": group.id} if group else {}
    given |= {"closed": sorted(room.closed)} if room.closed else {}
    return Sought(Which.OF_GROUP if group else Which.OF_NONE, given, closed=bool(room.closed))


# Statements are built once: putting one together takes as long as fifty messages to look at by it.
@cache
def _found(which: Which, closed: bool, content: bool) -> Select[Any]:
    table = table_of(Message)
    statement = (
        select(table.c.id, table.c.content_id, table.c.domain)
        .where(
            table.c.channel == bindparam("channel"),
            table.c.not_before <= bindparam("now"),
            table.c.direction == Direction.OUT,
            or_(table.c.not_after.is_(None), table.c.not_after > bindparam("now")),
            group_open(),
            ~suppressed_address(),
        )
        .order_by(table.c.not_before, table.c.id)
        .limit(bindparam("most", type_=Integer))
    )
    if which is Which.ANSWERS:
        statement = statement.where(WAITING_ANSWER)
    elif which is Which.OF_GROUP:
        statement = statement.where(QUEUED, table.c.group_id == bindparam("group"), table.c.step != ANSWERING)
    else:
        statement = statement.where(QUEUED, table.c.group_id.is_(None), table.c.step != ANSWERING)
    if closed:
        statement = statement.where(table.c.domain.not_in(bindparam("closed", expanding=True)))
    if content:
        statement = statement.where(table.c.content_id == bindparam("content"))
    return statement


@cache
def _counted(which: Which, closed: bool, content: bool) -> Select[Any]:
    return select(func.count()).select_from(_found(which, closed, content).subquery())


@cache
def _locked(found: Select[Any]) -> Select[Any]:
    return found.with_for_update(skip_locked=True, of=table_of(Message))


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


@cache
def group_open() -> ColumnElement[bool]:
    """SQL: this message belongs to no group, or to one that is neither held nor left alone for too long at `now`,
    a parameter."""
    table, groups = table_of(Message), table_of(MessageGroup)
    ours = groups.c.id == table.c.group_id
    return or_(table.c.group_id.is_(None), exists(select(groups.c.id).where(ours, *_open())))


@cache
def domain_held() -> ColumnElement[bool]:
    """SQL: nothing of this message's group goes to its domain for now."""
    table = table_of(Message)
    ours = and_(col(Tally.group_id) == table.c.group_id, col(Tally.domain) == table.c.domain)
    held = col(Tally.held_at).is_not(None)
    # The first is looked up once for a whole statement: mostly there is none, and no message is looked at.
    anywhere = exists(select(col(Tally.group_id)).where(held))
    return and_(anywhere, exists(select(col(Tally.group_id)).where(ours, held)))


def _open() -> tuple[ColumnElement[bool], ...]:
    groups = table_of(MessageGroup)
    awake = or_(groups.c.awake_until.is_(None), groups.c.awake_until > bindparam("now", type_=UtcDateTime()))
    return groups.c.state == GroupState.OPEN, awake


_GROUPS = select(MessageGroup).where(*_open())
