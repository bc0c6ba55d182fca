"""The four routes the providers post to."""

import hmac
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, abort, request

from app import runtime
from app.channels import sendgrid, twilio_posts
from app.intake.accept import accept
from app.intake.models import Route

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")

EVENTS_LIMIT = 4 * 2**20
"""SendGrid posts at 768 kB; bytes."""
INBOUND_LIMIT = 40 * 2**20
"""SendGrid takes mails up to 30 MB; more is no inbound parse. Bytes."""
TWILIO_LIMIT = 256 * 2**10
SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@bp.post("/sendgrid/events")
def sendgrid_events() -> Response:
    """Event batches; the signature covers the timestamp header and the raw body."""
    body = _body(EVENTS_LIMIT)
    # One key signs for both doors: a mail is no batch, whoever carries it here.
    if body.startswith(b"--") or not _signed_by_sendgrid(body):
        abort(403)
    return _accepted(Route.SENDGRID_EVENTS, body)


@bp.post("/sendgrid/inbound")
def sendgrid_inbound() -> Response:
    """Inbound mail, signed. SendGrid drops a reply for good on a 4xx, so only a wrong signature gets one."""
    body = _body(INBOUND_LIMIT)
    if body.startswith(b"[") or not _signed_by_sendgrid(body):
        abort(403)
    return _accepted(Route.SENDGRID_INBOUND, body)


@bp.post("/sendgrid/inbound/<secret>")
def sendgrid_inbound_secret(secret: str) -> Response:
    """Inbound mail where the parse setting is not signed: the path carries the secret."""
    known = runtime.current().settings.sendgrid_inbound_secret
    if not known or not hmac.compare_digest(known.encode(), secret.encode()):
        abort(403)
    return _accepted(Route.SENDGRID_INBOUND, _body(INBOUND_LIMIT))


@bp.post("/twilio/messages")
def twilio_messages() -> Response:
    """Inbound texts. The answer is an empty TwiML: what we say goes out through the outbox."""
    body = _body(TWILIO_LIMIT)
    if not _signed_by_twilio(body):
        abort(403)
    _accepted(Route.TWILIO_MESSAGES, body)
    return Response(EMPTY_TWIML, content_type="text/xml; charset=utf-8")


@bp.post("/twilio/status")
def twilio_status() -> Response:
    """Status callbacks; our message id is in the query."""
    body = _body(TWILIO_LIMIT)
    if not _signed_by_twilio(body):
        abort(403)
    return _accepted(Route.TWILIO_STATUS, body)


def _body(limit: int) -> bytes:
    request.max_content_length = limit
    return request.get_data(cache=False, parse_form_data=False)


def _accepted(route: Route, body: bytes) -> Response:
    with runtime.session() as db:
        accept(
            db,
            route,
            body,
            content_type=request.content_type or "",
            query=request.query_string.decode("latin-1"),
            now=runtime.now(),
        )
    return Response(status=204)


def _signed_by_sendgrid(body: bytes) -> bool:
    rt = runtime.current()
    signature, timestamp = request.headers.get(SIGNATURE, ""), request.headers.get(TIMESTAMP, "")
    keys = rt.settings.sendgrid_webhook_public_keys
    skew = timedelta(hours=rt.settings.sendgrid_webhook_max_skew_hours)
    # The provider's clock is the real one; ours may be set for a test or a demo.
    return any(
        sendgrid.verify(body, signature, timestamp, keys, now, skew)
        for now in (datetime.now(UTC), rt.now())
    )


def _signed_by_twilio(body: bytes) -> bool:
    settings = runtime.current().settings
    keys = settings.twilio_auth_tokens, settings.twilio_shared_keys
    return twilio_posts.signed(settings.public_url, request.environ, body, *keys)
