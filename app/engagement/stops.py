"""What a contact stopped elsewhere stays stopped here: at the time they said it, once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.contacts import consent, find, suppression
from app.contacts.addresses import hashes
from app.contacts.models import ConsentState
from app.contacts.suppression import Stop
from app.engagement.models import Kind
from app.engagement.rows import Event
from app.engagement.words import is_hard_bounce

KINDS = (Kind.UNSUBSCRIBE, Kind.COMPLAINT, Kind.BOUNCE)


def obey(
    db: Session, said: Sequence[tuple[str, Event]], *, hash_key: str, source: str, now: datetime
) -> None:
    """Suppress the addresses and withdraw the consent of (contact id, event of a stopping kind)."""
    if not said:
        return
    ids = {contact_id for contact_id, _ in said}
    people, undated = find.addresses_of(db, ids), consent.undated_grants(db, ids)
    stops: list[Stop] = []
    withdrawn: list[dict[str, Any]] = []
    for contact_id, event in said:
        told = {pair for name in event.names if "@" in name for pair in hashes(hash_key, name, None)}
        if event.kind is Kind.BOUNCE:
            if is_hard_bounce("", event.detail):
                stops += [Stop(*pair, "hard_bounce", source, event.at) for pair in told]
            continue
        own = {*told, *hashes(hash_key, *people[contact_id])}
        complaint = event.kind is Kind.COMPLAINT
        reason = "complaint" if complaint else "unsubscribed"
        stops += [
            Stop(*pair, reason, source, event.at) for pair in sorted(own) if complaint or pair[0] == "email"
        ]
        for channel in ("email", "sms") if complaint else ("email",):
            at = max(event.at, undated.get((contact_id, channel), event.at))
            withdrawn.append(_withdrawal(contact_id, channel, at, event, source, now))
    suppression.add(db, stops)
    consent.append_once(db, withdrawn)


def _withdrawal(
    contact_id: str, channel: str, at: datetime, event: Event, source: str, now: datetime
) -> dict[str, Any]:
    return {
        "contact_id": contact_id,
        "channel": channel,
        "state": ConsentState.WITHDRAWN,
        "basis": "consent",
        "at": at,
        "recorded_at": now,
        "source": source,
        "wording": "",
        "evidence": {"kind": event.kind, "said_at": event.at.isoformat()},
    }
