"""What hangs on the calendar: public holidays, and when a repeated wave begins anew. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

from app.waves.definition import Every, Repeat

_PERIODS = {
    Every.WEEK: relativedelta(weeks=1),
    Every.MONTH: relativedelta(months=1),
    Every.QUARTER: relativedelta(months=3),
}


@lru_cache(maxsize=1_000)
def holidays_of(country: str | None, year: int) -> frozenset[date]:
    """The public holidays of a country (ISO 3166-1 alpha-2) in this year and the next; of an unknown one none."""
    try:
        return frozenset(holidays.country_holidays(country or "", years=(year, year + 1)))
    except NotImplementedError:
        return frozenset()


def next_edition(repeat: Repeat, first: datetime, after: datetime, zone: ZoneInfo) -> datetime | None:
    """When the first edition after this time begins; None when that would be after the last day.

    Counted from the day of the first edition: one of the 31st falls on the last day of a shorter month.
    """
    for day in _days(repeat.every, first.astimezone(zone).date()):
        if repeat.until and day > repeat.until:
            return None
        moment = datetime.combine(day, repeat.at, zone).astimezone(UTC)
        if moment > after:
            return moment
    raise AssertionError("the calendar does not end")


def _days(every: Every, first: date) -> Iterator[date]:
    return (first + _PERIODS[every] * number for number in count(1))
