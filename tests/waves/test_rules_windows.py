"""When a message may leave: the hours and days of the contact's own clock, whatever daylight saving does."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.waves.windows import ALL_DAY, EVERY_DAY, at_hour, next_window, within

ROME, NEW_YORK, KOLKATA = ZoneInfo("Europe/Rome"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")


def rome(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ROME).astimezone(UTC)


@pytest.mark.parametrize(
    ("earliest", "opens", "closes", "start", "end"),
    [
        (rome(22, 8), time(9), time(19), rome(22, 9), rome(22, 19)),
        (rome(22, 12), time(9), time(19), rome(22, 12), rome(22, 19)),
        (rome(22, 19), time(9), time(19), rome(23, 9), rome(23, 19)),
        (rome(22, 23), time(22), time(6), rome(22, 23), rome(23, 6)),
        (rome(22, 2), time(22), time(6), rome(22, 2), rome(22, 6)),
        (rome(22, 12), time(22), time(6), rome(22, 22), rome(23, 6)),
        (rome(22, 12), time(9), time(0), rome(22, 12), rome(23, 0)),
        # Clocks go back on 25 October and forward on 29 March 2026.
        (rome(24, 20, month=10), time(9), time(19), rome(25, 9, month=10), rome(25, 19, month=10)),
        (rome(28, 20, month=3), time(9), time(19), rome(29, 9, month=3), rome(29, 19, month=3)),
        (rome(29, 0, month=3), time(2, 30), time(3), rome(30, 2, 30, month=3), rome(30, 3, month=3)),
        (rome(22, 3), *ALL_DAY, rome(22, 3), None),
    ],
)  # fmt: skip
def test_the_next_window(
    earliest: datetime, opens: time, closes: time, start: datetime, end: datetime | None
) -> None:
    assert next_window(earliest, ROME, opens, closes) == (start, end)


NEAR_A_CHANGE = st.sampled_from(
    [datetime(2026, *day, tzinfo=UTC) for day in ((3, 8), (3, 29), (10, 25), (11, 1), (7, 1))]
)
# A wave file cannot say `fold`: its hours are those of the clock on the wall.
HOURS = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
OPEN_TWICE = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
"""A quarter past two in Rome, for the second time."""


@given(NEAR_A_CHANGE, st.integers(-2 * 1440, 2 * 1440), st.sampled_from([ROME, NEW_YORK]), HOURS, HOURS)
@example(OPEN_TWICE, 0, ROME, time(0), time(2, 30))
def test_a_window_lies_ahead_and_keeps_to_the_hours(
    day: datetime, minutes: int, zone: ZoneInfo, opens: time, closes: time
) -> None:
    earliest = day + timedelta(minutes=minutes)
    start, end = next_window(earliest, zone, opens, closes)
    if opens == closes:
        assert (start, end) == (earliest, None)
        return
    assert end is not None
    assert earliest <= start < end
    assert start - earliest < timedelta(hours=50), "at worst the next window is skipped by daylight saving"
    assert end - start <= timedelta(hours=25)
    assert next_window(start, zone, opens, closes) == (start, end), "who waits for it finds it open"
    local = start.astimezone(zone).replace(tzinfo=None).time()
    skipped = start.astimezone(zone).utcoffset() != (start - timedelta(hours=1)).astimezone(zone).utcoffset()
    within = opens <= local < closes if opens < closes else local >= opens or local < closes
    assert within or skipped


WORKING = frozenset(range(5))
HOLIDAY = frozenset({date(2026, 12, 8)})
"""A Tuesday."""


@pytest.mark.parametrize(
    ("earliest", "hours", "days", "holidays", "start", "end"),
    [
        # 20 November 2026 is a Friday.
        (rome(20, 18), (time(9), time(19)), WORKING, (), rome(20, 18), rome(20, 19)),
        (rome(20, 20), (time(9), time(19)), WORKING, (), rome(23, 9), rome(23, 19)),
        (rome(20, 20), (time(22), time(6)), WORKING, (), rome(20, 22), rome(21, 0)),
        (rome(21, 3), (time(22), time(6)), WORKING, (), rome(23, 0), rome(23, 6)),
        (rome(19, 23), (time(22), time(6)), WORKING, (), rome(19, 23), rome(20, 6)),
        (rome(20, 18), ALL_DAY, WORKING, (), rome(20, 18), rome(21, 0)),
        (rome(21, 18), ALL_DAY, WORKING, (), rome(23, 0), rome(28, 0)),
        (rome(7, 20, month=12), (time(9), time(19)), EVERY_DAY, HOLIDAY, rome(9, 9, month=12), rome(9, 19, month=12)),
        (rome(7, 20, month=12), (time(20), time(2)), EVERY_DAY, HOLIDAY, rome(7, 20, month=12), rome(8, 0, month=12)),
        (rome(8, 1, month=12), (time(20), time(2)), EVERY_DAY, HOLIDAY, rome(9, 0, month=12), rome(9, 2, month=12)),
        (rome(7, 20, month=12), ALL_DAY, EVERY_DAY, HOLIDAY, rome(7, 20, month=12), rome(8, 0, month=12)),
    ],
)  # fmt: skip
def test_days_that_are_left_out(
    earliest: datetime,
    hours: tuple[time, time],
    days: frozenset[int],
    holidays: frozenset[date],
    start: datetime,
    end: datetime,
) -> None:
    assert next_window(earliest, ROME, *hours, days, frozenset(holidays)) == (start, end)


def shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall says."""
    return moment.astimezone(zone).replace(tzinfo=None)


ZONES = st.sampled_from([ROME, NEW_YORK, KOLKATA])
SOME_DAYS = st.frozensets(st.integers(0, 6), min_size=1)
HOLIDAYS = st.frozensets(st.dates(date(2026, 3, 1), date(2026, 11, 20)), max_size=8)


@given(NEAR_A_CHANGE, st.integers(-2 * 1440, 2 * 1440), ZONES, HOURS, HOURS, SOME_DAYS, HOLIDAYS)
@example(OPEN_TWICE, 0, ROME, time(22), time(2, 30), frozenset({6}), frozenset())
def test_a_window_is_found_inside_the_hours_and_never_on_a_day_left_out(
    day: datetime,
    minutes: int,
    zone: ZoneInfo,
    opens: time,
    closes: time,
    days: frozenset[int],
    holidays: frozenset[date],
) -> None:
    earliest = day + timedelta(minutes=minutes)
    start, end = next_window(earliest, zone, opens, closes, days, holidays)
    assert earliest <= start
    if end is None:
        assert (start, opens, days, holidays) == (earliest, closes, EVERY_DAY, frozenset())
        return
    assert start < end
    assert next_window(start, zone, opens, closes, days, holidays) == (start, end)
    for moment in (start, start + (end - start) / 2, end - timedelta(minutes=1)):
        local = shown(max(moment, start), zone)
        assert local.weekday() in days
        assert local.date() not in holidays
        # Clocks that jump take a few minutes of the wall's window away, or bring them back after it.
        jumped = (
            moment.astimezone(zone).utcoffset() != (moment - timedelta(hours=3)).astimezone(zone).utcoffset()
        )
        assert within(shown(max(moment, start), zone).time(), opens, closes) or jumped


@given(NEAR_A_CHANGE, st.integers(-2 * 1440, 2 * 1440), ZONES, HOURS, SOME_DAYS, HOLIDAYS)
def test_at_their_hour(
    day: datetime, minutes: int, zone: ZoneInfo, at: time, days: frozenset[int], holidays: frozenset[date]
) -> None:
    due, opens, closes = day + timedelta(minutes=minutes), time(8), time(20)
    start, end = at_hour(due, zone, at, opens, closes, days, holidays)
    assert start >= due
    assert next_window(start, zone, opens, closes, days, holidays) == (start, end)
    if opens <= at < closes:
        assert shown(start, zone).time() == at
        before = start - timedelta(minutes=1)
        assert due > before or at_hour(before, zone, at, opens, closes, days, holidays) == (start, end)
    else:
        assert (start, end) == next_window(due, zone, opens, closes, days, holidays)


@pytest.mark.parametrize(
    ("due", "at", "start", "end"),
    [
        (rome(22, 8), time(10, 30), rome(22, 10, 30), rome(22, 19)),
        (rome(22, 10, 30), time(10, 30), rome(22, 10, 30), rome(22, 19)),
        (rome(22, 10, 31), time(10, 30), rome(23, 10, 30), rome(23, 19)),
        (rome(22, 8), time(20), rome(22, 9), rome(22, 19)),
    ],
)  # fmt: skip
def test_whose_hour_has_passed_waits_for_the_next_day(
    due: datetime, at: time, start: datetime, end: datetime
) -> None:
    assert at_hour(due, ROME, at, time(9), time(19)) == (start, end)


def test_a_wave_that_may_never_leave_is_refused() -> None:
    always = frozenset(date(2026, 1, 1) + timedelta(days=number) for number in range(1_000))
    with pytest.raises(ValueError, match="no window within 400 days"):
        next_window(rome(22, 8), ROME, time(9), time(19), EVERY_DAY, always)
