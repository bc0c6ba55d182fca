"""Whatever way somebody says stop, this is what happens, in one transaction: nothing more goes out to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import runtime
from app.channels.base import Channel
from app.contacts import consent, suppression
from app.contacts.models import ConsentState, Contact
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session
from app.intake.reply import Reply
from app.journal.record import record
from app.messages import outbox


def stop(
    db: Session,
    contact: Contact | None,
    addresses: Sequence[tuple[str, str]],
    *,
    reason: str,
    source: str,
    wording: str,
    at: datetime,
    now: datetime,
    evidence: dict[str, Any] | None = None,
) -> None:
    """Suppress these (channel, address hash) pairs, withdraw consent on their channels (on every one where the
    reason is the person's), end their conversations and take back what has not left.

    `at` is when the raw event was accepted; `source` is sms, email, web, one_click or provider.
    """
    suppression.suppress(db, addresses, reason=reason, source=source, at=at)
    outbox.withdraw(db, reason, contacts=[contact.id] if contact else (), addresses=addresses)
    if contact is None:
        return
    consent.record(
        db,
        contact.id,
        sorted(Channel if reason in suppression.PERSON_WIDE else {channel for channel, _ in addresses}),
        ConsentState.WITHDRAWN,
        at=at,
        recorded_at=now,
        source=source,
        wording=wording,
        evidence=evidence,
    )
    walks.close(db, ConversationState.STOPPED, now=now, contact_id=contact.id)
    record(db, at=now, actor="contact", verb="stopped", subject=("contact", contact.id), reason=reason)


def by_reply(
    db: Session, reply: Reply, contact: Contact | None, addresses: Sequence[tuple[str, str]], *, reason: str
) -> None:
    """The same, said by an inbound message: its own words are the wording."""
    stop(
        db,
        contact,
        addresses,
        reason=reason,
        source=reply.channel,
        wording=reply.text,
        at=reply.at,
        now=runtime.now(),
        evidence={**reply.evidence, "provider_id": reply.provider_id},
    )
