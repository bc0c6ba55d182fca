"""What one delivery event means for a contact: a dead address, a complaint, an opt-out; for a wave: a pause."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import runtime
from app.channels import sendgrid_reasons, twilio_errors
from app.channels.actions import Action, Meaning
from app.channels.base import Channel, EventKind, ProviderEvent
from app.contacts import find
from app.contacts.models import Contact
from app.db import Session
from app.engagement.models import Grade, Kind
from app.intake import counts, providers, stops
from app.intake.counts import What
from app.intake.models import Route
from app.journal.record import record
from app.messages import consequences, soft_bounces
from app.messages.models import Known
from app.waves.steering import again

FAILURES = (EventKind.BLOCKED, EventKind.DROPPED, EventKind.UNDELIVERED, EventKind.FAILED)
OPT_OUTS = {Action.SUPPRESS: "provider_opt_out", Action.COMPLAINT: "complaint"}


def mean(
    db: Session,
    provider: str,
    event: ProviderEvent,
    message: Known,
    received_at: datetime,
    seen: list[dict[str, Any]],
) -> bool:
    """Carry out one event; True when a verdict may change. What it adds to the timeline goes to `seen`."""
    at = event.at or received_at
    if event.kind is EventKind.BOUNCED:
        # Nothing more goes there: see `bounced`.
        if message.contact_id:
            _interaction(seen, event, message, Kind.BOUNCE, Grade.NONE, at)
    elif event.kind in FAILURES:
        return _failed(db, provider, event, message, at, received_at)
    elif event.kind is EventKind.COMPLAINED:
        _stop(db, message, "complaint", event, received_at)
        if message.contact_id:
            _interaction(seen, event, message, Kind.COMPLAINT, Grade.NONE, at)
    elif event.kind is EventKind.UNSUBSCRIBED:
        _stop(db, message, "provider_opt_out", event, received_at)
    elif event.kind is EventKind.RESUBSCRIBED and message.contact_id:
        # Of the provider's list only: what the person told us to stop, they alone let go on, at our own doors.
        subject, named = ("contact", message.contact_id), _named(event)
        record(
            db, at=at, actor=f"provider:{provider}", verb="resubscribed_there", subject=subject, said=named
        )
        return False
    else:
        return False
    return True


def bounced(db: Session, provider: str, told: Sequence[tuple[ProviderEvent, Known, datetime]]) -> None:
    """Nobody can be reached at the addresses of these bounces, which came at those times: for all of them at once."""
    if told:
        reported = [(message, event.at or received_at) for event, message, received_at in told]
        consequences.dead_since(db, reported, source=provider)


def weigh(db: Session, told: Sequence[tuple[ProviderEvent, Known | None]]) -> set[str]:
    """Give up the addresses that these events (kept before) show to fail again and again; returns whose verdict
    may change."""
    failing = {
        (message.channel, message.address_hash)
        for event, message in told
        if message is not None and soft_bounces.soft(event.kind, event.code, event.raw)
    }
    return soft_bounces.weigh(db, failing) if failing else set()


def asked_for(event: ProviderEvent) -> Meaning:
    """What the provider's documentation asks for after this failure."""
    if event.kind is EventKind.BLOCKED:
        return sendgrid_reasons.blocked(event.code, event.raw)
    if event.kind is EventKind.DROPPED:
        return sendgrid_reasons.dropped(event.reason)
    return twilio_errors.meaning(event.code)


def _failed(
    db: Session,
    provider: str,
    event: ProviderEvent,
    message: Known,
    at: datetime,
    received_at: datetime,
) -> bool:
    meaning, code = asked_for(event), event.code if provider == "twilio" else None
    said = f"Twilio {code}: {meaning.text}" if code else f"{event.reason}: {meaning.text}"
    if meaning in (sendgrid_reasons.UNLISTED, twilio_errors.UNLISTED):
        _unknown(db, event, received_at)
    if meaning.action in OPT_OUTS:
        _stop(db, message, OPT_OUTS[meaning.action], event, received_at, wording=said)
    elif meaning.action is Action.BAD_ADDRESS:
        consequences.dead(db, [message], source=f"twilio:{code}" if code else provider, at=at)
    elif meaning.action is Action.PAUSE:
        providers.pause(db, message, meaning, said if code else f"SendGrid: {said}", at=at)
        return False
    elif meaning.action is Action.ALERT and code:
        consequences.alert(db, [message], "Twilio", code, meaning, at=received_at)
        return False
    elif meaning.action is Action.RETRY and event.kind is EventKind.FAILED and not meaning.of_address:
        # It never left the provider: the one failure after which the same words cannot be said twice.
        again.later(db, runtime.current(), message.id, twilio_errors.later(code), now=runtime.now())
        return False
    else:
        return False
    return True


def _unknown(db: Session, event: ProviderEvent, at: datetime) -> None:
    """Count a reason that no table of ours has. What goes on a key names a kind and never a contact."""
    if event.kind is EventKind.DROPPED:
        door, reason = Route.SENDGRID_EVENTS, f"dropped: {event.reason}"
    else:
        door, reason = Route.TWILIO_STATUS, f"error {event.code or 'without a code'}"
    counts.count(db, door, What.UNKNOWN, at=at, reason=reason if "@" not in reason else str(event.kind))


def _stop(
    db: Session,
    message: Known,
    reason: str,
    event: ProviderEvent,
    received_at: datetime,
    *,
    wording: str = "",
) -> None:
    contact, addresses = _contact(db, message), {(message.channel, message.address_hash)}
    if contact and reason == "complaint":
        addresses |= set(find.every_address(db, contact, runtime.current().settings.suppression_key))
    stops.stop(
        db,
        contact,
        sorted(addresses),
        reason=reason,
        source="provider",
        wording=wording or _named(event),
        at=received_at,
        now=runtime.now(),
        evidence={
            name: value
            for name, value in (
                ("event", event.event_id),
                ("message", message.id),
                ("provider_id", event.provider_id),
                ("code", event.code),
                ("group", event.raw.get("asm_group_id")),
                ("ip", event.ip),
                ("user_agent", event.user_agent),
                ("provider_time", event.at.isoformat() if event.at else None),
            )
            if value
        },
    )


def _named(event: ProviderEvent) -> str:
    """What the provider calls it: a group is left by another name than everything."""
    return str(event.raw.get("event") or event.kind)


def _contact(db: Session, message: Known) -> Contact | None:
    if message.contact_id is None:
        return None
    return find.hold(db, message.contact_id)


def _interaction(
    seen: list[dict[str, Any]], event: ProviderEvent, message: Known, kind: Kind, grade: Grade, at: datetime
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
