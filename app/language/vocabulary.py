"""The words in which a reading is told, kept apart so that every step of the pipeline can speak them."""

from dataclasses import dataclass
from enum import StrEnum


class Sentiment(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Intent(StrEnum):
    UNSUBSCRIBE = "unsubscribe"
    STAY = "stay"
    LEAVE = "leave"
    COMPLAINT = "complaint"
    CALLBACK = "callback"
    WRONG_PERSON = "wrong_person"
    OUT_OF_OFFICE = "out_of_office"
    QUESTION = "question"
    THANKS = "thanks"
    ABUSE = "abuse"


@dataclass(frozen=True, slots=True)
class Span:
    """The evidence for an intent: `text[start:end]` of the reply as it was given."""

    intent: Intent
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating on the question's own scale: 10 for NPS (0 to 10), 5 for CSAT (1 to 5)."""

    value: float
    scale: int


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply to read: `lang` is the contact's own language, `scale` the maximum of what was asked."""

    text: str
    lang: str | None = None
    scale: int | None = None
    channel: str = "sms"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reply says; `score` is p(positive) - p(negative), in [-1, 1], its sign that of the sentiment.

    `decided_by` names the step that gave the sentiment (rating, an intent, or sentiment), `confidence`
    is how sure that step is (0 to 1), `versions` what read it ("rules 1f2e, lexicon 9a0b").
    """

    lang: str
    sentiment: Sentiment
    score: float
    intents: tuple[Span, ...]
    rating: Rating | None
    decided_by: str
    needs_review: bool
    confidence: float = 1.0
    versions: str = ""

    def has(self, intent: Intent) -> bool:
        return any(span.intent is intent for span in self.intents)
