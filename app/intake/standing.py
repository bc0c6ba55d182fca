"""How each of the providers' doors stands: what came, what waits and for how long, what was refused or set aside.

Costs as much as what waits or is set aside, however many posts are kept: what is done was counted before.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, literal, null, select, type_coerce, union_all
from sqlmodel import col

from app.db import Session, UtcDateTime, table_of
from app.intake.counts import SLOT, What, slot_of
from app.intake.doors import PROVIDERS, Door, Trouble
from app.intake.models import DoorCount, RawEvent, RawState, Route

READ = 20_000
"""Unread posts whose moment is looked up; those beyond are the newest and count as of now."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_STATES: dict[str, str] = {
    RawState.NEW: "waiting",
    RawState.AGAIN: "again",
    RawState.QUARANTINED: "quarantined",
}
_TOTALS: dict[str, str] = {
    What.ACCEPTED: "accepted",
    What.DUPLICATE: "duplicates",
    What.EXPANDED: "expanded",
    What.EVENTS: "events",
    What.REPEATED: "events_repeated",
    What.FOREIGN: "events_foreign",
}
"""State or kind of figure -> the name it has at a door."""


class Figure(NamedTuple):
    """How often something happened at a door; or, where `state` is said, how many posts are in it now."""

    door: str
    state: str
    what: str
    reason: str
    times: int
    day: int
    hour: int
    minutes: int
    """Since the five minutes before these began."""
    last_at: datetime | None


def figures(db: Session, now: datetime) -> list[Figure]:
    """All that was counted and all that is open, as of one moment: what is read meanwhile is neither missed nor
    counted twice, so that no sum of these ever drops."""
    counted, raws = table_of(DoorCount), table_of(RawEvent)
    kinds = (counted.c.door, literal(""), counted.c.what, counted.c.reason)
    spans = (now - _DAY, now - _HOUR, _lately(now))
    within = (func.sum(case((counted.c.since >= since, counted.c.times), else_=0)) for since in spans)
    done = select(*kinds, func.sum(counted.c.times), *within, func.max(counted.c.last_at)).group_by(*kinds)
    state, nothing = (raws.c.route, raws.c.state), literal(0)
    open_now = (
        select(
            *state, literal(""), literal(""), func.count(), *[nothing] * 3, type_coerce(null(), UtcDateTime)
        )
        .where(raws.c.state.in_(_STATES))
        .group_by(*state)
    )
    return [
        Figure(door, state, what, reason, int(times), int(day), int(hour), int(minutes), last_at)
        for door, state, what, reason, times, day, hour, minutes, last_at in db.execute(
            union_all(done, open_now)
        )
    ]


def oldest_unread(db: Session, route: str, limit: int = 1) -> Sequence[datetime]:
    """When the posts arrived that nobody has read yet, oldest first."""
    statement = (
        select(col(RawEvent.received_at))
        .where(col(RawEvent.state) == RawState.NEW, col(RawEvent.route) == route)
        .order_by(col(RawEvent.id))
        .limit(limit)
    )
    return db.scalars(statement).all()


def doors(db: Session, now: datetime) -> dict[str, Door]:
    """Every door by its name, in the order of the providers."""
    found = {str(route): Door(route) for routes in PROVIDERS.values() for route in routes}
    for figure in figures(db, now):
        if figure.door in found:
            _enter(found[figure.door], figure)
    for door in found.values():
        _enter_unread(db, door, now)
        door.per_minute = round(door.per_minute * 60 / (now - _lately(now)).total_seconds(), 1)
    return found


def hourly(
    db: Session, now: datetime, zone: ZoneInfo, hours: int
) -> tuple[list[datetime], dict[str, list[int]]]:
    """When the last hours of that zone began, the present one being the last, and for each door how many posts it
    accepted in each."""
    last = _hour_of(now, zone)
    starts = [last - timedelta(hours=back) for back in reversed(range(hours))]
    statement = select(col(DoorCount.door), col(DoorCount.since), col(DoorCount.times)).where(
        col(DoorCount.what) == What.ACCEPTED, col(DoorCount.since) >= starts[0]
    )
    seen: Counter[tuple[str, datetime]] = Counter()
    # A change of the clock makes an hour twice or never as long; in UTC each has its own beginning.
    for door, since, times in db.execute(statement):
        seen[door, _hour_of(since, zone)] += times
    for route in Route:
        seen.update((route, _hour_of(at, zone)) for at in oldest_unread(db, route, READ))
    return starts, {route: [seen[route, start] for start in starts] for route in Route}


def _enter(door: Door, figure: Figure) -> None:
    what, reason = figure.what, figure.reason
    if figure.state:
        setattr(door, _STATES[figure.state], figure.times)
    elif what in _TOTALS:
        setattr(door, _TOTALS[what], figure.times)
    elif what == What.UNKNOWN:
        door.events_unknown[reason] = figure.times
    elif what == What.REFUSED:
        door.refused[reason] = figure.times
        door.refused_last_hour += figure.hour
    if what == What.ACCEPTED:
        door.accepted_last_day, door.accepted_last_hour = figure.day, figure.hour
        door.per_minute, door.last_at = figure.minutes, figure.last_at
    elif what in (What.REFUSED, What.QUARANTINED) and figure.last_at:
        last = Trouble(figure.last_at, door.door, what, reason)
        door.last_error = max(last, door.last_error or last)


def _enter_unread(db: Session, door: Door, now: datetime) -> None:
    """Posts that nobody has read yet are not counted yet."""
    unread = oldest_unread(db, door.door, READ)
    if not unread:
        return
    newer = max(door.waiting - len(unread), 0)
    door.accepted += door.waiting
    door.lag_seconds = max((now - unread[0]).total_seconds(), 0.0)
    door.last_at = max(unread[-1], door.last_at or unread[-1])
    door.accepted_last_day += newer + sum(at >= now - _DAY for at in unread)
    door.accepted_last_hour += newer + sum(at >= now - _HOUR for at in unread)
    door.per_minute += newer + sum(at >= _lately(now) for at in unread)


def _lately(now: datetime) -> datetime:
    return slot_of(now) - timedelta(minutes=SLOT)


def _hour_of(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
