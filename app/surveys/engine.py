"""Takes one step of a conversation: a state and a reply go in, the next state and its effects come out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.surveys.forms import typed
from app.surveys.replies import leaves, reply
from app.surveys.shown import shown
from app.surveys.steps import (
    Alert,
    Answered,
    Ask,
    BadAnswer,
    CallRequested,
    Consent,
    Correction,
    Effect,
    Ended,
    Prompt,
    QuotaTaken,
    Say,
    SetAttribute,
    State,
    Step,
    Tag,
    Timing,
)
from app.surveys.survey import Kind, Survey
from app.surveys.turn import Given, Turn, given_as_text, onward, skip, within_budget
from app.surveys.walk import walk, with_answer
from app.surveys.wording import asked_again, beginning, closing, email, opening, prompt, reminder, render
from app.surveys.words import clean

__all__ = [
    "Alert",
    "Answered",
    "Ask",
    "BadAnswer",
    "CallRequested",
    "Consent",
    "Correction",
    "Effect",
    "Ended",
    "Prompt",
    "QuotaTaken",
    "Say",
    "SetAttribute",
    "State",
    "Step",
    "Tag",
    "Timing",
    "closing",
    "email",
    "expects",
    "leaves",
    "opening",
    "prompt",
    "receive",
    "reminder",
    "start",
    "submit",
]

Values = Mapping[str, str]


def start(
    survey: Survey,
    *,
    lang: str,
    channel: str,
    values: Values,
    attributes: Mapping[str, str] | None = None,
) -> Step:
    """The beginning of a conversation; `values` are the contact's own (first_name, organisation, ...).

    `attributes` are the contact's at this moment; the state keeps those that the survey names.
    """
    state = beginning(survey, lang=lang, channel=channel, attributes=attributes or {})
    at = walk(survey, state)
    text = opening(survey, lang=lang, channel=channel, values=values, attributes=attributes)
    if at.question is None:
        return Step(replace(state, done=True), (Say(text), Ended("completed")))
    return Step(replace(state, question=at.question.id), (Ask(at.question.id, text),))


def receive(
    survey: Survey,
    state: State,
    text: str,
    *,
    channel: str,
    values: Values,
    today: date,
    timing: Timing = Timing.ANSWERING,
    late: bool = False,
    full: Collection[str] = (),
) -> Step:
    """A reply written freely; the caller has already dealt with opt-outs and carrier keywords.

    `today` is the contact's; `timing` how the reply stands to our last question; `late` that the
    conversation had expired; `full` the quotas with no place left. A reply that is no answer is met with the
    question again, at most `max_reasks` times; then the question is skipped. A machine's out-of-office
    changes nothing.
    """
    turn = Turn(survey, replace(state, channel=channel), values, today, timing, late, frozenset(full))
    return within_budget(turn, reply(turn, clean(text)))


def submit(
    survey: Survey,
    state: State,
    question: str,
    value: str | Sequence[str] | Mapping[str, str] | None,
    *,
    channel: str,
    values: Values,
    today: date,
    late: bool = False,
    full: Collection[str] = (),
) -> Step:
    """A typed answer from a form; one to an earlier question amends it and the walk goes on from there.

    `value` is a text, the texts of several options, contact fields, or None to pass over any question but a
    consent; as `receive` for the rest. The same answer again has no effects; an empty text to an open
    question passes over it. Raises BadAnswer with words for the contact when the value is not possible, or
    the question is not asked on this contact's way.
    """
    state = replace(state, channel=channel)
    turn = Turn(survey, state, values, today, Timing.ANSWERING, late, frozenset(full))
    at, asked_now = walk(survey, state), survey.questions.get(question)
    moved_on = BadAnswer(render(survey, survey.moved_on[state.lang], state.lang, values, at.facts))
    if asked_now is None or (asked_now != at.question and not _given(state, question)):
        raise moved_on
    if state.done and at.question is not None:
        # We had the wrong person: there is nothing to go on with.
        raise moved_on
    answer = None if value is None else typed(asked_now, value, today)
    passed_over = value is None and asked_now.kind is not Kind.CONSENT
    if passed_over or (asked_now.kind is Kind.TEXT and not answer):
        return skip(turn, asked_now) if asked_now == at.question else Step(state)
    if answer is None:
        raise BadAnswer(asked_again(survey, asked_now, state, values))
    if state.answers.get(question) == answer:
        return Step(state)
    if asked_now not in walk(survey, with_answer(state, question, answer)).passed:
        raise moved_on
    if isinstance(answer, str) and asked_now.kind is Kind.TEXT:
        return onward(turn, [given_as_text(turn, asked_now, answer)])
    return onward(turn, [Given(asked_now, answer, shown(asked_now, answer, state.lang))])


def expects(survey: Survey, state: State, intent: str) -> bool:
    """Whether the open question has an option that a wish (wrong_person, callback, ...) means: it is an answer."""
    question = survey.questions.get(state.question or "")
    return question is not None and any(intent in option.hears for option in question.options)


def _given(state: State, question: str) -> bool:
    return question in state.answers or question in state.skipped
