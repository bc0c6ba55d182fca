"""Scoring contacts: the formulas of the rules compiled to one statement, for one contact as for a page of many."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Update,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.contacts.models import Contact
from app.db import Session, UtcDateTime, is_sqlite, table_of
from app.scoring import facts, rules
from app.scoring.card import BAD, BY_THEMSELVES, POINTED, QUINTILES, Card, Fact, Part
from app.scoring.facts import Within
from app.scoring.find import present
from app.scoring.models import ScoreRow
from app.scoring.rules import Bounds
from app.scoring.weights import as_written, card_of

_contacts, _scores = table_of(Contact), table_of(ScoreRow)
PAGE = 1_000
_NOW: Any = bindparam("now_at", type_=UtcDateTime())


class Columns:
    """The arithmetic of the rules, on columns."""

    def __init__(self, *, sqlite: bool) -> None:
        self._least: Any = func.min if sqlite else func.least
        self._greatest: Any = func.max if sqlite else func.greatest

    def least(self, one: Any, other: Any) -> Any:
        return self._least(one, other, type_=Integer)

    def greatest(self, one: Any, other: Any) -> Any:
        return self._greatest(one, other, type_=Integer)

    def when(self, condition: Any, then: Any, otherwise: Any) -> Any:
        return case((condition, then), else_=otherwise)

    def known(self, value: Any) -> Any:
        return value.is_not(None)

    def both(self, one: Any, other: Any) -> Any:
        return and_(one, other)


def rescore(db: Session, contact_ids: Collection[str], *, now: datetime) -> None:
    """Score these contacts anew from all that is known now; the same facts in any order give the same score."""
    card, bounds = present(db)
    ordered = sorted(contact_ids)
    for start in range(0, len(ordered), PAGE):
        page = ordered[start : start + PAGE]
        made = _of_ids(is_sqlite(db), text_of(as_written(card)), text_of(asdict(bounds)))
        db.execute(made, times(card, now) | {"ids": page})


def written(sqlite: bool, within: Within, card: Card, bounds: Bounds) -> Any:
    """The statement that writes the scores of the contacts that `within` means."""
    scored = score_of(sqlite, within, card, bounds)
    names = [column.name for column in scored.selected_columns]
    insert: Any = sqlite_insert(_scores) if sqlite else pg_insert(_scores)
    insert = insert.from_select(names, scored)
    kept = {name: insert.excluded[name] for name in names if name != "contact_id"}
    # Most scores of yesterday are today's: a row that stays as it is costs no write.
    moved = or_(*(_scores.c[name].is_distinct_from(new) for name, new in kept.items() if name != "at"))
    return insert.on_conflict_do_update(index_elements=["contact_id"], set_=kept, where=moved)


def times(card: Card, now: datetime) -> dict[str, Any]:
    """What `written` and `mend` are executed with, besides what their `within` asks for."""
    return facts.times(card, now) | {"now_at": now}


def prepared(card: str, bounds: str) -> tuple[Card, Bounds]:
    """The two from their texts: statements are kept by these, for building one takes longer than running it."""
    return card_of(json.loads(card)), Bounds(**json.loads(bounds))


@lru_cache(maxsize=4)
def _of_ids(sqlite: bool, card: str, bounds: str) -> Any:
    return written(sqlite, _among, *prepared(card, bounds))


def _among(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column.in_(bindparam("ids", expanding=True))


def text_of(held: dict[str, Any]) -> str:
    """A card or bounds as `prepared` reads them."""
    return json.dumps(held, sort_keys=True)


def score_of(sqlite: bool, within: Within, card: Card, bounds: Bounds) -> Select[*tuple[Any, ...]]:
    """The columns of `scores` for the contacts that `within` means, reckoned by the rules."""
    on = Columns(sqlite=sqlite)
    sums = _sums(sqlite, within, card, bounds, on).subquery("sums")
    held = {name: func.coalesce(sums.c[name], 0) for name in (*POINTED, "opinions", "purchases", "spent")}
    parts = {part: cast(rules.pointed(part, held[part], on), Integer).label(part) for part in POINTED}
    parts[Part.SATISFACTION] = case((held["opinions"] > 0, parts[Part.SATISFACTION].element)).label(
        Part.SATISFACTION
    )
    row = (
        select(
            _contacts.c.id.label("contact_id"),
            *parts.values(),
            *(held[name].label(name) for name in ("purchases", "spent")),
            sums.c.last_purchase_day,
            sums.c.last_sign_day,
        )
        .select_from(_contacts.outerjoin(sums, sums.c.contact_id == _contacts.c.id))
        .where(within(_contacts.c.id))
        .subquery("row_")
    )
    tiles = rules.quintiles(row.c, bounds, on)
    made = select(
        row.c.contact_id,
        rules.value({str(part): row.c[part] for part in POINTED} | tiles, card, on).label("value"),
        *(cast(tiles[part], Integer).label(part) for part in QUINTILES),
        *(row.c[part] for part in POINTED),
        rules.stage(row.c, card, facts.TODAY, on).label("stage"),
        row.c.purchases,
        row.c.spent,
        row.c.last_purchase_day,
        _NOW.label("at"),
    )
    # Without a WHERE between, SQLite reads `SELECT … ON CONFLICT` as a join.
    return made.where(row.c.contact_id.is_not(None))


def mend(sqlite: bool, within: Within, card: Card, bounds: Bounds) -> Update:
    """Moves the buyers whom other bounds put into another quintile; everything else stays as it was scored."""
    on = Columns(sqlite=sqlite)
    tiles = rules.quintiles(_scores.c, bounds, on)
    parts = {str(part): _scores.c[part] for part in POINTED}
    moved = or_(*(_scores.c[part].is_distinct_from(tiles[part]) for part in QUINTILES))
    return (
        update(_scores)
        .where(within(_scores.c.contact_id), moved)
        .values(tiles)
        .values(value=rules.value(parts | tiles, card, on), at=_NOW)
    )


def _sums(sqlite: bool, within: Within, card: Card, bounds: Bounds, on: Columns) -> Select[Any]:
    """Per contact: the quarters of a point of each part, and what the quintiles are of."""
    known = facts.known(sqlite, within, card, bounds.currency).subquery()
    fact, amount = known.c.fact, known.c.amount
    points = {part: _points(fact, amount, card, part, on) for part in POINTED}
    declared = cast(func.max(case((fact == Fact.BOUGHT_ON, known.c.total))), Integer)
    bought, signed = fact == Fact.PURCHASES, fact.in_(sorted(BY_THEMSELVES))
    return select(
        known.c.contact_id,
        *(func.sum(points[part]).label(part) for part in POINTED),
        func.sum(case((fact.in_(list(card.satisfaction)), 1), else_=0)).label("opinions"),
        _most(case((or_(bought, fact == Fact.ORDERS), known.c.count_), else_=0), Integer()).label(
            "purchases"
        ),
        _most(case((or_(bought, fact == Fact.TURNOVER), known.c.total), else_=0), BigInteger()).label(
            "spent"
        ),
        _later(_day(sqlite, func.max(case((bought, known.c.newest)))), declared, on).label(
            "last_purchase_day"
        ),
        _later(_day(sqlite, func.max(case((signed, known.c.newest)))), declared, on).label("last_sign_day"),
    ).group_by(known.c.contact_id)


def _points(
    fact: ColumnElement[str], amount: ColumnElement[int], card: Card, part: Part, on: Columns
) -> ColumnElement[int]:
    given: Mapping[str, ColumnElement[int]] = {
        name: (-1 if part != Part.RISK and name in BAD else 1) * rules.points(amount, line, on)
        for name, line in card.lines(part).items()
        if line.points
    }
    return cast(case(given, value=fact, else_=0), Integer) if given else literal(0)


def _most(column: ColumnElement[Any], type_: Integer) -> ColumnElement[int]:
    return cast(func.max(column), type_)


def _later(one: ColumnElement[int], other: ColumnElement[int], on: Columns) -> ColumnElement[int]:
    # Of two the later; SQLite's greatest of something unknown is unknown.
    return func.coalesce(on.greatest(one, other), one, other)


def _day(sqlite: bool, at: ColumnElement[Any]) -> ColumnElement[int]:
    """Days since 1970-01-01, UTC."""
    if sqlite:
        return cast(func.strftime("%s", at), Integer) // 86_400
    return cast(func.floor(func.extract("epoch", at) / 86_400), Integer)
