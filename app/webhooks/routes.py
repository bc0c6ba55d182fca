"""The four routes the providers post to."""

import hmac
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from flask import Blueprint, Response, abort, request

from app import runtime
from app.channels import sendgrid, twilio_posts
from app.intake import refusals, spool
from app.intake.accept import post
from app.intake.models import Route
from app.webhooks.clerk import Desk, NotWritten

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")

LIMITS = {
    Route.SENDGRID_EVENTS: 4 * 2**20,
    Route.SENDGRID_INBOUND: 40 * 2**20,
    Route.TWILIO_MESSAGES: 256 * 2**10,
    Route.TWILIO_STATUS: 256 * 2**10,
}
"""Bytes of a body. SendGrid posts its events at 768 kB and takes mails up to 30 MB, which parsed and with a score may
be somewhat more."""
INBOUND_RETRIES = timedelta(hours=74)
"""SendGrid brings a reply again for 72 hours, and does not say whether it signs anew."""
SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

_desk = Desk()


@bp.post("/sendgrid/events")
def sendgrid_events() -> Response:
    """Event batches; the signature covers the timestamp header and the raw body."""
    route, settings = Route.SENDGRID_EVENTS, runtime.current().settings
    body = _body(route)
    skew = timedelta(hours=settings.sendgrid_webhook_max_skew_hours)
    # One key signs for both doors: a mail is no batch of events, whoever carries it here, nor the other way round.
    if body.startswith(b"--") or not _signed_by_sendgrid(body, skew):
        _refuse(route, 403, "signature")
    return _accepted(route, body)


@bp.post("/sendgrid/inbound")
def sendgrid_inbound() -> Response:
    """Inbound mail, signed."""
    route, settings = Route.SENDGRID_INBOUND, runtime.current().settings
    body = _body(route)
    if not settings.sendgrid_webhook_public_keys:
        _refuse(route, 503, "no key set")
    if not request.headers.get(SIGNATURE):
        # Who set up the address without its signature is to find the replies still there when it is mended.
        _refuse(route, 503, "not signed")
    skew = max(timedelta(hours=settings.sendgrid_webhook_max_skew_hours), INBOUND_RETRIES)
    if body.startswith(b"[") or not _signed_by_sendgrid(body, skew):
        _refuse(route, 403, "signature")
    return _accepted(route, body)


@bp.post("/sendgrid/inbound/<secret>")
def sendgrid_inbound_secret(secret: str) -> Response:
    """Inbound mail where the parse setting is not signed: the path carries the secret."""
    route, known = Route.SENDGRID_INBOUND, runtime.current().settings.sendgrid_inbound_secret
    body = _body(route)
    if not known:
        _refuse(route, 503, "no secret set")
    if not hmac.compare_digest(known.encode(), secret.encode("utf-8", "replace")):
        _refuse(route, 403, "secret")
    return _accepted(route, body)


@bp.post("/twilio/messages")
def twilio_messages() -> Response:
    """Inbound texts. The answer is an empty TwiML: what we say goes out through the outbox."""
    _accepted_from_twilio(Route.TWILIO_MESSAGES)
    return Response(EMPTY_TWIML, content_type="text/xml; charset=utf-8")


@bp.post("/twilio/status")
def twilio_status() -> Response:
    """Status callbacks; our message id is in the query."""
    return _accepted_from_twilio(Route.TWILIO_STATUS)


def _body(route: Route) -> bytes:
    """The whole body, byte for byte; refused when it is too large or broken off."""
    limit, length = LIMITS[route], request.content_length
    if (length or 0) > limit:
        _refuse(route, 413, "too large")
    try:
        body: bytes = request.environ["wsgi.input"].read(limit + 1 if length is None else length)
    except Exception:  # the server's own, for chunks that are none and for whoever hangs up
        _refuse(route, 400, "broken off")
    if len(body) > limit:
        _refuse(route, 413, "too large")
    if len(body) < (length or 0):
        _refuse(route, 400, "broken off")
    return body


def _refuse(route: Route, status: int, reason: str) -> NoReturn:
    """Count it and answer. SendGrid drops a reply for good on a 4xx: only one that is forged gets that, all else may
    be our mistake or the network's, and is brought again."""
    refusals.note(route, reason)
    abort(503 if route is Route.SENDGRID_INBOUND and status != 403 else status)


def _accepted(route: Route, body: bytes) -> Response:
    posted = post(
        route,
        body,
        content_type=request.content_type or "",
        query=request.query_string.decode("latin-1"),
        now=runtime.now(),
    )
    try:
        if not _desk.keep(posted):
            refusals.again(route)
    except NotWritten:  # it is theirs, so it is kept: what is wrong with our database is not their trouble
        spool.lay(posted)
    return Response(status=204)


def _accepted_from_twilio(route: Route) -> Response:
    body, settings = _body(route), runtime.current().settings
    keys = settings.twilio_auth_tokens, settings.twilio_shared_keys
    if not twilio_posts.signed(settings.public_url, request.environ, body, *keys):
        _refuse(route, 403, "signature")
    return _accepted(route, body)


def _signed_by_sendgrid(body: bytes, skew: timedelta) -> bool:
    rt = runtime.current()
    signature, timestamp = request.headers.get(SIGNATURE, ""), request.headers.get(TIMESTAMP, "")
    keys = rt.settings.sendgrid_webhook_public_keys
    # The provider's clock is the real one; ours may be set for a test or a demo.
    return any(
        sendgrid.verify(body, signature, timestamp, keys, now, skew) for now in (datetime.now(UTC), rt.now())
    )
