"""Expanding raw events: each is read once, in its own transaction; one that cannot be read is set aside."""

import logging
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from urllib.parse import parse_qsl

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import col
from werkzeug.datastructures import MultiDict

from app import runtime, tokens
from app.channels import sendgrid, twilio
from app.channels.base import Channel, InboundEmail
from app.conversations.models import Conversation
from app.db import Session, is_sqlite, table_of
from app.intake import events
from app.intake.models import RawEvent, RawState, Route
from app.intake.replies import Reply, hear
from app.language.replies import html_to_text, strip_reply
from app.language.transport import automatic
from app.messages.models import Message

log = logging.getLogger(__name__)


def expand_next(route: Route) -> bool:
    """Expand the oldest raw event of this route; False when there is none.

    What cannot be expanded is quarantined with the reason, and the next one gets its turn.
    """
    raw_id: int | None = None
    try:
        with runtime.session() as db:
            raw = _oldest(db, route)
            if raw is None:
                return False
            raw_id = raw.id
            _READERS[route](db, raw)
            raw.state = RawState.EXPANDED
            db.add(raw)
    except OperationalError:
        # The database is at fault, not the event: it stays as it is and the sweep comes back to it.
        raise
    except Exception as error:  # whatever is wrong with one event must not stop those behind it
        if raw_id is None:
            raise
        log.warning("raw event %s set aside: %s", raw_id, type(error).__name__)
        with runtime.session() as db:
            db.execute(
                update(table_of(RawEvent))
                .where(col(RawEvent.id) == raw_id)
                .values(state=RawState.QUARANTINED, reason=f"{type(error).__name__}: {error}"[:500])
            )
    return True


def _oldest(db: Session, route: Route) -> RawEvent | None:
    statement = (
        select(RawEvent)
        .where(col(RawEvent.state) == RawState.NEW, col(RawEvent.route) == route)
        .order_by(col(RawEvent.id))
        .limit(1)
    )
    if not is_sqlite(db):
        statement = statement.with_for_update(skip_locked=True)
    return db.scalars(statement).first()


def _sendgrid_events(db: Session, raw: RawEvent) -> None:
    events.take(db, "sendgrid", sendgrid.parse_events(raw.body), received_at=raw.received_at)


def _twilio_status(db: Session, raw: RawEvent) -> None:
    event = twilio.parse_status(_form(raw.body.decode()), _form(raw.query))
    events.take(db, "twilio", [event], received_at=raw.received_at)


def _twilio_message(db: Session, raw: RawEvent) -> None:
    text = twilio.parse_inbound(_form(raw.body.decode()))
    evidence = {"opt_out_type": text.opt_out_type} if text.opt_out_type else {}
    hear(
        db,
        Reply(
            channel=Channel.SMS,
            address=text.from_number,
            text=text.body,
            provider_id=text.provider_id,
            at=raw.received_at,
            evidence=evidence,
        ),
    )


def _sendgrid_inbound(db: Session, raw: RawEvent) -> None:
    email = sendgrid.parse_inbound(raw.content_type, raw.body)
    conversation = _addressed(db, email)
    whole = email.text or html_to_text(email.html)
    language = conversation.language if conversation else runtime.current().settings.default_language
    hear(
        db,
        Reply(
            channel=Channel.EMAIL,
            address=parseaddr(email.from_email)[1] or email.from_email,
            text=strip_reply(whole, language),
            # SendGrid names no event: the Message-ID and the recipient tell a retry from a new reply.
            provider_id=f"{email.message_id or raw.digest}>{','.join(email.to)}"[:400],
            at=raw.received_at,
            subject=email.subject,
            conversation_id=conversation.id if conversation else None,
            automatic=automatic(email.headers, whole) is not None,
            evidence={"message_id": email.message_id},
        ),
    )


def _addressed(db: Session, email: InboundEmail) -> Conversation | None:
    """The conversation whose reply address this email was sent to."""
    keys = runtime.current().settings.secret_keys
    for address in email.to:
        local = address.partition("@")[0]
        try:
            message_id = tokens.read_reply(keys, local.partition("+")[2])
        except tokens.BadToken:
            continue
        message = db.get(Message, message_id)
        if message is not None and message.conversation_id:
            return db.get(Conversation, message.conversation_id)
    return None


def _form(text: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(text, keep_blank_values=True))


_READERS: Mapping[Route, Callable[[Session, RawEvent], None]] = {
    Route.SENDGRID_EVENTS: _sendgrid_events,
    Route.SENDGRID_INBOUND: _sendgrid_inbound,
    Route.TWILIO_MESSAGES: _twilio_message,
    Route.TWILIO_STATUS: _twilio_status,
}
