"""The row of an email that answers a survey's first question with one click: scores, stars or a few buttons."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.surveys.survey import SCALES, Kind, Question, Survey

FEW = 4
"""Options that still find room as buttons."""
_SCORE: Mapping[str, str] = {
    "it": "{score} su {best}",
    "en": "{score} out of {best}",
    "de": "{score} von {best}",
    "fr": "{score} sur {best}",
}
"""What a score is called to somebody who does not see the row."""


@dataclass(frozen=True, slots=True)
class Click:
    """One answer of the row: its link carries `value`, `label` is seen, `name` is read out."""

    value: str
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """The answers offered; `look` is scores, stars or buttons."""

    look: str
    clicks: tuple[Click, ...]


def row(survey: Survey, language: str) -> Row | None:
    """The one-click row of this survey's emails; None where the first question cannot be answered so, or is
    not the same for everybody."""
    first = _first(survey)
    if first is None:
        return None
    if scale := SCALES.get(first.kind):
        name = _SCORE.get(language, _SCORE["en"])
        scores = [Click(str(score), str(score), name.format(score=score, best=scale[-1])) for score in scale]
        return Row("stars" if first.kind is Kind.CSAT else "scores", tuple(scores))
    if first.kind in (Kind.CHOICE, Kind.CONSENT) and len(first.options) <= FEW:
        labels = [(option.value, said(option.label[language])) for option in first.options]
        return Row("buttons", tuple(Click(value, label, label) for value, label in labels))
    return None


def said(label: str) -> str:
    """An option's label where it is seen: the capitals of a word to text back are not for buttons."""
    return label.capitalize() if label.isupper() and len(label) > 3 else label


def _first(survey: Survey) -> Question | None:
    question = survey.questions[survey.start]
    while question.kind is Kind.STATEMENT:
        # Where a statement branches, the first question depends on the contact.
        if question.branches or question.next not in survey.questions:
            return None
        question = survey.questions[question.next]
    return question
