"""When a message may leave: hours, days and holidays on the clock that hangs on the contact's wall. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
ALL_DAY = (MIDNIGHT, MIDNIGHT)
EVERY_DAY = frozenset(range(7))
NONE: frozenset[date] = frozenset()
HORIZON = 400
"""Days looked ahead: every weekday comes often enough in them not to be a holiday each time."""
_kept = lru_cache(maxsize=4_096)
"""Of a page of contacts most share the answer, and looking it up costs a hundredth of working it out."""


@_kept
def next_window(
    earliest: datetime,
    zone: ZoneInfo,
    opens: time,
    closes: time,
    days: frozenset[int] = EVERY_DAY,
    holidays: frozenset[date] = NONE,
) -> tuple[datetime, datetime | None]:
    """When a message may leave at the earliest and the latest (not itself), by the hours in the contact's time zone.

    `days` of the week (0 is Monday) and `holidays` are those of the moment it leaves: a window over midnight ends
    with its day when the next is left out, and a night that began on one is open from midnight. Two equal hours
    are all day; all day on every day has no latest. One that is open now ends when it closes; else the next one
    is waited for, at the local hour, whatever daylight saving does in between.
    """
    if opens == closes and not EVERY_DAY - days and not holidays:
        return earliest, None
    start = end = None
    for begin, finish in _stretches(earliest.astimezone(zone).date(), zone, opens, closes, days, holidays):
        if finish <= earliest:
            continue
        if start is None:
            start, end = max(earliest, begin), finish
        elif begin != end:
            break
        else:
            end = finish
    if start is None:
        raise ValueError(f"no window within {HORIZON} days")
    return start, end


@_kept
def at_hour(
    earliest: datetime,
    zone: ZoneInfo,
    at: time,
    opens: time,
    closes: time,
    days: frozenset[int] = EVERY_DAY,
    holidays: frozenset[date] = NONE,
) -> tuple[datetime, datetime | None]:
    """As next_window, but not before the clock on the contact's wall says `at`, today or on the next day that is open.

    `earliest` is when the step was due, not when it is planned: or whoever is planned a minute late waits a day.
    An hour that lies in no window gives the next window.
    """
    first = earliest.astimezone(zone).date()
    for ahead in range(HORIZON if within(at, opens, closes) else 0):
        day = first + timedelta(days=ahead)
        moment = datetime.combine(day, at, zone).astimezone(UTC)
        if moment < earliest or day.weekday() not in days or day in holidays:
            continue
        start, end = next_window(moment, zone, opens, closes, days, holidays)
        # Where daylight saving leaves the hour out, the window may be gone with it.
        if start == moment:
            return start, end
    return next_window(earliest, zone, opens, closes, days, holidays)


def within(at: time, opens: time, closes: time) -> bool:
    """Whether an hour of the clock lies in the window."""
    if opens < closes:
        return opens <= at < closes
    return opens == closes or at >= opens or at < closes


def _stretches(
    first: date,
    zone: ZoneInfo,
    opens: time,
    closes: time,
    days: frozenset[int],
    holidays: frozenset[date],
) -> Iterator[tuple[datetime, datetime]]:
    """The open stretches of the days from `first` on, each within its day, in UTC and in order.

    In UTC because within one zone Python compares the clocks on the wall, and one hour comes twice.
    """
    for day in (first + timedelta(days=ahead) for ahead in range(HORIZON)):
        if day.weekday() not in days or day in holidays:
            continue
        dawn = datetime.combine(day, MIDNIGHT, zone).astimezone(UTC)
        dusk = datetime.combine(day + timedelta(days=1), MIDNIGHT, zone).astimezone(UTC)
        begin = datetime.combine(day, opens, zone).astimezone(UTC)
        finish = datetime.combine(day, closes, zone).astimezone(UTC)
        if opens == closes:
            stretches = [(dawn, dusk)]
        elif opens < closes:
            stretches = [(begin, finish)]
        else:
            stretches = [(dawn, finish), (begin, dusk)]
        # The hour that daylight saving leaves out may be all of a short window.
        yield from ((one, other) for one, other in stretches if one < other)
