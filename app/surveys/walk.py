"""Derives where someone stands from the answers alone, so that an amended answer changes the way."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.surveys.steps import Value
from app.surveys.survey import END, Kind, Question, Survey


@dataclass(frozen=True, slots=True)
class Walk:
    """`passed` are the questions answered or skipped on the way, `said` the statements since the last one."""

    passed: tuple[Question, ...]
    said: tuple[Question, ...]
    question: Question | None


def walk(survey: Survey, answers: Mapping[str, Value], skipped: Collection[str]) -> Walk:
    """The way from the start to the first question still open; question is None when the way has ended."""
    passed: list[Question] = []
    said: list[Question] = []
    name = survey.start
    while name != END:
        question = survey.questions[name]
        if question.kind is Kind.STATEMENT:
            said.append(question)
            name = question.next
        elif name in answers or name in skipped:
            passed.append(question)
            said.clear()
            name = question.after(answers[name]) if name in answers else question.next
        else:
            return Walk(tuple(passed), tuple(said), question)
    return Walk(tuple(passed), tuple(said), None)
