"""What a reply written freely means where the conversation stands: an answer, an amendment, or neither."""

import re
from collections.abc import Mapping
from dataclasses import replace

from app.language.corrections import corrects
from app.language.reading import Intent, Reading, read
from app.surveys.options import exact_label, says_no
from app.surveys.steps import Ask, Consent, Ended, Say, Step, Timing
from app.surveys.survey import LEAVE, SCALES, Kind, Question, Value
from app.surveys.turn import Given, Turn, alerts, given_as_text, onward, skip
from app.surveys.understand import Understood, skips, understand, words_besides
from app.surveys.walk import before, walk, with_answer
from app.surveys.wording import asked_again, render
from app.surveys.words import words_of

LEAVING = ("LASCIO", "LEAVE", "GEHEN", "PARTIR")
"""The words of leaving our surveys teach: whoever has learnt one may say it in any of them, at any moment."""
_LEAVING = frozenset(word.casefold() for word in LEAVING)
_BARE_SCORE = re.compile(r"\W*\d{1,2}(?:\s*/\s*\d{1,2})?\W*")
_WITH_THEM = (Timing.UNREAD, Timing.CROSSING)
# What opens a correction and would otherwise be read as a part of the answer: "no scusa, la 2".
_OPENING = re.compile(
    r"^\W*(?:(?:ah|eh|oh|ops|oops|no|non|nein|anzi|scus\w+|sorry|pardon|entschuldigung|doch|i meant?|actually|wait|"
    r"aspetta|volevo dire|intendevo|ich meinte|je voulais dire|excusez-moi|plut[oô]t)\b[\s,.!:]*)+",
    re.IGNORECASE,
)


def leaves(text: str) -> bool:
    """Whether the whole message, courtesy apart, is a word of leaving."""
    words = words_of(text)
    return len(words) == 1 and words[0] in _LEAVING


def reply(turn: Turn, text: str) -> Step:
    """The step a cleaned reply leads to, before the budget of texts is looked at."""
    survey, state = turn.survey, turn.state
    if state.done and walk(survey, state).question is not None:
        return _plainly_leaving(turn, text) or Step(state)  # we had the wrong person
    # Whoever left is not asked again because of what they add.
    gone = state.done and _left(turn)
    if corrects(text) and not gone and (corrected := _correction(turn, text)):
        return corrected
    if state.question is None:
        return _afterthought(turn, text)
    question = survey.questions[state.question]
    if left := _leaving(turn, text, question):
        return left
    previous = survey.questions[state.previous] if state.previous and not turn.late else None
    if previous and turn.timing is Timing.EARLY:
        return _early(turn, text, previous, question)
    if previous and turn.timing is Timing.UNREAD and (same := _unread(turn, text, previous, question)):
        return same
    if previous and (again := _score_again(turn, text, previous, question)):
        return again
    if skips(question, text):
        return skip(turn, question)
    understood = _understood(turn, question, text)
    if understood.value is not None:
        return onward(turn, _given(turn, question, text, understood))
    if previous and _answerable(understood.reading) and (added := _added(turn, text, previous)):
        return added
    return _not_understood(turn, question, understood.reading)


def _understood(turn: Turn, question: Question, text: str) -> Understood:
    return understand(question, text, lang=turn.state.lang, channel=turn.state.channel, today=turn.today)


def _given(turn: Turn, question: Question, text: str, understood: Understood) -> list[Given]:
    """The answer, and the one to the next question where the reply holds that too.

    The words beside a rating are its reason; an address beside a choice is the contact asked for next.
    """
    value, reading = understood.value, understood.reading
    assert value is not None
    if question.kind is Kind.TEXT:
        return [Given(question, value, text, reading, reading.sentiment.value)]
    rest = (
        read(understood.rest, lang=turn.state.lang, channel=turn.state.channel) if understood.rest else None
    )
    first = Given(question, value, text, reading, rest.sentiment.value if rest else None)
    after = walk(turn.survey, with_answer(turn.state, question.id, value)).question
    if rest and after and after.kind is Kind.TEXT:
        return [first, Given(after, understood.rest, understood.rest, rest, first.tone)]
    if question.kind is Kind.CHOICE and after and after.kind is Kind.CONTACT:
        fields = _understood(turn, after, text).value
        if isinstance(fields, Mapping) and fields.keys() & {"email", "phone"}:
            return [first, Given(after, fields, text)]
    return [first]


def _correction(turn: Turn, text: str) -> Step | None:
    """The question answered last, amended by words that openly take it back; None when they do not fit it."""
    survey, state = turn.survey, turn.state
    present = survey.questions[state.question] if state.question else None
    itself = present is not None and present.kind is not Kind.TEXT and text[:1].isdecimal()
    if present and itself and _understood(turn, present, text).value is not None:
        return None  # "8, anzi no 7" corrects what it says itself
    for question in _amendable(turn):
        understood = _understood(turn, question, _OPENING.sub("", text))
        if understood.value is None and question.kind in SCALES:
            understood = _understood(turn, question, text)
        if understood.value is not None and understood.value != state.answers.get(question.id):
            return onward(turn, _given(turn, question, text, understood), again=True)
    return None


def _score_again(turn: Turn, text: str, previous: Question, present: Question) -> Step | None:
    """A bare score is no reason for the one before it but another one, or the same sent twice."""
    if previous.kind not in SCALES or present.kind is not Kind.TEXT or not _BARE_SCORE.fullmatch(text):
        return None
    understood = _understood(turn, previous, text)
    if understood.value is None:
        return None
    if understood.value == turn.state.answers.get(previous.id):
        return Step(turn.state)
    return onward(turn, _given(turn, previous, text, understood), again=True)


def _amendable(turn: Turn) -> list[Question]:
    """The question dealt with last; where that was an open one, the question before it."""
    survey, state = turn.survey, turn.state
    last = survey.questions[state.previous] if state.previous else None
    if last and last.kind is Kind.TEXT:
        last = before(survey, state, last.id)
    return [last] if last and last.kind is not Kind.TEXT else []


def _early(turn: Turn, text: str, previous: Question, present: Question) -> Step:
    """A second message before our next question was handed over amends what the first one answered."""
    for question in _amendable(turn):
        understood = _understood(turn, question, text)
        if understood.value is None or (question != previous and understood.rest):
            continue
        value = _together(question, turn.state.answers.get(question.id), understood.value)
        if value == turn.state.answers.get(question.id) and not understood.rest:
            return Step(turn.state)
        given = _given(turn, question, text, replace(understood, value=value))
        return onward(turn, given, again=turn.timing is Timing.EARLY)
    reading = _understood(turn, previous, text).reading
    if not _answerable(reading):
        return _not_theirs(turn, reading)
    if previous.kind is Kind.TEXT:
        return _joined(turn, previous, text) if words_of(text) else Step(turn.state)
    why = words_besides(text)
    if previous.kind in SCALES and present.kind is Kind.TEXT and why:
        return onward(turn, [given_as_text(turn, present, why)])
    return Step(turn.state, tuple(alerts(reading)))


def _unread(turn: Turn, text: str, previous: Question, present: Question) -> Step | None:
    """Nobody has read our open question yet, which would take any words: they go on with what they were saying.

    None where they may mean the question all the same: to pass over it needs no reading, and words after a score or
    a choice are its reason.
    """
    if present.kind is not Kind.TEXT or skips(present, text):
        return None
    if _BARE_SCORE.fullmatch(text) or exact_label(previous, text, turn.state.lang):
        return None if previous.kind in SCALES else _early(turn, text, previous, present)
    if previous.kind is not Kind.TEXT:
        return None
    reading = _understood(turn, previous, text).reading
    if not _answerable(reading):
        return _not_theirs(turn, reading)
    return _joined(turn, previous, text) if words_of(text) else Step(turn.state)


def _together(question: Question, earlier: Value | None, later: Value) -> Value:
    """Two messages in a row name options and contact data together; of anything else the later counts."""
    if isinstance(earlier, tuple) and isinstance(later, tuple):
        both = tuple(option.value for option in question.options if option.value in {*earlier, *later})
        return both if len(both) <= (question.at_most or len(both)) else later
    if isinstance(earlier, Mapping) and isinstance(later, Mapping):
        return {**earlier, **later}
    return later


def _added(turn: Turn, text: str, previous: Question) -> Step | None:
    """What crossed our question, or takes back words of before, belongs to the open question before it."""
    crossing = turn.timing in _WITH_THEM and previous.id not in turn.state.joined
    if crossing and not words_of(text):
        return Step(turn.state)  # "grazie!" is no answer to what they have not read yet
    fits = previous.kind is Kind.TEXT and previous.id in turn.state.answers
    return _joined(turn, previous, text) if fits and (crossing or corrects(text)) else None


def _joined(turn: Turn, question: Question, text: str) -> Step:
    earlier = turn.state.answers.get(question.id)
    state = replace(turn.state, joined=tuple(dict.fromkeys((*turn.state.joined, question.id))))
    given = given_as_text(turn, question, f"{earlier}\n{text}" if earlier else text)
    # Where our question is already with them it is not asked twice.
    return onward(replace(turn, state=state), [given], again=turn.timing not in _WITH_THEM)


def _not_understood(turn: Turn, question: Question, reading: Reading) -> Step:
    state = turn.state
    if not _answerable(reading) or turn.late:
        return _not_theirs(turn, reading)
    told = alerts(reading)
    if state.reasks >= question.max_reasks:
        return skip(turn, question, told)
    again = asked_again(turn.survey, question, state, turn.values)
    return Step(replace(state, reasks=state.reasks + 1), (*told, Ask(question.id, again)))


def _answerable(reading: Reading) -> bool:
    """Whether it can be the contact who answers, not their machine or somebody else."""
    return not (reading.has(Intent.OUT_OF_OFFICE) or reading.has(Intent.WRONG_PERSON))


def _not_theirs(turn: Turn, reading: Reading) -> Step:
    """A machine's words change nothing; where we reached the wrong person we apologise and stop."""
    state, survey = turn.state, turn.survey
    if reading.has(Intent.OUT_OF_OFFICE):
        return Step(state)
    if not reading.has(Intent.WRONG_PERSON):
        return Step(state, tuple(alerts(reading)))
    done = replace(state, question=None, reasks=0, done=True)
    said = Say(render(survey, survey.wrong_person[state.lang], state.lang, turn.values))
    return Step(done, (*alerts(reading), said, Ended("wrong_person")))


def _left(turn: Turn) -> bool:
    passed = walk(turn.survey, turn.state).passed
    return any(turn.state.answers.get(one.id) == LEAVE for one in passed if one.kind is Kind.CONSENT)


def _leaving(turn: Turn, text: str, present: Question) -> Step | None:
    """The label of leaving counts whatever is being asked: it may be said too early, or after expiry.

    Unless it is a mere no, which means what was asked.
    """
    lang = turn.state.lang
    itself = present.kind is not Kind.CONSENT or turn.timing is not Timing.EARLY
    if says_no(text, lang) or (itself and exact_label(present, text, lang)):
        return None
    for question in turn.survey.questions.values():
        if question.kind is Kind.CONSENT and exact_label(question, text, lang) == LEAVE:
            return onward(turn, [Given(question, LEAVE, text)])
    return _plainly_leaving(turn, text)


def _plainly_leaving(turn: Turn, text: str) -> Step | None:
    """A word of leaving that no question of this survey teaches, or none can take any more."""
    if not leaves(text):
        return None
    gone = replace(turn.state, question=None, reasks=0, done=True)
    return Step(gone, (Consent(False, text, decision=LEAVE, said=text),))


def _afterthought(turn: Turn, text: str) -> Step:
    """After the end only the label of a consent option counts: "LASCIO" must never fall on deaf ears."""
    state = turn.state
    for question in walk(turn.survey, state).passed:
        value = exact_label(question, text, state.lang) if question.kind is Kind.CONSENT else None
        if value and state.answers.get(question.id) != value:
            return onward(turn, [Given(question, value, text)])
    return _plainly_leaving(turn, text) or Step(state)
