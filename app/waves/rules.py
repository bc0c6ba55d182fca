"""What decides about one contact in a wave: the channel, the control group, the hour. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.channels.base import Channel

ALL_DAY = (time(0), time(0))


@dataclass(frozen=True, slots=True)
class Reach:
    """How one contact may be reached: address, present consent and suppression per channel."""

    addresses: Mapping[Channel, str]
    consents: Mapping[str, str]
    suppressed: frozenset[Channel]


def choose(reach: Reach, channels: Sequence[Channel]) -> tuple[Channel | None, str | None]:
    """The first channel the contact may be written to on, or None with the most telling reason.

    A channel needs an address, recorded consent (for email a recorded legal basis is as good) and no suppression;
    consent nobody recorded counts as none.
    """
    reasons = {}
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
    digest = hashlib.blake2b(f"control:{salt}:{contact_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 * 100 < percent


def next_window(
    earliest: datetime, zone: ZoneInfo, opens: time, closes: time
) -> tuple[datetime, datetime | None]:
    """When a message may leave at the earliest and the latest, given the hours in the contact's time zone.

    All day has no latest. A window may reach over midnight. One that is open now ends when it closes; else the
    next one is waited for, at the local hour, whatever daylight saving does in between.
    """
    if (opens, closes) == ALL_DAY:
        return earliest, None
    today = earliest.astimezone(zone).date()
    for days in range(-1, 3):
        day = today + timedelta(days=days)
        last_day = day if closes > opens else day + timedelta(days=1)
        # Compared in UTC: within one zone Python compares the clocks on the wall, and one hour comes twice.
        start = datetime.combine(day, opens, zone).astimezone(UTC)
        end = datetime.combine(last_day, closes, zone).astimezone(UTC)
        # The hour that daylight saving leaves out may be all of a short window.
        if start < end and earliest < end:
            return max(earliest, start), end
    raise AssertionError("a window of the next two days always lies ahead")


def braked(
    *, reached: int, bounced: int, complained: int, opted_out: int, limits: Mapping[str, float]
) -> str | None:
    """Why a wave must pause by itself, or None; `limits` in percent, `minimum` in messages."""
    if reached < limits["minimum"]:
        return None
    for name, count in (("complaints", complained), ("bounces", bounced), ("opt_outs", opted_out)):
        share = 100 * count / reached
        if share > limits[name]:
            return f"{name}: {share:.1f} % of {reached} messages, the limit is {limits[name]:g} %"
    return None
