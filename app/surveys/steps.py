"""What goes into a step of a conversation and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.errors import BadInput
from app.language.reading import Reading
from app.surveys.survey import Kind, Value, When

WEB = "web"
"""The channel on which nothing is sent: the page shows what would be said."""


class BadAnswer(BadInput):
    """An answer from a form that the question cannot take; the text is kind and in the contact's language."""


class Timing(StrEnum):
    """How a reply stands to our last question.

    EARLY: it still stands in our outbox, so the reply belongs to what was asked before it. UNREAD: it was handed
    over so few seconds before that nobody can have read it. CROSSING: it was handed over less than a minute
    before. ANSWERING: they had time to read it.
    """

    EARLY = "early"
    UNREAD = "unread"
    CROSSING = "crossing"
    ANSWERING = "answering"


@dataclass(frozen=True, slots=True)
class State:
    """Where someone stands: `question` is the one now asked (None when none is), `reasks` how often it was.

    `skipped` holds questions given up after their re-asks or left blank on the web; `attributes` those of
    the contact that the survey names, as they were at the start; `sentiments` how the words of an answer
    sounded; `quotas` whether a place was had ("in") or not ("full"); `said` how many texts of ours there
    were; `previous` the question last answered or skipped; `joined` those whose answer was added to once;
    `tags` what the end gave the contact.
    """

    question: str | None
    answers: Mapping[str, Value]
    reasks: int
    done: bool
    channel: str
    lang: str
    skipped: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    sentiments: Mapping[str, str] = field(default_factory=dict)
    quotas: Mapping[str, str] = field(default_factory=dict)
    said: int = 1
    previous: str | None = None
    joined: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {
            "question": self.question,
            "answers": {name: plain(value) for name, value in self.answers.items()},
            "reasks": self.reasks,
            "done": self.done,
            "channel": self.channel,
            "lang": self.lang,
            "skipped": list(self.skipped),
            "attributes": dict(self.attributes),
            "sentiments": dict(self.sentiments),
            "quotas": dict(self.quotas),
            "said": self.said,
            "previous": self.previous,
            "joined": list(self.joined),
            "tags": list(self.tags),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "State":
        """The state kept by `to_json`, by this version or an earlier one."""
        answers = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in data["answers"].items()
        }
        lists = {name: tuple(data.get(name, ())) for name in ("skipped", "joined", "tags")}
        return cls(**{**data, **lists, "answers": answers})


def plain(value: Value) -> int | float | str | list[str] | dict[str, str]:
    """An answer as JSON keeps it."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


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
    """An answer to keep, in place of any earlier one to the same question; `text` is as written or chosen.

    `amends`: there was an earlier one.
    """

    question: str
    kind: Kind
    value: Value
    text: str
    reading: Reading | None
    amends: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """The contact decided about hearing from us; `wording` is the question exactly as it was shown.

    Where they decided before the question had left, or after a goodbye, it is what they wrote (`said`).
    `question` is empty where the survey has none about it.

    `decision` is the option's value: stay, leave, less_often or topics; all but leave are a yes.
    """

    granted: bool
    wording: str
    question: str = ""
    double_opt_in: bool = False
    """A yes is to be confirmed before it counts."""
    decision: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A person should look: a branch's reason from the file, or an intent (complaint, callback, ...)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The walk is over: completed, skipped (nothing was answered), wrong_person or late (after expiry)."""

    how: str


@dataclass(frozen=True, slots=True)
class Tag:
    """The contact is to carry this tag; or, when not `held`, no more: an amendment has undone its reason."""

    name: str
    held: bool = True


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """The contact's attribute takes this value."""

    name: str
    value: str | int | float | list[str]


@dataclass(frozen=True, slots=True)
class CallRequested:
    """Someone of ours should ring the contact."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Contact data as the contact wrote them, their own (`of` is self) or of whoever follows them (successor).

    `fields` is never empty; its names are email, phone, name and company.
    """

    question: str
    of: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QuotaTaken:
    """This walk took a place of the quota; the wave's count is to be raised."""

    id: str


Effect = (
    Ask
    | Say
    | Answered
    | Consent
    | Alert
    | Ended
    | Tag
    | SetAttribute
    | CallRequested
    | Correction
    | QuotaTaken
)


@dataclass(frozen=True, slots=True)
class Step:
    """The state to store and what to do, in order."""

    state: State
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a page shows now: `options` are (value, label), ratings included; `scale` is a rating's maximum.

    The page is number `step`, from 1, of at most `of`. `value` is the answer given so far as a form takes it
    (texts of numbers with a point, ISO dates, option values, fields), None when there is none; `previous`
    the question before this one. The rest belongs to single kinds: bounds and `whole` to number,
    `at_least` and `at_most` to choices, `when` to date, `whose` (self, successor) and
    `fields` to contact.
    """

    question: str
    kind: Kind
    text: str
    options: tuple[tuple[str, str], ...] = field(default=())
    scale: int | None = None
    step: int = 1
    of: int = 1
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = True
    at_least: int = 1
    at_most: int | None = None
    when: When = When.ANY
    whose: str = ""
    fields: tuple[str, ...] = ()
    value: str | tuple[str, ...] | Mapping[str, str] | None = None
    previous: str | None = None
