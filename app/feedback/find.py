"""What a contact thinks, read: their history, what holds now, and the trend; and the same as SQL for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, cast, exists, func, or_, select, text, union_all
from sqlmodel import col

from app.contacts.models import Contact
from app.db import Session, table_of
from app.feedback import reviews, rules
from app.feedback.models import Rating, SentimentReading

_ratings, _sentiments = table_of(Rating), table_of(SentimentReading)
WAITING = "needs_review AND corrected_at IS NULL"
"""Spelt out as in the index that serves it, which bound values would not match."""
KINDS = ("nps", "csat")
"""The surer first: a trend is told by the first kind that has one."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One thing a contact let us know: a rating (`kind` nps or csat, with `value`) or words (`kind` words, with the
    `label` that counts); `source` is the channel it came by, or `review`."""

    kind: str
    at: datetime
    source: str
    value: int | None
    label: str | None


@dataclass(frozen=True, slots=True)
class Latest:
    """What holds now: the newest of each, and the trend over the last year; None is unknown."""

    nps: int | None = None
    csat: int | None = None
    nps_class: rules.NpsClass | None = None
    trend: rules.Trend | None = None
    sentiment: str | None = None

    @property
    def rating(self) -> dict[str, Any] | None:
        """The ratings as programs are told them; None when there are none."""
        if self.nps is None and self.csat is None:
            return None
        trend = self.trend
        return {
            "nps": self.nps,
            "nps_class": self.nps_class,
            "csat": self.csat,
            "trend": trend and trend.direction,
            "trend_of": trend and {"kind": trend.kind, "before": trend.before, "newest": trend.newest},
        }


def present_label(table: Any = _sentiments) -> ColumnElement[str]:
    """The label that counts in a row of sentiments: a person's correction before the reading's own."""
    return func.coalesce(table.c.corrected_label, table.c.label)


def history(db: Session, contact_id: str, limit: int = 50) -> Sequence[Opinion]:
    """The newest ratings and words of a contact, newest first."""
    none = cast(None, _ratings.c.value.type)
    rated = select(
        _ratings.c.kind, _ratings.c.at, _ratings.c.source, _ratings.c.value, cast(None, _ratings.c.kind.type)
    ).where(_ratings.c.contact_id == contact_id)
    wrote = select(
        cast("words", _ratings.c.kind.type), _sentiments.c.at, _sentiments.c.source, none, present_label()
    ).where(_sentiments.c.contact_id == contact_id)
    both = union_all(rated, wrote).subquery().c
    rows = db.execute(select(*both).order_by(both.at.desc(), both.kind).limit(limit))
    return [Opinion(*row) for row in rows]


def latest(db: Session, contact_id: str, *, now: datetime) -> Latest:
    """What holds of a contact now."""
    newest: dict[str, int] = {}
    trends = {}
    for kind in KINDS:
        mine = (_ratings.c.contact_id == contact_id, _ratings.c.kind == kind)
        given = select(_ratings.c.value, _ratings.c.at).where(*mine)
        row = db.execute(given.order_by(_ratings.c.at.desc(), _ratings.c.id.desc()).limit(1)).first()
        if row is None:
            continue
        newest[kind] = row.value
        within = _ratings.c.at.between(now - rules.YEAR, now)
        count, total = db.execute(select(func.count(), func.sum(_ratings.c.value)).where(*mine, within)).one()
        if row.at >= now - rules.YEAR and (found := rules.trend(kind, row.value, count, total)):
            trends[kind] = found
    words = select(present_label()).where(_sentiments.c.contact_id == contact_id)
    words = words.order_by(_sentiments.c.at.desc(), _sentiments.c.id.desc()).limit(1)
    nps = newest.get("nps")
    return Latest(
        nps=nps,
        csat=newest.get("csat"),
        nps_class=None if nps is None else rules.nps_class(nps),
        trend=next((trends[kind] for kind in KINDS if kind in trends), None),
        sentiment=db.execute(words).scalar_one_or_none(),
    )


def ratings(db: Session, contact_id: str, limit: int = 12) -> Sequence[Opinion]:
    """The newest ratings of the surest kind there is, oldest first: what a line is drawn of."""
    for kind in KINDS:
        mine = select(_ratings).where(_ratings.c.contact_id == contact_id, _ratings.c.kind == kind)
        rows = db.execute(mine.order_by(_ratings.c.at.desc(), _ratings.c.id.desc()).limit(limit)).all()
        if rows:
            return [Opinion(kind, row.at, row.source, row.value, None) for row in reversed(rows)]
    return []


def nps_class_of(value: ColumnElement[int]) -> ColumnElement[str]:
    """`rules.nps_class` as SQL."""
    classes = rules.NpsClass
    return case(
        (value >= 9, classes.PROMOTER.value),
        (value >= 7, classes.PASSIVE.value),
        else_=classes.DETRACTOR.value,
    )


def trend_of(
    contact_id: ColumnElement[str], now: ColumnElement[datetime], since: ColumnElement[datetime]
) -> Any:
    """The direction of a contact's trend as SQL, null without one; `rules.trend` in one expression."""
    return func.coalesce(*(_trend_of(kind, contact_id, now, since) for kind in KINDS))


def _trend_of(
    kind: str, contact_id: ColumnElement[str], now: ColumnElement[datetime], since: ColumnElement[datetime]
) -> Any:
    rated, last = _ratings.alias(), _ratings.alias()

    def theirs(table: Any) -> ColumnElement[bool]:
        return and_(table.c.contact_id == contact_id, table.c.kind == kind, table.c.at.between(since, now))

    newest = select(last.c.value).where(theirs(last)).order_by(last.c.at.desc(), last.c.id.desc()).limit(1)
    newest_value = newest.correlate_except(last).scalar_subquery()
    count, total = func.count(), func.sum(rated.c.value)
    moved, margin = (newest_value * count - total) * 2, (count - 1) * rules.MARGIN[kind]
    direction = rules.Direction
    said = case(
        (count < 2, None),
        (moved >= margin, direction.IMPROVING.value),
        (moved <= -margin, direction.DECLINING.value),
        else_=direction.STEADY.value,
    )
    return select(said).where(theirs(rated)).correlate_except(rated).scalar_subquery()


def upset_since(contact_id: Any, since: datetime) -> ColumnElement[bool]:
    """SQL: the contact answered as a detractor or wrote in anger since then, and nobody found that it was not so."""
    low = or_(*(and_(_ratings.c.kind == kind, _ratings.c.value <= rules.LOWEST[kind]) for kind in KINDS))
    rated = select(_ratings.c.id).where(_ratings.c.contact_id == contact_id, _ratings.c.at >= since, low)
    words = select(_sentiments.c.id).where(
        _sentiments.c.contact_id == contact_id,
        _sentiments.c.at >= since,
        _sentiments.c.angry.is_(True),
        present_label() == "negative",
    )
    return or_(exists(rated.where(_ratings.c.source != reviews.SOURCE)), exists(words))


def to_review(
    db: Session, *, before: int | None = None, limit: int = 50
) -> Sequence[tuple[SentimentReading, Contact]]:
    """Words whose reading a person should look at, and whose they are, the newest first; `before` is the last id of
    the page before."""
    waiting = (
        select(SentimentReading, Contact)
        .join(Contact, col(Contact.id) == col(SentimentReading.contact_id))
        .where(text(WAITING))
    )
    if before is not None:
        waiting = waiting.where(col(SentimentReading.id) < before)
    rows = db.execute(waiting.order_by(col(SentimentReading.id).desc()).limit(limit))
    return [(reading, contact) for reading, contact in rows]


def waiting_for_review(db: Session) -> int:
    """How many words a person should look at."""
    counted = select(func.count()).select_from(_sentiments).where(text(WAITING))
    return int(db.execute(counted).scalar_one())
