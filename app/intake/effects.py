"""What the survey engine decided, carried into the rooms that keep it: feedback, contacts, consent, alerts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app import runtime
from app.channels.base import Channel
from app.contacts import consent, edits, find, suppression
from app.contacts.models import ConsentState, Contact
from app.conversations import sent
from app.conversations.models import Conversation
from app.conversations.walks import Walk
from app.db import Session, settle
from app.feedback import record as feedback
from app.feedback import rules
from app.intake import confirmations, opinions, stops
from app.intake.alerts import alert, unhappy
from app.journal.record import record
from app.language.reading import Reading
from app.surveys.steps import (
    Alert,
    Answered,
    Ask,
    CallRequested,
    Consent,
    Correction,
    Effect,
    Say,
    SetAttribute,
    Tag,
)
from app.surveys.survey import LESS_OFTEN, STAY, Survey
from app.waves.planning.rest import FREQUENCY

_SIMPLE = (Ask, Say, Answered, Alert, CallRequested)


def carry_out(
    db: Session,
    walk: Walk,
    effects: Sequence[Effect],
    *,
    source: str,
    at: datetime,
    evidence: dict[str, Any],
) -> None:
    """Keep what the contact thinks, said of themselves, and decided; tell their owner what a person should see.

    Doing it again for the same effects changes nothing. The contact's row must be locked.
    """
    if not all(isinstance(effect, _SIMPLE) for effect in effects):
        settle(db)  # what follows reads what this turn wrote
    contact_id, where = walk.contact.id, {"conversation": walk.conversation.id}
    said = edits.Said("survey", walk.conversation.id, at)
    for effect in effects:
        if isinstance(effect, Answered):
            _answered(db, walk, effect, source=source, at=at)
        elif isinstance(effect, Consent):
            _consent(db, walk, effect, source=source, at=at, evidence=evidence)
            _how_often(db, walk, effect, said)
        elif isinstance(effect, Alert):
            alert(db, contact_id, effect.reason, at=at, **where)
        elif isinstance(effect, CallRequested):
            alert(db, contact_id, "call_requested", at=at, **where)
        elif isinstance(effect, Tag):
            tagged = edits.add_tag if effect.held else edits.remove_tag
            tagged(db, walk.contact, effect.name, said)
        elif isinstance(effect, SetAttribute):
            edits.set_attribute(db, walk.contact, effect.name, effect.value, said)
        elif isinstance(effect, Correction):
            for reason in _corrected(db, walk, effect, said):
                alert(db, contact_id, reason, at=at, question=effect.question, **where)


def heard(
    db: Session,
    contact: Contact,
    reading: Reading,
    *,
    text: str,
    source: str,
    message_id: str,
    at: datetime,
    conversation: Conversation | None,
    survey: Survey | None = None,
) -> None:
    """Words that answer no question (of `survey`, where they are in one): an opinion in them is kept, and anger stops
    the standard sequence as in an answer."""
    if opinions.given(reading, text, survey=survey):
        feedback.sentiment(
            db,
            contact.id,
            reading,
            text=text,
            source=source,
            source_key=f"message:{message_id}",
            at=at,
            group_id=conversation.group_id if conversation else None,
        )
    if rules.angry(reading):
        where = {"conversation": conversation.id} if conversation else {}
        unhappy(db, contact.id, "angry", at=at, message=message_id, **where)


def _answered(db: Session, walk: Walk, effect: Answered, *, source: str, at: datetime) -> None:
    contact, conversation = walk.contact, walk.conversation
    key = f"{conversation.id}:{effect.question}"
    reason = ""
    if effect.reading is not None:
        question = walk.survey.questions[effect.question]
        if opinions.given(effect.reading, effect.text, question=question, survey=walk.survey):
            feedback.sentiment(
                db,
                contact.id,
                effect.reading,
                text=effect.text,
                source=source,
                source_key=key,
                at=at,
                group_id=conversation.group_id,
            )
        reason = "angry" if rules.angry(effect.reading) else ""
    if effect.kind in rules.LOWEST and isinstance(effect.value, int):
        feedback.rating(
            db,
            contact.id,
            kind=effect.kind,
            value=effect.value,
            source=source,
            source_key=key,
            at=at,
            group_id=conversation.group_id,
        )
        reason = "detractor" if rules.detractor(effect.kind, effect.value) else reason
    if reason:
        unhappy(db, contact.id, reason, at=at, conversation=conversation.id)


def _corrected(db: Session, walk: Walk, effect: Correction, said: edits.Said) -> Sequence[str]:
    """Take over what is theirs; of somebody else nothing is kept but the answer, which the owner is to read."""
    if effect.of == "successor":
        return ["successor"]
    settings = runtime.current().settings
    return edits.correct(
        db,
        walk.contact,
        effect.fields,
        said,
        hash_key=settings.suppression_key,
        country=settings.default_country,
    )


def _how_often(db: Session, walk: Walk, effect: Consent, said: edits.Said) -> None:
    """`less often` is a yes with a wish; a later plain yes takes the wish back."""
    if effect.decision == LESS_OFTEN:
        edits.set_attribute(db, walk.contact, FREQUENCY, LESS_OFTEN, said)
    elif effect.decision == STAY:
        edits.set_attribute(db, walk.contact, FREQUENCY, None, said)


def _consent(
    db: Session, walk: Walk, effect: Consent, *, source: str, at: datetime, evidence: dict[str, Any]
) -> None:
    contact, key = walk.contact, runtime.current().settings.suppression_key
    addresses = find.every_address(db, contact, key)
    wording, last = sent.words_of(db, walk, effect.wording, effect.said, source=source, at=at)
    effect = replace(effect, wording=wording)
    evidence = evidence | _shown(walk, effect) | last
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
