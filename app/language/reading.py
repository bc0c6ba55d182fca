"""Reads a reply whole: rating before intent, intent before sentiment, each with its evidence."""

import re
from collections.abc import Sequence
from functools import cache
from hashlib import blake2s
from itertools import pairwise
from pathlib import Path

from app.language import intents, languages, learnt, models, rating
from app.language.intents import Wants
from app.language.normal import normalise
from app.language.rating import Found
from app.language.sentiment import Probabilities
from app.language.vocabulary import Intent, Rating, Reading, Reply, Sentiment, Span

__all__ = ["Intent", "Rating", "Reading", "Reply", "Sentiment", "Span", "read", "read_many"]

REVIEW = "review"
_NOTHING = Wants((), False)
_READ = 8000  # characters; nobody's own words are longer, and time stays bounded
_LONG = 300  # characters; in a longer email a bare number is not surely the answer
_NPS = ((0.0, -1.0), (6.0, -0.4), (7.0, 0.0), (8.0, 0.1), (9.0, 0.7), (10.0, 1.0))
_NO_JUDGEMENT = (Intent.UNSUBSCRIBE, Intent.LEAVE, Intent.STAY, Intent.WRONG_PERSON)
_HOSTILE = 0.6  # p(negative) from which an opt-out is no longer polite
# An opt-out in these words is no polite one; besides them its words are no judgement.
_HARSH = re.compile(
    r"\b(?:spamm|romp|scocc|assill|torment|perseguit|tartass|bombard|harass|pester|hound|stalk|piantatela|finitela|"
    r"smettetela|smettila|piantala|la (?:smettete|finite|piantate)|con sti|una buona volta|once and for all|bloody)",
    re.IGNORECASE,
)
_CONTRADICTION = 0.6  # p(positive) - p(negative) of the words, against the rating's own sign
_UNSURE = 0.45  # the likeliest class of words has no more than this
_JUDGED = ("it", "en")  # languages whose words the built-in model knows well


def read(text: str, *, lang: str | None = None, scale: int | None = None, channel: str = "sms") -> Reading:
    """What one reply says. `text` is without quotes and signature already (`replies.strip_reply`).

    `lang` is the contact's own language, used where the words decide nothing; `scale` the maximum of
    the question that was asked (10 or 5), None when none was; `channel` is sms, web or email, or REVIEW for
    words that were not written to us: they ask nothing of us. Never raises; spans are offsets into `text`.
    """
    return read_many([Reply(text, lang, scale, channel)])[0]


def read_many(replies: Sequence[Reply]) -> list[Reading]:
    """`read` of many replies, in their order: the sentiment model is asked once for all of them."""
    texts: list[str] = []
    langs: list[str] = []
    known: list[tuple[Reply, Wants, Found | None]] = []
    for reply in replies:
        given = reply.text[:_READ]
        normal = normalise(given)
        lang = languages.detect(normal.text, reply.lang, given=given)
        found = rating.find(normal.text, reply.scale)
        # A review speaks to others: "never again" asks nothing of us there.
        asks = reply.channel != REVIEW
        wants = intents.find_intents(given, normal, found, reply.channel, lang) if asks else _NOTHING
        known.append((reply, wants, found))
        langs.append(lang)
        texts.append(_besides_wishes(given, wants.spans))
    heard, version = models.hear(texts, langs)
    versions = f"rules {_rules()}, {learnt.version()}, {version}"
    return [
        _judge(*one, spoken=lang, heard=tone, versions=versions)
        for one, lang, tone in zip(known, langs, heard, strict=True)
    ]


def _judge(
    reply: Reply, wants: Wants, found: Found | None, *, spoken: str, heard: Probabilities, versions: str
) -> Reading:
    tone = heard[2] - heard[0]
    review = wants.doubtful
    if found:
        label, value, decided_by = *_of_rating(found.rating), "rating"
        contradicted = label is not Sentiment.NEUTRAL and tone * value < 0 and abs(tone) > _CONTRADICTION
        vague = reply.channel == "email" and len(reply.text) > _LONG and not found.cued
        unsure = not found.firm or contradicted or vague
        confidence = 0.6 if unsure else 0.95
    else:
        label, value, decided_by = _of_words(heard, wants.spans)
        by_words = decided_by == "sentiment"
        confidence = max(heard) if by_words else 0.9
        foreign = spoken not in _JUDGED and label is Sentiment.NEUTRAL
        # Praise beside a complaint may be mockery.
        mocking = label is Sentiment.POSITIVE and any(span.intent is Intent.COMPLAINT for span in wants.spans)
        unsure = by_words and (foreign or mocking or confidence <= _UNSURE)
    return Reading(
        lang=spoken,
        sentiment=label,
        score=round(value, 4),
        intents=wants.spans,
        rating=found.rating if found else None,
        decided_by=decided_by,
        needs_review=review or unsure,
        confidence=round(confidence, 4),
        versions=versions,
    )


@cache
def _rules() -> str:
    """A short mark of the rules' own words: readings with another one were read by other rules."""
    mark = blake2s(digest_size=4)
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        mark.update(file.read_bytes())
    return mark.hexdigest()


def _besides_wishes(given: str, spans: tuple[Span, ...]) -> str:
    """The words besides the wish itself: "toglietemi" is no judgement, what surrounds it may be one."""
    said, place = "", 0
    for span in spans:
        if span.intent in _NO_JUDGEMENT and span.end > place:
            said += given[place : span.start] + " . "
            place = span.end
    return said + given[place:]


def _of_rating(given: Rating) -> tuple[Sentiment, float]:
    """NPS: 0-6 negative, 7-8 neutral, 9-10 positive. Other scales: around the middle neutral."""
    if given.scale == 10:
        value = _between(given.value)
        if given.value < 7:
            return Sentiment.NEGATIVE, value
        if given.value >= 9:
            return Sentiment.POSITIVE, value
        return Sentiment.NEUTRAL, min(value, 0.2)
    share = (given.value - 1) / (given.scale - 1) if given.scale > 1 else 1.0
    value = max(-1.0, min(1.0, share * 2 - 1))
    if value > 0.25:
        return Sentiment.POSITIVE, value
    return (Sentiment.NEGATIVE if value < -0.25 else Sentiment.NEUTRAL), value


def _between(value: float) -> float:
    for (low, at_low), (high, at_high) in pairwise(_NPS):
        if value <= high:
            return at_low + (at_high - at_low) * (value - low) / (high - low)
    return 1.0


def _of_words(heard: Probabilities, spans: tuple[Span, ...]) -> tuple[Sentiment, float, str]:
    negative, neutral, positive = heard
    intents = {span.intent for span in spans}
    score = positive - negative
    if Intent.OUT_OF_OFFICE in intents:
        return Sentiment.NEUTRAL, 0.0, Intent.OUT_OF_OFFICE
    if Intent.ABUSE in intents:
        return Sentiment.NEGATIVE, min(score, -0.8), Intent.ABUSE
    for calm in (Intent.WRONG_PERSON, Intent.UNSUBSCRIBE, Intent.LEAVE):
        if calm in intents:
            grieved = Intent.COMPLAINT in intents and negative > positive
            harsh = any(span.intent is Intent.UNSUBSCRIBE and _HARSH.search(span.text) for span in spans)
            if negative < _HOSTILE and not grieved and not harsh:
                return Sentiment.NEUTRAL, 0.0, calm
            return Sentiment.NEGATIVE, min(score, -0.5), "sentiment"
    if Intent.COMPLAINT in intents and positive < _HOSTILE:
        return Sentiment.NEGATIVE, min(score, -0.5), Intent.COMPLAINT
    if positive > max(neutral, negative):
        return Sentiment.POSITIVE, score, "sentiment"
    return (Sentiment.NEGATIVE if negative > neutral else Sentiment.NEUTRAL), score, "sentiment"
