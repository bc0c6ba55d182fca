"""What a survey is once its file has been read: immutable values the engine walks over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

END = "end"
Words = Mapping[str, str]  # language -> text


Value = int | float | str | tuple[str, ...] | Mapping[str, str]
"""An answer: a number, a text (an option's value, an ISO date), option values, or contact fields."""


class Kind(StrEnum):
    NPS = "nps"
    CSAT = "csat"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    CONTACT = "contact"
    STATEMENT = "statement"
    CONSENT = "consent"


class When(StrEnum):
    """Which days a date question takes; today is in the future and in the past."""

    FUTURE = "future"
    PAST = "past"
    ANY = "any"


class Whose(StrEnum):
    """Whose data a contact question asks for."""

    SELF = "self"
    SUCCESSOR = "successor"


SCALES: Mapping[Kind, range] = {Kind.NPS: range(11), Kind.CSAT: range(1, 6)}
WITH_OPTIONS = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.CONSENT})
STAY, LEAVE, LESS_OFTEN, TOPICS = "stay", "leave", "less_often", "topics"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers offered: `value` is stored, `label` is what the contact sees and writes.

    `hears` are wishes (intents of a reply) that mean this option where nothing names another.
    """

    value: str
    label: Words
    hears: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of one subject, `answer` (a question's id) or `attribute`; or `all` of several.

    `low` to `high` (inclusive) is about a number, `among` about option values or the attribute's value,
    `sentiment` about how the words of the answer sounded.
    """

    answer: str | None = None
    attribute: str | None = None
    low: float | None = None
    high: float | None = None
    among: tuple[str, ...] = ()
    sentiment: tuple[str, ...] = ()
    all: tuple["Condition", ...] = ()

    def parts(self) -> tuple["Condition", ...]:
        """The conditions about one subject that it is made of."""
        return tuple(part for one in self.all for part in one.parts()) if self.all else (self,)


@dataclass(frozen=True, slots=True)
class Branch:
    """Where the walk goes on when the condition holds, and why someone of ours should then look."""

    when: Condition
    go: str
    alert: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One thing said or asked; `channels` holds the wordings that differ from `text` on one channel.

    What follows `max_reasks` belongs to single kinds; `at_most` and the bounds are None without a limit.
    """

    id: str
    kind: Kind
    text: Words
    channels: Mapping[str, Words]
    options: tuple[Option, ...]
    branches: tuple[Branch, ...]
    next: str
    reask: Words
    max_reasks: int
    double_opt_in: bool = False
    """Whether a yes counts only once it is confirmed by a message of its own."""
    at_least: int = 1
    at_most: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = True
    when: When = When.ANY
    of: Whose = Whose.SELF
    fields: tuple[str, ...] = ()
    sets: str | None = None
    """The contact's attribute that takes this answer."""

    def wording(self, lang: str, channel: str) -> str:
        """The text as written in the file, placeholders still in it.

        Who answers by email sees as few buttons as by SMS, so the SMS wording does for both.
        """
        spare = self.channels.get("sms", self.text) if channel == "email" else self.text
        return self.channels.get(channel, spare)[lang]

    def label(self, value: str, lang: str) -> str:
        """What the option of this value is called; the value itself when there is no such option."""
        return next((option.label[lang] for option in self.options if option.value == value), value)


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many answers of a wave under one condition; whoever comes after them goes on at `go`."""

    id: str
    when: Condition
    at_most: int
    go: str

    @property
    def question(self) -> str:
        """The question whose answer takes a place."""
        return next(part.answer for part in self.when.parts() if part.answer)


@dataclass(frozen=True, slots=True)
class EndAction:
    """What is done when a walk ends as completed; without a condition always."""

    when: Condition | None = None
    tag: str | None = None
    alert: str | None = None
    sets: Mapping[str, str] = field(default_factory=dict)
    call: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """When someone who began and fell silent is reminded, how often, and when the conversation closes."""

    remind_after: timedelta
    reminders: int
    close_after: timedelta


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an email, for everybody or for those of whom the condition holds."""

    text: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A survey's own layout of its emails: the file's name, which tells MJML from HTML, and what stands in it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class EmailWords:
    """The plain words of one email in one language; the layout belongs to whoever sends it."""

    subject: str
    preheader: str
    heading: str
    body: tuple[Paragraph, ...]
    button: str
    rating_caption: str


@dataclass(frozen=True, slots=True)
class SmsWords:
    """What frames the questions by SMS: the greeting, the way out and the reminder.

    `link` stands where the question would, in a text that leads to the page instead of asking (see by_link.py).
    """

    opening: Words
    way_out: Words
    reminder: Words
    link: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Survey:
    """A whole survey in every language; two surveys with one `version` say and do the same.

    `late` is said to someone who answers after expiry; `max_messages` bounds our texts in one conversation;
    `attributes` are those of the contact that its conditions and texts name.
    """

    slug: str
    title: Words
    languages: tuple[str, ...]
    questions: Mapping[str, Question]
    start: str
    expires_after: timedelta
    fallbacks: Mapping[str, Words]
    closing: Words
    wrong_person: Words
    moved_on: Words
    sms: SmsWords
    emails: Mapping[str, Mapping[str, EmailWords]]
    late: Words
    silence: Silence | None
    quotas: tuple[Quota, ...]
    at_end: tuple[EndAction, ...]
    max_messages: int
    attributes: frozenset[str]
    version: str
    source: Mapping[str, object] = field(repr=False)
    lines: Mapping[tuple[str | int, ...], int] = field(repr=False, compare=False)
    layout: Layout | None = None
    """Of its emails, where one lies beside the file; else they look as all do."""

    def language(self, lang: str | None) -> str:
        """The language for someone who prefers `lang` ("it-IT" is "it"); the file's first is the default."""
        short = (lang or "").replace("_", "-").split("-")[0].lower()
        return short if short in self.languages else self.languages[0]
