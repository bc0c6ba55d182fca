"""The stars of reviews that came with a history, as CSAT ratings: set by set, each review once."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Integer, Select, String, case, cast, func, literal, select, text

from app.db import Session, among, table_of, upsert
from app.engagement.models import Interaction
from app.feedback.models import Rating

SOURCE = "review"
PAGE = 1_000
_interactions, _ratings = table_of(Interaction), table_of(Rating)
_FIELDS = ("contact_id", "kind", "value", "source", "at", "source_key")


def waiting(db: Session) -> bool:
    """Whether there are reviews that are no ratings yet."""
    return db.execute(_unrated().limit(1)).first() is not None


def rate(db: Session, contact_ids: Collection[str] | None = None) -> int:
    """Make ratings of up to a page of reviews that have none yet (of these contacts, or of anybody's); returns how
    many were made, 0 when all are.

    Up to five stars are taken as they are, more as out of ten; nobody says less than one.
    """
    unrated = _unrated()
    if contact_ids is not None:
        unrated = unrated.where(among(db, _interactions.c.contact_id, contact_ids))
    rows = unrated.order_by(_interactions.c.id).limit(PAGE)
    made = upsert(db, _ratings).from_select(_FIELDS, rows, include_defaults=False)
    made = made.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return db.connection().execute(made).rowcount


def _unrated() -> Select[Any]:
    """What the ratings of such reviews are, in the order of _FIELDS."""
    review, rated = _interactions.c, _ratings.c
    key = literal("review:", String()).concat(review.dedupe_key)
    stars = case((review.amount > 5, review.amount / 2), else_=review.amount)
    value = cast(func.round(stars), Integer)
    return (
        select(
            review.contact_id,
            literal("csat", String()),
            case((value < 1, 1), else_=value),
            literal(SOURCE, String()),
            review.at,
            key,
        )
        .outerjoin(_ratings, rated.source_key == key)
        # Spelt out as in the index of reviews, which a bound value would not match.
        .where(text("interactions.kind = 'review'"), review.amount.is_not(None), rated.id.is_(None))
    )
