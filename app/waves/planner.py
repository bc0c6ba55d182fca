"""Planning one page of contacts: what each becomes in the wave, and the message that is to go out to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import col

from app.channels.base import Channel
from app.contacts import consent, find, suppression
from app.contacts.addresses import address_hash, hashes
from app.contacts.models import Contact, PhoneKind
from app.conversations import walks
from app.conversations.models import Answer, Conversation, ConversationState
from app.db import Session, new_id
from app.feedback.find import upset_since
from app.messages import letters
from app.messages.models import Content, Direction, Message
from app.runtime import Runtime
from app.surveys import engine
from app.surveys.engine import State
from app.surveys.survey import Survey
from app.waves import rules
from app.waves.definition import Definition, InConversation, WaveStep
from app.waves.models import Arm, Wave

BUSY = "in_another_conversation"
UNHAPPY = "unhappy"
FRESH = timedelta(hours=24)
"""Who said something in a conversation so recently is answering: it is never closed for another."""


@dataclass(slots=True)
class Page:
    """What one page will write."""

    members: list[dict[str, Any]] = field(default_factory=list)
    conversations: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    """Conversations of other waves that are closed for the new ones."""


class Planner:
    """One page's worth of facts, loaded in a handful of statements. `late`: these had to wait for their turn."""

    def __init__(
        self,
        db: Session,
        rt: Runtime,
        wave: Wave,
        definition: Definition,
        survey: Survey,
        step: WaveStep,
        now: datetime,
        *,
        late: bool = False,
    ) -> None:
        self.db, self.rt, self.wave, self.survey, self.step, self.now = db, rt, wave, survey, step, now
        self.definition, self.late = definition, late
        self.first = step is definition.steps[0]
        self.key = rt.settings.suppression_key
        self.letters = self._letters()

    def plan(self, chosen: Sequence[tuple[str, str]]) -> Page:
        page = Page()
        ids = [contact_id for contact_id, _ in chosen]
        # Whoever answers or stops while we plan is heard before us or after us, never in between.
        find.lock(self.db, ids)
        reaches = self._reaches(ids)
        upset = self._upset(ids)
        busy = self._busy(ids) if self.first else {}
        talking = self._talking(busy)
        under_way = {} if self.first else self._conversations(ids)
        taken = self._taken(reaches.values())
        for contact_id, dormancy in chosen:
            if contact_id not in reaches:
                continue  # became part of another while we waited for them
            contact, reach = reaches[contact_id]
            conversation = under_way.get(contact_id)
            channel, reason = rules.choose(reach, self.step.channels)
            if channel is not None and (objection := self._objection(contact, channel, upset, taken)):
                channel, reason = None, objection
            if self.first:
                held_up = channel is not None and self._held_up(contact_id, busy, talking)
                arm = self._enrol(page, contact, dormancy, channel, BUSY if held_up else reason)
                if arm is not Arm.TREATED or channel is None:
                    continue
                page.replaced += busy.get(contact_id, ())
                conversation_id, walk = self._converse(page, contact, channel), None
            else:
                # None: it began, or was stopped, before we held the contact.
                if channel is None or conversation is None:
                    continue
                conversation_id, walk = conversation.id, conversation.walk
            message = self._message(contact, channel, conversation_id, walk)
            if channel is Channel.SMS and not message["text"]:
                continue  # all was said that the survey may say
            if conversation is not None:
                walk = walk or self._start(contact, conversation.channel)
                conversation.walk = {**walk, "said": walk.get("said", 1) + 1}
            taken.add(self._once_key(contact, channel))
            page.messages.append(message)
        return page

    def _objection(self, contact: Contact, channel: Channel, upset: set[str], taken: set[str]) -> str | None:
        """Why somebody who may be written to is not."""
        if contact.id in upset:
            return UNHAPPY
        return "same_address" if self._once_key(contact, channel) in taken else None

    def _held_up(self, contact_id: str, busy: Mapping[str, Any], talking: set[str]) -> bool:
        """Whether another conversation of theirs comes first."""
        replaced = self.definition.in_conversation is InConversation.REPLACE and contact_id not in talking
        return contact_id in busy and not replaced

    def _enrol(
        self, page: Page, contact: Contact, dormancy: str, channel: Channel | None, reason: str | None
    ) -> Arm:
        arm = Arm.EXCLUDED
        if channel is not None and reason == BUSY:
            skipped = self.definition.in_conversation is InConversation.SKIP
            arm = Arm.EXCLUDED if skipped else Arm.WAITING
        elif channel is not None:
            held = rules.in_control(self.key, contact.id, self.definition.control)
            arm = Arm.CONTROL if held else Arm.TREATED
            # Later steps must know who was invited out of turn.
            reason = BUSY if self.late and not held else None
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
                "walk": self._beginning(contact, channel),
                "created_at": self.now,
                "updated_at": self.now,
                "expires_at": self.wave.launched_at + max(last, self.survey.expires_after),
            }
        )
        return conversation_id

    def _beginning(self, contact: Contact, channel: Channel) -> dict[str, object]:
        """Attributes that choose the way count as they stand when we ask; without such the first answer begins."""
        return self._start(contact, channel) if self.survey.attributes else {}

    def _start(self, contact: Contact, channel: str) -> dict[str, Any]:
        language = self._language(contact)
        values = walks.personal(self.db, self.rt.settings, self.survey, contact, language)
        return walks.beginning(self.survey, contact, language, channel, values).to_json()

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
            return row | {"text": self._text(contact, language, values, walk)}
        content_id, whole = self.letters[language]
        filled = letters.values(
            settings, whole, values, message_id=message_id, conversation_id=conversation_id
        )
        return row | {"content_id": content_id, "values_": filled}

    def _text(
        self, contact: Contact, language: str, values: Mapping[str, str], walk: Mapping[str, Any] | None
    ) -> str:
        if self.first:
            known = walks.as_texts(contact.attributes)
            return engine.opening(
                self.survey, lang=language, channel=Channel.SMS, values=values, attributes=known
            )
        state = (
            State.from_json(walk)
            if walk
            else walks.beginning(self.survey, contact, language, Channel.SMS, values)
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

    def _busy(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """Who is in live conversations of other waves, and which: nobody is asked two surveys at once."""
        statement = select(col(Conversation.contact_id), col(Conversation.id)).where(
            col(Conversation.contact_id).in_(ids), *walks.live_at(self.now)
        )
        found: dict[str, list[str]] = {}
        for contact_id, conversation_id in self.db.execute(statement):
            found.setdefault(contact_id, []).append(conversation_id)
        return found

    def _talking(self, busy: Mapping[str, Sequence[str]]) -> set[str]:
        """Of these, who said something there a short while ago."""
        ids, since = [id_ for several in busy.values() for id_ in several], self.now - FRESH
        if not ids:
            return set()
        answered = select(col(Answer.contact_id)).where(
            col(Answer.conversation_id).in_(ids), col(Answer.at) > since
        )
        wrote = select(col(Message.contact_id)).where(
            col(Message.conversation_id).in_(ids),
            col(Message.direction) == Direction.IN,
            col(Message.created_at) > since,
        )
        return {*self.db.scalars(answered), *map(str, self.db.scalars(wrote))}

    def _upset(self, ids: Sequence[str]) -> set[str]:
        """Who turned out to be unhappy since the launch: a person should speak to them, not the next step."""
        contact_id = col(Contact.id)
        found = select(contact_id).where(contact_id.in_(ids), upset_since(contact_id, self.wave.launched_at))
        return set(self.db.scalars(found))

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
