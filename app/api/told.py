"""What a program tells of contacts, made into events: one item at a time, each wrong one with its reason."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import get_territory_currencies

from app.channels.texts import storable
from app.engagement.models import Kind
from app.engagement.rows import LARGEST, MOST_STARS, Event, name
from app.engagement.words import kind_of, says_machine

_NAMES = ("email", "phone", "key")
_LONGEST = 500
_DIGITS = 12
"""Before the point, in the column of amounts."""
_LONGEST_TEXT = 10_000


def items(body: bytes) -> list[Any] | None:
    """The items of a call: `{"interactions": [...]}`, a list, or JSON lines; None when it is nothing of these."""
    document = _json(body)
    if isinstance(document, Mapping):
        listed = document.get("interactions", [document] if "type" in document else None)
        return listed or None if isinstance(listed, list) else None
    if isinstance(document, list):
        return document or None
    lines = [_json(line) for line in body.splitlines() if line.strip()]
    return lines if any(isinstance(line, Mapping) for line in lines) else None


def event(item: object, *, country: str, latest: datetime) -> tuple[Event, str]:
    """One item and the system that told it; raises ValueError saying which field is wrong."""
    if not isinstance(item, Mapping):
        raise ValueError("an interaction is an object")
    names = tuple(name(given, country) for field in _NAMES if (given := _text(item, field, field == "key")))
    if not names:
        raise ValueError("email or phone is missing (or key)")
    known = kind_of(_text(item, "type"))
    if known is None:
        raise ValueError(f"type: {_text(item, 'type')[:40]!r} is no kind of interaction")
    kind, machine = known
    detail, text = _text(item, "detail")[:_LONGEST], _text(item, "text")[:_LONGEST_TEXT]
    amount = _worth(item, kind)
    currency = _text(item, "currency").upper()[:4] or (get_territory_currencies(country) or ["EUR"])[0]
    return Event(
        names=names,
        kind=kind,
        machine=machine or bool(detail and says_machine(detail)),
        at=_time(item, latest),
        amount=amount,
        currency=currency if kind is Kind.PURCHASE and amount is not None else None,
        detail=f"{text} ({detail})" if text and detail else text or detail,
        id=_text(item, "id", True)[:_LONGEST],
    ), _text(item, "source")[:40]


def _json(body: bytes) -> object:
    """A JSON document; None when it is none, or nested deeper than anyone means."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _text(item: Mapping[str, Any], field: str, number: bool = False) -> str:
    value = item.get(field) or ""
    if number and isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < LARGEST else ""
    if not isinstance(value, str):
        raise ValueError(f"{field} must be a text")
    return storable(value.strip())


def _time(item: Mapping[str, Any], latest: datetime) -> datetime:
    field = "at" if item.get("at") else "occurred_at"
    value = _text(item, field)
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None:
            at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{field}: {value[:40]!r} is no ISO 8601 time") from None
    if at.tzinfo is None:
        raise ValueError(f"{field} needs an offset, like 2026-11-01T09:00:00+01:00")
    if at > latest:
        raise ValueError(f"{field} lies in the future")
    return at


def _worth(item: Mapping[str, Any], kind: Kind) -> Decimal | None:
    fields = {Kind.REVIEW: "stars", Kind.POINTS: "points"}
    for field in (fields.get(kind, "amount"), "amount", "value"):
        if item.get(field) not in (None, ""):
            amount = _amount(item[field], field)
            if field == "stars" and not 0 <= amount <= MOST_STARS:
                raise ValueError(f"stars must be from 0 to {MOST_STARS}")
            return amount
    return None


def _amount(value: object, field: str) -> Decimal:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{field} is out of range")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{field}: {str(value)[:40]!r} is no number") from None
    if not amount.is_finite() or (amount and amount.adjusted() >= _DIGITS):
        raise ValueError(f"{field} is out of range")
    return amount.quantize(Decimal("0.01"))
