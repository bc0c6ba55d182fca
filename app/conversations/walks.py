"""Opening the walk of one contact through a survey, from wherever they come to it, and ending it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlmodel import col

from app import runtime
from app.contacts import find
from app.contacts.models import Contact, Owner
from app.conversations.models import Conversation, ConversationAlias, ConversationState, SurveyVersion
from app.db import Session, among, table_of
from app.messages import letters
from app.settings import Settings
from app.surveys import engine
from app.surveys.definition import from_source
from app.surveys.engine import Prompt, State
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

    @property
    def zone(self) -> ZoneInfo:
        """Where the contact's days begin and end."""
        return ZoneInfo(self.contact.time_zone or runtime.current().settings.timezone)


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
    return take_up(db, conversation, contact, language=language)


def take_up(
    db: Session, conversation: Conversation, contact: Contact, *, language: str | None = None
) -> Walk:
    """The walk of a conversation that is at hand with its contact; to move it on, their row must be locked."""
    survey = frozen_survey(db, conversation.survey_version)
    spoken = language if language in survey.languages else conversation.language
    values = personal(db, runtime.current().settings, survey, contact, spoken)
    if conversation.walk:
        state = replace(State.from_json(conversation.walk), lang=spoken)
    else:
        state = beginning(survey, contact, spoken, conversation.channel, values)
    return Walk(conversation, contact, survey, state, values)


class Named(Protocol):
    """What a survey may say of a contact."""

    @property
    def first_name(self) -> str | None: ...
    @property
    def last_name(self) -> str | None: ...
    @property
    def company(self) -> str | None: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...


def beginning(
    survey: Survey, contact: Named, language: str, channel: str, values: Mapping[str, str]
) -> State:
    """Where a walk begins, with the attributes the survey names as they stand now."""
    known = as_texts(contact.attributes)
    return engine.start(survey, lang=language, channel=channel, values=values, attributes=known).state


def as_texts(attributes: Mapping[str, Any]) -> dict[str, str]:
    """A contact's attributes as a survey compares and says them: a list's items with commas, none left empty."""
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in attributes.items()
        if value not in (None, "", [])
    }


def known(db: Session, conversation_id: str) -> Conversation | None:
    """The conversation as it is now, or the one it became part of when two contacts proved to be one person."""
    held = db.get(Conversation, conversation_id, populate_existing=True)
    if held is None and (alias := db.get(ConversationAlias, conversation_id)):
        return db.get(Conversation, alias.conversation_id, populate_existing=True)
    return held


def known_all(db: Session, conversation_ids: Collection[str]) -> dict[str, Conversation]:
    """Each of these ids -> `known`."""
    these = select(Conversation).where(among(db, table_of(Conversation).c.id, conversation_ids))
    held = {one.id: one for one in db.scalars(these.execution_options(populate_existing=True))}
    for conversation_id in set(conversation_ids) - set(held):
        if became := known(db, conversation_id):
            held[conversation_id] = became
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
    return values_of(contact, owner.name if owner else None, unnamed(settings, survey, language))


def values_of(contact: Named, owner: str | None, instead: Mapping[str, str]) -> dict[str, str]:
    """The same where the owner's name and what is said `unnamed` are at hand."""
    return {
        "first_name": contact.first_name or instead["first_name"],
        "last_name": contact.last_name or instead["last_name"],
        "company": contact.company or instead["company"],
        "organisation": instead["organisation"],
        "owner": owner or instead["owner"],
    }


def unnamed(settings: Settings, survey: Survey, language: str) -> dict[str, str]:
    """The values for somebody of whom we know nothing, and our own name: alike for all of one language."""
    lang = survey.language(language)
    ours = letters.organisation_name(settings)
    names = ("first_name", "last_name", "company", "owner")
    return {"organisation": ours} | {name: survey.fallbacks.get(name, {}).get(lang, "") for name in names}


def shown(walk: Walk, question: str | None = None) -> Prompt | None:
    """What the page asks now, or this question answered before; None when the walk is done or does not pass it."""
    return engine.prompt(walk.survey, walk.state, channel=WEB, values=walk.values, question=question)


def live_at(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """SQL: a conversation is under way at this time."""
    # Asked about one contact or a page of them. Left bare, the time leads SQLite to the index of all that is about to
    # expire, which is the whole wave.
    ends = func.coalesce(col(Conversation.expires_at), col(Conversation.created_at))
    return col(Conversation.state).in_(LIVE), ends > now


def say_more(db: Session, walked: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep these walks (by conversation), which did not move on but had one more text said in them."""
    if not walked:
        return
    table = table_of(Conversation)
    statement = update(table).where(table.c.id == bindparam("which")).values(walk=bindparam("said"))
    db.connection().execute(statement, [{"which": id_, "said": walk} for id_, walk in walked.items()])


def close(
    db: Session,
    how: ConversationState,
    *,
    now: datetime,
    contact_id: str | None = None,
    group_id: str = "",
    conversations: Sequence[str] = (),
) -> int:
    """End the live conversations of a contact, or of a group, or these; answers given so far stay. Returns how many.

    A stop also closes expired ones, which would still take an answer.
    """
    ended = (*LIVE, ConversationState.EXPIRED) if how is ConversationState.STOPPED else LIVE
    statement = update(table_of(Conversation)).where(col(Conversation.state).in_(ended))
    if contact_id:
        statement = statement.where(col(Conversation.contact_id) == contact_id)
    if group_id:
        statement = statement.where(col(Conversation.group_id) == group_id)
    if conversations:
        statement = statement.where(col(Conversation.id).in_(conversations))
    result = db.execute(statement.values(state=how, updated_at=now))
    return int(result.rowcount)  # type: ignore[attr-defined]
