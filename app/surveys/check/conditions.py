"""Checks conditions: about something that was asked before, possible at all, and exclusive on a scale."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from app.surveys import graph
from app.surveys.check.questions import ERROR, Finding, branch_is_plain, scores
from app.surveys.document import Path_
from app.surveys.survey import SCALES, WITH_OPTIONS, Kind, Question, Survey

_TESTS = ("from", "is", "sentiment")
_SPOKEN = (Kind.TEXT, Kind.NPS, Kind.CSAT)
_NEVER = "can never hold: mend the condition or remove it"


def conditions(survey: Survey, *, ordered: bool) -> Iterator[Finding]:
    """Errors for conditions that can never hold; `ordered`: it is known what is asked before what."""
    source: Any = survey.source
    everything = set(survey.questions)
    asked = graph.asked_before(survey) if ordered else {}
    for number, question in enumerate(survey.questions.values()):
        known = asked.get(question.id, everything) | {question.id}
        for place, item in enumerate(source["questions"][number].get("branches", ())):
            path: Path_ = ("questions", number, "branches", place)
            for where, severity, text in _condition(survey, item, path, question, known):
                yield where, severity, f"question {question.id}: {text}"
        yield from _claimed_twice(number, question)
    for key in ("quotas", "at_end"):
        for place, item in enumerate(source.get(key, ())):
            if "when" in item:
                yield from _condition(survey, item["when"], (key, place, "when"), None, everything)


def _condition(
    survey: Survey, item: Mapping[str, Any], path: Path_, own: Question | None, known: Collection[str]
) -> Iterator[Finding]:
    tests = [key for key in _TESTS if key in item]
    if "all" in item:
        if tests or "answer" in item or "attribute" in item:
            yield path, ERROR, "a condition is either `all` of several or about one subject: keep one"
        for number, part in enumerate(item["all"]):
            yield from _condition(survey, part, (*path, "all", number), own, known)
    elif not tests:
        yield path, ERROR, "a branch needs a condition: give `from` and `to`, `is`, or `sentiment`"
    elif len(tests) > 1:
        said = "a condition takes one of `from` and `to`, `is`, `sentiment`: keep one, or write `all`"
        yield path, ERROR, said
    elif "attribute" in item:
        if "answer" in item:
            yield path, ERROR, "a condition is about an answer or an attribute: keep one, or write `all`"
        if tests != ["is"]:
            yield path, ERROR, "an attribute is a text: compare it with `is`"
    else:
        yield from _about_answer(survey, item, path, own, known)


def _about_answer(
    survey: Survey, item: Mapping[str, Any], path: Path_, own: Question | None, known: Collection[str]
) -> Iterator[Finding]:
    name = item.get("answer", own.id if own else None)
    if name is None or (own and own.kind is Kind.STATEMENT and "answer" not in item):
        yield path, ERROR, "say what the condition is about: `answer: ID` or `attribute: NAME`"
    elif name not in survey.questions or survey.questions[name].kind is Kind.STATEMENT:
        answered = [one.id for one in survey.questions.values() if one.kind is not Kind.STATEMENT]
        yield path, ERROR, f"`{name}` is no question with an answer; use one of {', '.join(answered)}"
    elif name not in known:
        yield path, ERROR, f"`{name}` is not asked before this point, so this {_NEVER}"
    else:
        yield from _possible(survey.questions[name], item, path)


def _possible(subject: Question, item: Mapping[str, Any], path: Path_) -> Iterator[Finding]:
    impossible = "is no possible answer here: mend the condition or remove the branch"
    if "sentiment" in item:
        if subject.kind not in _SPOKEN:
            yield path, ERROR, f"only a text or a rating sounds like anything: `sentiment` {_NEVER}"
    elif "is" in item:
        values = [option.value for option in subject.options] if subject.kind in WITH_OPTIONS else []
        for value in item["is"]:
            if value not in values:
                yield path, ERROR, f"`{value}` {impossible}"
    else:
        yield from _on_scale(subject, item["from"], item["to"], path)


def _on_scale(subject: Question, low: float, high: float, path: Path_) -> Iterator[Finding]:
    scale = SCALES.get(subject.kind)
    bounds = (scale[0], scale[-1]) if scale else (subject.minimum, subject.maximum)
    if not scale and subject.kind is not Kind.NUMBER:
        yield path, ERROR, f"{subject.id} is answered with no number: use `is` or `sentiment`"
    elif low > high:
        yield path, ERROR, f"no number lies between {low} and {high}: this {_NEVER}"
    elif scale and (low < scale[0] or high > scale[-1]):
        off = low if low < scale[0] else high
        yield path, ERROR, f"`{off}` is no possible answer here: the scale is {scale[0]} to {scale[-1]}"
    elif (bounds[1] is not None and low > bounds[1]) or (bounds[0] is not None and high < bounds[0]):
        yield path, ERROR, f"{subject.id} takes no number from {low} to {high}: this {_NEVER}"


def _claimed_twice(number: int, question: Question) -> Iterator[Finding]:
    """Scores, numbers and single options belong to one branch each, whatever the order of the branches."""
    taken: dict[object, int] = {}
    ranges: list[tuple[float, float, int]] = []
    for place, branch in enumerate(question.branches, 1):
        when = branch.when
        if when.answer != question.id or when.all:
            continue
        claims: list[object] = [*scores(question, branch)]
        if question.kind is not Kind.CHOICES:
            claims += when.among
        twice = [(claim, taken[claim]) for claim in claims if claim in taken]
        if branch_is_plain(question, branch) and question.kind is Kind.NUMBER:
            low, high = float(when.low or 0), float(when.high or 0)
            twice += [(f"{low:g}", other) for a, b, other in ranges if low <= b and a <= high]
            ranges.append((low, high, place))
        for claim, other in twice:
            said = f"`{claim}` already belongs to branch {other}: make them exclusive"
            yield ("questions", number, "branches", place - 1), ERROR, f"question {question.id}: {said}"
        taken |= {claim: place for claim in claims if claim not in taken}
