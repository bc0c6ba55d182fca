"""What a contact did: how often, for how much, how long ago, and in which order; compiled to SQL over the timeline."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, true

from app.contacts.models import Contact
from app.db import table_of
from app.engagement.models import Grade, Interaction, Kind
from app.engagement.moments import later
from app.segments import sql
from app.segments.operators import (
    AGE,
    NUMBER,
    SAME,
    TEXT,
    TIME,
    Field,
    Term,
    Test,
    compile_field,
)
from app.segments.problems import Place, mapping, one_of, wrong
from app.segments.values import Clock, read_days

MACHINES = (Grade.MACHINE_OPEN, Grade.MACHINE_CLICK, Grade.UNPROVEN)
MOST_STEPS = 6
COUNTS = ("is", "not", "in", "more_than", "at_least", "less_than", "at_most", "between")
_EVENT = ("what", *TIME[:-1], "amount", "currency", "detail", "page", "source", "graded")
MOST_PAGES = 20
LONGEST_PAGE = 500
_contacts, _interactions = table_of(Contact), table_of(Interaction)


def did(asked: Any, clock: Clock, place: Place) -> ColumnElement[bool]:
    """`did: {what, times, within_days, amount, ...}`: at least once, and as often as `times` says."""
    given = _given(asked, place, ("times",))
    event = _interactions.alias()
    rows = _events(event, given, clock, place)
    if "times" not in given:
        return exists(rows)
    often = Field(COUNTS, lambda test: test(Term(number=func.count())))
    counted = compile_field(often, given["times"], clock, (*place, "times"))
    return exists(rows.group_by(event.c.contact_id).having(counted))


def own(event: Any, asked: Any, clock: Clock, place: Place) -> ColumnElement[bool]:
    """That a row of `event` (interactions or an alias) is what `did` would be asked for (nothing: anything), and
    that the contact did it, not a machine."""
    given = _given(asked, place, ()) if asked else {}
    return and_(event.c.human == true(), *_conditions(event, given, clock, place))


def total(asked: Any, clock: Clock, place: Place) -> ColumnElement[bool]:
    """`total: {what, within_days, currency, at_least}`: the sum of the amounts, 0 when there is none."""
    given = _given(asked, place, COUNTS)
    event, asks = _interactions.alias(), _asks(given, COUNTS, place)
    rows = _events(event, {"what": Kind.PURCHASE} | _but(given, asks), clock, place)
    summed = func.round(func.sum(event.c.amount), 2)
    # Amounts of different currencies are never added: the greatest of the sums counts.
    sums = rows.with_only_columns(summed).where(event.c.amount.is_not(None)).group_by(event.c.currency)
    greatest = func.coalesce(sums.order_by(summed.desc()).limit(1).scalar_subquery(), 0)
    return compile_field(Field(COUNTS, lambda test: test(Term(number=greatest))), asks, clock, place)


def value(asked: Any, clock: Clock, place: Place) -> ColumnElement[bool]:
    """`value: {at_least}`: all they ever bought."""
    asks = asked if isinstance(asked, Mapping) else {"is": asked}
    for word in asks:
        one_of(word, COUNTS, (*place, word), "operator of this field")
    return total(dict(asks), clock, place)


def days_since(asked: Any, clock: Clock, place: Place) -> ColumnElement[bool]:
    """`days_since: {what, at_least}`: since the last time; who never did it is not meant."""
    given = _given(asked, place, AGE)
    event, asks = _interactions.alias(), _asks(given, AGE, place)
    rows = _events(event, _but(given, asks), clock, place).group_by(event.c.contact_id)
    last = Field(AGE, lambda test: exists(rows.having(test(Term(time=func.max(event.c.at))))))
    return compile_field(last, asks, clock, place)


def journey(asked: Any, clock: Clock, place: Place) -> ColumnElement[bool]:
    """`journey: [{what}, {what, within_days}]`: each step later than the one before, at most so many days."""
    if isinstance(asked, Mapping):
        given = mapping(asked, place, "the steps")
        for key in given:
            one_of(key, ("steps",), (*place, key), "part of a journey")
        asked, place = given["steps"], (*place, "steps")
    if not isinstance(asked, list) or not 2 <= len(asked) <= MOST_STEPS:
        wrong(place, "a journey is a list of steps", f"Give 2 to {MOST_STEPS}.")
    rows: Select[Any] | None = None
    before: Any = None
    for number, step in enumerate(asked):
        at = (*place, number)
        event, given = _interactions.alias(), dict(_given(step, at, ()))
        if "what" not in given:
            wrong(at, "a step needs `what`")
        days = given.pop("within_days", None) if before is not None else None
        found = _conditions(event, given, clock, at)
        if rows is None:
            rows = select(1).select_from(event).where(event.c.contact_id == _contacts.c.id, *found)
        else:
            rows = rows.join(event, and_(event.c.contact_id == before.c.contact_id, event.c.at > before.c.at))
            rows = rows.where(*found)
            if days is not None:
                soon = later(before.c.at, literal(86_400 * read_days(days, (*at, "within_days"))))
                rows = rows.where(event.c.at <= soon)
        before = event
    assert rows is not None
    return exists(rows)


def _given(asked: Any, place: Place, more: Collection[str]) -> Mapping[str, Any]:
    """The parts of an event; one word or a list of them is what was done."""
    if isinstance(asked, str | list):
        asked = {"what": asked}
    given = mapping(asked, place, "what was done, when, how much")
    known = tuple(dict.fromkeys((*_EVENT, *more)))
    for key in given:
        one_of(key, known, (*place, key), "part of what somebody did")
    return given


def _events(event: Any, given: Mapping[str, Any], clock: Clock, place: Place) -> Select[Any]:
    conditions = _conditions(event, given, clock, place)
    return select(1).select_from(event).where(event.c.contact_id == _contacts.c.id, *conditions)


def _conditions(
    event: Any, given: Mapping[str, Any], clock: Clock, place: Place
) -> Sequence[ColumnElement[bool]]:
    """Which interactions are meant; those of machines, or of nobody knows whom, only when their grade is asked for."""
    found: list[ColumnElement[bool]] = [event.c.at <= sql.moment(clock.as_of)]
    if "what" in given:
        found.append(
            event.c.kind.in_(_words(given["what"], tuple(Kind), (*place, "what"), "kind of interaction"))
        )
    if "graded" in given:
        found.append(event.c.grade.in_(_words(given["graded"], tuple(Grade), (*place, "graded"), "grade")))
    else:
        found.append(event.c.grade.not_in(MACHINES) if "what" in given else event.c.human == true())
    columns = {
        "amount": Field(NUMBER, _of(event.c.amount, Term(number=event.c.amount))),
        "currency": Field((*SAME, "known"), _of(event.c.currency, Term(text=event.c.currency))),
        "detail": Field(TEXT, _of(event.c.detail, Term(text=event.c.detail))),
        "source": Field(TEXT, _of(event.c.source, Term(text=event.c.source))),
    }
    found += [
        compile_field(field, given[name], clock, (*place, name))
        for name, field in columns.items()
        if name in given
    ]
    if "page" in given:
        found.append(_on_page(event.c.detail, given["page"], (*place, "page")))
    times = {word: asked for word, asked in given.items() if word in TIME}
    if times:
        found.append(compile_field(Field(TIME, _of(event.c.at, Term(time=event.c.at))), times, clock, place))
    return found


def _on_page(detail: ColumnElement[str], asked: Any, place: Place) -> ColumnElement[bool]:
    """Whether the detail is the address of one of these pages: paths such as `/prezzi`, `*` for anything."""
    pages = asked if isinstance(asked, list) else [asked]
    if not 0 < len(pages) <= MOST_PAGES:
        wrong(place, "a list of pages needs some", f"At most {MOST_PAGES}.")
    for page in pages:
        if not isinstance(page, str) or not page.startswith(("/", "*")) or len(page) > LONGEST_PAGE:
            wrong(place, f"{page!r} is no page", "Write its path, with * for anything: /prezzi*.")
    path = sql.path_of(detail)
    return and_(detail != "", or_(*(path.like(_as_like(page), escape="\\") for page in pages)))


def _as_like(page: str) -> str:
    text = "".join(sign.lower() if sign.isascii() else sign for sign in page)
    for sign in "\\%_":
        text = text.replace(sign, "\\" + sign)
    return text.rstrip("/").replace("*", "%")


def _asks(given: Mapping[str, Any], operators: Collection[str], place: Place) -> dict[str, Any]:
    """What is asked of the sum or the days; `between` two dates is about the time of what was done."""
    asks = {
        word: asked
        for word, asked in given.items()
        if word in operators
        and not (word == "between" and isinstance(asked, list) and any(isinstance(end, str) for end in asked))
    }
    if not asks:
        wrong(place, "how much is missing", f"Add one of {', '.join(operators)}.")
    return asks


def _but(given: Mapping[str, Any], asks: Collection[str]) -> dict[str, Any]:
    return {word: asked for word, asked in given.items() if word not in asks}


def _of(column: ColumnElement[Any], term: Term) -> Any:
    def holds(test: Test) -> ColumnElement[bool]:
        return and_(column.is_not(None), test(term))

    return holds


def _words(asked: Any, known: Sequence[str], place: Place, kind: str) -> list[str]:
    words = asked if isinstance(asked, list) else [asked]
    if not words:
        wrong(place, "the list is empty")
    return [one_of(word, known, place, kind) for word in words]
