"""Planning one page of one step: members, conversations and messages in one transaction, with the cursor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlmodel import col

from app.channels.base import Channel
from app.contacts import consent, find, suppression
from app.contacts.addresses import address_hash, hashes
from app.contacts.models import Consent, ConsentState, Contact, PhoneKind
from app.conversations import walks
from app.conversations.models import Conversation, ConversationState
from app.db import Session, insert_new, new_id
from app.engagement import policies
from app.messages import letters, outbox
from app.messages.models import Content, Message
from app.runtime import Runtime
from app.segments import membership as segments
from app.surveys import engine
from app.surveys.engine import State
from app.surveys.survey import Survey
from app.waves import rules
from app.waves.definition import Definition, WaveStep, from_source
from app.waves.find import CONTACT_SOURCES
from app.waves.models import Arm, Wave, WaveMember, WaveState

PAGE = 500


@dataclass(slots=True)
class Page:
    """What one page will write."""

    members: list[dict[str, Any]] = field(default_factory=list)
    conversations: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)


def plan_page(db: Session, rt: Runtime, wave_id: str, *, now: datetime) -> bool:
    """Plan the next page of the step that is due; False when nothing (more) is due now.

    The wave's row is locked, so two planners cannot plan the same page.
    """
    wave = db.get(Wave, wave_id, with_for_update={"key_share": True}, populate_existing=True)
    if wave is None or wave.state != WaveState.RUNNING:
        return False
    definition = from_source(wave.definition)
    if wave.step >= len(definition.steps) or now < wave.launched_at + definition.steps[wave.step].after:
        return False
    step = definition.steps[wave.step]
    survey = walks.frozen_survey(db, wave.survey_version)
    chosen = _audience(db, wave, definition) if wave.step == 0 else _silent_members(db, wave)
    page = _Planner(db, rt, wave, definition, survey, step, now).plan(chosen)
    insert_new(db, WaveMember, page.members)
    insert_new(db, Conversation, page.conversations)
    outbox.put(db, page.messages)
    for channel in {message["channel"] for message in page.messages}:
        outbox.ring(db, channel)
    if len(chosen) < PAGE:
        wave.step, wave.cursor = wave.step + 1, None
    else:
        wave.cursor = chosen[-1][0]
    db.add(wave)
    return True


def _audience(db: Session, wave: Wave, definition: Definition) -> Sequence[tuple[str, str]]:
    """The next (contact id, dormancy) of the segment as it was at launch."""
    statement = segments.members(
        definition.segment, as_of=wave.launched_at, policy=policies.at(db, wave.launched_at)
    )
    if wave.cursor:
        statement = statement.where(col(Contact.id) > wave.cursor)
    rows = db.execute(statement.order_by(col(Contact.id)).limit(PAGE))
    return [(contact_id, state) for contact_id, state in rows]


def _silent_members(db: Session, wave: Wave) -> Sequence[tuple[str, str]]:
    """The next treated members whose conversation has not begun, and who did not say stop at a provider."""
    stopped = exists(
        select(col(Consent.id))
        .where(col(Consent.contact_id) == col(WaveMember.contact_id), col(Consent.at) >= wave.launched_at)
        .where(col(Consent.state) == ConsentState.WITHDRAWN, col(Consent.source).in_(CONTACT_SOURCES))
    )
    statement = (
        select(col(WaveMember.contact_id), col(WaveMember.dormancy))
        .join(
            Conversation,
            (col(Conversation.group_id) == wave.id)
            & (col(Conversation.contact_id) == col(WaveMember.contact_id)),
        )
        .where(col(WaveMember.wave_id) == wave.id, col(WaveMember.arm) == Arm.TREATED)
        .where(col(Conversation.state) == ConversationState.WAITING, ~stopped)
    )
    if wave.cursor:
        statement = statement.where(col(WaveMember.contact_id) > wave.cursor)
    rows = db.execute(statement.order_by(col(WaveMember.contact_id)).limit(PAGE))
    return [(contact_id, state) for contact_id, state in rows]


class _Planner:
    """One page's worth of facts, loaded in a handful of statements."""

    def __init__(
        self,
        db: Session,
        rt: Runtime,
        wave: Wave,
        definition: Definition,
        survey: Survey,
        step: WaveStep,
        now: datetime,
    ) -> None:
        self.db, self.rt, self.wave, self.survey, self.step, self.now = db, rt, wave, survey, step, now
        self.definition = definition
        self.key = rt.settings.suppression_key
        self.letters = self._letters()

    def plan(self, chosen: Sequence[tuple[str, str]]) -> Page:
        page = Page()
        ids = [contact_id for contact_id, _ in chosen]
        # Whoever answers or stops while we plan is heard before us or after us, never in between.
        find.lock(self.db, ids)
        reaches = self._reaches(ids)
        busy = self._busy(ids) if self.wave.step == 0 else set()
        under_way = self._conversations(ids) if self.wave.step else {}
        taken = self._taken(reaches.values())
        for contact_id, dormancy in chosen:
            contact, reach = reaches[contact_id]
            channel, reason = rules.choose(reach, self.step.channels)
            if contact_id in busy:
                channel, reason = None, "in_another_conversation"
            if channel is not None and self._once_key(contact, channel) in taken:
                channel, reason = None, "same_address"
            if self.wave.step == 0:
                arm = self._enrol(page, contact, dormancy, channel, reason)
                if arm is not Arm.TREATED or channel is None:
                    continue
                conversation_id = self._converse(page, contact, channel)
                walk = None
            else:
                if channel is None:
                    continue
                conversation = under_way.get(contact_id)
                if conversation is None:  # it began, or was stopped, before we held the contact
                    continue
                conversation_id, walk = conversation.id, conversation.walk
            assert channel is not None
            taken.add(self._once_key(contact, channel))
            page.messages.append(self._message(contact, channel, conversation_id, walk))
        return page

    def _enrol(
        self, page: Page, contact: Contact, dormancy: str, channel: Channel | None, reason: str | None
    ) -> Arm:
        arm = Arm.EXCLUDED
        if channel is not None:
            held = rules.in_control(self.key, contact.id, self.definition.control)
            arm = Arm.CONTROL if held else Arm.TREATED
        page.members.append(
            {
                "wave_id": self.wave.id,
                "contact_id": contact.id,
                "arm": arm,
                "reason": reason,
                "language": self._language(contact),
                "dormancy": dormancy,
            }
        )
        return arm

    def _converse(self, page: Page, contact: Contact, channel: Channel) -> str:
        conversation_id = new_id()
        last = self.definition.steps[-1].after + self.definition.answers_until
        page.conversations.append(
            {
                "id": conversation_id,
                "contact_id": contact.id,
                "group_id": self.wave.id,
                "survey_version": self.survey.version,
                "language": self._language(contact),
                "channel": channel,
                "state": ConversationState.WAITING,
                "walk": {},
                "created_at": self.now,
                "updated_at": self.now,
                "expires_at": self.wave.launched_at + max(last, self.survey.expires_after),
            }
        )
        return conversation_id

    def _message(
        self, contact: Contact, channel: Channel, conversation_id: str, walk: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        address = _addresses(contact)[channel]
        settings = self.rt.settings
        zone = ZoneInfo(contact.time_zone or settings.timezone)
        not_before, not_after = rules.next_window(
            self.now, zone, self.definition.opens, self.definition.closes
        )
        message_id = new_id()
        row: dict[str, Any] = {
            "id": message_id,
            "channel": channel,
            "contact_id": contact.id,
            "conversation_id": conversation_id,
            "group_id": self.wave.id,
            "step": self.step.name,
            "address": address,
            "address_hash": address_hash(self.key, channel, address),
            "once_key": self._once_key(contact, channel),
            "not_before": not_before,
            "not_after": not_after,
            "created_at": self.now,
        }
        language = self._language(contact)
        values = walks.personal(self.db, settings, self.survey, contact, language)
        if channel is Channel.SMS:
            return row | {"text": self._text(language, values, walk)}
        content_id, whole = self.letters[language]
        filled = letters.values(
            settings, whole, values, message_id=message_id, conversation_id=conversation_id
        )
        return row | {"content_id": content_id, "values_": filled}

    def _text(self, language: str, values: Mapping[str, str], walk: Mapping[str, Any] | None) -> str:
        if self.wave.step == 0:
            return engine.opening(self.survey, lang=language, channel=Channel.SMS, values=values)
        state = (
            State.from_json(walk)
            if walk
            else engine.start(self.survey, lang=language, channel=Channel.SMS, values=values).state
        )
        return engine.reminder(self.survey, state, values)

    def _language(self, contact: Contact) -> str:
        # A language we have no words for gets the file's second choice of most readers: English, if there.
        wanted = contact.language or self.rt.settings.default_language
        if wanted not in self.survey.languages and "en" in self.survey.languages:
            return "en"
        return self.survey.language(wanted)

    def _once_key(self, contact: Contact, channel: Channel) -> str:
        hashed = address_hash(self.key, channel, _addresses(contact)[channel])
        return f"{self.wave.id}:{self.step.name}:{channel}:{hashed}"

    def _letters(self) -> dict[str, tuple[str, str]]:
        """language -> (content id, the whole letter: what its tags are looked up in)."""
        found = {}
        for language, content_id in self.wave.contents.get(self.step.name, {}).items():
            content = self.db.get_one(Content, content_id)
            found[language] = (content_id, content.subject + content.text + content.html)
        return found

    def _reaches(self, ids: Sequence[str]) -> dict[str, tuple[Contact, rules.Reach]]:
        contacts = self.db.scalars(select(Contact).where(col(Contact.id).in_(ids))).all()
        held = consent.present_states(ids)
        consents: dict[str, dict[str, str]] = {}
        for contact_id, channel, state in self.db.execute(select(held)):
            consents.setdefault(contact_id, {})[channel] = state
        hashed = {c.id: list(hashes(self.key, c.email, c.phone)) for c in contacts}
        stopped = suppression.suppressed(self.db, [pair for pairs in hashed.values() for pair in pairs])
        return {
            contact.id: (
                contact,
                rules.Reach(
                    addresses=_addresses(contact),
                    consents=consents.get(contact.id, {}),
                    suppressed=frozenset(
                        Channel(channel)
                        for channel, address in hashed[contact.id]
                        if (channel, address) in stopped
                    ),
                ),
            )
            for contact in contacts
        }

    def _busy(self, ids: Sequence[str]) -> set[str]:
        """Who is in a live conversation of another wave: nobody is asked two surveys at once."""
        statement = select(col(Conversation.contact_id)).where(
            col(Conversation.contact_id).in_(ids),
            col(Conversation.state).in_(walks.LIVE),
            col(Conversation.expires_at) > self.now,
        )
        return set(self.db.scalars(statement))

    def _conversations(self, ids: Sequence[str]) -> dict[str, Conversation]:
        statement = select(Conversation).where(
            col(Conversation.group_id) == self.wave.id,
            col(Conversation.contact_id).in_(ids),
            col(Conversation.state) == ConversationState.WAITING,
        )
        return {conversation.contact_id: conversation for conversation in self.db.scalars(statement)}

    def _taken(self, reaches: Any) -> set[str]:
        """Which addresses this step has a message for already (another contact shares the address)."""
        keys = [
            self._once_key(contact, channel)
            for contact, _ in reaches
            for channel in self.step.channels
            if channel in _addresses(contact)
        ]
        statement = select(col(Message.once_key)).where(col(Message.once_key).in_(keys))
        return {str(key) for key in self.db.scalars(statement)}


def _addresses(contact: Contact) -> dict[Channel, str]:
    """Where each channel would write to; only a mobile gets texts."""
    found = {}
    if contact.email:
        found[Channel.EMAIL] = contact.email
    if contact.phone and contact.phone_kind == PhoneKind.MOBILE:
        found[Channel.SMS] = contact.phone
    return found


def step_due_at(wave: Wave) -> datetime | None:
    """When the next step is to be planned; None after the last."""
    definition = from_source(wave.definition)
    if wave.step >= len(definition.steps):
        return None
    return wave.launched_at + definition.steps[wave.step].after


def over_at(wave: Wave) -> datetime:
    """When answers stop counting for this wave."""
    definition = from_source(wave.definition)
    last: timedelta = definition.steps[-1].after
    return wave.launched_at + last + definition.answers_until
