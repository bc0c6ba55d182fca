"""The wave file: read, checked whole (every error at once, with its line), and turned into plain values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from app.channels.base import Channel
from app.errors import BadInput
from app.segments.membership import Rule, wrongs
from app.surveys.document import line_of, parse_document, schema_problems
from app.surveys.problems import Problem, Severity

SCHEMA = Path(__file__).parent / "schema.json"
_UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}


class InConversation(StrEnum):
    """What becomes of somebody who is in a conversation of another wave when this one begins."""

    WAIT = "wait"
    """Written to when that one is over."""
    SKIP = "skip"
    REPLACE = "replace"
    """That one is closed, unless they said something in it within a day: then as `wait`."""


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


@dataclass(frozen=True, slots=True)
class Brakes:
    """Percentages at which the wave pauses itself, once `minimum` messages were delivered or failed."""

    bounces: float
    complaints: float
    opt_outs: float
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
    answers_until: timedelta
    """After the last step."""
    opens: time
    closes: time
    """In the contact's time zone; both midnight: all day."""
    in_conversation: InConversation
    brakes: Brakes
    source: Mapping[str, Any]


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
    if not problems and isinstance(value, dict):
        problems = [
            Problem(lines.get(("steps", number)), Severity.ERROR, said, where)
            for number, said in _odd_steps(value["steps"])
        ] + [
            Problem(line_of(lines, ("segment", *wrong.place)), Severity.ERROR, f"segment: {wrong}", where)
            for wrong in wrongs(value["segment"])
        ]
    if problems:
        raise BadWave(problems)
    assert isinstance(value, dict)
    return from_source(value)


def from_source(source: Mapping[str, Any]) -> Definition:
    """The definition in a checked or frozen document."""
    window = source.get("window", {})
    brakes = source.get("brakes", {})
    return Definition(
        name=source["name"],
        survey=source["survey"],
        segment=source["segment"],
        control=float(source.get("control", 10)),
        steps=tuple(_step(step) for step in source["steps"]),
        answers_until=duration(source.get("answers_until", "7 days")),
        opens=_clock(window.get("from", "09:00")),
        closes=_clock(window.get("to", "19:00")),
        in_conversation=InConversation(source.get("in_conversation", InConversation.WAIT)),
        brakes=Brakes(
            bounces=float(brakes.get("bounces", 5)),
            complaints=float(brakes.get("complaints", 0.3)),
            opt_outs=float(brakes.get("opt_outs", 10)),
            minimum=int(brakes.get("minimum", 100)),
        ),
        source=source,
    )


def duration(text: str) -> timedelta:
    """`30 seconds`, `2 hours`, `3 days`, as the schema allows them."""
    number, unit = text.split()
    return timedelta(seconds=int(number) * _UNITS[unit.rstrip("s")])


def _step(step: Mapping[str, Any]) -> WaveStep:
    return WaveStep(
        name=step["name"],
        after=duration(step.get("after", "0 seconds")),
        channels=tuple(Channel(channel) for channel in step["channels"]),
        words=step.get("email", step["name"]),
        only_silent=step.get("only") == "no_answer",
    )


def _odd_steps(steps: list[dict[str, Any]]) -> list[tuple[int, str]]:
    found = []
    names = [step["name"] for step in steps]
    delays = [duration(step.get("after", "0 seconds")) for step in steps]
    for number, step in enumerate(steps):
        if step["name"] in names[:number]:
            found.append((number, f"two steps are called {step['name']!r}: give each its own name"))
        if number and delays[number] <= delays[number - 1]:
            found.append((number, "`after` counts from the launch and must grow from step to step"))
        if number and step.get("only") != "no_answer":
            found.append((number, "a later step writes only to those who were silent: add `only: no_answer`"))
    return found


def _clock(text: str) -> time:
    return time(0) if text == "24:00" else time.fromisoformat(text)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
