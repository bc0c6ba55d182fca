"""What one turn of a conversation brings, and how it is put down: answers kept, the next words said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.language.reading import Intent, Reading, read
from app.surveys.conditions import Facts, holds
from app.surveys.piping import ANSWER, only
from app.surveys.steps import (
    WEB,
    Alert,
    Answered,
    Ask,
    CallRequested,
    Consent,
    Correction,
    Effect,
    Ended,
    QuotaTaken,
    Say,
    SetAttribute,
    State,
    Step,
    Tag,
    Timing,
    plain,
)
from app.surveys.survey import LEAVE, EndAction, Kind, Question, Survey, Value
from app.surveys.walk import FULL, IN, Walk, leads, walk
from app.surveys.wording import asked, closing, closing_text, late_text, question_text, render

_ALERTING = (Intent.COMPLAINT, Intent.CALLBACK, Intent.QUESTION, Intent.WRONG_PERSON, Intent.ABUSE)


@dataclass(frozen=True, slots=True)
class Turn:
    """One reply's surroundings: `today` in the contact's time zone, `full` the quotas with no place left."""

    survey: Survey
    state: State
    values: Mapping[str, str]
    today: date
    timing: Timing
    late: bool
    full: frozenset[str]


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: `text` as written or chosen; `tone` how the words in it sounded, None without words."""

    question: Question
    value: Value
    text: str
    reading: Reading | None = None
    tone: str | None = None


def onward(turn: Turn, given: Sequence[Given], told: Iterable[Effect] = (), *, again: bool = False) -> Step:
    """Keep what was given and go to the next open question, or end.

    `again`: ask the present question once more even if the way has not changed.
    """
    before = turn.state
    state, places = _quotas(turn, _kept(before, given), given)
    at = walk(turn.survey, state)
    effects = list(told)
    for one in given:
        effects += _answered(turn, one, state, at)
    name = at.question.id if at.question else None
    reasks = before.reasks if name == before.question else 0
    state = replace(state, question=name, reasks=reasks, done=name is None)
    effects += places
    if turn.late and state.channel != WEB:
        effects += _late(turn, state, at)
        state = replace(state, question=None)
    else:
        effects += _arrival(turn, state, at, again)
    given_now = {effect.name: effect.held for effect in effects if isinstance(effect, Tag)}
    kept = tuple(name for name in dict.fromkeys((*state.tags, *given_now)) if given_now.get(name, True))
    return Step(replace(state, tags=kept), _once(effects))


def skip(turn: Turn, question: Question, told: Iterable[Effect] = ()) -> Step:
    """Give the question up and go on."""
    state = turn.state
    skipped = replace(state, skipped=(*state.skipped, question.id), previous=question.id)
    return onward(replace(turn, state=skipped), (), told)


def alerts(reading: Reading | None) -> list[Alert]:
    """What in a reply a person should look at."""
    return [Alert(intent.value) for intent in _ALERTING if reading and reading.has(intent)]


def within_budget(turn: Turn, step: Step) -> Step:
    """The step with no more texts than the survey allows; the last one is a closing, never a question.

    Pages send nothing, so the web is not counted.
    """
    survey, state, spent = turn.survey, step.state, turn.state.said
    texts = [effect for effect in step.effects if isinstance(effect, Ask | Say)]
    if state.channel == WEB or not texts:
        return step
    state = replace(state, said=min(spent + 1, survey.max_messages))
    if spent + 1 < survey.max_messages or (spent < survey.max_messages and not _asks(texts)):
        return Step(state, step.effects)
    kept: list[Effect] = [effect for effect in step.effects if not isinstance(effect, Ask | Say)]
    if spent < survey.max_messages:
        words = render(survey, survey.closing[state.lang], state.lang, turn.values, walk(survey, state).facts)
        kept.append(Say(words))
    return Step(state, tuple(kept))


def _asks(texts: Iterable[Effect]) -> bool:
    return any(isinstance(effect, Ask) for effect in texts)


def _kept(before: State, given: Sequence[Given]) -> State:
    names = {one.question.id for one in given}
    tones = {name: tone for name, tone in before.sentiments.items() if name not in names}
    return replace(
        before,
        answers={**before.answers, **{one.question.id: one.value for one in given}},
        sentiments=tones | {one.question.id: one.tone for one in given if one.tone},
        skipped=tuple(name for name in before.skipped if name not in names),
        previous=given[-1].question.id if given else before.previous,
    )


def _quotas(turn: Turn, state: State, given: Sequence[Given]) -> tuple[State, list[Effect]]:
    """Places are taken by the first answer that falls under a quota, and kept whatever is amended later."""
    places = dict(state.quotas)
    names = {one.question.id for one in given}
    facts = Facts(state.answers, state.sentiments, state.attributes)
    taken: list[Effect] = []
    for quota in turn.survey.quotas:
        if quota.id in places or quota.question not in names or not holds(quota.when, facts):
            continue
        places[quota.id] = FULL if quota.id in turn.full else IN
        if places[quota.id] == IN:
            taken.append(QuotaTaken(quota.id))
    return replace(state, quotas=places), taken


def _answered(turn: Turn, one: Given, state: State, at: Walk) -> Iterator[Effect]:
    question, value = one.question, one.value
    amends = question.id in turn.state.answers
    yield Answered(question.id, question.kind, value, one.text, one.reading, amends)
    if question.kind is Kind.CONSENT:
        shown = _shown(turn, question)
        yield Consent(
            value != LEAVE,
            asked(turn.survey, question, state, turn.values) if shown else one.text,
            question.id,
            question.double_opt_in,
            str(value),
            said=one.text,
        )
    if isinstance(value, Mapping) and value:
        yield Correction(question.id, question.of, value)
    if question.sets and not isinstance(value, Mapping):
        yield _attribute(question.sets, value)
    branch = leads(turn.survey, question, at.facts, state.quotas)
    if branch.alert:
        yield Alert(branch.alert)
    heard = {intent for option in question.options if option.value == value for intent in option.hears}
    yield from (alert for alert in alerts(one.reading) if alert.reason not in heard)


def _shown(turn: Turn, question: Question) -> bool:
    """Whether they had the question before them: a page shows what it asks, a text must have left, and after
    a goodbye nothing of before stands."""
    has_left = turn.timing is not Timing.EARLY
    amends = turn.state.answers.get(question.id, LEAVE) != LEAVE
    return turn.state.channel == WEB or amends or (turn.state.question == question.id and has_left)


def _attribute(name: str, value: Value) -> SetAttribute:
    kept = plain(value)
    assert not isinstance(kept, dict), "contact data go to the contact, not into attributes"
    return SetAttribute(name, kept)


def _arrival(turn: Turn, state: State, at: Walk, again: bool) -> Iterator[Effect]:
    survey, before, values = turn.survey, turn.state, turn.values
    if at.question is not None:
        if again or at.question.id != before.question:
            # What led to a question was said with it, unless that message is called back.
            alone = at.question.id == before.question and turn.timing is not Timing.EARLY
            ask = (
                asked(survey, at.question, state, values)
                if alone
                else question_text(survey, at, state, values)
            )
            yield Ask(at.question.id, ask)
        return
    last_words = closing_text(survey, at, state, values)
    if not before.done:
        yield Say(last_words)
        yield from _ended(turn, state, at, "late" if turn.late else "completed")
    else:
        if last_words != closing(survey, before, values):
            yield Say(last_words)
        yield from _at_end(turn, state, at)


def _late(turn: Turn, state: State, at: Walk) -> Iterator[Effect]:
    """After expiry they are thanked, once, and asked nothing more; a page may still go on."""
    if turn.state.question is None:
        return
    survey = turn.survey
    gone = at.question is None and LEAVE in at.facts.answers.values()
    # That nobody will write to them any more is what whoever leaves wants to hear.
    words = closing_text(survey, at, state, turn.values) if gone else late_text(survey, state, turn.values)
    yield Say(words)
    if at.question is None:
        yield from _ended(turn, state, at, "late")
    else:
        yield Ended("late")


def _ended(turn: Turn, state: State, at: Walk, how: str) -> Iterator[Effect]:
    if not at.facts.answers:
        yield Ended("skipped")
        return
    yield from _at_end(turn, state, at)
    yield Ended(how)


def _at_end(turn: Turn, state: State, at: Walk) -> Iterator[Effect]:
    holding = [action for action in turn.survey.at_end if action.when is None or holds(action.when, at.facts)]
    for action in holding:
        yield from _done(turn, action, state, at)
    for name in state.tags:
        if all(action.tag != name for action in holding):
            yield Tag(name, held=False)


def _done(turn: Turn, action: EndAction, state: State, at: Walk) -> Iterator[Effect]:
    if action.tag:
        yield Tag(action.tag)
    if action.alert:
        yield Alert(action.alert)
    for name, template in action.sets.items():
        whole = only(template, ANSWER)
        if whole is None:
            yield SetAttribute(name, render(turn.survey, template, state.lang, turn.values, at.facts))
        elif whole in at.facts.answers:
            yield _attribute(name, at.facts.answers[whole])
    if action.call:
        yield CallRequested()


def _once(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """A rating and its reason in one reply may both call for the same person's attention."""
    kept: list[Effect] = []
    for effect in effects:
        if not isinstance(effect, Alert) or effect not in kept:
            kept.append(effect)
    return tuple(kept)


def given_as_text(turn: Turn, question: Question, text: str) -> Given:
    """A text as the answer to an open question, with what it says."""
    reading = read(text, lang=turn.state.lang, channel=turn.state.channel)
    return Given(question, text, text, reading, reading.sentiment.value)
