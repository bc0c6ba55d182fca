"""What a rule can ask of one value: is, in, contains, more than, before, within days; compiled to SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from app.segments import sql
from app.segments.problems import Place, one_of, wrong
from app.segments.values import Clock, Point, as_number, read_days, read_number, read_point, read_text

MOST_VALUES = 1_000

SAME = ("is", "not", "in")
TEXT = (*SAME, "contains", "starts_with", "known")
NUMBER = (*SAME, "more_than", "at_least", "less_than", "at_most", "between", "known")
AGE = ("more_than", "at_least", "less_than", "at_most", "between", "known")
"""Of a time: how many days ago it is."""
TIME = ("before", "after", "between", "within_days", "older_than_days", "known")
ANY = tuple(dict.fromkeys((*TEXT, *NUMBER, *TIME)))
"""Of values of any type; one of another type than the operator asks for fits none."""


@dataclass(frozen=True, slots=True)
class Term:
    """A value in SQL, by its type; a value of an unknown type (an attribute) has a text or a number."""

    text: ColumnElement[Any] | None = None
    number: ColumnElement[Any] | None = None
    time: ColumnElement[Any] | None = None


Test = Callable[[Term], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Field:
    """Something a rule can ask about: `holds` says, as a truth that is never null, that a known value passes a test."""

    operators: Sequence[str]
    holds: Callable[[Test], ColumnElement[bool]]
    choices: Sequence[str] = ()

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers and nothing else."""
        return "at_least" in self.operators and "contains" not in self.operators


def compile_field(field: Field, asked: Any, clock: Clock, place: Place) -> ColumnElement[bool]:
    """A value, a list of them, or operators, all of which must hold; raises BadRule."""
    if not isinstance(asked, Mapping):
        asked, inside = {"in" if isinstance(asked, list) else "is": asked}, False
    else:
        inside = True
    if not asked:
        wrong(place, "no operator stands here", f"Known here: {', '.join(field.operators)}.")
    held = []
    for word, value in asked.items():
        at = (*place, word) if inside else place
        # A bare value where only comparisons make sense: name these, not the `is` nobody wrote.
        operator = one_of(word, field.operators, at, "operator of this field") if inside else word
        if operator not in field.operators:
            wrong(at, f"{value!r} alone says too little here", f"Use one of {', '.join(field.operators)}.")
        held.append(_operator(field, operator, value, clock, at))
    return and_(*held)


def _operator(field: Field, word: str, value: Any, clock: Clock, at: Place) -> ColumnElement[bool]:
    if word == "known":
        if not isinstance(value, bool):
            wrong(at, f"{value!r} is neither true nor false")
        known = field.holds(_known)
        return known if value else not_(known)
    if word == "not":
        return and_(field.holds(_known), not_(field.holds(_among(field, value, at))))
    if word in ("is", "in"):
        if word == "is" and isinstance(value, list):
            wrong(at, "`is` takes one value", "For several write `in`.")
        return field.holds(_among(field, value, at))
    if word in ("contains", "starts_with"):
        return field.holds(_part(word, value, at))
    if word in ("more_than", "at_least", "less_than", "at_most"):
        bound = read_days(value, at) if field.operators == AGE else read_number(value, at)
        return field.holds(_compared(word, bound, clock))
    if word in ("within_days", "older_than_days"):
        return field.holds(_aged(word, read_days(value, at), clock))
    if word == "between":
        return field.holds(_between(field, value, clock, at))
    return field.holds(_dated(word, value, clock, at))


def _known(term: Term) -> ColumnElement[bool]:
    return or_(*(part.is_not(None) for part in (term.text, term.number, term.time) if part is not None))


def _among(field: Field, value: Any, place: Place) -> Test:
    values = value if isinstance(value, list) else [value]
    if not values or len(values) > MOST_VALUES:
        wrong(place, "a list needs some values", f"At most {MOST_VALUES}.")
    places = [(*place, number) if isinstance(value, list) else place for number in range(len(values))]
    if field.choices:
        for one, at in zip(values, places, strict=True):
            one_of(one, field.choices, at, "value of this field")
    texts = [read_text(one, at) for one, at in zip(values, places, strict=True)]
    numbers = [number for one in values if (number := as_number(one)) is not None]
    if field.numeric:
        numbers = [read_number(one, at) for one, at in zip(values, places, strict=True)]

    def test(term: Term) -> ColumnElement[bool]:
        found = []
        if term.text is not None:
            found.append(sql.fold(term.text).in_(texts))
        if term.number is not None and numbers:
            found.append(term.number.in_([sql.number(number) for number in numbers]))
        return or_(*found)

    return test


def _part(word: str, value: Any, place: Place) -> Test:
    """The text holds, or begins with, one of the given."""
    values = value if isinstance(value, list) else [value]
    if not values or len(values) > 50:
        wrong(place, "a list needs some values", "At most 50 here.")
    texts = [read_text(one, place) for one in values]

    def test(term: Term) -> ColumnElement[bool]:
        text = sql.fold(term.text)
        return or_(
            *(
                text.contains(one, autoescape=True)
                if word == "contains"
                else text.startswith(one, autoescape=True)
                for one in texts
            )
        )

    return test


def _compared(word: str, bound: float, clock: Clock) -> Test:
    def test(term: Term) -> ColumnElement[bool]:
        if term.time is not None:  # its age in days
            then = sql.moment(clock.ago(bound))
            return {
                "more_than": term.time < then,
                "at_least": term.time <= then,
                "less_than": term.time > then,
                "at_most": term.time >= then,
            }[word]
        assert term.number is not None
        value, asked = term.number, sql.number(bound)
        return {
            "more_than": value > asked,
            "at_least": value >= asked,
            "less_than": value < asked,
            "at_most": value <= asked,
        }[word]

    return test


def _between(field: Field, value: Any, clock: Clock, place: Place) -> Test:
    """Both ends belong to it."""
    if not isinstance(value, list) or len(value) != 2:
        wrong(place, "`between` takes two values", "Write [from, to].")
    if "before" in field.operators and ("at_least" not in field.operators or isinstance(value[0], str)):
        first, last = (read_point(one, clock, (*place, number)) for number, one in enumerate(value))
        if first.start > last.start and first.start >= last.end:
            wrong(place, "the first lies after the second")
        return lambda term: and_(_at("from", term, first), _at("to", term, last))
    read = read_days if field.operators == AGE else read_number
    least, most = (read(one, (*place, number)) for number, one in enumerate(value))
    if least > most:
        wrong(place, "the first is greater than the second")
    return lambda term: and_(
        _compared("at_least", least, clock)(term), _compared("at_most", most, clock)(term)
    )


def _dated(word: str, value: Any, clock: Clock, place: Place) -> Test:
    point = read_point(value, clock, place)
    return lambda term: _at(word, term, point)


def _at(relation: str, term: Term, point: Point) -> ColumnElement[bool]:
    """Before, after, from or to a point; an attribute is compared by its day."""
    if term.time is not None:
        start, end = sql.moment(point.start), sql.moment(point.end)
        exact = point.start == point.end
        return {
            "before": term.time < start,
            "from": term.time >= start,
            "after": term.time > end if exact else term.time >= end,
            "to": term.time <= end if exact else term.time < end,
        }[relation]
    assert term.text is not None
    dated, day = sql.day_of(term.text)
    compared = {
        "before": day < point.day,
        "from": day >= point.day,
        "after": day > point.day,
        "to": day <= point.day,
    }
    return and_(dated, compared[relation])


def _aged(word: str, days: int, clock: Clock) -> Test:
    def test(term: Term) -> ColumnElement[bool]:
        if term.time is not None:
            since = sql.moment(clock.ago(days))
            if word == "older_than_days":
                return term.time < since
            return and_(term.time >= since, term.time <= sql.moment(clock.as_of))
        assert term.text is not None
        dated, day = sql.day_of(term.text)
        if word == "older_than_days":
            return and_(dated, day < clock.today(days))
        return and_(dated, day >= clock.today(days), day <= clock.today())

    return test
