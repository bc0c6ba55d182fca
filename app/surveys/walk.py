"""Derives where someone stands from the answers alone, so that an amended answer changes the way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.surveys.conditions import Facts, holds
from app.surveys.steps import State
from app.surveys.survey import END, LEAVE, Branch, Condition, Kind, Question, Survey, Value

FULL, IN = "full", "in"


@dataclass(frozen=True, slots=True)
class Walk:
    """`passed` are the questions answered or skipped on the way, `said` the statements since the last one.

    `facts` hold the answers of this way only: one that an amendment put off the way counts for nothing.
    """

    passed: tuple[Question, ...]
    said: tuple[Question, ...]
    question: Question | None
    facts: Facts


def walk(survey: Survey, state: State) -> Walk:
    """The way from the start to the first question still open; question is None when the way has ended."""
    passed: list[Question] = []
    said: list[Question] = []
    answers: dict[str, Value] = {}
    facts = Facts(answers, state.sentiments, state.attributes)
    name = survey.start
    while name != END:
        question = survey.questions[name]
        if question.kind is Kind.STATEMENT:
            said.append(question)
        elif name in state.answers or name in state.skipped:
            passed.append(question)
            said.clear()
            if name in state.answers:
                answers[name] = state.answers[name]
        elif left := _left(survey, state, answers):
            # Whoever left goes from where they stand to the goodbye: nothing is asked any more.
            question = left
            answers[left.id] = LEAVE
            passed.append(left)
            said.clear()
        else:
            return Walk(tuple(passed), tuple(said), question, facts)
        name = leads(survey, question, facts, state.quotas).go
    return Walk(tuple(passed), tuple(said), None, facts)


def _left(survey: Survey, state: State, answers: Mapping[str, Value]) -> Question | None:
    """The consent question that was answered with `leave`, where the way has not come to it."""
    for name, value in state.answers.items():
        if value == LEAVE and name not in answers and survey.questions[name].kind is Kind.CONSENT:
            return survey.questions[name]
    return None


def leads(survey: Survey, question: Question, facts: Facts, quotas: Mapping[str, str]) -> Branch:
    """The branch taken after a question: a full quota's, the first that holds, else its `next`.

    A question that was skipped leads to its `next`, whatever else is known.
    """
    if question.kind is Kind.STATEMENT or question.id in facts.answers:
        for quota in survey.quotas:
            full = quota.question == question.id and quotas.get(quota.id) == FULL
            if full and holds(quota.when, facts):
                return Branch(quota.when, quota.go)
        for branch in question.branches:
            if holds(branch.when, facts):
                return branch
    return Branch(Condition(), question.next)


def before(survey: Survey, state: State, question: str) -> Question | None:
    """The question asked before `question` on this way."""
    passed = [passed.id for passed in walk(survey, state).passed]
    if question not in passed:
        return None
    place = passed.index(question)
    return survey.questions[passed[place - 1]] if place else None


def with_answer(state: State, question: str, value: Value) -> State:
    """The state as it would be with this answer."""
    return replace(state, answers={**state.answers, question: value})
