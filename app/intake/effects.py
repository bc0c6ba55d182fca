"""What the survey engine decided, carried into the rooms that keep it: feedback, consent, alerts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import runtime
from app.channels.base import Channel
from app.contacts import consent, find, suppression
from app.contacts.models import ConsentState
from app.conversations.walks import Walk
from app.db import Session
from app.feedback import record as feedback
from app.intake import confirmations, stops
from app.journal.record import record
from app.surveys.engine import Alert, Answered, Consent, Effect

RATINGS = ("nps", "csat")


def carry_out(
    db: Session,
    walk: Walk,
    effects: Sequence[Effect],
    *,
    source: str,
    at: datetime,
    evidence: dict[str, Any],
) -> None:
    """What the survey engine decided, carried into the rooms that keep it."""
    contact, conversation = walk.contact, walk.conversation
    key = f"{conversation.id}:"
    for effect in effects:
        if isinstance(effect, Answered):
            if effect.kind in RATINGS:
                feedback.rating(
                    db,
                    contact.id,
                    kind=effect.kind,
                    value=int(effect.value),
                    source=source,
                    source_key=key + effect.question,
                    at=at,
                    group_id=conversation.group_id,
                )
            if effect.reading is not None:
                feedback.sentiment(
                    db,
                    contact.id,
                    effect.reading,
                    text=effect.text,
                    source=source,
                    source_key=key + effect.question,
                    at=at,
                    group_id=conversation.group_id,
                )
        elif isinstance(effect, Consent):
            _consent(db, walk, effect, source=source, at=at, evidence=evidence)
        elif isinstance(effect, Alert):
            record(
                db,
                at=at,
                actor="contact",
                verb="alert",
                subject=("contact", contact.id),
                reason=effect.reason,
                conversation=conversation.id,
            )


def _consent(
    db: Session, walk: Walk, effect: Consent, *, source: str, at: datetime, evidence: dict[str, Any]
) -> None:
    contact, key = walk.contact, runtime.current().settings.suppression_key
    addresses = find.every_address(db, contact, key)
    evidence = evidence | _shown(walk, effect)
    if effect.granted and effect.double_opt_in:
        _request(db, walk, effect, addresses, source=source, at=at, evidence=evidence)
        return
    if effect.granted:
        consent.opt_in(
            db,
            contact.id,
            addresses,
            at=at,
            recorded_at=runtime.now(),
            source=source,
            wording=effect.wording,
            evidence=evidence,
            # Their own earlier stop ends with their own later wish to stay; a complaint needs more than that.
            keep=suppression.LASTING,
        )
        record(db, at=at, actor="contact", verb="stayed", subject=("contact", contact.id))
        return
    stops.stop(
        db,
        contact,
        addresses,
        reason="left",
        source=source,
        wording=effect.wording,
        at=at,
        now=runtime.now(),
        evidence=evidence,
    )


def _request(
    db: Session,
    walk: Walk,
    effect: Consent,
    addresses: Sequence[tuple[str, str]],
    *,
    source: str,
    at: datetime,
    evidence: dict[str, Any],
) -> None:
    """A yes that does not count yet: noted, and asked for once more on the same channel."""
    now = runtime.now()
    consent.record(
        db,
        walk.contact.id,
        sorted({channel for channel, _ in addresses}),
        ConsentState.REQUESTED,
        at=at,
        recorded_at=now,
        source=source,
        wording=effect.wording,
        evidence=evidence,
    )
    channel = Channel(source if source in tuple(Channel) else walk.conversation.channel)
    confirmations.ask(db, walk, channel, now=now)
    record(db, at=at, actor="contact", verb="asked_to_confirm", subject=("contact", walk.contact.id))


def _shown(walk: Walk, effect: Consent) -> dict[str, Any]:
    """Where the wording of a consent stands: the frozen survey, its question, and the language it was read in."""
    conversation = walk.conversation
    return {
        "conversation": conversation.id,
        "survey": conversation.survey_version,
        "question": effect.question,
        "language": conversation.language,
    }
