"""What a provider's error code asks for beyond the one message: suppress the address, hold its group, tell a person."""

from collections.abc import Sequence
from datetime import datetime

from app.channels.actions import Action, Meaning
from app.channels.base import Channel
from app.channels.twilio import ERRORS
from app.contacts import consent
from app.contacts.models import ConsentState
from app.contacts.suppression import Stop, add, suppress
from app.db import Session
from app.journal.find import about
from app.journal.record import record
from app.messages import outbox
from app.messages.models import GroupState, Held, Known, MessageGroup

Written = Held | Known
DEAD = {Channel.EMAIL: "hard_bounce", Channel.SMS: "bad_number"}
"""Why an address that nobody can be reached at is suppressed."""


def carry_out(
    db: Session, messages: Sequence[Held | Known], code: str | None, *, reason: str, at: datetime
) -> None:
    """Do what Twilio's documentation says about a code it refused these texts with (error dictionary)."""
    texts = [message for message in messages if message.channel == Channel.SMS]
    meaning = ERRORS.get(code or "")
    if not texts or meaning is None:
        return
    if meaning.action is Action.SUPPRESS:
        addresses = [(str(Channel.SMS), message.address_hash) for message in texts]
        suppress(db, addresses, reason="provider_opt_out", source=f"twilio:{code}", at=at)
        _withdrawn(db, texts, str(code), f"Twilio {code}: {meaning.text}", at)
        written_to = {message.contact_id for message in texts if message.contact_id}
        outbox.withdraw(db, "provider_opt_out", addresses=addresses, contacts=written_to)
    elif meaning.action is Action.BAD_ADDRESS:
        dead(db, texts, source=f"twilio:{code}", at=at)
    elif meaning.action is Action.PAUSE:
        pause(db, texts, f"Twilio {code}: {reason}")
    elif meaning.action is Action.ALERT:
        alert(db, texts, "Twilio", str(code), meaning, at=at)


def dead(db: Session, messages: Sequence[Held | Known], *, source: str, at: datetime) -> None:
    """Nobody can be reached at these addresses: nothing more goes there."""
    dead_since(db, [(message, at) for message in messages], source=source)


def dead_since(db: Session, reported: Sequence[tuple[Held | Known, datetime]], *, source: str) -> None:
    """The same for messages that prove it each at its own time."""
    stops = [Stop(m.channel, m.address_hash, DEAD[Channel(m.channel)], source, at) for m, at in reported]
    add(db, stops)
    for why in sorted({stop.reason for stop in stops}):
        outbox.withdraw(db, why, addresses=sorted({stop[:2] for stop in stops if stop.reason == why}))


def _withdrawn(db: Session, texts: Sequence[Held | Known], code: str, wording: str, at: datetime) -> None:
    """They told the carrier to stop: the ledger says so too."""
    told = {message.contact_id: message for message in texts if message.contact_id}
    for contact_id, message in sorted(told.items()):
        consent.record(
            db,
            contact_id,
            [Channel.SMS],
            ConsentState.WITHDRAWN,
            at=at,
            recorded_at=at,
            source="provider",
            wording=wording,
            evidence={"code": code, "message": message.id, "provider_id": message.provider_id},
        )


def pause(db: Session, messages: Sequence[Held | Known], reason: str) -> None:
    """Hold the groups of these messages until a person looks: the account, not the contact, is at fault."""
    hold(db, sorted({message.group_id for message in messages if message.group_id}), reason)


def hold(db: Session, group_ids: Sequence[str], reason: str) -> None:
    """Hold these groups, each that is open; one that a person or another reason holds keeps its own."""
    for group_id in group_ids:
        group = db.get(MessageGroup, group_id, populate_existing=True)
        if group is not None and group.state == GroupState.OPEN:
            outbox.set_group(db, group_id, GroupState.PAUSED, reason)


def alert(
    db: Session,
    messages: Sequence[Held | Known],
    provider: str,
    code: str,
    meaning: Meaning,
    *,
    at: datetime,
) -> None:
    """Have whoever looks after a wave see why messages of it fail, each code once."""
    waves = sorted({message.group_id for message in messages if message.group_id})
    known = {
        (entry.subject_id, entry.facts.get("provider_code")) for entry in about(db, "wave", waves, "alert")
    }
    for wave_id in waves:
        if (wave_id, code) not in known:
            record(
                db,
                at=at,
                actor="system",
                verb="alert",
                subject=("wave", wave_id),
                reason="provider",
                provider_code=code,
                said=f"{provider} {code}: {meaning.text}",
            )
