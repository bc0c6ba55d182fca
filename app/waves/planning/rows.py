"""The rows that a decision becomes: the member, the conversation and the message with its own words."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from app.channels.base import Channel
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session, new_id
from app.messages import letters
from app.messages.models import Content
from app.runtime import Runtime
from app.surveys import engine
from app.surveys.engine import State
from app.surveys.survey import Survey
from app.waves import rules, words
from app.waves.definition import Definition, WaveStep
from app.waves.models import Wave
from app.waves.planning import timing
from app.waves.planning.decide import Decision
from app.waves.planning.facts import Facts, Person, once_key

Walk = Mapping[str, Any]


class Rows:
    """Writes the rows of one step of a wave. What many contacts share (a letter, a window) is made once.

    `late`: these had to wait for their turn.
    """

    def __init__(
        self,
        db: Session,
        rt: Runtime,
        wave: Wave,
        definition: Definition,
        survey: Survey,
        now: datetime,
        *,
        first: bool,
        late: bool = False,
    ) -> None:
        self.db, self.settings, self.wave, self.survey, self.now = db, rt.settings, wave, survey, now
        self.wave_id, self.contents, self.version = wave.id, wave.contents, survey.version
        self.definition, self.first = definition, first
        self.own_clock = late or definition.trigger is not None
        begins = now if definition.trigger else wave.launched_at
        self.expires_at = begins + max(definition.open_for, survey.expires_after)
        self.learnt: Mapping[str, time] = {}
        """Contact id -> the hour learnt of them."""
        self._letters: dict[str, tuple[str, str]] = {}
        self._languages: dict[str | None, str] = {}
        self._unnamed: dict[str, dict[str, str]] = {}
        self._windows: dict[tuple[Any, ...], timing.Window] = {}

    def member(self, person: Person, dormancy: str, decision: Decision) -> dict[str, Any]:
        return {
            "wave_id": self.wave_id,
            "contact_id": person.id,
            "arm": decision.arm,
            "reason": decision.reason,
            "language": self.language(person),
            "dormancy": dormancy,
            "variant": decision.variant.name if decision.variant else None,
        }

    def conversation(self, person: Person, channel: Channel, facts: Facts) -> dict[str, Any]:
        # Attributes that choose the way count as they stand when we ask; without such the first answer begins.
        walk = self.start(person, channel, facts) if self.survey.attributes else {}
        return {
            "id": new_id(),
            "contact_id": person.id,
            "group_id": self.wave_id,
            "survey_version": self.version,
            "language": self.language(person),
            "channel": channel,
            "state": ConversationState.WAITING,
            "walk": walk,
            "created_at": self.now,
            "updated_at": self.now,
            "expires_at": self.expires_at,
        }

    def start(self, person: Person, channel: str, facts: Facts) -> dict[str, Any]:
        """Their walk before anything was asked."""
        language = self.language(person)
        values = self.values(person, language, facts)
        return walks.beginning(self.survey, person, language, channel, values).to_json()

    def message(
        self, person: Person, decision: Decision, conversation_id: str, walk: Walk | None, facts: Facts
    ) -> dict[str, Any] | None:
        """None where the survey has nothing more to say, or they are away for as long as it lasts."""
        channel, step = decision.channel, decision.step
        assert channel is not None
        language = self.language(person)
        values = self.values(person, language, facts)
        hashed, message_id = facts.hashes[person.id][channel], new_id()
        if channel is Channel.SMS:
            text = self.text(person, language, values, walk)
            if not text:
                return None
            said: dict[str, Any] = {"content_id": None, "values_": {}, "text": text}
        else:
            face = words.face_of(self.survey, step, language, person.attributes)
            content_id, letter = self._letter(
                words.content_of(self.contents, step.name, decision.variant, language, face)
            )
            said = {"content_id": content_id, "values_": letters.personal(letter, values), "text": ""}
        back = facts.away.get(person.id)
        if back and not self.own_clock and back >= self.wave.launched_at + self.definition.open_for:
            if not self.first:
                return None  # they are back when nobody asks any more
            back = None
        not_before, not_after = self.window(person, step, back)
        return said | {
            "id": message_id,
            "channel": channel,
            "contact_id": person.id,
            "conversation_id": conversation_id,
            "group_id": self.wave_id,
            "step": step.name,
            "address": facts.reaches[person.id].addresses[channel],
            "address_hash": hashed,
            "once_key": once_key(self.wave_id, step.name, channel, hashed),
            "not_before": not_before,
            "not_after": not_after,
            "created_at": self.now,
        }

    def text(self, person: Person, language: str, values: Mapping[str, str], walk: Walk | None) -> str:
        """The SMS of this step: the opening, or the question they have not answered; empty when all was said."""
        if self.first:
            known = walks.as_texts(person.attributes)
            return engine.opening(
                self.survey, lang=language, channel=Channel.SMS, values=values, attributes=known
            )
        if walk:
            return engine.reminder(self.survey, State.from_json(walk), values)
        state = walks.beginning(self.survey, person, language, Channel.SMS, values)
        return engine.reminder(self.survey, state, values)

    def values(self, person: Person, language: str, facts: Facts) -> dict[str, str]:
        owner = facts.owners.get(person.owner_id or "")
        if language not in self._unnamed:
            self._unnamed[language] = walks.unnamed(self.settings, self.survey, language)
        return walks.values_of(person, owner, self._unnamed[language])

    def language(self, person: Person) -> str:
        if person.language not in self._languages:
            self._languages[person.language] = self._spoken(person.language)
        return self._languages[person.language]

    def _spoken(self, wanted: str | None) -> str:
        # A language we have no words for gets the file's second choice of most readers: English, if there.
        wanted = wanted or self.settings.default_language
        if wanted not in self.survey.languages and "en" in self.survey.languages:
            return "en"
        return self.survey.language(wanted)

    def window(self, person: Person, step: WaveStep, back: datetime | None = None) -> timing.Window:
        """When their message of this step may leave; `back`: not before they are."""
        days = self.definition.spread.days
        day = rules.cohort(self.settings.suppression_key, self.wave_id, person.id, days) if days else 0
        zone = person.time_zone or self.settings.timezone
        country = person.country or self.settings.default_country
        learnt = self.learnt.get(person.id)
        shared = (step.after, step.at, zone, country, day, learnt, back)
        if shared not in self._windows:
            self._windows[shared] = timing.leave(
                self.definition,
                step,
                launched_at=self.wave.launched_at,
                now=max(self.now, back) if back else self.now,
                zone=ZoneInfo(zone),
                country=country,
                day=day,
                learnt=learnt,
                late=self.own_clock,
            )
        return self._windows[shared]

    def _letter(self, content_id: str) -> tuple[str, str]:
        """The id of a frozen content, and the whole letter: what its tags are looked up in."""
        if content_id not in self._letters:
            content = self.db.get_one(Content, content_id)
            self._letters[content_id] = content_id, content.subject + content.text + content.html
        return self._letters[content_id]
