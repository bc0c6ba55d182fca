"""The event batches SendGrid posts: whose they are, and what they say happened."""

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.channels.base import EventKind, MalformedBody, ProviderEvent
from app.channels.texts import storable_json

MESSAGE_KEY = "w_message"
_TEXTS = frozenset(
    f"sg_event_id {MESSAGE_KEY} sg_message_id email type status reason response url useragent ip".split()
)
_MILLISECONDS = 10**11
"""From here on a time is counted in milliseconds: in seconds it would be the year 5138."""
_LONGEST_NUMBER = 300
"""Digits; int() refuses thousands of them, and no float holds more."""

_KINDS = {
    "processed": EventKind.PROCESSED,
    "deferred": EventKind.DEFERRED,
    "delivered": EventKind.DELIVERED,
    "dropped": EventKind.DROPPED,
    "open": EventKind.OPENED,
    "click": EventKind.CLICKED,
    "spamreport": EventKind.COMPLAINED,
    "unsubscribe": EventKind.UNSUBSCRIBED,
    "group_unsubscribe": EventKind.UNSUBSCRIBED,
    "group_resubscribe": EventKind.RESUBSCRIBED,
    "account_status_change": EventKind.ACCOUNT,
}


def verify(
    raw: bytes,
    signature: str,
    timestamp: str,
    keys: Sequence[str],
    now: datetime,
    max_skew: timedelta = timedelta(hours=25),
) -> bool:
    """Whether one of `keys` (base64 DER, P-256) signed exactly these bytes at about `now`. Never raises.

    SendGrid retries for 24 h and does not say whether it signs anew, hence the wide skew: replays are told by
    their event ids. Source: getting-started-event-webhook-security-features."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > max_skew.total_seconds():
        return False
    try:
        der = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    # Only the canonical spelling counts: base64 has spare bits in its last letter.
    if base64.b64encode(der).decode() != signature:
        return False
    return any(_signed(der, timestamp.encode() + raw, key) for key in keys)


def _signed(der: bytes, signed: bytes, key: str) -> bool:
    public = _public_key(key)
    try:
        if public is not None:
            public.verify(der, signed, ec.ECDSA(SHA256()))
            return True
    except InvalidSignature:
        pass
    return False


@lru_cache(maxsize=64)
def _public_key(key: str) -> ec.EllipticCurvePublicKey | None:
    try:
        public = load_der_public_key(base64.b64decode(key))
    except (ValueError, UnsupportedAlgorithm):
        return None
    return public if isinstance(public, ec.EllipticCurvePublicKey) else None


def parse_events(raw: bytes) -> list[ProviderEvent]:
    """The events of one POST body, in its order. Raises MalformedBody unless it is a JSON array of objects;
    events of unknown type become OTHER. Source: twilio.com/docs/sendgrid tracking-events/event."""
    return [parse_event(event) for event in batch_of(raw)]


def batch_of(raw: bytes) -> list[object]:
    """What stands in the array of one POST body, whatever it is. Raises MalformedBody unless it is an array."""
    try:
        try:
            if b"\\u0000" in raw:
                raise ValueError("NUL is for the careful reader")
            events = orjson.loads(raw)
        except ValueError:
            read = json.loads(raw.decode("utf-8-sig", "replace"), parse_int=_whole)
            events = storable_json(read)
    except RecursionError as error:
        raise MalformedBody("the event batch is nested too deeply") from error
    except ValueError as error:
        raise MalformedBody(f"the event batch cannot be read: {error}") from error
    if not isinstance(events, list):
        raise MalformedBody("an event batch is a JSON array of objects")
    return events


def parse_event(event: object) -> ProviderEvent:
    """One event of a batch. Raises MalformedBody unless it is an object."""
    if not isinstance(event, dict):
        raise MalformedBody("an event batch is a JSON array of objects")
    return _event(event)


def _whole(digits: str) -> int | float:
    """A whole number; beyond 64 bits a float, as every fast reader of JSON has it, so that both say the same."""
    value = int(digits) if len(digits) < _LONGEST_NUMBER else float(digits)
    return value if -(2**63) <= value < 2**64 else float(value)


def event_of(facts: Mapping[str, object]) -> ProviderEvent:
    """One event again, from the facts that were kept of it (`ProviderEvent.raw`)."""
    return _event(facts)


def _event(event: Mapping[str, object]) -> ProviderEvent:
    said = {
        name: (value.strip() or None) if type(value) is str else _number(value)
        for name, value in event.items()
        if name in _TEXTS
    }.get
    kind = _kind(str(event.get("event")).strip().lower(), said("type"), said("status"))
    account = kind is EventKind.ACCOUNT
    return ProviderEvent(
        event_id=said("sg_event_id") or _derived_id(event),
        kind=kind,
        message_id=said(MESSAGE_KEY),
        provider_id=said("sg_message_id"),
        address=said("email"),
        at=_moment(event.get("timestamp")),
        code=said("type" if account else "status"),
        reason=said("type") if account else said("reason") or said("response"),
        machine=kind is EventKind.OPENED and str(event.get("sg_machine_open")).lower() in ("true", "1"),
        url=said("url"),
        user_agent=said("useragent"),
        ip=said("ip"),
        raw=event,
    )


def _kind(name: str, type_: str | None, status: str | None) -> EventKind:
    if name == "bounce":
        # Old samples have no type; there a 4.x.x status is all that tells a passing failure from a final one.
        passing = (status or "").startswith("4")
        kind = type_ or ("blocked" if passing else "bounce")
        return EventKind.BOUNCED if kind.lower() == "bounce" else EventKind.BLOCKED
    return _KINDS.get(name, EventKind.OTHER)


def _number(value: object) -> str | None:
    """A number that stands where a text should, as text."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _moment(value: object) -> datetime | None:
    """Seconds or, in Single Send samples, milliseconds since 1970, as number or string."""
    if type(value) is int and 0 <= value < _MILLISECONDS:
        return _since_1970(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        seconds = float(value)
        if not math.isfinite(seconds) or seconds < 0:
            return None
        return _since_1970(seconds / 1000 if seconds > _MILLISECONDS else seconds)
    except (ValueError, OverflowError, OSError):
        return None


@lru_cache(maxsize=4096)
def _since_1970(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _derived_id(event: Mapping[str, object]) -> str:
    return "sha256:" + hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
