"""What stands in a rule as a value: numbers, texts, dates and lengths of time, read and refused with their place."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.segments.problems import Place, wrong

MOST_DAYS = 36_500
_LONGEST = 500
_GREATEST = 1e15
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOT_FOUND = " Nobody is found by nothing: ask for `known: false`."


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment a rule is asked at (aware), and the zone its dates are meant in."""

    as_of: datetime
    zone: ZoneInfo

    def ago(self, days: float) -> datetime:
        return self.as_of - timedelta(days=days)

    def today(self, days: int = 0) -> str:
        """The date of `days` ago."""
        return (self.as_of.astimezone(self.zone).date() - timedelta(days=days)).isoformat()


@dataclass(frozen=True, slots=True)
class Point:
    """A date or a time: its first moment, the first moment after it (the same for a time), its date."""

    start: datetime
    end: datetime
    day: str


def read_number(value: Any, place: Place) -> float:
    """A number of ordinary size; raises BadRule."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        wrong(place, f"{value!r} is no number", "Write it without quotes and with a point: 1250.50.")
    if not math.isfinite(value) or abs(value) > _GREATEST:
        wrong(place, f"{value!r} is too great")
    return value


def read_days(value: Any, place: Place) -> int:
    """A whole number of days; raises BadRule."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DAYS:
        wrong(place, f"{value!r} is no number of days", f"Write a whole number from 0 to {MOST_DAYS}.")
    return value


def read_point(value: Any, clock: Clock, place: Place) -> Point:
    """A date in the clock's zone or a time (without offset: in that zone); raises BadRule."""
    try:
        if not _DAY.match(value):
            raise ValueError
        if len(value) == 10:
            day = date.fromisoformat(value)
            # Midnights are asked of the calendar: a day on which the clocks change has 23 or 25 hours.
            start, end = (
                datetime.combine(day + timedelta(days=n), time(0), clock.zone).astimezone(UTC) for n in (0, 1)
            )
        else:
            at = datetime.fromisoformat(value)
            start = end = (at if at.tzinfo else at.replace(tzinfo=clock.zone)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        start = end = datetime.min.replace(tzinfo=UTC)
    if not 1900 <= start.year <= 2200:
        wrong(place, f"{value!r} is no date", "Write one like 2026-11-01, or a time like 2026-11-01T18:30.")
    return Point(start, end, start.astimezone(clock.zone).date().isoformat())


def read_text(value: Any, place: Place) -> str:
    """One value as text, A–Z as a–z; raises BadRule."""
    if value is None:
        wrong(place, f"a value is missing.{_NOT_FOUND}")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | Mapping):
        wrong(place, "here stands one value", "For several write `in: [..]`.")
    if isinstance(value, int | float):
        return f"{read_number(value, place):.15g}"
    if not isinstance(value, str) or "\x00" in value or len(value) > _LONGEST:
        wrong(place, "this is no text a value could be", f"Write at most {_LONGEST} plain characters.")
    if not value:
        wrong(place, f"the text is empty.{_NOT_FOUND}")
    return "".join(c.lower() if c.isascii() else c for c in value)


def as_number(value: Any) -> float | None:
    """What a value is as a number, if it is one: 60121 and "60121" find each other, "00121" is only a text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        if not value.isascii() or not value.replace(".", "", 1).removeprefix("-").isdigit():
            return None
        number = float(value)
        return number if abs(number) <= _GREATEST and f"{number:.15g}" == value else None
    return value if isinstance(value, int | float) else None
