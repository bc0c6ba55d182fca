"""How many messages of a group may leave in an hour and a day, in all and to one domain: counted in the claim.

Counted in steps of five minutes, and an hour's number is spread over the hour; a day's is not.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, delete, func, or_, select
from sqlmodel import col

from app.db import Session, table_of, upsert
from app.messages.models import Departure, Held, MessageGroup, Tally

SLOT = 300
"""Seconds."""
HOUR, DAY = 12, 288
"""Slots."""
ALL = ""
_table = table_of(Departure)


@dataclass(frozen=True, slots=True)
class Room:
    """What may leave of a group now: `left` messages (None: any number), none to `closed` domains, and to others no
    more than `to_each` minus what `went` there within the hour."""

    left: int | None = None
    closed: frozenset[str] = frozenset()
    to_each: int | None = None
    went: Mapping[str, int] | None = None

    def fit(self, domains: Iterable[str]) -> list[bool]:
        """Which of these messages fit, the first ones first."""
        gone, fits = Counter(self.went or {}), []
        for domain in domains:
            fits.append(self.to_each is None or not domain or gone[domain] < self.to_each)
            gone[domain] += fits[-1]
        return fits


def capped(group: MessageGroup) -> bool:
    return any((group.per_hour, group.per_day, group.domain_per_hour))


def room(db: Session, group: MessageGroup, now: datetime) -> Room:
    """Who acts on it holds the group's row, or two senders would each find the same room."""
    held = frozenset(
        db.scalars(
            select(col(Tally.domain)).where(col(Tally.group_id) == group.id, col(Tally.held_at).is_not(None))
        )
    )
    if not capped(group):
        return Room(closed=held)
    slot = _slot(now)
    ours = (_table.c.group_id == group.id) & (_table.c.slot > slot - DAY)
    day, hour, present = db.execute(
        select(
            func.coalesce(func.sum(_table.c.count), 0),
            func.coalesce(func.sum(case((_table.c.slot > slot - HOUR, _table.c.count), else_=0)), 0),
            func.coalesce(func.sum(case((_table.c.slot == slot, _table.c.count), else_=0)), 0),
        ).where(ours, _table.c.domain == ALL)
    ).one()
    left = [
        *([group.per_day - day] if group.per_day else ()),
        *([group.per_hour - hour, -(-group.per_hour // HOUR) - present] if group.per_hour else ()),
    ]
    went = _by_domain(db, group.id, slot) if group.domain_per_hour else {}
    full = {domain for domain, count in went.items() if count >= (group.domain_per_hour or 0)}
    return Room(max(0, min(left)) if left else None, held | full, group.domain_per_hour, went)


def count(db: Session, group: MessageGroup, domains: Sequence[str], now: datetime, *, sign: int = 1) -> None:
    """These messages leave (or, with `sign` -1, did not leave after all)."""
    if not domains or not capped(group):
        return
    counted = Counter({ALL: len(domains)})
    if group.domain_per_hour:
        counted.update(domain for domain in domains if domain)
    statement = upsert(db, _table)
    statement = statement.on_conflict_do_update(
        index_elements=["group_id", "domain", "slot"],
        set_={"count": _table.c.count + statement.excluded.count},
    )
    db.connection().execute(
        statement,
        [
            {"group_id": group.id, "slot": _slot(now), "domain": domain, "count": sign * number}
            for domain, number in sorted(counted.items())
        ],
    )


def give_back(db: Session, messages: Sequence[Held], now: datetime) -> None:
    """What was claimed did not leave: others may go in its stead."""
    for group_id in sorted({message.group_id for message in messages if message.group_id}):
        group = db.get_one(MessageGroup, group_id)
        count(db, group, [m.domain for m in messages if m.group_id == group_id], now, sign=-1)


def forget(db: Session, now: datetime) -> None:
    """Drop what no cap counts any more."""
    slot = _slot(now)
    old = and_(_table.c.domain != ALL, _table.c.slot < slot - HOUR)
    db.execute(delete(_table).where(or_(_table.c.slot < slot - DAY, old)))


def _by_domain(db: Session, group_id: str, slot: int) -> dict[str, int]:
    rows = db.execute(
        select(_table.c.domain, func.sum(_table.c.count))
        .where(_table.c.group_id == group_id, _table.c.domain != ALL, _table.c.slot > slot - HOUR)
        .group_by(_table.c.domain)
    )
    return {domain: int(number) for domain, number in rows}


def _slot(now: datetime) -> int:
    return int(now.timestamp()) // SLOT
