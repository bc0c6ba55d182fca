"""What happens at the doors, counted every five minutes: figures outlive the rows they were counted from."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import case, delete

from app.channels.base import EventKind, ProviderEvent
from app.db import Session, later, table_of, upsert
from app.intake.models import DoorCount, RawEvent, RawState, Route


class What(StrEnum):
    """What is counted; posts unless it says events."""

    REFUSED = "refused"
    """Answered 4xx; the reason tells why."""
    DUPLICATE = "duplicate"
    """Posted again, byte for byte."""
    ACCEPTED = "accepted"
    """Posts read for the first time, whatever came of it, at the time of their arrival."""
    EXPANDED = "expanded"
    EVENTS = "events"
    """Events that were new."""
    REPEATED = "repeated"
    """Events that were known already: posted twice, or read again on request."""
    QUARANTINED = "quarantined"
    """Events (or whole posts) set aside; the reason is the kind of error."""
    FOREIGN = "foreign"
    """Events that belong to no message of ours."""
    UNKNOWN = "unknown"
    """Events of a type we do not know; the reason is the type."""


class Key(NamedTuple):
    """One row of the counts: `since` is when its five minutes began."""

    door: str
    what: str
    reason: str
    since: datetime


class Seen(NamedTuple):
    """How often, and the last time."""

    times: int
    last_at: datetime


DOORS = {"sendgrid": Route.SENDGRID_EVENTS, "twilio": Route.TWILIO_STATUS}
"""Provider -> the door by which it tells of events."""
SLOT = 5
"""Minutes that are counted together: what happened within an hour is known to a twelfth of it."""
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
"""Where the sum of all that is long past stands."""
REASON = 80
"""Characters of a reason that are kept: it stands in a key and names a kind, never a contact."""
_OF_SOMEBODY = re.compile(r"\S*@\S*|\+?\d[\d ().-]{4,}\d")
"""Addresses and numbers; the providers' codes have five digits."""


def key(door: str, what: What, at: datetime, reason: str = "") -> Key:
    # Cut before it is looked through, which takes the square of its length.
    return Key(door, what, _OF_SOMEBODY.sub("…", reason[: 10 * REASON])[:REASON], slot_of(at))


def slot_of(at: datetime) -> datetime:
    """When the five minutes began in which this was."""
    return at.replace(minute=at.minute // SLOT * SLOT, second=0, microsecond=0)


def count(db: Session, door: str, what: What, *, at: datetime, times: int = 1, reason: str = "") -> None:
    """Count what this transaction does at a door, as its last statement: the row is shared by all workers."""
    if times:
        later(db, _last, (key(door, what, at, reason), Seen(times, at)))


def events(db: Session, provider: str, told: int, new: Iterable[ProviderEvent], *, at: datetime) -> None:
    """Count the events a post told of: the new ones, those of a type nobody knows, and the rest, known before."""
    kept, door = list(new), DOORS[provider]
    count(db, door, What.EVENTS, at=at, times=len(kept))
    count(db, door, What.REPEATED, at=at, times=told - len(kept))
    for event in kept:
        if event.kind is EventKind.OTHER:
            said = event.raw.get("event") or event.raw.get("MessageStatus") or "without a type"
            # A form's fields are lists.
            count(db, door, What.UNKNOWN, at=at, reason=str(said[0] if isinstance(said, list) else said))


def foreign(db: Session, provider: str, times: int, *, at: datetime) -> None:
    """Count events that are about no message of ours."""
    count(db, DOORS[provider], What.FOREIGN, at=at, times=times)


def read(db: Session, raw: RawEvent, *, now: datetime, error: str = "") -> None:
    """Count a post that this transaction reads or, because of `error`, sets aside; before its state changes."""
    first = raw.state == RawState.NEW
    if first and raw.part_of is None:
        count(db, raw.route, What.ACCEPTED, at=raw.received_at)
    if error:
        count(db, raw.route, What.QUARANTINED, at=now, reason=error)
    # One that was read well is read again only because somebody asked for it.
    elif raw.part_of is None and (first or raw.reason):
        count(db, raw.route, What.EXPANDED, at=now)


def add(db: Session, counted: Mapping[Key, Seen]) -> None:
    """Add these figures to what was counted before."""
    if not counted:
        return
    table = table_of(DoorCount)
    statement = upsert(db, table)
    added = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["door", "what", "reason", "since"],
        set_={
            "times": table.c.times + added.times,
            "last_at": case((added.last_at > table.c.last_at, added.last_at), else_=table.c.last_at),
        },
    )
    # In one order everywhere: two that count the same at once wait for each other, and never in a circle.
    rows = [one._asdict() | seen._asdict() for one, seen in sorted(counted.items())]
    db.connection().execute(statement, rows)


def fold(db: Session, before: datetime) -> None:
    """Add up what was counted before this moment, so that the table stays small and no figure drops."""
    table = table_of(DoorCount)
    kinds = (table.c.door, table.c.what, table.c.reason)
    old = (table.c.since > FIRST) & (table.c.since < before)
    gone = db.execute(delete(table).where(old).returning(*kinds, table.c.times, table.c.last_at))
    add(db, merged((Key(door, what, why, FIRST), Seen(n, at)) for door, what, why, n, at in gone))


def merged(counted: Iterable[tuple[Key, Seen]]) -> dict[Key, Seen]:
    """The same figures, each key once."""
    sums: dict[Key, Seen] = {}
    for one, seen in counted:
        before = sums.get(one, Seen(0, seen.last_at))
        sums[one] = Seen(before.times + seen.times, max(before.last_at, seen.last_at))
    return sums


def _last(db: Session, counted: list[tuple[Key, Seen]]) -> None:
    # After whatever else is left for the end: that may wait for rows of others, who would then wait for this one.
    for one in counted:
        later(db, _add_up, one)


def _add_up(db: Session, counted: list[tuple[Key, Seen]]) -> None:
    add(db, merged(counted))
