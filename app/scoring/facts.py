"""What is known of contacts, as rows of (contact, fact, how much): one set-based statement for one or for many."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Numeric,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from app.contacts.models import Contact
from app.db import Session, UtcDateTime, is_sqlite, table_of
from app.engagement.models import Interaction, Kind
from app.feedback import reviews
from app.feedback.find import present_label
from app.feedback.models import Rating, SentimentReading
from app.scoring import rules
from app.scoring.card import Card, Fact
from app.scoring.rules import UNIT, Known

_contacts, _interactions = table_of(Contact), table_of(Interaction)
_ratings, _sentiments = table_of(Rating), table_of(SentimentReading)

Within = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""Says of a column of contact ids which contacts are meant."""

_FACT_OF = {
    Kind.OPEN: Fact.OPENS,
    Kind.CLICK: Fact.CLICKS,
    Kind.PAGE_VIEW: Fact.VISITS,
    Kind.REPLY: Fact.REPLIES,
    Kind.ANSWER: Fact.ANSWERS,
    Kind.LOGIN: Fact.LOGINS,
    Kind.WEBINAR: Fact.WEBINARS,
    Kind.POINTS: Fact.POINTS,
    Kind.PURCHASE: Fact.PURCHASES,
    Kind.COMPLAINT: Fact.COMPLAINTS,
    Kind.BOUNCE: Fact.BOUNCES,
}
_MOST = 1_000_000_000_000
"""No attribute says more than this; it keeps whatever a CRM wrote within whole numbers."""


def of_contact(db: Session, contact_id: str, card: Card, currency: str, now: datetime) -> list[Known]:
    """Everything known of one contact."""
    rows = db.execute(
        known(is_sqlite(db), lambda column: column == contact_id, card, currency), times(card, now)
    )
    return [Known(row.fact, row.amount, row.count_, row.newest, row.total) for row in rows]


def known(sqlite: bool, within: Within, card: Card, currency: str) -> Select[Any]:
    """contact_id, fact, amount (in quarters, by age), count_, newest, total (money in `currency`).

    To be executed with `times`.
    """
    parts = (
        _did(within, card, currency),
        _rated(within),
        _wrote(within),
        _declared(sqlite, within, card),
    )
    held = union_all(*parts).subquery("known")
    return select(held)


def times(card: Card, now: datetime) -> dict[str, Any]:
    """What the statement is executed with: built once, it serves at any time."""
    return {
        "fresh_since": now - timedelta(days=card.ageing["fresh_days"]),
        "old_since": now - timedelta(days=card.ageing["old_days"]),
        "today": rules.day_of(now),
    }


TODAY: Any = bindparam("today", type_=Integer)


def _aged(at: ColumnElement[datetime]) -> ColumnElement[int]:
    fresh, old = (bindparam(name, type_=UtcDateTime()) for name in ("fresh_since", "old_since"))
    return case((at > fresh, UNIT), (at > old, UNIT // 2), else_=UNIT // 4)


def _did(within: Within, card: Card, currency: str) -> Select[Any]:
    did = _interactions.c
    public = or_(false(), *(did.detail.ilike(f"%{word}%") for word in card.words["audience"]))
    review = case(
        (did.amount >= 4, case((public, Fact.PUBLIC_PRAISE.value), else_=Fact.REVIEWS_GOOD.value)),
        (did.amount <= 2, case((public, Fact.PUBLIC_BLAME.value), else_=Fact.REVIEWS_BAD.value)),
        else_=Fact.REVIEWS_NEUTRAL.value,
    )
    names: dict[Any, Any] = {kind.value: fact.value for kind, fact in _FACT_OF.items()}
    ours = func.upper(func.coalesce(func.nullif(did.currency, ""), currency)) == currency
    rows = (
        select(
            did.contact_id,
            case(names | {Kind.REVIEW.value: review}, value=did.kind).label("fact"),
            _aged(did.at).label("amount"),
            did.at,
            case((and_(did.kind == Kind.PURCHASE, ours), did.amount), else_=0).label("money"),
        )
        .where(within(did.contact_id))
        .where(or_(did.human == true(), did.kind.in_((Kind.COMPLAINT, Kind.BOUNCE))))
        .where(did.kind.in_([*names, Kind.REVIEW]))
        .subquery("did")
    )
    return _summed(rows, cast(func.round(func.coalesce(func.sum(rows.c.money), 0)), BigInteger))


def _rated(within: Within) -> Select[Any]:
    held = _ratings.c
    nps = case(
        (held.value >= 9, Fact.PROMOTERS.value),
        (held.value >= 7, Fact.PASSIVES.value),
        (held.value >= 3, Fact.DETRACTORS.value),
        else_=Fact.HOSTILE.value,
    )
    csat = case(
        (held.value >= 4, Fact.CSAT_GOOD.value),
        (held.value >= 3, Fact.CSAT_MIDDLE.value),
        else_=Fact.CSAT_BAD.value,
    )
    # A review's stars count as the review they are.
    given = held.source != reviews.SOURCE
    return _opinions(_ratings, case((held.kind == "nps", nps), else_=csat), within, given)


def _wrote(within: Within) -> Select[Any]:
    label = case(
        {"positive": Fact.WORDS_GOOD.value, "negative": Fact.WORDS_BAD.value},
        value=present_label(_sentiments),
        else_=Fact.WORDS_NEUTRAL.value,
    )
    return _opinions(_sentiments, label, within, true())


def _opinions(
    table: Any, fact: ColumnElement[str], within: Within, counts: ColumnElement[bool]
) -> Select[Any]:
    rows = (
        select(table.c.contact_id, fact.label("fact"), _aged(table.c.at).label("amount"), table.c.at)
        .where(within(table.c.contact_id), counts)
        .subquery()
    )
    return _summed(rows, cast(0, BigInteger))


def _summed(rows: Any, total: ColumnElement[int]) -> Select[Any]:
    return select(
        rows.c.contact_id,
        rows.c.fact,
        cast(func.sum(rows.c.amount), Integer).label("amount"),
        func.count().label("count_"),
        func.max(rows.c.at, type_=UtcDateTime()).label("newest"),
        total.label("total"),
    ).group_by(rows.c.contact_id, rows.c.fact)


def _declared(sqlite: bool, within: Within, card: Card) -> Select[Any]:
    """What the CRM says in attributes. The contact's last change is the only date they have."""
    each, number, text = _attributes(sqlite)
    named = func.lower(func.replace(each.c.key, "_", " "))
    rows = (
        select(
            _contacts.c.id.label("contact_id"),
            case(
                *((named.in_(names), fact) for fact, names in card.attributes.items()),
                else_="",
            ).label("fact"),
            number.label("number"),
            text.label("text"),
            _contacts.c.updated_at.label("at"),
        )
        .select_from(_contacts.join(each, true()))
        .where(within(_contacts.c.id))
        .where(named.in_([name for names in card.attributes.values() for name in names]))
        .subquery("declared")
    )
    count = _counted(sqlite, rows, card)
    counted = (
        select(
            rows.c.contact_id,
            rows.c.fact,
            count.label("count_"),
            rows.c.at,
            _total(sqlite, rows, TODAY).label("n"),
        )
        .where(count > 0)
        .subquery("counted")
    )
    most = func.max(counted.c.count_)
    return select(
        counted.c.contact_id,
        counted.c.fact,
        (most * UNIT).label("amount"),
        most.label("count_"),
        func.max(counted.c.at, type_=UtcDateTime()).label("newest"),
        func.max(counted.c.n).label("total"),
    ).group_by(counted.c.contact_id, counted.c.fact)


def _counted(sqlite: bool, rows: Any, card: Card) -> ColumnElement[int]:
    """How much a declared fact counts: a number as it is, followers by their powers of ten, a yes once."""
    number = func.coalesce(rows.c.number, 0)
    said = {
        Fact.UNPAID.value: case((or_(number > 0, rows.c.text.in_(card.words["unpaid"])), 1), else_=0),
        Fact.EVANGELIST.value: case((rows.c.text.in_(card.words["evangelist"]), 1), else_=0),
        Fact.AUDIENCE.value: case(*((number >= 10**power, power - 2) for power in (6, 5, 4, 3)), else_=0),
        Fact.TURNOVER.value: case((number > 0, 1), else_=0),
        Fact.BOUGHT_ON.value: case((_is_day(sqlite, rows.c.text), 1), else_=0),
    }
    return case(
        said,
        value=rows.c.fact,
        else_=case((number >= 10_000, 10_000), else_=cast(_cut(sqlite, number), Integer)),
    )


def _attributes(sqlite: bool) -> tuple[Any, ColumnElement[Any], ColumnElement[str]]:
    """Each attribute of a contact as a row with `key`, and its value as a number and as lower-case text."""
    if sqlite:
        each: Any = func.json_each(_contacts.c.attributes).table_valued("key", "value", "type", name="each_")
        number = case((each.c.type.in_(("integer", "real")), each.c.value))
        text = case(
            (each.c.type.in_(("true", "false")), each.c.type), else_=func.lower(cast(each.c.value, Text))
        )
        return each, number, text
    each = func.jsonb_each(_contacts.c.attributes).table_valued("key", "value", name="each_")
    plain = each.c.value.op("#>>")(literal_column("'{}'"))
    number = case((func.jsonb_typeof(each.c.value) == "number", cast(plain, Numeric)))
    return each, number, func.lower(plain)


def _total(sqlite: bool, rows: Any, today: Any) -> ColumnElement[int]:
    """Whole money of a turnover, the day of a last purchase (none later than today), nothing of the others."""
    held = func.coalesce(rows.c.number, 0)
    money = cast(case((held > _MOST, _MOST), else_=_cut(sqlite, held)), BigInteger)
    day = case((_is_day(sqlite, rows.c.text), _days(rows.c.text)), else_=0)
    totals = {Fact.TURNOVER.value: money, Fact.BOUGHT_ON.value: case((day > today, today), else_=day)}
    return cast(case(totals, value=rows.c.fact, else_=0), BigInteger)


def _is_day(sqlite: bool, text: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a text begins with an ISO date of these two centuries."""
    if sqlite:
        return text.op("GLOB", is_comparison=True)("[12][09][0-9][0-9]-[01][0-9]-[0-3][0-9]*")
    return text.op("~", is_comparison=True)("^[12][09][0-9][0-9]-[01][0-9]-[0-3][0-9]")


def _days(text: ColumnElement[str]) -> ColumnElement[int]:
    """Days since 1970-01-01 of an ISO date, by counting: no text can fail to be read, as it could by a cast.

    The year begins in March, so that the leap day is its last (Fliegel and Van Flandern, CACM 11:657, 1968).
    """
    written, month, day = (cast(func.substr(text, *place), Integer) for place in ((1, 4), (6, 2), (9, 2)))
    year = case((month <= 2, written - 1), else_=written)
    days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day
    return days - 719_469


def _cut(sqlite: bool, number: ColumnElement[Any]) -> ColumnElement[Any]:
    """Without decimals: the cast that follows cuts them off on SQLite, but rounds on PostgreSQL."""
    return number if sqlite else func.floor(number)
