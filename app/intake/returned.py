"""Delivery reports that come to us by mail: the message they are about, and what they say became of it."""

import re
from collections.abc import Sequence

from sqlmodel import col, select

from app import runtime
from app.channels import reports
from app.channels.base import Channel, DeliveryReport, EventKind, InboundEmail, ProviderEvent
from app.contacts.addresses import address_hash, email_key
from app.db import Session
from app.intake import events
from app.intake.models import RawEvent
from app.messages.models import Direction, Message

_NOT_FOR_EVER = re.compile(r"5\.(?:2\.[23]|3\.4|7\.\d+)")
"""RFC 3463: a full mailbox, a message too large, a policy: the address may be well all the same."""


def report_of(email: InboundEmail, whole: str) -> DeliveryReport | None:
    """What the mail reports, be it written for machines or for people."""
    return email.report or reports.in_words(whole)


def message(db: Session, told: DeliveryReport) -> Message | None:
    """The message a report is about, by the Message-ID it returns and the recipient it names."""
    recipient = told.original_recipient or told.recipient or ""
    return by_request(db, [told.message_id or ""], recipient)


def by_request(db: Session, ids: Sequence[str], address: str) -> Message | None:
    """The message with one of these Message-IDs that went to this address; to another one only where it was the
    only one of its request.

    SendGrid writes the id it gave the request before the @, the same for a thousand recipients.
    """
    names = [name for one in ids if (name := one.strip("<> ").partition("@")[0])]
    if not names:
        return None
    sent = select(Message).where(
        col(Message.provider_id).in_(names),
        Message.channel == Channel.EMAIL,
        Message.direction == Direction.OUT,
    )
    hashed = address_hash(runtime.current().settings.suppression_key, Channel.EMAIL, address)
    theirs = db.exec(sent.where(Message.address_hash == hashed).limit(1)).first()
    if theirs is not None:
        return theirs
    some = db.exec(sent.limit(2)).all()
    return some[0] if len(some) == 1 else None


def take(db: Session, email: InboundEmail, told: DeliveryReport, about: Message, raw: RawEvent) -> None:
    """Let the message know what became of it, as if the provider had told us."""
    kind = _kind(told, about)
    if kind is None:
        return
    event = ProviderEvent(
        event_id=f"report:{email.message_id or raw.digest}",
        kind=kind,
        message_id=about.id,
        provider_id=None,
        address=about.address,
        at=None,
        code=told.status or None,
        reason=told.reason or None,
        machine=False,
        url=None,
        user_agent=None,
        ip=None,
        raw={
            "action": told.action,
            "status": told.status,
            "recipient": told.recipient,
            "reason": told.reason,
        },
    )
    events.take(db, "sendgrid", [event], received_at=raw.received_at)


def _kind(told: DeliveryReport, about: Message) -> EventKind | None:
    if told.action == "delayed":
        return EventKind.DEFERRED
    if told.action != "failed":
        return None
    # Who forwards their mail to several, of whom one is gone, still gets it.
    named = {email_key(one) for one in (told.recipient, told.original_recipient) if one}
    theirs = not named or email_key(about.address) in named
    final = told.status.startswith("5") and not _NOT_FOR_EVER.fullmatch(told.status)
    return EventKind.BOUNCED if final and theirs else EventKind.BLOCKED
