"""A batch of delivery events: kept once each, their messages climb, and what they mean is carried out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app import runtime
from app.channels.base import EventKind, ProviderEvent
from app.contacts import find
from app.db import Session, is_sqlite
from app.engagement.record import record_many
from app.intake import counts, grading, meaning, providers
from app.messages import matching, receipts
from app.messages.matching import Told
from app.outcomes.decide import ended, redecide_all

AHEAD = timedelta(days=1)
"""How far ahead of ours a provider's clock may be."""


def take(db: Session, provider: str, events: Sequence[ProviderEvent], *, received_at: datetime) -> list[Told]:
    """Record these events of one post and carry out what the new ones mean; returns the new ones."""
    return take_all(db, provider, [Told(event, received_at) for event in events])


def take_all(db: Session, provider: str, told: Sequence[Told]) -> list[Told]:
    """The same for events of several posts."""
    new = receipts.keep(db, provider, found(db, told))
    counts.events(db, provider, len(told), (one.event for one in new), at=runtime.now())
    counts.foreign(db, provider, sum(map(matching.foreign, new)), at=runtime.now())
    carry_out(db, provider, new)
    return new


def found(db: Session, told: Sequence[Told]) -> list[Told]:
    """The same events with their messages, whose contacts are held."""
    return _held(db, matching.find(db, [_timely(one) for one in told]))


def _timely(one: Told) -> Told:
    """What is said to happen long after we were told of it has no time that could be believed."""
    at = one.event.at
    if at is None or at - one.received_at < AHEAD:
        return one
    return one._replace(event=replace(one.event, at=None))


def carry_out(db: Session, provider: str, new: Sequence[Told]) -> None:
    """Let the messages of these events, kept before, climb, and do what they mean for people."""
    receipts.climb(db, provider, new)
    bounces = [one for one in new if one.event.kind is EventKind.BOUNCED]
    meaning.bounced(db, provider, [(event, message, at) for event, at, message in bounces if message])
    over = ended(db, {one.message.group_id for one in new if one.message and one.message.group_id})
    touched: set[str] = set()
    seen: list[dict[str, Any]] = []
    for one in new:
        event, received_at, message = one
        if message is None:
            if event.kind is EventKind.ACCOUNT:
                providers.account_changed(db, provider, event, at=received_at)
            continue
        changed = event.kind not in matching.SAYS_NOTHING and meaning.mean(
            db, provider, event, message, received_at, seen
        )
        if message.contact_id and (changed or message.group_id in over):
            touched.add(message.contact_id)
    touched |= meaning.weigh(
        db, [(one.event, one.message) for one in new if one.event.kind in meaning.FAILURES]
    )
    record_many(db, seen)
    touched |= grading.grade(db, provider, new)
    redecide_all(db, touched, now=runtime.now())


def _held(db: Session, told: list[Told]) -> list[Told]:
    """The same, with the contacts of these messages held."""
    if is_sqlite(db):
        return told  # nobody else writes meanwhile
    contacts = {one.message.contact_id for one in told if one.message and one.message.contact_id}
    gone = contacts - find.lock(db, contacts)
    if not gone:
        return told
    # Their contacts became part of others while we waited.
    return [
        one
        if one.message is None or one.message.contact_id not in gone
        else matching.find(db, [one._replace(message=None)])[0]
        for one in told
    ]
