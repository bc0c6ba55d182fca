"""Who is written to, on which channel, who is held out, who gets which variant, and when a wave stops itself."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.base import Channel
from app.db import new_id
from app.waves.rules import Reach, choose, cohort, in_control, variant_of

EMAIL, SMS = Channel.EMAIL, Channel.SMS
BOTH = {EMAIL: "ada@ditta.example", SMS: "+39347000111"}


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


@pytest.mark.parametrize(
    ("preferred", "channels", "consents", "chosen"),
    [
        (SMS, (EMAIL, SMS), {EMAIL: "granted", SMS: "granted"}, SMS),
        (EMAIL, (SMS, EMAIL), {EMAIL: "granted", SMS: "granted"}, EMAIL),
        (SMS, (EMAIL,), {EMAIL: "granted", SMS: "granted"}, EMAIL),
        (SMS, (EMAIL, SMS), {EMAIL: "granted"}, EMAIL),
        (None, (EMAIL, SMS), {EMAIL: "granted", SMS: "granted"}, EMAIL),
    ],
)  # fmt: skip
def test_the_channel_they_prefer_comes_first_where_it_may(
    preferred: Channel | None, channels: tuple[Channel, ...], consents: dict[str, str], chosen: Channel
) -> None:
    assert choose(Reach(BOTH, consents, frozenset(), preferred), channels) == (chosen, None)


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


@dataclass(frozen=True)
class Side:
    share: int


@given(
    st.text(max_size=20), st.uuids().map(str), st.uuids().map(str), st.lists(st.integers(1, 40), min_size=1)
)
def test_a_variant_stays_the_same_within_a_wave(
    salt: str, wave_id: str, contact_id: str, shares: list[int]
) -> None:
    sides = [Side(share) for share in shares]
    drawn = variant_of(salt, wave_id, contact_id, sides)
    assert drawn in sides
    assert drawn is variant_of(salt, wave_id, contact_id, sides)
    assert variant_of(salt, wave_id, contact_id, []) is None


def test_variants_and_days_are_as_large_as_asked_for_and_drawn_anew() -> None:
    ids, sides = [new_id() for _ in range(20_000)], [Side(20), Side(30), Side(50)]
    drawn = [sides.index(variant_of("chiave", "una", one, sides) or sides[0]) for one in ids]
    for number, share in enumerate((0.2, 0.3, 0.5)):
        assert abs(drawn.count(number) - 20_000 * share) < 5 * (20_000 * share * (1 - share)) ** 0.5
    again = [sides.index(variant_of("chiave", "altra", one, sides) or sides[0]) for one in ids]
    same = sum(one == other for one, other in zip(drawn, again, strict=True))
    assert abs(same - 20_000 * 0.38) < 5 * (20_000 * 0.38 * 0.62) ** 0.5, "as two dice agree"
    held = [one for one in ids if in_control("chiave", one, 50)]
    first = sum(variant_of("chiave", "una", one, sides) == sides[2] for one in held)
    assert abs(first - len(held) / 2) < 5 * (len(held) / 4) ** 0.5, "whoever is held out or not"
    days = [cohort("chiave", "una", one, 5) for one in ids]
    assert set(days) == {0, 1, 2, 3, 4}
    assert all(abs(days.count(day) - 4_000) < 5 * (20_000 * 0.2 * 0.8) ** 0.5 for day in range(5))
