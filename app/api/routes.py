"""The JSON API: what contacts did elsewhere comes in, the state of a wave goes out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, jsonify, request

from app import runtime
from app.accounts import tokens
from app.accounts.models import Role
from app.api.openapi import DOCUMENT
from app.channels.texts import storable
from app.engagement.words import kind_of
from app.errors import NotFound
from app.intake import acts
from app.intake.acts import Act
from app.reports import wave

bp = Blueprint("api", __name__, url_prefix="/api/v1")

LIMIT = 1_000
"""Interactions in one call."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""How far ahead of ours a program's clock may be."""
View = Callable[..., Any]


def allowed(*roles: Role) -> Callable[[View], View]:
    """Only with a bearer token of one of these roles: 401 without a good one, 403 with a weaker one."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
            with runtime.reading() as db:
                token = tokens.check(db, secret.strip()) if scheme.lower() == "bearer" else None
            if token is None:
                abort(
                    401, "send `Authorization: Bearer TOKEN` with a token from `riattiva users tokens issue`"
                )
            if token.role not in roles:
                abort(403, f"this token's role is {token.role}")
            return view(*args, **kwargs)

        return guarded

    return decorate


@bp.get("/openapi.json")
def openapi() -> Response:
    return jsonify(DOCUMENT)


@bp.get("/waves/<uuid:wave_id>")
@allowed(*Role)
def wave_status(wave_id: UUID) -> Response:
    """The figures of one wave, as `riattiva waves status --json` prints them."""
    try:
        with runtime.reading() as db:
            figures = wave.status(db, str(wave_id))
    except NotFound as error:
        abort(404, str(error))
    times = {name: value.isoformat() for name, value in figures.items() if isinstance(value, datetime)}
    return jsonify(figures | times)


@bp.post("/interactions")
@allowed(Role.ADMIN, Role.MARKETER)
def interactions() -> tuple[Response, int]:
    """Up to 1,000 acts: all that can be read are kept, the others are answered with what is wrong with each."""
    document = _document()
    given = document.get("interactions") if isinstance(document, dict) else None
    if not isinstance(given, list) or not given or len(given) > LIMIT:
        abort(400, f'send {{"interactions": [...]}} with 1 to {LIMIT} items')
    read: list[tuple[int, Act]] = []
    rejected: list[dict[str, Any]] = []
    for position, item in enumerate(given):
        try:
            read.append((position, _act(item)))
        except ValueError as error:
            rejected.append({"index": position, "reason": str(error)})
    with runtime.session() as db:
        added, unknown = acts.take(db, [act for _, act in read])
    rejected += [{"index": read[i][0], "reason": "no contact has this address"} for i in unknown]
    rejected.sort(key=lambda one: one["index"])
    answer: dict[str, Any] = {
        "added": added,
        "unchanged": len(read) - len(unknown) - added,
        "rejected": rejected,
    }
    if not read:
        answer |= {"error": "Bad Request", "detail": f"none of the {len(given)} interactions could be read"}
    return jsonify(answer), 200 if read else 400


def _document() -> object:
    """The body as JSON; None when it is none, or nested deeper than anyone means."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _act(item: object) -> Act:
    """One item of the call; raises ValueError saying which field is wrong."""
    if not isinstance(item, dict):
        raise ValueError("an interaction is an object")
    email, phone = _text(item, "email"), _text(item, "phone")
    if not email and not phone:
        raise ValueError("email or phone is missing")
    known = kind_of(_text(item, "type"))
    if known is None:
        raise ValueError(f"type: {_text(item, 'type')[:40]!r} is no kind of interaction")
    return Act(
        email=email or None,
        phone=phone or None,
        kind=known[0],
        at=_time(_text(item, "occurred_at")),
        amount=_amount(item.get("value")),
        detail=_text(item, "detail")[:500],
    )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name) or ""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text")
    return storable(value.strip())


def _time(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None:
            at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"occurred_at: {value[:40]!r} is no ISO 8601 time") from None
    if at.tzinfo is None:
        raise ValueError("occurred_at needs an offset, like 2026-11-01T09:00:00+01:00")
    if at > runtime.now() + CLOCKS_DIFFER:
        raise ValueError("occurred_at lies in the future")
    return at


def _amount(value: object) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"value: {str(value)[:40]!r} is no number") from None
    if not amount.is_finite() or abs(amount) >= 10**12:
        raise ValueError("value is out of range")
    return amount.quantize(Decimal("0.01"))
