"""Checks that each condition can hold at its place, given what must be true on every way that leads there.

The survey is walked with what is possible instead of answers. A *box* is one part of what is possible: for each
subject that a condition asks about, the samples it may still be. Samples stand for all that no condition tells
apart (a number between two bounds, "any other value"), so that a finite walk proves it for every contact.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, pairwise

from app.surveys import graph
from app.surveys.check.questions import ERROR, WARNING, Finding
from app.surveys.document import Path_
from app.surveys.survey import (
    END,
    LEAVE,
    SCALES,
    Condition,
    Kind,
    Question,
    Survey,
)

Subject = tuple[str, str]
"""What a condition is about: ("answer", question), ("sentiment", question) or ("attribute", name)."""
Sample = float | str | frozenset[str] | None
"""A possible value; None where there is none (not asked, skipped), or another than any condition names."""
Box = Mapping[Subject, frozenset[Sample]]

MOST_BOXES = 200
"""At one question; where there are more they are taken as one, which may miss a fault but never invents one."""
_MOST_NAMED = 8  # options of one `choices` question that conditions name; beyond, it is not followed


def ways(survey: Survey) -> Iterator[Finding]:
    """Errors for conditions that contradict themselves, or what every way to their place makes sure of; warnings for
    branches that never have their turn."""
    conditions = list(_conditions(survey))
    samples = _samples(survey, [when for _, _, when in conditions])
    walk = _Walk(survey, samples)
    arrived = walk.arrived()
    for place, path, when in conditions:
        name = f"question {place}: " if place != END else ""
        full = _within({subject: frozenset(known) for subject, known in samples.items()}, when)
        if full is None:
            said = "its parts exclude each other" if when.all else "no answer is like that"
            yield path, ERROR, f"{name}{said}, so this can never hold: mend the condition or remove it"
        elif arrived[place] and not any(_within(box, when) is not None for box in arrived[place]):
            said = f"no way that leads here allows {_about(when)} to be so, and this can never hold"
            yield path, ERROR, f"{name}{said}: mend the condition or remove it"
        elif arrived[place] and path in walk.shadowed:
            said = "the branches before this one take all that it would: put it first, or remove it"
            yield path, WARNING, f"{name}{said}"


def _conditions(survey: Survey) -> Iterator[tuple[str, Path_, Condition]]:
    """Every condition of the walk with the question after whose answer it is asked (`end`: at the end)."""
    for number, question in enumerate(survey.questions.values()):
        for place, branch in enumerate(question.branches):
            yield question.id, ("questions", number, "branches", place), branch.when
    for number, quota in enumerate(survey.quotas):
        yield quota.question, ("quotas", number, "when"), quota.when
    for number, action in enumerate(survey.at_end):
        if action.when:
            yield END, ("at_end", number, "when"), action.when


def _about(when: Condition) -> str:
    names = dict.fromkeys(part.answer or part.attribute or "" for part in when.parts())
    return " and ".join(f"`{name}`" for name in names)


def _subject(part: Condition) -> Subject:
    if part.attribute is not None:
        return "attribute", part.attribute
    return "sentiment" if part.sentiment else "answer", part.answer or ""


def _samples(survey: Survey, conditions: Sequence[Condition]) -> dict[Subject, set[Sample]]:
    """Every subject that is followed, with all it may be. A subject that is not is taken to be as one likes."""
    asked: dict[Subject, list[Condition]] = {}
    for part in chain.from_iterable(when.parts() for when in conditions):
        asked.setdefault(_subject(part), []).append(part)
    found: dict[Subject, set[Sample]] = {}
    for (sort, name), parts in asked.items():
        named = {value for part in parts for value in part.among}
        if sort == "attribute":
            found[sort, name] = {None, *(value.strip().casefold() for value in named)}
        elif sort == "sentiment":
            found[sort, name] = {None, "negative", "neutral", "positive"}
        elif (answers := _answers(survey.questions[name], parts, sorted(named))) is not None:
            found[sort, name] = {None, *answers}
    return found


def _answers(question: Question, parts: Sequence[Condition], named: Sequence[str]) -> set[Sample] | None:
    if question.kind in SCALES:
        return {float(score) for score in SCALES[question.kind]}
    if question.kind is Kind.NUMBER:
        return _numbers(question, parts)
    if question.kind is not Kind.CHOICES:
        return {option.value for option in question.options}
    if len(named) > _MOST_NAMED:
        return None
    others, most = len(question.options) - len(named), question.at_most or len(question.options)
    sizes = range(max(0, question.at_least - others), min(most, len(named)) + 1)
    return {frozenset(some) for size in sizes for some in combinations(named, size)}


def _numbers(question: Question, parts: Sequence[Condition]) -> set[Sample]:
    """One number for each stretch that the bounds of conditions leave, and the bounds themselves."""
    low, high = question.minimum, question.maximum
    bounds = {low, high, *chain.from_iterable((part.low, part.high) for part in parts)} - {None}
    points = sorted(float(bound) for bound in bounds if bound is not None)
    between = [(a + b) / 2 for a, b in pairwise(points)]
    beside = [number for point in points for number in (math.floor(point) + 1.0, math.ceil(point) - 1.0)]
    return {
        number
        for number in (*points, *between, *beside)
        if (low is None or number >= low)
        and (high is None or number <= high)
        and (number.is_integer() or not question.whole)
    }


def _passes(part: Condition, sample: Sample) -> bool:
    """Whether a condition about one subject holds of this sample, as `app.surveys.conditions.holds` has it."""
    if part.attribute is not None:
        return sample in {value.strip().casefold() for value in part.among}
    if part.sentiment:
        return sample in part.sentiment
    if part.low is not None and part.high is not None:
        return isinstance(sample, float) and part.low <= sample <= part.high
    if isinstance(sample, frozenset):
        return not sample.isdisjoint(part.among)
    return sample in part.among


def _within(box: Box, when: Condition) -> Box | None:
    """What is left of a box where the condition holds; None when nothing is."""
    left = dict(box)
    for part in when.parts():
        subject = _subject(part)
        if subject not in left:
            continue
        left[subject] = frozenset(sample for sample in left[subject] if _passes(part, sample))
        if not left[subject]:
            return None
    return left


def _without(box: Box, when: Condition) -> Iterator[Box]:
    """What is left of a box where the condition does not hold, in parts that have nothing in common."""
    left = dict(box)
    for part in when.parts():
        subject = _subject(part)
        if subject not in left:
            # Not followed: it may fail with all else as it was.
            yield dict(left)
            continue
        failing = frozenset(sample for sample in left[subject] if not _passes(part, sample))
        if failing:
            yield {**left, subject: failing}
        left[subject] -= failing
        if not left[subject]:
            return


class _Walk:
    """Carries boxes from the start along every branch; an answer is skipped, or any that its question takes."""

    def __init__(self, survey: Survey, samples: Mapping[Subject, set[Sample]]) -> None:
        self._survey, self._samples = survey, samples
        self._order = graph.ordered(survey)
        numbered = enumerate(survey.questions.values())
        self.shadowed: set[Path_] = {
            ("questions", number, "branches", place)
            for number, question in numbered
            for place in range(len(question.branches))
        }
        """The branches that nobody takes."""
        nothing: frozenset[Sample] = frozenset({None})
        self._start: Box = {
            subject: frozenset(known) if subject[0] == "attribute" else nothing
            for subject, known in samples.items()
        }

    def arrived(self) -> dict[str, list[Box]]:
        """What is possible after each question was answered, and at the end."""
        came: dict[str, list[Box]] = {}
        answered = self._carry({self._survey.start: [self._start]}, came)
        # Whoever says LASCIO at any question goes from there to what follows leaving.
        waiting = [box for name in self._order for box in came.get(name, ()) if self._asks(name)]
        for question in self._survey.questions.values():
            if question.kind is Kind.CONSENT:
                subject = ("answer", question.id)
                left = frozenset[Sample]({LEAVE})
                left_boxes = [{**box, subject: left} if subject in box else box for box in waiting]
                for name, boxes in self._carry({}, {}, {question.id: _few(left_boxes)}).items():
                    answered[name] += boxes
        return answered

    def _asks(self, name: str) -> bool:
        return self._survey.questions[name].kind is not Kind.STATEMENT

    def _carry(
        self,
        begin: Mapping[str, list[Box]],
        came: dict[str, list[Box]],
        answered: Mapping[str, list[Box]] | None = None,
    ) -> dict[str, list[Box]]:
        """Walk on from the boxes that come to questions (`begin`) or have passed them (`answered`); `came` takes
        what comes to each."""
        came |= {name: list(boxes) for name, boxes in begin.items()}
        passed: dict[str, list[Box]] = {name: [] for name in (*self._order, END)}
        for name in self._order:
            question = self._survey.questions[name]
            here = came[name] = _few(came.get(name, []))
            after = [self._answered(question, box) for box in here] + list((answered or {}).get(name, ()))
            passed[name] = after
            for box in here if self._asks(name) else ():
                came.setdefault(question.next, []).append(box)
            for go, boxes in self._led(question, after):
                came.setdefault(go, []).extend(boxes)
        passed[END] = _few(came.get(END, []))
        return passed

    def _answered(self, question: Question, box: Box) -> Box:
        value, tone = ("answer", question.id), ("sentiment", question.id)
        known = dict(box)
        if value in box:
            known[value] = frozenset(self._samples[value]) - {None}
        if tone in box:
            known[tone] = frozenset(self._samples[tone])
        return known

    def _led(self, question: Question, boxes: list[Box]) -> Iterator[tuple[str, list[Box]]]:
        for quota in self._survey.quotas:
            if quota.question == question.id:
                yield quota.go, [left for box in boxes if (left := _within(box, quota.when)) is not None]
        remaining = boxes
        number = list(self._survey.questions).index(question.id)
        for place, branch in enumerate(question.branches):
            taken = [left for box in remaining if (left := _within(box, branch.when)) is not None]
            if taken:
                self.shadowed.discard(("questions", number, "branches", place))
            # What never gets here is told once, at its own condition, not again of all that follows.
            yield branch.go, taken or boxes
            remaining = _few([left for box in remaining for left in _without(box, branch.when)])
        yield question.next, remaining


def _few(boxes: list[Box]) -> list[Box]:
    """The same in fewer boxes, joined where they differ in one subject only; too many become one that holds all."""
    for subject in boxes[0] if boxes else ():
        joined: dict[frozenset[tuple[Subject, frozenset[Sample]]], Box] = {}
        for box in boxes:
            rest = frozenset((other, known) for other, known in box.items() if other != subject)
            same = joined.get(rest)
            joined[rest] = {**box, subject: box[subject] | same[subject]} if same else box
        boxes = list(joined.values())
    if len(boxes) <= MOST_BOXES:
        return boxes
    return [{subject: frozenset(chain.from_iterable(box[subject] for box in boxes)) for subject in boxes[0]}]
