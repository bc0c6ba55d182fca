"""What one delivery event means for a contact: a dead address, a complaint, an open, an opt-out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import runtime
from app.channels.base import Channel, EventKind, ProviderEvent
from app.contacts import find
from app.contacts.models import Contact
from app.contacts.suppression import suppress
from app.db import Session
from app.engagement.models import Grade, Kind
from app.intake import stops
from app.messages import consequences, outbox
from app.messages.models import Message

DROPPED_FOR = {
    # SendGrid's documented reasons for an event of type `dropped`.
    "bounced address": "hard_bounce",
    "invalid": "hard_bounce",
    "unsubscribed address": "provider_opt_out",
    "spam reporting address": "complaint",
}


def mean(
    db: Session,
    provider: str,
    event: ProviderEvent,
    message: Message,
    received_at: datetime,
    seen: list[dict[str, Any]],
) -> bool:
    """Carry out one event; True when a verdict may change. What it adds to the timeline goes to `seen`."""
    at = event.at or received_at
    address = (message.channel, message.address_hash)
    if event.kind is EventKind.BOUNCED:
        _dead(db, provider, message, "hard_bounce", at)
        if message.contact_id:
            _interaction(seen, event, message, Kind.BOUNCE, Grade.NONE, at)
    elif event.kind is EventKind.DROPPED:
        reason = DROPPED_FOR.get((event.reason or "").strip().lower())
        if reason is None:
            return False
        if reason == "hard_bounce":
            _dead(db, provider, message, reason, at)
        else:
            _stop(db, _contact(db, message), [address], reason, event, received_at)
    elif event.kind is EventKind.COMPLAINED:
        contact = _contact(db, message)
        key = runtime.current().settings.suppression_key
        addresses = sorted({address, *(find.every_address(db, contact, key) if contact else ())})
        _stop(db, contact, addresses, "complaint", event, received_at)
        if contact:
            _interaction(seen, event, message, Kind.COMPLAINT, Grade.NONE, at)
    elif event.kind is EventKind.UNSUBSCRIBED:
        _stop(db, _contact(db, message), [address], "provider_opt_out", event, received_at)
    elif event.kind in (EventKind.UNDELIVERED, EventKind.FAILED):
        consequences.carry_out(db, [message], event.code, reason=event.reason or "", at=at)
    elif event.kind is EventKind.OPENED and message.contact_id:
        grade = Grade.MACHINE_OPEN if event.machine else Grade.OPEN
        _interaction(seen, event, message, Kind.OPEN, grade, at)
        return False
    elif event.kind is EventKind.CLICKED and message.contact_id:
        # A click alone proves no person: scanners click too. The answer on our own page does.
        _interaction(seen, event, message, Kind.CLICK, Grade.MACHINE_CLICK, at)
        return False
    else:
        return False
    return True


def _dead(db: Session, provider: str, message: Message, reason: str, at: datetime) -> None:
    address = (message.channel, message.address_hash)
    suppress(db, [address], reason=reason, source=provider, at=at)
    outbox.withdraw(db, reason, addresses=[address])


def _stop(
    db: Session,
    contact: Contact | None,
    addresses: Sequence[tuple[str, str]],
    reason: str,
    event: ProviderEvent,
    received_at: datetime,
) -> None:
    stops.stop(
        db,
        contact,
        addresses,
        reason=reason,
        source="provider",
        wording=str(event.kind),
        at=received_at,
        now=runtime.now(),
        evidence={
            name: value
            for name, value in (
                ("event", event.event_id),
                ("message", event.message_id),
                ("provider_id", event.provider_id),
                ("ip", event.ip),
                ("user_agent", event.user_agent),
                ("provider_time", event.at.isoformat() if event.at else None),
            )
            if value
        },
    )


def _contact(db: Session, message: Message) -> Contact | None:
    if message.contact_id is None:
        return None
    return find.hold(db, message.contact_id)


def _interaction(
    seen: list[dict[str, Any]], event: ProviderEvent, message: Message, kind: Kind, grade: Grade, at: datetime
) -> None:
    seen.append(
        {
            "contact_id": str(message.contact_id),
            "kind": kind,
            "grade": grade,
            "at": at,
            "source": Channel(message.channel),
            "dedupe_key": f"event:{event.event_id}",
            "message_id": message.id,
            "amount": None,
            "currency": None,
            "detail": "",
        }
    )
