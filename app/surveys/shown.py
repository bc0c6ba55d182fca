"""Answers as the contact would read them: labels, local numbers and days; also what pipes into a text."""

from collections.abc import Mapping
from datetime import date
from textwrap import shorten

from babel.dates import format_date
from babel.numbers import format_decimal

from app.surveys.conditions import Facts
from app.surveys.piping import ANSWER, ATTRIBUTE
from app.surveys.survey import Kind, Question, Survey, Value

# Spaces that would make a phone send the whole text in half as many characters to a segment.
_SPACES = str.maketrans("\u00a0\u202f", "  ")

LONGEST = 80
"""Characters of an answer that are said back; nobody reads their own letter in a text message."""


def shown(question: Question, value: Value, lang: str) -> str:
    """An answer in the contact's language: "Prezzo, Qualità", "1.500", "3 dicembre 2026"."""
    if isinstance(value, Mapping):
        return ", ".join(value[field] for field in question.fields if field in value)
    if isinstance(value, tuple):
        return ", ".join(question.label(one, lang) for one in value)
    if isinstance(value, int | float):
        return number_shown(value, lang)
    if question.kind is Kind.DATE:
        return _day_shown(date.fromisoformat(value), lang)
    return question.label(value, lang)


def _day_shown(day: date, lang: str) -> str:
    if lang == "fr" and day.day == 1:
        return f"1er {format_date(day, 'MMMM y', lang)}"
    return format_date(day, "d. MMMM y" if lang == "de" else "d MMMM y", lang)


def number_shown(value: float, lang: str) -> str:
    """A number as it is written in a language, in plain spaces."""
    return format_decimal(value, locale=lang).translate(_SPACES)


def pipes(survey: Survey, facts: Facts, lang: str) -> dict[str, str]:
    """What {answer.ID} and {attribute.NAME} stand for at this point of the walk."""
    answers = {
        ANSWER + name: _in_short(survey.questions[name], shown(survey.questions[name], value, lang))
        for name, value in facts.answers.items()
    }
    return answers | {ATTRIBUTE + name: value for name, value in facts.attributes.items()}


def _in_short(question: Question, text: str) -> str:
    return shorten(text, LONGEST, placeholder="...") if question.kind is Kind.TEXT else text
