"""Reads a reply whole: rating before intent, intent before sentiment, each with its evidence."""

from itertools import pairwise

from app.language import intents, languages, rating, sentiment
from app.language.normal import normalise
from app.language.sentiment import Probabilities
from app.language.vocabulary import Intent, Rating, Reading, Sentiment, Span

__all__ = ["Intent", "Rating", "Reading", "Sentiment", "Span", "read"]

_READ = 8000  # characters; nobody's own words are longer, and time stays bounded
_LONG = 300  # characters; in a longer email a bare number is not surely the answer
_NPS = ((0.0, -1.0), (6.0, -0.4), (7.0, 0.0), (8.0, 0.2), (9.0, 0.7), (10.0, 1.0))
_NO_JUDGEMENT = (Intent.UNSUBSCRIBE, Intent.LEAVE, Intent.STAY, Intent.WRONG_PERSON)
_HOSTILE = 0.6  # p(negative) from which an opt-out is no longer polite
_CONTRADICTION = 0.6  # p(positive) - p(negative) of the words, against the rating's own sign


def read(text: str, *, lang: str | None = None, scale: int | None = None, channel: str = "sms") -> Reading:
    """What one reply says. `text` is without quotes and signature already (`replies.strip_reply`).

    `lang` is the contact's own language, used where the words decide nothing; `scale` the maximum of
    the question that was asked (10 or 5), None when none was; `channel` is sms, web or email. Never
    raises; spans are offsets into `text`. `decided_by` names the step that gave the sentiment: rating,
    the intent, or sentiment.
    """
    given = text[:_READ]
    normal = normalise(given)
    spoken = languages.detect(normal.text, lang)
    found = rating.find(normal.text, scale)
    wants = intents.find_intents(given, normal)
    heard = sentiment.score_normal(_besides_wishes(given, normal.text, wants.spans), spoken)
    tone = heard[2] - heard[0]
    review = wants.doubtful
    if found:
        label, value, decided_by = *_of_rating(found.rating), "rating"
        contradicted = label is not Sentiment.NEUTRAL and tone * value < 0 and abs(tone) > _CONTRADICTION
        vague = channel == "email" and len(given) > _LONG and not found.cued
        review = review or not found.firm or contradicted or vague
    else:
        label, value, decided_by = _of_words(heard, {span.intent for span in wants.spans})
        review = review or (decided_by == "sentiment" and spoken not in ("it", "en"))
    return Reading(
        spoken, label, round(value, 4), wants.spans, found.rating if found else None, decided_by, review
    )


def _besides_wishes(given: str, normal: str, spans: tuple[Span, ...]) -> str:
    """The words besides the wish itself: "toglietemi" is no judgement, what surrounds it may be one."""
    asked = [span for span in spans if span.intent in _NO_JUDGEMENT]
    if not asked:
        return normal
    for span in asked:
        given = given[: span.start] + "." * (span.end - span.start) + given[span.end :]
    return normalise(given).text


def _of_rating(given: Rating) -> tuple[Sentiment, float]:
    """NPS: 0-6 negative, 7-8 neutral, 9-10 positive. Other scales: around the middle neutral."""
    if given.scale == 10:
        value = _between(given.value)
        if given.value < 7:
            return Sentiment.NEGATIVE, value
        return (Sentiment.POSITIVE if given.value >= 9 else Sentiment.NEUTRAL), value
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


def _of_words(heard: Probabilities, intents: set[Intent]) -> tuple[Sentiment, float, str]:
    negative, neutral, positive = heard
    score = positive - negative
    if Intent.OUT_OF_OFFICE in intents:
        return Sentiment.NEUTRAL, 0.0, Intent.OUT_OF_OFFICE
    if Intent.ABUSE in intents:
        return Sentiment.NEGATIVE, min(score, -0.8), Intent.ABUSE
    for calm in (Intent.WRONG_PERSON, Intent.UNSUBSCRIBE, Intent.LEAVE):
        if calm in intents:
            if negative < _HOSTILE and not (Intent.COMPLAINT in intents and negative > positive):
                return Sentiment.NEUTRAL, 0.0, calm
            return Sentiment.NEGATIVE, min(score, -0.5), "sentiment"
    if Intent.COMPLAINT in intents and positive < _HOSTILE:
        return Sentiment.NEGATIVE, min(score, -0.5), Intent.COMPLAINT
    if positive > max(neutral, negative):
        return Sentiment.POSITIVE, score, "sentiment"
    return (Sentiment.NEGATIVE if negative > neutral else Sentiment.NEUTRAL), score, "sentiment"
