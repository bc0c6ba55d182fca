"""Going through the audience as a launch would, page by page, and only counting: nothing is written or locked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlmodel import col

from app.channels.base import Channel
from app.channels.segments import Segments, segments
from app.contacts.addresses import address_hash
from app.contacts.models import Contact
from app.db import Session, table_of
from app.engagement import policies
from app.messages import short_links
from app.messages.outbox import domain_of
from app.runtime import Runtime
from app.segments import membership, saved
from app.surveys import piping
from app.surveys.survey import Survey
from app.waves import entering, rules, words
from app.waves.costs import country_of
from app.waves.definition import LEARNT, Definition, Variant
from app.waves.forecast.duration import Due
from app.waves.models import Arm, SendTimes, Wave
from app.waves.planning import decide, facts, send_time
from app.waves.planning.decide import Decision
from app.waves.planning.facts import Facts, Person
from app.waves.planning.rows import Rows

PAGE = 2_000
EXAMPLES = 20
"""Contacts that are named per reason."""
_KEPT = 10_000
"""Texts that are remembered."""


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody to show, with the values that fill their message; `text` is their SMS."""

    person: Person
    language: str
    variant: Variant | None
    channel: Channel
    address: str
    values: Mapping[str, str]
    text: str


class Text(NamedTuple):
    """One SMS with its length; `dear` are its characters outside GSM-7."""

    text: str
    size: Segments
    dear: frozenset[str]


@dataclass(slots=True)
class Rehearsal:
    """What was counted. `done` is false when the time was over before the audience was."""

    selected: int = 0
    done: bool = True
    arms: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Reason -> (contact id, name) of the first few."""
    messages: Counter[tuple[int, str, Channel]] = field(default_factory=Counter)
    """Step by its number, variant (`""` without), channel."""
    parts: Counter[tuple[int, str, str, int]] = field(default_factory=Counter)
    """Step, country, encoding, SMS parts -> texts."""
    dear: Counter[str] = field(default_factory=Counter)
    """Characters outside GSM-7 -> texts that have them."""
    due: dict[int, Counter[Due]] = field(default_factory=dict)
    """Step -> when its messages may leave."""
    domains: Counter[str] = field(default_factory=Counter)
    """Email domain -> messages of the first step; only where the wave has a cap by domain."""
    examples: dict[tuple[Channel, str, str], Example] = field(default_factory=dict)
    """Channel, language, variant -> who has the longest first name."""


class Rehearser:
    """One wave that is not launched, and what is needed to go through its audience."""

    def __init__(
        self, db: Session, rt: Runtime, definition: Definition, survey: Survey, wave_id: str, now: datetime
    ) -> None:
        self.db, self.rt, self.definition, self.now = db, rt, definition, now
        self.key = rt.settings.suppression_key
        self.trigger = definition.trigger
        if self.trigger and self.trigger.unless:
            self.trigger = replace(self.trigger, unless=saved.expand(db, self.trigger.unless))
        self.wave = Wave(
            id=wave_id,
            name=definition.name,
            definition=dict(definition.source),
            survey_version=survey.version,
            launched_by="",
            launched_at=now,
        )
        kinds: dict[tuple[bool, bool], Rows] = {}
        for number, step in enumerate(definition.steps):
            if (kind := (number == 0, step.by_link)) not in kinds:
                texted = words.as_texted(survey, step)
                kinds[kind] = Rows(db, rt, self.wave, definition, texted, now, first=number == 0)
        self.rows = [kinds[number == 0, step.by_link] for number, step in enumerate(definition.steps)]
        self.taken = Taken(db, self.key, wave_id, definition.steps[0].name)
        self.texts: dict[tuple[Any, ...], Text] = {}
        self.hours: dict[datetime, datetime] = {}
        self.known: SendTimes | None = None
        self.personal = {language: _named_by_sms(survey, language) for language in survey.languages}
        self.attributes = sorted(survey.attributes)

    def run(self, seconds: float | None = None) -> Rehearsal:
        """Count everybody, or as many as there is time for."""
        found, until = Rehearsal(), monotonic() + seconds if seconds else None
        for page in self._pages():
            if until and monotonic() > until:
                found.done = False
                break
            known = self._known(page)
            self._learn(known)
            found.selected += len(known.people)
            for person in known.people.values():
                self._count(found, known, person, self._decide(known, person))
        return found

    def _learn(self, known: Facts) -> None:
        """The hours of these people, at the steps that go by them."""
        numbers = range(len(self.definition.steps))
        if not any(step.at == LEARNT for number in numbers for step in self.definition.as_sent(number)):
            return
        self.known = self.known or send_time.learnt(self.db, self.wave.id, self._members(), self.now)
        found = send_time.best_hours(
            self.db,
            [(person.id, person.time_zone) for person in known.people.values()],
            opens=self.definition.opens,
            closes=self.definition.closes,
            days=self.definition.days,
            now=self.now,
            wave_id=self.wave.id,
            known=self.known,
        )
        for rows in self.rows:
            rows.learnt = found

    def left_out(self, reason: str) -> Iterator[Person]:
        """Who is left out for this reason, one after the other."""
        for page in self._pages():
            known = self._known(page)
            for person in known.people.values():
                decision = self._decide(known, person)
                if decision.arm is Arm.EXCLUDED and decision.reason == reason:
                    yield person

    def _pages(self) -> Iterator[Sequence[str]]:
        """The ids of the audience, in the order in which the launch goes through them."""
        members, after = self._members(), None
        while True:
            statement = members if after is None else members.where(col(Contact.id) > after)
            page = [id_ for id_, _ in self.db.execute(statement.limit(PAGE))]
            if page:
                yield page
            if len(page) < PAGE:
                return
            after = page[-1]

    def _members(self) -> Select[str, str]:
        """(contact id, dormancy) of the audience, by id."""
        policy, kept = policies.present(self.db), policies.kept_up(self.db)
        rule = saved.expand(self.db, entering.audience(self.definition))
        members = membership.members(rule, as_of=self.now, policy=policy, kept=kept)
        return members.order_by(col(Contact.id))

    def _known(self, ids: Sequence[str]) -> Facts:
        known = facts.load(
            self.db,
            self.key,
            ids,
            self.definition,
            wave_id=self.wave.id,
            launched_at=self.now,
            now=self.now,
            first=True,
            lock=False,
        )
        if self.trigger:
            known.rested |= entering.held_back(
                self.db, self.wave, self.trigger, known.people, self.now, first=False
            )
        return known

    def _decide(self, known: Facts, person: Person) -> Decision:
        decision = decide.first(
            known, person.id, self.definition, key=self.key, wave_id=self.wave.id, taken=self.taken
        )
        if decision.channel is not None:
            self.taken.add(decision.channel, known.hashes[person.id][decision.channel])
        return decision

    def _count(self, found: Rehearsal, known: Facts, person: Person, decision: Decision) -> None:
        found.arms[decision.arm] += 1
        if decision.arm is Arm.EXCLUDED:
            reason = str(decision.reason)
            found.left_out[reason] += 1
            if len(named := found.named.setdefault(reason, [])) < EXAMPLES:
                named.append((person.id, name_of(person)))
        if decision.channel is None:
            return
        variant = decision.variant.name if decision.variant else ""
        language = self.rows[0].language(person)
        values = self.rows[0].values(person, language, known)
        for number, channel in self._steps(known, person, decision):
            address = known.reaches[person.id].addresses[channel]
            text = ""
            if channel is Channel.SMS:
                sms = self._text(number, person, language, values)
                if not sms.text:
                    continue  # all was said that the survey may say
                text = sms.text
                found.parts[number, country_of(address), sms.size.encoding, sms.size.count] += 1
                if sms.dear:
                    found.dear.update(sms.dear)
            elif number == 0 and self.definition.pace.domain_per_hour:
                found.domains[domain_of(address)] += 1
            found.messages[number, variant, channel] += 1
            found.due.setdefault(number, Counter())[self._due(number, person, decision, channel)] += 1
            if number == 0 and _better(found.examples.get(kind := (channel, language, variant)), person):
                example = Example(person, language, decision.variant, channel, address, values, text)
                found.examples[kind] = example

    def _steps(self, known: Facts, person: Person, decision: Decision) -> Iterator[tuple[int, Channel]]:
        """Every step that reaches somebody who never answers and never stops, with its channel."""
        assert decision.channel is not None
        yield 0, decision.channel
        for number in range(1, len(self.definition.steps)):
            step = self.definition.step(number, decision.variant)
            channel, _ = rules.choose(known.reaches[person.id], step.channels)
            if channel is not None:
                yield number, channel

    def _text(self, number: int, person: Person, language: str, values: Mapping[str, str]) -> Text:
        """The SMS of a step. People of whom it says the same get the same, so it is written once."""
        said_of = [values[name] for name in self.personal[language]]
        chosen_by = [str(person.attributes.get(name)) for name in self.attributes]
        key = (number > 0, self.definition.steps[number].by_link, language, *said_of, *chosen_by)
        if key not in self.texts:
            if len(self.texts) >= _KEPT:
                self.texts.clear()
            text = self.rows[number].text(person, language, values, None)
            text = short_links.fill(
                self.rt.settings, text, message_id=self.wave.id, conversation_id=self.wave.id
            )
            size = segments(text)
            self.texts[key] = Text(text, size, frozenset(filter(_is_dear, text)))
        return self.texts[key]

    def _due(self, number: int, person: Person, decision: Decision, channel: Channel) -> Due:
        begins, _ = self.rows[number].window(person, self.definition.step(number, decision.variant))
        if begins not in self.hours:
            self.hours[begins] = begins.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return Due(self.hours[begins], person.time_zone or self.rt.settings.timezone, channel)


class Taken:
    """Which once-keys have their message already. Of addresses that nobody shares, nearly all, none is kept."""

    def __init__(self, db: Session, key: str, wave_id: str, step: str) -> None:
        self.wave_id, self.step, self.seen = wave_id, step, set[str]()
        self.shared = {
            address_hash(key, channel, address)
            for channel, name in ((Channel.EMAIL, "email_key"), (Channel.SMS, "phone"))
            for address in _shared(db, name)
        }

    def __contains__(self, once_key: object) -> bool:
        return once_key in self.seen

    def add(self, channel: Channel, address_hash: str) -> None:
        if address_hash in self.shared:
            self.seen.add(facts.once_key(self.wave_id, self.step, channel, address_hash))


@cache
def _is_dear(character: str) -> bool:
    return segments(character).encoding == "UCS-2"


def _named_by_sms(survey: Survey, language: str) -> list[str]:
    """The values that texts by SMS may say in this language."""
    frame = (survey.sms.opening, survey.sms.reminder, survey.sms.way_out)
    texts = [words[language] for words in frame]
    texts += [question.wording(language, "sms") for question in survey.questions.values()]
    return sorted(set().union(*map(piping.names, texts)) & set(piping.VALUES))


def name_of(person: Person) -> str:
    """How somebody is called in a list."""
    name = " ".join(part for part in (person.first_name, person.last_name) if part)
    return name or person.email or person.phone or person.id


def _shared(db: Session, name: str) -> Iterator[str]:
    column = table_of(Contact).c[name]
    several = select(column).where(column.is_not(None)).group_by(column).having(func.count() > 1)
    yield from db.scalars(several.execution_options(yield_per=5_000))


def _better(held: Example | None, person: Person) -> bool:
    """Whether this person shows more of what names do to a text."""
    return held is None or len(person.first_name or "") > len(held.person.first_name or "")
