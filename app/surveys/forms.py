"""Reads what a form sends as the answer to one question; a form is exact, nothing is guessed."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.surveys.survey import SCALES, Kind, Question, Value, When, Whose
from app.surveys.words import clean

_UNTHINKABLE = 10**12
"""Numbers from here on are slips of the finger, and no database keeps them all."""


def typed(question: Question, value: str | Sequence[str] | Mapping[str, str], today: date) -> Value | None:
    """The answer a form means, None when the question cannot take it; an empty text is an empty answer."""
    if question.kind is Kind.CONTACT:
        return _fields(question, value)
    if question.kind is Kind.CHOICES:
        return _several(question, value)
    if isinstance(value, Mapping) or (not isinstance(value, str) and len(value) != 1):
        return None
    text = clean(value if isinstance(value, str) else value[0])
    if question.kind is Kind.TEXT:
        return text
    if question.kind in SCALES:
        return int(text) if text.isascii() and text.isdecimal() and within(question, int(text[:9])) else None
    if question.kind is Kind.NUMBER:
        return _number(question, text)
    if question.kind is Kind.DATE:
        return _day(question, text, today)
    return text if any(option.value == text for option in question.options) else None


def within(question: Question, number: float) -> bool:
    """Whether a number is one the question takes."""
    scale = SCALES.get(question.kind)
    if scale:
        return number in scale
    low = question.minimum is None or number >= question.minimum
    return low and number < _UNTHINKABLE and (question.maximum is None or number <= question.maximum)


def _several(question: Question, value: str | Sequence[str] | Mapping[str, str]) -> tuple[str, ...] | None:
    named = [value] if isinstance(value, str) else [] if isinstance(value, Mapping) else list(value)
    chosen = {one for one in named if one}
    known = tuple(option.value for option in question.options if option.value in chosen)
    return known if len(known) == len(chosen) and enough(question, known) else None


def enough(question: Question, chosen: Sequence[str]) -> bool:
    """Whether so many options may be named."""
    return question.at_least <= len(chosen) <= (question.at_most or len(question.options))


def _number(question: Question, text: str) -> Value | None:
    plain = text.replace(",", ".")
    digits = plain.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 13):
        return None
    number = float(plain)
    if question.whole and not number.is_integer():
        return None
    kept = int(number) if question.whole or number.is_integer() else number
    return kept if within(question, kept) else None


def _day(question: Question, text: str, today: date) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day.isoformat() if possible(question, day, today) else None


def possible(question: Question, day: date, today: date) -> bool:
    """Whether the day lies where the question wants it; today is both past and future."""
    if question.when is When.FUTURE:
        return day >= today
    return question.when is When.ANY or day <= today


def _fields(question: Question, value: str | Sequence[str] | Mapping[str, str]) -> dict[str, str] | None:
    given = value if isinstance(value, Mapping) else {}
    fields = {name: text for name in question.fields if (text := clean(given.get(name, "")))}
    # "It is all right as it is" is an answer about oneself only.
    return fields if fields or question.of is Whose.SELF else None
