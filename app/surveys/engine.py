"""Takes one step of a conversation: a state and a reply go in, the next state and its effects come out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.language.reading import Intent, Reading, read
from app.surveys.steps import (
    Alert,
    Answered,
    Ask,
    BadAnswer,
    Consent,
    Effect,
    Ended,
    Prompt,
    Say,
    State,
    Step,
    Value,
)
from app.surveys.survey import SCALES, STAY, Kind, Question, Survey
from app.surveys.understand import Understood, clean, exact_label, understand
from app.surveys.walk import Walk, walk
from app.surveys.wording import (
    asked,
    asked_again,
    closing,
    closing_text,
    opening,
    prompt,
    question_text,
    reminder,
    render,
)

__all__ = [
    "Alert",
    "Answered",
    "Ask",
    "BadAnswer",
    "Consent",
    "Effect",
    "Ended",
    "Prompt",
    "Say",
    "State",
    "Step",
    "closing",
    "opening",
    "prompt",
    "receive",
    "reminder",
    "start",
    "submit",
]

Values = Mapping[str, str]
_ALERTING = (Intent.COMPLAINT, Intent.CALLBACK, Intent.QUESTION, Intent.WRONG_PERSON, Intent.ABUSE)


def start(survey: Survey, *, lang: str, channel: str, values: Values) -> Step:
    """The beginning of a conversation; `values` are the contact's own (first_name, organisation, ...)."""
    lang = survey.language(lang)
    at = walk(survey, {}, ())
    name = at.question.id if at.question else None
    state = State(name, {}, 0, name is None, channel, lang)
    text = opening(survey, lang=lang, channel=channel, values=values)
    return Step(state, (Ask(name, text),) if name else (Say(text), Ended("completed")))


def receive(survey: Survey, state: State, text: str, *, channel: str, values: Values) -> Step:
    """A reply written freely; the caller has already dealt with opt-outs and carrier keywords.

    A reply that is no answer is met with the question again, at most `max_reasks` times; then the question is
    skipped. A machine's out-of-office changes nothing.
    """
    state, text = replace(state, channel=channel), clean(text)
    if state.question is None:
        return _afterthought(survey, state, text, values)
    question = survey.questions[state.question]
    understood = understand(question, text, lang=state.lang, channel=channel)
    if understood.value is None:
        return _not_understood(survey, state, question, understood.reading, values)
    answers: dict[str, Value] = {question.id: understood.value}
    told: list[Effect] = [
        *_answer(survey, state, question, understood.value, text, understood.reading, values)
    ]
    if why := _why(survey, state, question, understood):
        reading = read(understood.rest, lang=state.lang, channel=channel)
        answers[why.id] = understood.rest
        told += _answer(survey, state, why, understood.rest, understood.rest, reading, values)
    return _onward(survey, state, answers, told, values)


def submit(survey: Survey, state: State, question: str, value: str, *, channel: str, values: Values) -> Step:
    """A typed answer from a form; one to an earlier question amends it and the walk goes on from there.

    The same answer again has no effects. An empty text skips its question. Raises BadAnswer with words for
    the contact when the value is not possible, or the question is not asked on this contact's way.
    """
    text, asked_now = clean(value), survey.questions.get(question)
    if asked_now is None or (question != state.question and not _given(state, question)):
        raise BadAnswer(render(survey, survey.moved_on[state.lang], state.lang, values))
    state = replace(state, channel=channel)
    if asked_now.kind is Kind.TEXT and not text:
        return _skip(survey, state, asked_now, (), values) if question == state.question else Step(state)
    answer = _typed(asked_now, text)
    if answer is None:
        raise BadAnswer(asked_again(survey, asked_now, state.lang, channel, values))
    if state.answers.get(question) == answer:
        return Step(state)
    if asked_now not in walk(survey, {**state.answers, question: answer}, state.skipped).passed:
        raise BadAnswer(render(survey, survey.moved_on[state.lang], state.lang, values))
    reading = read(text, lang=state.lang, channel=channel) if asked_now.kind is Kind.TEXT else None
    shown = next((option.label[state.lang] for option in asked_now.options if option.value == answer), text)
    told = _answer(survey, state, asked_now, answer, shown, reading, values)
    return _onward(survey, state, {question: answer}, told, values)


def _given(state: State, question: str) -> bool:
    return question in state.answers or question in state.skipped


def _typed(question: Question, text: str) -> Value | None:
    scale = SCALES.get(question.kind)
    if scale:
        return (
            int(text)
            if text.isascii() and text.isdecimal() and len(text) < 3 and int(text) in scale
            else None
        )
    if question.kind is Kind.TEXT:
        return text
    return text if any(option.value == text for option in question.options) else None


def _why(survey: Survey, state: State, question: Question, understood: Understood) -> Question | None:
    """The open question right after a rating, when the reply already answered it too."""
    if not understood.rest or understood.value is None:
        return None
    after = walk(survey, {**state.answers, question.id: understood.value}, state.skipped)
    return after.question if after.question and after.question.kind is Kind.TEXT else None


def _answer(
    survey: Survey,
    state: State,
    question: Question,
    value: Value,
    text: str,
    reading: Reading | None,
    values: Values,
) -> Iterable[Effect]:
    yield Answered(question.id, question.kind, value, text, reading)
    if question.kind is Kind.CONSENT:
        shown = asked(survey, question, state.lang, state.channel, values)
        yield Consent(value == STAY, shown, question.id, question.double_opt_in)
    branch = question.branch(value)
    if branch and branch.alert:
        yield Alert(branch.alert)
    yield from _alerts(reading)


def _alerts(reading: Reading | None) -> Iterable[Alert]:
    return [Alert(intent.value) for intent in _ALERTING if reading and reading.has(intent)]


def _not_understood(
    survey: Survey, state: State, question: Question, reading: Reading, values: Values
) -> Step:
    if reading.has(Intent.OUT_OF_OFFICE):
        return Step(state)
    alerts = tuple(_alerts(reading))
    if reading.has(Intent.WRONG_PERSON):
        done = replace(state, question=None, reasks=0, done=True)
        said = Say(render(survey, survey.wrong_person[state.lang], state.lang, values))
        return Step(done, (*alerts, said, Ended("wrong_person")))
    if state.reasks >= question.max_reasks:
        return _skip(survey, state, question, alerts, values)
    again = asked_again(survey, question, state.lang, state.channel, values)
    return Step(replace(state, reasks=state.reasks + 1), (*alerts, Ask(question.id, again)))


def _skip(survey: Survey, state: State, question: Question, told: Iterable[Effect], values: Values) -> Step:
    skipped = replace(state, skipped=(*state.skipped, question.id))
    return _onward(survey, skipped, {}, told, values)


def _afterthought(survey: Survey, state: State, text: str, values: Values) -> Step:
    """After the end only the label of a consent option counts: "LASCIO" must never fall on deaf ears."""
    for question in walk(survey, state.answers, state.skipped).passed:
        value = exact_label(question, text, state.lang) if question.kind is Kind.CONSENT else None
        if value and state.answers.get(question.id) != value:
            told = _answer(survey, state, question, value, text, None, values)
            return _onward(survey, state, {question.id: value}, told, values)
    return Step(state)


def _onward(
    survey: Survey, before: State, given: Mapping[str, Value], told: Iterable[Effect], values: Values
) -> Step:
    """Stores what was given and goes to the next open question, or ends."""
    answers = {**before.answers, **given}
    skipped = tuple(name for name in before.skipped if name not in given)
    at = walk(survey, answers, skipped)
    name = at.question.id if at.question else None
    reasks = before.reasks if name == before.question else 0
    state = State(name, answers, reasks, name is None, before.channel, before.lang, skipped)
    # A rating and its reason in one reply may both call for the same person's attention.
    return Step(state, tuple(dict.fromkeys((*told, *_arrival(survey, before, state, at, values)))))


def _arrival(survey: Survey, before: State, state: State, at: Walk, values: Values) -> Iterable[Effect]:
    if at.question is not None:
        if at.question.id != before.question:
            yield Ask(at.question.id, question_text(survey, at, state.lang, state.channel, values))
        return
    last_words = closing_text(survey, at, state.lang, state.channel, values)
    if not before.done:
        answered = any(question.id in state.answers for question in at.passed)
        yield Say(last_words)
        yield Ended("completed" if answered else "skipped")
    elif last_words != closing(survey, before, values):
        yield Say(last_words)
