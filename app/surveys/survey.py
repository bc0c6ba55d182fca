"""What a survey is once its file has been read: immutable values the engine walks over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

END = "end"
Words = Mapping[str, str]  # language -> text


class Kind(StrEnum):
    NPS = "nps"
    CSAT = "csat"
    CHOICE = "choice"
    TEXT = "text"
    STATEMENT = "statement"
    CONSENT = "consent"


SCALES: Mapping[Kind, range] = {Kind.NPS: range(11), Kind.CSAT: range(1, 6)}
STAY, LEAVE = "stay", "leave"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers offered: `value` is stored, `label` is what the contact sees and writes."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Branch:
    """Where an answer leads: ratings `low` to `high` (inclusive), or one of the option values `among`."""

    go: str
    low: int | None = None
    high: int | None = None
    among: tuple[str, ...] = ()
    alert: str | None = None

    def takes(self, value: int | str) -> bool:
        if isinstance(value, str):
            return value in self.among
        return self.low is not None and self.high is not None and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Question:
    """One thing said or asked; `channels` holds the wordings that differ from `text` on one channel."""

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

    def wording(self, lang: str, channel: str) -> str:
        """The text as written in the file, placeholders still in it."""
        return self.channels.get(channel, self.text)[lang]

    def branch(self, value: int | str) -> Branch | None:
        return next((branch for branch in self.branches if branch.takes(value)), None)

    def after(self, value: int | str) -> str:
        branch = self.branch(value)
        return branch.go if branch else self.next


@dataclass(frozen=True, slots=True)
class EmailWords:
    """The plain words of one email in one language; the layout belongs to whoever sends it."""

    subject: str
    preheader: str
    heading: str
    body: tuple[str, ...]
    button: str
    rating_caption: str


@dataclass(frozen=True, slots=True)
class SmsWords:
    """What frames the questions by SMS: the greeting, the way out and the reminder."""

    opening: Words
    way_out: Words
    reminder: Words


@dataclass(frozen=True, slots=True)
class Survey:
    """A whole survey in every language; two surveys with one `version` say and do the same."""

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
    version: str
    source: Mapping[str, object] = field(repr=False)
    lines: Mapping[tuple[str | int, ...], int] = field(repr=False, compare=False)

    def language(self, lang: str | None) -> str:
        """The language for someone who prefers `lang` ("it-IT" is "it"); the file's first is the default."""
        short = (lang or "").replace("_", "-").split("-")[0].lower()
        return short if short in self.languages else self.languages[0]
