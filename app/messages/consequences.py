"""What a provider's error code asks for beyond the one message: suppress the address, or pause its group."""

from collections.abc import Sequence
from datetime import datetime

from app.channels.base import Channel
from app.channels.twilio import ERRORS, Action
from app.contacts import consent
from app.contacts.models import ConsentState
from app.contacts.suppression import suppress
from app.db import Session
from app.messages import outbox
from app.messages.models import GroupState, Held, Message


def carry_out(
    db: Session, messages: Sequence[Message | Held], code: str | None, *, reason: str, at: datetime
) -> None:
    """Do what the code's documentation says (Twilio's error dictionary; SendGrid's come as events)."""
    texts = [message for message in messages if message.channel == Channel.SMS]
    meaning = ERRORS.get(code or "")
    if not texts or meaning is None:
        return
    if meaning.action in (Action.SUPPRESS, Action.BAD_NUMBER):
        why = "provider_opt_out" if meaning.action is Action.SUPPRESS else "bad_number"
        addresses = [(str(Channel.SMS), message.address_hash) for message in texts]
        suppress(db, addresses, reason=why, source=f"twilio:{code}", at=at)
        outbox.withdraw(db, why, addresses=addresses)
        if meaning.action is Action.SUPPRESS:
            _withdrawn(db, texts, str(code), f"Twilio {code}: {meaning.text}", at)
            if written_to := {message.contact_id for message in texts if message.contact_id}:
                outbox.withdraw(db, why, contacts=written_to)
    elif meaning.action is Action.PAUSE:
        pause(db, texts, f"Twilio {code}: {reason}")


def _withdrawn(db: Session, texts: Sequence[Message | Held], code: str, wording: str, at: datetime) -> None:
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


def pause(db: Session, messages: Sequence[Message | Held], reason: str) -> None:
    """Hold the groups of these messages until a person looks: the account, not the contact, is at fault."""
    for group_id in {message.group_id for message in messages if message.group_id}:
        outbox.set_group(db, group_id, GroupState.PAUSED, reason)
