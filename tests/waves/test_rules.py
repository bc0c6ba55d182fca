"""Who is written to, on which channel, who is held out, at what hour, and when a wave stops itself."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.channels.base import Channel
from app.db import new_id
from app.waves.rules import ALL_DAY, Reach, braked, choose, in_control, next_window

EMAIL, SMS = Channel.EMAIL, Channel.SMS
BOTH = {EMAIL: "ada@ditta.example", SMS: "+39347000111"}
ROME, NEW_YORK = ZoneInfo("Europe/Rome"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("addresses", "consents", "suppressed", "channels", "chosen"),
    [
        (BOTH, {EMAIL: "granted", SMS: "granted"}, (), (SMS, EMAIL), (SMS, None)),
        (BOTH, {EMAIL: "granted", SMS: "granted"}, (), (EMAIL, SMS), (EMAIL, None)),
        (BOTH, {EMAIL: "granted", SMS: "granted"}, (SMS,), (SMS, EMAIL), (EMAIL, None)),
        (BOTH, {EMAIL: "granted"}, (), (SMS, EMAIL), (EMAIL, None)),
        ({EMAIL: "a@b.example"}, {EMAIL: "granted", SMS: "granted"}, (), (SMS, EMAIL), (EMAIL, None)),
        (BOTH, {}, (), (SMS, EMAIL), (None, "no_consent")),
        (BOTH, {EMAIL: "withdrawn"}, (), (SMS, EMAIL), (None, "consent_withdrawn")),
        (BOTH, {EMAIL: "granted", SMS: "granted"}, (SMS, EMAIL), (SMS, EMAIL), (None, "suppressed")),
        (BOTH, {SMS: "withdrawn", EMAIL: "granted"}, (EMAIL,), (SMS, EMAIL), (None, "suppressed")),
        ({}, {EMAIL: "granted"}, (), (SMS, EMAIL), (None, "no_address")),
        ({EMAIL: ""}, {EMAIL: "granted"}, (), (EMAIL,), (None, "no_address")),
        ({EMAIL: "a@b.example"}, {}, (), (SMS, EMAIL), (None, "no_consent")),
        (BOTH, {EMAIL: "granted", SMS: "granted"}, (), (), (None, "no_channel")),
    ],
)  # fmt: skip
def test_the_first_channel_that_is_allowed(
    addresses: dict[Channel, str],
    consents: dict[str, str],
    suppressed: tuple[Channel, ...],
    channels: tuple[Channel, ...],
    chosen: tuple[Channel | None, str | None],
) -> None:
    assert choose(Reach(addresses, consents, frozenset(suppressed)), channels) == chosen


@given(st.text(max_size=20), st.uuids().map(str), st.floats(0, 100), st.floats(0, 100))
def test_whoever_is_held_out_stays_held_out(salt: str, contact_id: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert in_control(salt, contact_id, low) == in_control(salt, contact_id, low)
    assert in_control(salt, contact_id, high) or not in_control(salt, contact_id, low)
    assert not in_control(salt, contact_id, 0)
    assert in_control(salt, contact_id, 100)


@pytest.mark.parametrize("percent", [1, 10, 50])
def test_the_control_group_is_as_large_as_asked_for(percent: float) -> None:
    ids = [new_id() for _ in range(20_000)]
    held = sum(in_control("chiave", contact_id, percent) for contact_id in ids)
    deviation = (len(ids) * percent / 100 * (1 - percent / 100)) ** 0.5
    assert abs(held - len(ids) * percent / 100) < 5 * deviation
    again = sum(
        in_control("altra chiave", one, percent) and in_control("chiave", one, percent) for one in ids
    )
    assert again < held, "another installation holds out others"


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


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ((99, 99, 99, 99), None),
        ((100, 5, 0, 10), None),
        ((100, 6, 0, 0), "bounces: 6.0 % of 100 messages, the limit is 5 %"),
        ((1000, 0, 4, 0), "complaints: 0.4 % of 1000 messages, the limit is 0.3 %"),
        ((1000, 0, 3, 0), None),
        ((200, 0, 0, 21), "opt_outs: 10.5 % of 200 messages, the limit is 10 %"),
        ((100, 50, 50, 50), "complaints: 50.0 % of 100 messages, the limit is 0.3 %"),
    ],
)
def test_a_wave_brakes_beyond_its_limits(counts: tuple[int, int, int, int], says: str | None) -> None:
    reached, bounced, complained, opted_out = counts
    limits = {"bounces": 5, "complaints": 0.3, "opt_outs": 10, "minimum": 100}
    told = braked(reached=reached, bounced=bounced, complained=complained, opted_out=opted_out, limits=limits)
    assert told == says
