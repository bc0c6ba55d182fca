"""What goes into a step of a conversation and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.errors import BadInput
from app.language.reading import Reading
from app.surveys.survey import Kind

Value = int | str


class BadAnswer(BadInput):
    """An answer from a form that the question cannot take; the text is kind and in the contact's language."""


@dataclass(frozen=True, slots=True)
class State:
    """Where someone stands: `question` is the one now asked (None once done), `reasks` how often it was.

    A rating is a whole number, every other answer a text. `skipped` holds questions given up after their
    re-asks or left blank on the web.
    """

    question: str | None
    answers: Mapping[str, Value]
    reasks: int
    done: bool
    channel: str
    lang: str
    skipped: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {
            "question": self.question,
            "answers": dict(self.answers),
            "reasks": self.reasks,
            "done": self.done,
            "channel": self.channel,
            "lang": self.lang,
            "skipped": list(self.skipped),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "State":
        return cls(**{**data, "skipped": tuple(data["skipped"])})


@dataclass(frozen=True, slots=True)
class Ask:
    """Send this text; it asks `question`."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Say:
    """Send this text; no answer is awaited."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to keep, in place of any earlier one to the same question; `text` is as written or chosen."""

    question: str
    kind: Kind
    value: Value
    text: str
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Consent:
    """The contact decided to stay or leave; `wording` is the question exactly as it was shown."""

    granted: bool
    wording: str
    question: str = ""
    double_opt_in: bool = False
    """A yes is to be confirmed before it counts."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A person should look: a branch's reason from the file, or an intent (complaint, callback, ...)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The walk is over: completed, skipped (nothing was answered) or wrong_person."""

    how: str


Effect = Ask | Say | Answered | Consent | Alert | Ended


@dataclass(frozen=True, slots=True)
class Step:
    """The state to store and what to do, in order."""

    state: State
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a page shows now: `options` are (value, label), ratings included; `scale` is a rating's maximum.

    The page is number `step`, from 1, of at most `of`.
    """

    question: str
    kind: Kind
    text: str
    options: tuple[tuple[str, str], ...] = field(default=())
    scale: int | None = None
    step: int = 1
    of: int = 1
