"""What decides about one contact in a wave: the channel, the control group, the variant, the hour. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.channels.base import Channel
from app.waves.windows import ALL_DAY as ALL_DAY
from app.waves.windows import at_hour as at_hour
from app.waves.windows import next_window as next_window


@dataclass(frozen=True, slots=True)
class Reach:
    """How one contact may be reached: address, present consent and suppression per channel."""

    addresses: Mapping[Channel, str]
    consents: Mapping[str, str]
    suppressed: frozenset[Channel]
    preferred: Channel | None = None
    """The channel they would rather be written to on."""


class Share(Protocol):
    """One of several parts of a whole."""

    @property
    def share(self) -> int:
        """Percent."""


_S = TypeVar("_S", bound=Share)


def choose(reach: Reach, channels: Sequence[Channel]) -> tuple[Channel | None, str | None]:
    """The first channel the contact may be written to on, or None with the most telling reason.

    The one they prefer comes first, when it is among the channels at all. A channel needs an address, recorded
    consent (for email a recorded legal basis is as good) and no suppression; consent nobody recorded counts as none.
    """
    reasons = {}
    if reach.preferred in channels:
        channels = sorted(channels, key=lambda one: one != reach.preferred)
    for channel in channels:
        reason = _refusal(reach, channel)
        if reason is None:
            return channel, None
        reasons[reason] = True
    for reason in ("suppressed", "consent_withdrawn", "no_consent", "no_address"):
        if reason in reasons:
            return None, reason
    return None, "no_channel"


def _refusal(reach: Reach, channel: Channel) -> str | None:
    if channel in reach.suppressed:
        return "suppressed"
    if not reach.addresses.get(channel):
        return "no_address"
    consent = reach.consents.get(channel)
    if consent == "withdrawn":
        return "consent_withdrawn"
    return None if consent == "granted" else "no_consent"


def in_control(salt: str, contact_id: str, percent: float) -> bool:
    """Whether this contact is held out: the same answer in every wave, at any percentage at least this high."""
    return _draw(f"control:{salt}:{contact_id}") * 100 < percent


def variant_of(salt: str, wave_id: str, contact_id: str, variants: Sequence[_S]) -> _S | None:
    """Which variant this contact gets: always the same within a wave, drawn anew in each; None of none."""
    if not variants:
        return None
    drawn = _draw(f"variant:{salt}:{wave_id}:{contact_id}") * 100
    for variant in variants:
        drawn -= variant.share
        if drawn < 0:
            return variant
    return variants[-1]


def cohort(salt: str, wave_id: str, contact_id: str, days: int) -> int:
    """On which of so many days, from 0, this contact is invited: equal parts, drawn anew in each wave."""
    return int(_draw(f"cohort:{salt}:{wave_id}:{contact_id}") * days)


def _draw(what: str) -> float:
    """A number from 0 to below 1 that hangs on nothing but the words."""
    digest = hashlib.blake2b(what.encode(), digest_size=8).digest()
    # A float keeps 53 bits: with more of them the highest numbers would become 1.
    return (int.from_bytes(digest, "big") >> 11) / 2**53
