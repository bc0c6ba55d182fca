"""The table of what a rule can ask about a contact; a new field is one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, case, exists, func, not_, select

from app.contacts import consent
from app.contacts.models import Contact, ContactChange, ContactImport, ContactKey, Owner
from app.conversations.models import Answer, Conversation, SurveyVersion
from app.db import table_of
from app.engagement.dormancy import State
from app.engagement.models import Dormancy
from app.feedback.find import nps_class_of, present_label, trend_of
from app.feedback.models import Rating, SentimentReading
from app.feedback.rules import YEAR, Direction, NpsClass
from app.language.vocabulary import Sentiment
from app.scoring.models import ScoreRow
from app.scoring.rules import Stage
from app.segments import behaviour, sql
from app.segments.operators import AGE, ANY, NUMBER, SAME, TEXT, TIME, Field, Term, Test, compile_field
from app.segments.problems import BadRule, Place, Wrong, mapping, one_of, wrong
from app.segments.values import Clock

CHANNELS = ("email", "sms")
_contacts, _owners, _keys = table_of(Contact), table_of(Owner), table_of(ContactKey)
_changes, _imports = table_of(ContactChange), table_of(ContactImport)
_dormancy, _scores = table_of(Dormancy), table_of(ScoreRow)
_ratings, _sentiments = table_of(Rating), table_of(SentimentReading)
_answers, _conversations, _versions = table_of(Answer), table_of(Conversation), table_of(SurveyVersion)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule is compiled for: the moment, and who is how dormant then (contact_id, last_engaged_at, state)."""

    clock: Clock
    quiet: FromClause


@dataclass(frozen=True, slots=True)
class Family:
    """Fields that go by a name of their own (`attributes.city`); `names` None: by any."""

    make: Callable[[str, Scope], Field]
    names: tuple[str, ...] | None = None

    def compile(self, asked: Any, scope: Scope, place: Place) -> ColumnElement[bool]:
        given = mapping(asked, place, "names with what is asked of each")
        return and_(*(self.one(name, inner, scope, (*place, name)) for name, inner in given.items()))

    def one(self, name: str, asked: Any, scope: Scope, place: Place) -> ColumnElement[bool]:
        if self.names is not None:
            one_of(name, self.names, place, "name here")
        if '"' in name or "\x00" in name or not name:
            wrong(place, "a name with a double quote cannot be asked about")
        return compile_field(self.make(name, scope), asked, scope.clock, place)


Compiler = Callable[[Any, Scope, Place], ColumnElement[bool]]


def compile_named(name: str, asked: Any, scope: Scope, place: Place) -> ColumnElement[bool]:
    """What is asked of the field of this name (`city`, `attributes.city`); raises BadRule."""
    if name in FIELDS:
        return FIELDS[name](asked, scope, place)
    head, dot, rest = name.partition(".")
    if head in FAMILIES and dot:
        return FAMILIES[head].one(rest, asked, scope, place)
    if head in FAMILIES:
        return FAMILIES[head].compile(asked, scope, place)
    one_of(name, ("all", "any", "not", "segment", *FAMILIES, *FIELDS), place, "field of a segment")
    raise BadRule([Wrong(place, f"`{name}` must first be looked up: see `saved.expand`")])


def _field(make: Callable[[Scope], Field]) -> Compiler:
    return lambda asked, scope, place: compile_field(make(scope), asked, scope.clock, place)


def _text(column: ColumnElement[Any]) -> Compiler:
    return _field(lambda _: Field(TEXT, _column(Term(text=column), column)))


def _time(column: ColumnElement[Any]) -> Compiler:
    return _field(lambda _: Field(TIME, _column(Term(time=column), column)))


def _column(term: Term, column: ColumnElement[Any]) -> Callable[[Test], ColumnElement[bool]]:
    return lambda test: and_(column.is_not(None), test(term))


def _row(table: Table, term: Term) -> Callable[[Test], ColumnElement[bool]]:
    """The contact's one row of a table that has at most one for each."""
    return lambda test: exists(
        select(1).select_from(table).where(table.c.contact_id == _contacts.c.id, test(term))
    )


def _attribute(name: str, _: Scope) -> Field:
    def holds(test: Test) -> ColumnElement[bool]:
        held = sql.items_of(_contacts.c.attributes, name)
        return exists(select(1).select_from(held).where(test(Term(text=held.c.text, number=held.c.number))))

    return Field(ANY, holds)


def _consent(channel: str, _: Scope) -> Field:
    given = consent.granted_to(_contacts.c.id, sql.text(channel))
    refused = consent.withdrawn_by(_contacts.c.id, sql.text(channel))
    state = case((given, "granted"), (refused, "withdrawn"), else_="unknown")
    return Field(SAME, lambda test: test(Term(text=state)), ("granted", "withdrawn", "unknown"))


def _owner(_: Scope) -> Field:
    def holds(test: Test) -> ColumnElement[bool]:
        mine = select(1).select_from(_owners).where(_owners.c.id == _contacts.c.owner_id)
        return exists(mine.where(test(Term(text=_owners.c.name))))

    return Field(TEXT, holds)


def _source(_: Scope) -> Field:
    """Where the contact is known from: a source that gave them a key, or whose file held them."""

    def holds(test: Test) -> ColumnElement[bool]:
        keys = select(1).select_from(_keys).where(_keys.c.contact_id == _contacts.c.id)
        keys = keys.where(_keys.c.source.not_in(("email", "phone")), test(Term(text=_keys.c.source)))
        files = select(1).select_from(_changes.join(_imports, _imports.c.id == _changes.c.import_id))
        files = files.where(_changes.c.contact_id == _contacts.c.id, test(Term(text=_imports.c.source)))
        return exists(keys) | exists(files)

    return Field(TEXT, holds)


def _rating(kind: str, scope: Scope) -> Field:
    if kind == "trend":
        now = scope.clock.as_of
        trend = trend_of(_contacts.c.id, sql.moment(now), sql.moment(now - YEAR))
        return Field(
            (*SAME, "known"), lambda test: and_(trend.is_not(None), test(Term(text=trend))), tuple(Direction)
        )
    return Field(NUMBER, _newest(_ratings, scope.clock, Term(number=_ratings.c.value), kind=kind))


def _nps_class(scope: Scope) -> Field:
    holds = _newest(_ratings, scope.clock, Term(text=nps_class_of(_ratings.c.value)), kind="nps")
    return Field((*SAME, "known"), holds, tuple(NpsClass))


def _sentiment(scope: Scope) -> Field:
    holds = _newest(_sentiments, scope.clock, Term(text=present_label()))
    return Field((*SAME, "known"), holds, tuple(Sentiment))


def _newest(table: Table, clock: Clock, term: Term, **named: str) -> Callable[[Test], ColumnElement[bool]]:
    """The contact's newest row of a table, of those whose columns have the values `named`."""
    newer = table.alias()
    newest = _last(
        select(newer.c.id).where(*(newer.c[name] == value for name, value in named.items())), newer, clock
    )
    return lambda test: exists(select(1).select_from(table).where(table.c.id == newest, test(term)))


def _last(rows: Select[Any], table: Any, clock: Clock) -> Any:
    """The id of the newest of these rows of the contact, up to the clock's moment."""
    held = rows.where(table.c.contact_id == _contacts.c.id, table.c.at <= sql.moment(clock.as_of))
    newest = held.order_by(table.c.at.desc(), table.c.id.desc()).limit(1)
    return newest.correlate(_contacts).scalar_subquery()


def _dormancy_state(scope: Scope) -> Field:
    return Field(SAME, lambda test: test(Term(text=scope.quiet.c.state)), tuple(State))


def _last_engaged(scope: Scope) -> Field:
    column = scope.quiet.c.last_engaged_at
    return Field(TIME, _column(Term(time=column), column))


def _unanswered(_: Scope) -> Field:
    known = select(_dormancy.c.sends_since).where(_dormancy.c.contact_id == _contacts.c.id)
    sends = func.coalesce(known.correlate(_contacts).scalar_subquery(), 0)
    return Field(NUMBER, lambda test: test(Term(number=sends)))


def _score(name: str) -> Compiler:
    return _field(lambda _: Field(NUMBER, _row(_scores, Term(number=_scores.c[name]))))


def _answered(asked: Any, scope: Scope, place: Place) -> ColumnElement[bool]:
    """`answered: {survey, question, value}`: their last answer there; a correction counts, not what it corrected."""
    given = mapping(asked, place, "survey, question, value")
    for key in given:
        one_of(key, ("survey", "question", "value", *TIME[:-1]), (*place, key), "part of `answered`")
    if "value" in given and "question" not in given:
        wrong(place, "a value needs its question", "Add `question`.")
    newer, walks, versions = _answers.alias(), _conversations.alias(), _versions.alias()
    rows = select(newer.c.id)
    if "question" in given:
        rows = rows.where(newer.c.question == _name(given["question"], (*place, "question")))
    if "survey" in given:
        slug = _name(given["survey"], (*place, "survey"))
        rows = rows.join(walks, walks.c.id == newer.c.conversation_id)
        rows = rows.join(versions, versions.c.version == walks.c.survey_version)
        rows = rows.where(versions.c.slug == slug)
    theirs = _answers.c.id == _last(rows, newer, scope.clock)

    def said(test: Test) -> ColumnElement[bool]:
        value = sql.items_of(_answers.c.value)
        found = exists(select(1).select_from(value).where(test(Term(value.c.text, value.c.number))))
        return exists(select(1).select_from(_answers).where(theirs, found))

    def when(test: Test) -> ColumnElement[bool]:
        return exists(select(1).select_from(_answers).where(theirs, test(Term(time=_answers.c.at))))

    held: list[ColumnElement[bool]] = [exists(select(1).select_from(_answers).where(theirs))]
    if "value" in given:
        held = [compile_field(Field(ANY, said), given["value"], scope.clock, (*place, "value"))]
    times = {key: value for key, value in given.items() if key in TIME}
    return and_(*held, *([compile_field(Field(TIME, when), times, scope.clock, place)] if times else []))


def _name(given: Any, place: Place) -> str:
    if not isinstance(given, str) or not given:
        wrong(place, f"{given!r} is no name")
    return str(given)


def _by_clock(compiled: Callable[[Any, Clock, Place], ColumnElement[bool]]) -> Compiler:
    return lambda asked, scope, place: compiled(asked, scope.clock, place)


FAMILIES: Mapping[str, Family] = {
    "attributes": Family(_attribute),
    "consent": Family(_consent, CHANNELS),
    "rating": Family(_rating, ("nps", "csat", "trend")),
}
FIELDS: Mapping[str, Compiler] = {
    **{
        name: _text(_contacts.c[name])
        for name in ("email", "phone", "first_name", "last_name", "company", "job_title", "language", "country",
                     "time_zone")
    },
    "email_domain": _text(sql.domain_of(_contacts.c.email_key)),
    "owner": _field(_owner),
    "source": _field(_source),
    "created": _time(func.coalesce(_contacts.c.crm_created_at, _contacts.c.created_at)),
    "updated": _time(_contacts.c.updated_at),
    "did": _by_clock(behaviour.did),
    "did_not": _by_clock(lambda asked, clock, place: not_(behaviour.did(asked, clock, place))),
    "total": _by_clock(behaviour.total),
    "value": _by_clock(behaviour.value),
    "days_since": _by_clock(behaviour.days_since),
    "journey": _by_clock(behaviour.journey),
    "dormancy": _field(_dormancy_state),
    "last_engaged": _field(_last_engaged),
    "dormant_for_days": _field(lambda _: Field(AGE, _row(_dormancy, Term(time=_dormancy.c.dormant_at)))),
    "unanswered_sends": _field(_unanswered),
    "sentiment": _field(_sentiment),
    "nps_class": _field(_nps_class),
    "tags": _field(lambda scope: _attribute("tags", scope)),
    "topics": _field(lambda scope: _attribute("topics", scope)),
    "answered": _answered,
    "score": _score("value"),
    **{
        f"score.{name}": _score(name)
        for name in ("recency", "frequency", "monetary", "engagement", "satisfaction", "advocacy", "risk")
    },
    "score.stage": _field(
        lambda _: Field((*SAME, "known"), _row(_scores, Term(text=_scores.c.stage)), tuple(Stage))
    ),
}  # fmt: skip
