"""A batch of delivery events: kept once each, their messages climb, and what they mean is carried out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import runtime
from app.channels.base import EventKind, ProviderEvent
from app.contacts import find
from app.db import Session
from app.engagement.record import record_many
from app.intake import meaning
from app.journal.record import record
from app.messages import receipts
from app.outcomes.decide import ended, redecide_all


def take(db: Session, provider: str, events: Sequence[ProviderEvent], *, received_at: datetime) -> None:
    """Record these events and carry out what the new ones mean."""
    new = receipts.find(db, provider, events)
    held = find.lock(db, {message.contact_id for _, message in new if message and message.contact_id})
    receipts.enter(db, provider, new, received_at=received_at)
    for _, message in new:
        if message and message.contact_id and message.contact_id not in held:
            db.refresh(message)  # its contact became part of another while we waited
    over = ended(db, {message.group_id for _, message in new if message and message.group_id})
    touched: set[str] = set()
    seen: list[dict[str, Any]] = []
    for event, message in new:
        if message is None:
            if event.kind is EventKind.ACCOUNT:
                record(
                    db, at=received_at, actor=f"provider:{provider}", verb="account", subject=("account", "")
                )
            continue
        changed = meaning.mean(db, provider, event, message, received_at, seen) or message.group_id in over
        if changed and message.contact_id:
            touched.add(message.contact_id)
    record_many(db, seen)
    redecide_all(db, touched, now=runtime.now())
