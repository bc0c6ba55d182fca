"""The wave file: read, checked whole (every error at once, with its line), and turned into plain values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from hashlib import blake2b
from math import ceil
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft202012Validator

from app.channels.base import Channel
from app.errors import BadInput
from app.segments.membership import Rule, wrongs
from app.surveys.document import line_of, parse_document, schema_problems
from app.surveys.problems import Problem, Severity
from app.waves import check
from app.waves.notation import DAYS, clock, weekday
from app.waves.notation import duration as duration

SCHEMA = Path(__file__).parent / "schema.json"
LEARNT: Literal["learnt"] = "learnt"
QUESTION, LINK = "question", "link"
"""What a text carries: the question, to be answered by text, or the link to the page that asks it."""
Hour = time | Literal["learnt"]
"""On the contact's clock: a fixed hour, or the one learnt of each contact."""
ANY_CHANNEL = ("email", "sms")
RULES: tuple[check.Place, ...] = (("segment",), ("trigger", "unless"), ("trigger", "did"))
"""Where rules in the language of segments stand."""


class InConversation(StrEnum):
    """What becomes of somebody who is in a conversation of another wave when this one begins."""

    WAIT = "wait"
    """Written to when that one is over."""
    SKIP = "skip"
    REPLACE = "replace"
    """That one is closed, unless they said something in it within a day: then as `wait`."""


class Every(StrEnum):
    """How often a wave goes out anew."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class WaveStep:
    """One message of the wave: when (after launch), on which channels in order, to whom."""

    name: str
    after: timedelta
    channels: tuple[Channel, ...]
    words: str
    """Which of the survey's emails (invite, reminder, last_call) it says."""
    only_silent: bool
    """Only to those who have not answered yet."""
    by_link: bool = False
    """Whether its texts lead to the survey's page instead of asking."""
    at: Hour | None = None
    subject: Mapping[str, str] = field(default_factory=dict)
    """Language -> what a variant says instead of the survey's subject."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One side of an A/B test and what it changes in one step; what is empty stays as the step has it."""

    name: str
    share: int
    """Percent."""
    step: str
    subject: Mapping[str, str]
    channels: tuple[Channel, ...]
    words: str | None
    at: Hour | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How many messages may leave at most, in all and to one email domain; None: as fast as the provider takes them."""

    per_second: int | None
    per_hour: int | None
    per_day: int | None
    domain_per_hour: int | None


@dataclass(frozen=True, slots=True)
class Cap:
    """How many messages of all waves and channels one contact gets at most within a span of time."""

    messages: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Budget:
    """What the wave's SMS may cost."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same wave anew by calendar, in the installation's time zone."""

    every: Every
    at: time
    until: date | None
    """The last day on which an edition may begin."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What lets people enter an automation, one by one; its steps count from each one's own time."""

    did: Any
    """What somebody does, as a segment would ask for it; None: anything of their own."""
    quiet_for: timedelta | None
    """They enter when the last time was so long ago; None: when they do it."""
    within: timedelta
    """What we learn of later lets nobody enter."""
    wait: timedelta
    unless: Rule | None
    """Who is left out when a message of theirs is due."""
    again_after: timedelta | None
    """When somebody may enter again; None: never."""

    @property
    def ahead(self) -> timedelta:
        """From what they did to the moment that lets them enter."""
        return self.quiet_for or timedelta(0)


@dataclass(frozen=True, slots=True)
class Brakes:
    """Percentages at which the wave pauses itself, once `minimum` messages were delivered or failed."""

    bounces: float
    complaints: float
    opt_outs: float
    negative: float
    """Of those who answered, how many are unhappy."""
    minimum: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A wave file as values; `source` is the same as plain JSON, to freeze."""

    name: str
    survey: str
    segment: Rule
    control: float
    """Percent held out."""
    steps: tuple[WaveStep, ...]
    variants: tuple[Variant, ...]
    answers_until: timedelta
    """After the last step."""
    opens: time
    closes: time
    """In the contact's time zone; both midnight: all day."""
    days: frozenset[int]
    """Of the week on which something may leave, 0 is Monday."""
    skip_holidays: bool
    """Nothing leaves on the public holidays of the contact's country."""
    at: Hour | None
    pace: Pace
    spread: timedelta
    """Whole open days over which the audience is invited in equal parts; zero: all at once."""
    rest: timedelta
    """How long after a message of another wave somebody is left alone."""
    cap: Cap | None
    budget: Budget | None
    repeat: Repeat | None
    trigger: Trigger | None
    in_conversation: InConversation
    brakes: Brakes
    stale_after: timedelta
    """A step due longer ago than this asks before it sends."""
    opens_tracked: bool
    """Whether emails carry the provider's tracking picture."""
    source: Mapping[str, Any]

    @property
    def open_for(self) -> timedelta:
        """From the launch until answers stop counting, also for who is invited last."""
        open_days, closed_days = len(self.days), 7 - len(self.days)
        # So many open days lie within so many weeks, wherever in a week one begins.
        spread = timedelta(weeks=ceil(self.spread.days / open_days)) if closed_days else self.spread
        return spread + self.steps[-1].after + timedelta(days=closed_days) + self.answers_until

    @property
    def fingerprint(self) -> str:
        """The same for files that say the same, however they are laid out."""
        text = json.dumps(dict(self.source), sort_keys=True, ensure_ascii=False)
        return blake2b(text.encode(), digest_size=16).hexdigest()

    def step(self, number: int, variant: Variant | None = None) -> WaveStep:
        """The step as this variant has it."""
        step = self.steps[number]
        if variant is None or variant.step != step.name:
            return step
        return replace(
            step,
            channels=variant.channels or step.channels,
            words=variant.words or step.words,
            at=variant.at or step.at,
            subject=variant.subject,
        )

    @property
    def channels(self) -> frozenset[Channel]:
        """All that any of its steps may be sent on."""
        steps = (step for number in range(len(self.steps)) for step in self.as_sent(number))
        return frozenset(channel for step in steps for channel in step.channels)

    def as_sent(self, number: int) -> list[WaveStep]:
        """The step as each of the variants has it."""
        return [self.step(number, variant) for variant in self.variants or (None,)]


class BadWave(BadInput):
    """A wave file that cannot be launched; every problem at once, each with its line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


def load(path: Path) -> Definition:
    """Read a wave file; raises BadInput (no such file) or BadWave."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadInput("there is no such file", where=str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot be read as UTF-8 text ({error})", where=str(path)) from None
    return parse(text, str(path))


def parse(text: str, where: str) -> Definition:
    """Read the text of a wave file; raises BadWave."""
    value, lines, problems = parse_document(text, where)
    if not problems:
        problems = schema_problems(value, lines, where, _validator(), "the wave")
    if isinstance(value, dict):
        odd = check.oddities(value) + [found for place in RULES for found in _rule_oddities(value, place)]
        problems += [Problem(line_of(lines, path), Severity.ERROR, said, where) for path, said in odd]
    if problems:
        raise BadWave(sorted(problems, key=lambda problem: problem.line or 0))
    assert isinstance(value, dict)
    return from_source(value)


def from_source(source: Mapping[str, Any]) -> Definition:
    """The definition in a checked or frozen document."""
    window, brakes = source.get("window", {}), source.get("brakes", {})
    at = _hour(source.get("at"))
    return Definition(
        name=source["name"],
        survey=source["survey"],
        segment=source["segment"],
        control=float(source.get("control", 10)),
        steps=_steps(source["steps"], at),
        variants=tuple(_variant(given, source["steps"]) for given in source.get("variants", ())),
        answers_until=duration(source.get("answers_until", "7 days")),
        opens=clock(window.get("from", "09:00")),
        closes=clock(window.get("to", "19:00")),
        days=frozenset(weekday(day) for day in window.get("days", DAYS)),
        skip_holidays=window.get("holidays") == "skip",
        at=at,
        pace=Pace(**{name: source.get("pace", {}).get(name) for name in Pace.__slots__}),
        spread=duration(source.get("spread", "0 days")),
        rest=duration(source.get("rest", "0 days")),
        cap=_cap(source.get("cap")),
        budget=_budget(source.get("budget")),
        repeat=_repeat(source.get("repeat")),
        trigger=_trigger(source.get("trigger")),
        in_conversation=InConversation(source.get("in_conversation", InConversation.WAIT)),
        brakes=Brakes(
            bounces=float(brakes.get("bounces", 5)),
            complaints=float(brakes.get("complaints", 0.3)),
            opt_outs=float(brakes.get("opt_outs", 10)),
            negative=float(brakes.get("negative", 30)),
            minimum=int(brakes.get("minimum", 100)),
        ),
        stale_after=duration(source.get("stale_after", "6 hours")),
        opens_tracked=bool(source.get("opens", False)),
        source=source,
    )


def _steps(given: list[dict[str, Any]], at: Hour | None) -> tuple[WaveStep, ...]:
    steps: list[WaveStep] = []
    channels: tuple[Channel, ...] = tuple(Channel(name) for name in ANY_CHANNEL)
    sms = QUESTION
    for step in given:
        # A step that names none goes on as the one before it.
        channels = tuple(Channel(name) for name in step.get("channels", channels))
        sms = step.get("sms", sms)
        steps.append(
            WaveStep(
                name=step["name"],
                after=duration(step.get("after", "0 seconds")),
                channels=channels,
                words=step.get("email", step["name"]),
                only_silent=step.get("only") == "no_answer",
                by_link=sms == LINK,
                at=at,
            )
        )
    return tuple(steps)


def _variant(given: Mapping[str, Any], steps: list[dict[str, Any]]) -> Variant:
    return Variant(
        name=given["name"],
        share=given["share"],
        step=given.get("step", steps[0]["name"]),
        subject=given.get("subject", {}),
        channels=tuple(Channel(name) for name in given.get("channels", ())),
        words=given.get("email"),
        at=_hour(given.get("at")),
    )


def _hour(given: str | None) -> Hour | None:
    if given is None or given == LEARNT:
        return LEARNT if given else None
    return clock(given)


def _cap(given: Mapping[str, Any] | None) -> Cap | None:
    return Cap(given["messages"], duration(given["within"])) if given else None


def _budget(given: Mapping[str, Any] | None) -> Budget | None:
    return Budget(Decimal(str(given["amount"])), given["currency"]) if given else None


def _repeat(given: Mapping[str, Any] | None) -> Repeat | None:
    if not given:
        return None
    until = date.fromisoformat(given["until"]) if "until" in given else None
    return Repeat(Every(given["every"]), clock(given.get("at", "09:00")), until)


def _trigger(given: Mapping[str, Any] | None) -> Trigger | None:
    if not given:
        return None
    return Trigger(
        did=given.get("did"),
        quiet_for=duration(given["quiet_for"]) if "quiet_for" in given else None,
        within=duration(given.get("within", "3 days")),
        wait=duration(given.get("wait", "0 seconds")),
        unless=given.get("unless"),
        again_after=duration(given["again_after"]) if "again_after" in given else None,
    )


def _rule_oddities(source: Mapping[str, Any], place: check.Place) -> list[check.Oddity]:
    rule: Any = source
    for name in place:
        rule = rule.get(name) if isinstance(rule, dict) else None
    if not rule or not isinstance(rule, dict | str | list):
        return []  # the schema says so
    if place[-1] == "did":
        return _event_oddities(rule, place)
    if isinstance(rule, list):
        return []
    return [((*place, *wrong.place), f"{place[-1]}: {wrong}") for wrong in wrongs(rule)]


def _event_oddities(event: Any, place: check.Place) -> list[check.Oddity]:
    if isinstance(event, dict) and "times" in event:
        return [((*place, "times"), "people enter by one thing they do: ask for `times` in `segment`")]
    return [((*place, *wrong.place[1:]), str(wrong)) for wrong in wrongs({"did": event})]


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
