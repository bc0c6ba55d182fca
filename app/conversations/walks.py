"""Walking a contact through a survey: one reply in, answers kept, the next text handed to the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col

from app import runtime
from app.channels.base import Channel
from app.contacts import find
from app.contacts.addresses import address_hash
from app.contacts.models import Contact, Owner
from app.conversations.models import Answer, Conversation, ConversationAlias, ConversationState, SurveyVersion
from app.db import Session, new_id, table_of
from app.messages import letters, outbox
from app.messages.models import ANSWERING
from app.settings import Settings
from app.surveys import engine
from app.surveys.definition import from_source
from app.surveys.engine import Answered, Ask, Consent, Effect, Ended, Prompt, Say, State, Step
from app.surveys.survey import Survey

WEB = "web"
_rebuilt: dict[str, Survey] = {}
LIVE = (ConversationState.WAITING, ConversationState.RUNNING)


@dataclass(frozen=True, slots=True)
class Walk:
    """A conversation with what is needed to take a step: its survey, its state, the contact's values."""

    conversation: Conversation
    contact: Contact
    survey: Survey
    state: State
    values: dict[str, str]


def freeze_survey(db: Session, survey: Survey, *, now: datetime) -> str:
    """Keep this version for as long as conversations refer to it; returns its name."""
    if db.get(SurveyVersion, survey.version) is None:
        db.add(
            SurveyVersion(version=survey.version, slug=survey.slug, source=dict(survey.source), frozen_at=now)
        )
        db.flush()
    return survey.version


def open_walk(
    db: Session, conversation_id: str, *, lock: bool = True, language: str | None = None
) -> Walk | None:
    """The conversation, with its contact's row locked (that row is the lock for all they do); None if unknown.

    `language` switches to another of the survey's languages, as a reader of the page may.
    """
    conversation = known(db, conversation_id)
    if conversation is None:
        return None
    contact = (find.hold if lock else _read)(db, conversation.contact_id)
    if lock:
        # Another worker may have moved it on while we waited for the lock.
        conversation = known(db, conversation_id)
    if contact is None or conversation is None:
        return None
    survey = frozen_survey(db, conversation.survey_version)
    spoken = language if language in survey.languages else conversation.language
    values = personal(db, runtime.current().settings, survey, contact, spoken)
    if conversation.walk:
        state = replace(State.from_json(conversation.walk), lang=spoken)
    else:
        state = engine.start(survey, lang=spoken, channel=conversation.channel, values=values).state
    return Walk(conversation, contact, survey, state, values)


def known(db: Session, conversation_id: str) -> Conversation | None:
    """The conversation as it is now, or the one it became part of when two contacts proved to be one person."""
    held = db.get(Conversation, conversation_id, populate_existing=True)
    if held is None and (alias := db.get(ConversationAlias, conversation_id)):
        return db.get(Conversation, alias.conversation_id, populate_existing=True)
    return held


def _read(db: Session, contact_id: str) -> Contact | None:
    return db.get(Contact, contact_id)


def frozen_survey(db: Session, version: str) -> Survey:
    """A survey as it was frozen."""
    # A version is the hash of its content, so it can be kept for the life of the process.
    if version not in _rebuilt:
        _rebuilt[version] = from_source(db.get_one(SurveyVersion, version).source)
    return _rebuilt[version]


def personal(
    db: Session, settings: Settings, survey: Survey, contact: Contact, language: str
) -> dict[str, str]:
    """The values a survey's texts may ask for, with the file's own words where we know none."""
    owner = db.get(Owner, contact.owner_id) if contact.owner_id else None
    known = {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "company": contact.company,
        "organisation": letters.organisation_name(settings),
        "owner": owner.name if owner else None,
    }
    lang = survey.language(language)
    return {name: value or survey.fallbacks.get(name, {}).get(lang, "") for name, value in known.items()}


def receive(
    db: Session, walk: Walk, text: str, *, channel: Channel, message_id: str, now: datetime
) -> Sequence[Effect]:
    """Take a freely written reply; the next text goes to the outbox on the channel it came by."""
    step = engine.receive(walk.survey, walk.state, text, channel=channel, values=walk.values)
    _keep(db, walk, step, channel=channel, message_id=message_id, now=now)
    _say(db, walk, step, channel, now)
    return step.effects


def submit(db: Session, walk: Walk, question: str, value: str, *, now: datetime) -> Sequence[Effect]:
    """Take an answer from the page; raises engine.BadAnswer with words for the contact."""
    step = engine.submit(walk.survey, walk.state, question, value, channel=WEB, values=walk.values)
    _keep(db, walk, step, channel=WEB, message_id=None, now=now)
    return step.effects


def shown(walk: Walk) -> Prompt | None:
    """What the page asks now; None when the walk is done."""
    return engine.prompt(walk.survey, walk.state, channel=WEB, values=walk.values)


def close(
    db: Session, how: ConversationState, *, now: datetime, contact_id: str | None = None, group_id: str = ""
) -> int:
    """End the live conversations of a contact, or of a group; answers given so far stay. Returns how many.

    A stop also closes expired ones, which would still take an answer.
    """
    ended = (*LIVE, ConversationState.EXPIRED) if how is ConversationState.STOPPED else LIVE
    statement = update(table_of(Conversation)).where(col(Conversation.state).in_(ended))
    if contact_id:
        statement = statement.where(col(Conversation.contact_id) == contact_id)
    if group_id:
        statement = statement.where(col(Conversation.group_id) == group_id)
    result = db.execute(statement.values(state=how, updated_at=now))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _keep(
    db: Session, walk: Walk, step: Step, *, channel: str, message_id: str | None, now: datetime
) -> None:
    conversation = walk.conversation
    for effect in step.effects:
        if isinstance(effect, Answered):
            db.add(
                Answer(
                    conversation_id=conversation.id,
                    contact_id=conversation.contact_id,
                    question=effect.question,
                    kind=effect.kind,
                    value=effect.value,
                    text=effect.text,
                    channel=channel,
                    at=now,
                    message_id=message_id,
                )
            )
    conversation.walk = step.state.to_json()
    conversation.language = step.state.lang
    conversation.updated_at = now
    if any(isinstance(effect, Ended) for effect in step.effects):
        conversation.state = ConversationState.COMPLETED
    elif conversation.state == ConversationState.WAITING and any(
        isinstance(effect, Answered | Consent) for effect in step.effects
    ):
        conversation.state = ConversationState.RUNNING
    db.add(conversation)
    db.flush()
    if step.effects:  # a machine's out-of-office is no answer
        outbox.withdraw(db, "answered", conversation_id=conversation.id)


def _say(db: Session, walk: Walk, step: Step, channel: Channel, now: datetime) -> None:
    text = "\n".join(effect.text for effect in step.effects if isinstance(effect, Say | Ask))
    if not text:
        return
    say(db, walk, text, channel, now, button=not step.state.done)


def say(db: Session, walk: Walk, text: str, channel: Channel, now: datetime, *, button: bool = False) -> None:
    """Put one answer of ours into the outbox: people who wait are not held by a wave's pause or window."""
    contact, settings = walk.contact, runtime.current().settings
    address = contact.email if channel is Channel.EMAIL else contact.phone
    if not address:
        return
    message_id = new_id()
    row = {
        "id": message_id,
        "channel": channel,
        "contact_id": contact.id,
        "conversation_id": walk.conversation.id,
        "step": ANSWERING,
        "address": address,
        "address_hash": address_hash(settings.suppression_key, channel, address),
        "not_before": now,
        "created_at": now,
    }
    if channel is Channel.EMAIL:
        row |= _as_email(db, walk, text, message_id, button=button)
    else:
        row |= {"text": text}
    outbox.put(db, [row])
    outbox.ring(db, channel)


def _as_email(db: Session, walk: Walk, text: str, message_id: str, *, button: bool) -> dict[str, object]:
    language = walk.conversation.language
    words = letters.Words(
        subject=f"Re: {walk.survey.title[language]}",
        paragraphs=tuple(text.split("\n")),
        button=_CONTINUE.get(language, _CONTINUE["en"]) if button else "",
    )
    return as_letter(db, walk, words, language, message_id)


def as_letter(
    db: Session, walk: Walk, words: letters.Words, language: str, message_id: str
) -> dict[str, object]:
    """What a message of this walk carries as an email: its frozen content and the values that fill it."""
    settings = runtime.current().settings
    letter = letters.lay_out(settings, words, language, list_id=letters.list_id(settings, walk.survey.slug))
    content_id = outbox.freeze(
        db,
        Channel.EMAIL,
        language,
        text=letter.text,
        subject=letter.subject,
        html=letter.html,
        headers=letter.headers,
    )
    whole = letter.subject + letter.text + letter.html
    values = letters.values(
        settings, whole, walk.values, message_id=message_id, conversation_id=walk.conversation.id
    )
    return {"content_id": content_id, "values_": values}


_CONTINUE = {"it": "Continua sul web", "en": "Continue on the web"}
