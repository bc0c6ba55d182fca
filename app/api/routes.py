"""The JSON API: what contacts did elsewhere comes in, the state of a wave goes out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, g, jsonify, request

from app import runtime
from app.accounts import tokens
from app.accounts.models import Role
from app.api import told
from app.api.openapi import DOCUMENT
from app.engagement.rows import Event
from app.errors import BadInput, Conflict, NotFound
from app.intake import acts
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
            g.actor = f"token:{token.id}"
            return view(*args, **kwargs)

        return guarded

    return decorate


@bp.errorhandler(BadInput)
def refused(error: BadInput) -> tuple[Response, int]:
    return jsonify({"error": "Bad Request", "detail": str(error)}), 400


@bp.errorhandler(NotFound)
def missing(error: NotFound) -> tuple[Response, int]:
    return jsonify({"error": "Not Found", "detail": str(error)}), 404


@bp.errorhandler(Conflict)
def too_late(error: Conflict) -> tuple[Response, int]:
    return jsonify({"error": "Conflict", "detail": str(error)}), 409


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
    given = told.items(request.get_data())
    if given is None or len(given) > LIMIT:
        abort(400, f'send {{"interactions": [...]}}, a list or JSON lines with 1 to {LIMIT} items')
    read: list[tuple[int, tuple[Event, str]]] = []
    rejected: list[dict[str, Any]] = []
    settings, latest = runtime.current().settings, runtime.now() + CLOCKS_DIFFER
    for position, item in enumerate(given):
        try:
            read.append((position, told.event(item, country=settings.default_country, latest=latest)))
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
