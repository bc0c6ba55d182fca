"""How long a step takes: no faster than its pace, never outside its hours, and everything leaves in the end."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.base import Channel
from app.settings import Settings
from app.waves.definition import Pace
from app.waves.forecast.concerns import of_settings
from app.waves.forecast.duration import Due, Hours, leaving

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""Nine in Rome."""
OFFICE = Hours(time(9), time(19))
PROVIDERS = {Channel.EMAIL: 1_000, Channel.SMS: 100}
FREE = Pace(None, None, None, None)


def due(count: int, zone: str = "Europe/Rome") -> dict[Due, int]:
    return {Due(MONDAY, zone, Channel.EMAIL): count}


@pytest.mark.parametrize(
    ("count", "pace", "hours"),
    [
        (1, FREE, 0),
        (3_600_000, FREE, 0),
        (3_600_001, FREE, 1),
        (1_000, Pace(None, 100, None, None), 9),
        (1_001, Pace(None, 100, None, None), 24),
        (7_200, Pace(1, None, None, None), 1),
        (300, Pace(None, None, 100, None), 48),
    ],
)
def test_the_last_message_leaves_after_so_many_hours(count: int, pace: Pace, hours: int) -> None:
    found = leaving(due(count), OFFICE, pace, PROVIDERS)
    assert found is not None
    assert found.last == MONDAY + timedelta(hours=hours)


def test_nothing_takes_no_time_and_too_much_takes_too_long() -> None:
    assert leaving({}, OFFICE, FREE, PROVIDERS) is None
    found = leaving(due(100_000), OFFICE, Pace(None, 10, None, None), PROVIDERS)
    assert found is not None
    assert found.last is None


@given(
    counts=st.lists(
        st.tuples(
            st.integers(0, 48),
            st.sampled_from(("Europe/Rome", "America/New_York", "Asia/Kolkata")),
            st.sampled_from(list(Channel)),
            st.integers(1, 400),
        ),
        min_size=1,
        max_size=6,
    ),
    per_hour=st.integers(20, 500),
    per_day=st.one_of(st.none(), st.integers(100, 1_000)),
)
def test_all_leaves_no_faster_than_the_pace(
    counts: list[tuple[int, str, Channel, int]], per_hour: int, per_day: int | None
) -> None:
    asked: Counter[Due] = Counter()
    for ahead, zone, channel, count in counts:
        asked[Due(MONDAY + timedelta(hours=ahead), zone, channel)] += count
    found = leaving(asked, OFFICE, Pace(None, per_hour, per_day, None), PROVIDERS)
    assert found is not None
    assert found.last is not None
    assert sum(found.by_day.values()) == asked.total()
    assert max(found.by_day.values()) <= min(24 * per_hour, 2 * (per_day or 12 * per_hour))
    local = {found.last.astimezone(ZoneInfo(key.zone)).hour for key in asked}
    assert any(8 <= hour < 19 for hour in local), "somebody's office is open, or opens within the hour"


@pytest.mark.parametrize(
    ("sender", "public", "inbound", "apart"),
    [
        ("ciao@posta.azienda.it", "https://riattiva.azienda.it", "risposte.azienda.it", None),
        ("ciao@azienda.it", "https://riattiva.azienda.it", "", None),
        ("ciao@azienda.it", "https://riattiva.altra.it", "", "riattiva.altra.it"),
        ("ciao@azienda.it", "https://azienda.it", "in.altra.com", "in.altra.com"),
        ("hi@one.co.uk", "https://go.two.co.uk", "", "go.two.co.uk"),
        ("hi@one.co.uk", "https://go.one.co.uk", "", None),
        ("", "https://go.one.co.uk", "", None),
        ("ciao@azienda.it", "http://127.0.0.1:8000", "", None),
    ],
)
def test_a_sender_of_another_domain_is_told(
    sender: str, public: str, inbound: str, apart: str | None
) -> None:
    settings = Settings(sendgrid_from_email=sender, public_url=public, sendgrid_inbound_domain=inbound)
    found = {one.code: one.values for one in of_settings(settings, {Channel.EMAIL})}
    assert found.get("not_aligned", {}).get("domains") == apart
    assert "not_aligned" not in {one.code for one in of_settings(settings, {Channel.SMS})}
