"""Scoring everybody in pages, measuring the buyers' quintiles on the way; and scoring whoever there is news of.

A full pass scores each page by the quintiles as last measured, measures them anew from what it wrote, and
then moves the buyers whom the new ones put elsewhere. Each page is a transaction; a pass begun again does no harm.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, cast, func, select, update
from sqlmodel import col

from app.contacts.models import Contact
from app.db import IdType, Session, insert_new, is_sqlite, table_of
from app.engagement.models import Interaction, Kind
from app.feedback.models import Rating, SentimentReading
from app.scoring import score
from app.scoring.card import Part
from app.scoring.find import newest_card, present
from app.scoring.models import ScoreBounds, ScoreRow
from app.scoring.weights import as_written

EVERY = timedelta(days=1)
GIVEN_UP = timedelta(hours=1)
"""A pass that has not ended by then was killed."""
NEWS = 500
"""Rows of each kind of news one transaction scores the contacts of."""
_LATEST = 50_000
"""So many of the latest interactions tell which currency the company sells in."""
_TILES = 5

_NOBODY = "00000000-0000-0000-0000-000000000000"
"""An id before all others."""

_contacts = table_of(Contact)
_scores, _bounds = table_of(ScoreRow), table_of(ScoreBounds)
_MEASURES = {
    Part.RECENCY: _scores.c.last_purchase_day,
    Part.FREQUENCY: _scores.c.purchases,
    Part.MONETARY: _scores.c.spent,
}

Transaction = Callable[[], AbstractContextManager[Session]]


def due(db: Session, now: datetime) -> bool:
    """Whether a full pass should begin: none for a day, or another scorecard holds; and none is under way."""
    held = db.get(ScoreBounds, 1)
    if held is None:
        return True
    if held.started_at is not None and now - held.started_at < GIVEN_UP:
        return False
    card = newest_card(db)
    return held.at is None or now - held.at >= EVERY or held.card_id != (card.id if card else None)


def run(transaction: Transaction, *, now: datetime, tick: Callable[[], None] = lambda: None) -> None:
    """A full pass, `tick` after each page."""
    place: str | None = ""
    while place is not None:
        with transaction() as db:
            place = step(db, place, now=now)
        tick()


def step(db: Session, place: str, *, now: datetime) -> str | None:
    """One page of a full pass, from `place` ("" to begin); returns the next place, None at the end."""
    phase, _, after = place.partition(":")
    if not phase:
        _begin(db, now)
        return "score:"
    column = _contacts.c.id if phase == "score" else _scores.c.contact_id
    last, more = _page(db, column, after or _NOBODY)
    if last:
        card, bounds = present(db)
        texts = score.text_of(as_written(card)), score.text_of(asdict(bounds))
        place_of = {"after": after or _NOBODY, "last": last}
        db.execute(_statement(phase, is_sqlite(db), *texts), score.times(card, now) | place_of)
    if more:
        return f"{phase}:{last}"
    if phase == "score":
        _measure(db)
        return "mend:"
    _end(db, now)
    return None


@lru_cache(maxsize=4)
def _statement(phase: str, sqlite: bool, card: str, bounds: str) -> Any:
    """What scores, or mends, the contacts after `after` up to `last`."""
    made = score.written if phase == "score" else score.mend
    return made(sqlite, _within, *score.prepared(card, bounds))


def _within(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(column > bindparam("after", type_=IdType), column <= bindparam("last", type_=IdType))


def news(db: Session, *, now: datetime) -> bool:
    """Score the contacts that interactions, ratings, sentiments or imports newly speak of; False when none are left.

    Rows that were committed out of their order may be passed over; the daily pass scores those.
    """
    held = db.get(ScoreBounds, 1, with_for_update=True, populate_existing=True)
    if held is None:
        return False
    concerned: set[str] = set()
    more = False
    for model, name in _NEWS.items():
        rows = db.execute(
            select(col(model.id), col(model.contact_id))
            .where(col(model.id) > getattr(held, name))
            .order_by(col(model.id))
            .limit(NEWS)
        ).all()
        concerned |= {row.contact_id for row in rows}
        more |= len(rows) == NEWS
        if rows:
            setattr(held, name, rows[-1].id)
    contacts = select(col(Contact.id)).order_by(col(Contact.id)).limit(NEWS)
    if held.contact_id is not None:
        contacts = contacts.where(col(Contact.id) > held.contact_id)
    new = list(db.scalars(contacts))
    if new:
        held.contact_id = new[-1]
    db.add(held)
    score.rescore(db, concerned | set(new), now=now)
    return more or len(new) == NEWS


_NEWS: dict[Any, str] = {
    Interaction: "interaction_id",
    Rating: "rating_id",
    SentimentReading: "sentiment_id",
}


def _begin(db: Session, now: datetime) -> None:
    """News from here on is scored besides the pass."""
    marks = {
        name: db.scalar(select(func.coalesce(func.max(col(model.id)), 0))) for model, name in _NEWS.items()
    }
    newest = select(col(Contact.id)).order_by(col(Contact.id).desc()).limit(1)
    insert_new(db, ScoreBounds, [{"id": 1, "buyers": 0, "currency": "", "bounds": {}, **marks}])
    card, _ = present(db)
    newest_one = newest_card(db)
    db.execute(
        update(_bounds).values(
            started_at=now,
            card_id=newest_one.id if newest_one else None,
            currency=card.currency or _currency(db),
            contact_id=func.coalesce(_bounds.c.contact_id, newest.scalar_subquery()),
        )
    )


def _currency(db: Session) -> str:
    """The currency of most of the latest purchases; EUR when none says its own."""
    latest = (
        select(col(Interaction.kind), col(Interaction.currency))
        .order_by(col(Interaction.at).desc())
        .limit(_LATEST)
        .subquery()
    )
    named = func.upper(latest.c.currency)
    most = (
        select(named)
        .where(latest.c.kind == Kind.PURCHASE, latest.c.currency.is_not(None), latest.c.currency != "")
        .group_by(named)
        .order_by(func.count().desc(), named)
        .limit(1)
    )
    return db.scalar(most) or "EUR"


def _page(db: Session, column: Any, after: str) -> tuple[str | None, bool]:
    """The last contact of the next page (None: there is no next page), and whether more may follow it."""
    # SQLite has one writer: others must not wait for long.
    size = 2_000 if is_sqlite(db) else 20_000
    rest = select(column).where(column > after)
    last = db.scalar(rest.order_by(column).offset(size - 1).limit(1))
    return last or db.scalar(rest.order_by(column.desc()).limit(1)), last is not None


def _measure(db: Session) -> None:
    """The bounds of the quintiles: a value belongs to the fifth in which the middle of its equals stands."""
    found, buyers = {}, 0
    for part, measure in _MEASURES.items():
        held = measure.is_not(None) if part == Part.RECENCY else measure > 0
        each = (
            select(measure.label("value"), func.count().label("n")).where(held).group_by(measure).subquery()
        )
        upto = cast(func.sum(each.c.n).over(order_by=each.c.value), Integer)
        ranked = select(
            each.c.value,
            (2 * upto - each.c.n).label("middle"),
            (2 * cast(func.sum(each.c.n).over(), Integer)).label("whole"),
        ).subquery()
        tiles = (
            func.min(case((ranked.c.middle * _TILES > ranked.c.whole * tile, ranked.c.value)))
            for tile in range(1, _TILES)
        )
        *bounds, whole = db.execute(select(*tiles, func.max(ranked.c.whole))).one()
        found[str(part)] = [int(bound) for bound in bounds if bound is not None]
        buyers = max(buyers, (whole or 0) // 2)
    db.execute(update(_bounds).values(bounds=found, buyers=buyers))


def _end(db: Session, now: datetime) -> None:
    db.execute(update(_bounds).values(at=now, started_at=None))
