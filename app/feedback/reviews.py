"""Reviews that came with a history: their stars become CSAT ratings, and without stars their words a sentiment; each
review once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, String, case, cast, func, literal, select, text

from app.contacts.models import Contact
from app.db import Session, among, insert_new, table_of, upsert
from app.engagement.models import Interaction
from app.feedback.models import Rating, SentimentReading
from app.language.reading import REVIEW, Reading, Reply, read_many

SOURCE = "review"
PAGE = 1_000
WORDS_PAGE = 200
_interactions, _ratings, _sentiments = table_of(Interaction), table_of(Rating), table_of(SentimentReading)
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


class Wordy(NamedTuple):
    """A review without stars."""

    contact_id: str
    text: str
    at: datetime
    source_key: str
    language: str | None
    """The contact's."""


def unheard(db: Session, contact_ids: Collection[str] | None = None) -> Sequence[Wordy]:
    """A page of the reviews (of these contacts, or of anybody's) that have words, no stars, and no reading yet."""
    review, people = _interactions.c, table_of(Contact).c
    key = literal("review:", String()).concat(review.dedupe_key)
    said = (
        select(review.contact_id, review.detail, review.at, key, people.language)
        .join(table_of(Contact), people.id == review.contact_id)
        .outerjoin(_sentiments, _sentiments.c.source_key == key)
        .where(text("interactions.kind = 'review'"), review.amount.is_(None), review.detail != "")
        .where(_sentiments.c.id.is_(None))
    )
    if contact_ids is not None:
        said = said.where(among(db, review.contact_id, contact_ids))
    return [Wordy(*row) for row in db.execute(said.order_by(review.id).limit(WORDS_PAGE))]


def listen(told: Sequence[Wordy]) -> Sequence[tuple[Wordy, Reading]]:
    """How they sound."""
    replies = [Reply(one.text, one.language, None, REVIEW) for one in told]
    return list(zip(told, read_many(replies), strict=True))


def keep(db: Session, heard: Sequence[tuple[Wordy, Reading]]) -> None:
    """Keep how these reviews sound. Like their stars they are no answer to us, and hold up no wave."""
    rows = [
        {
            "contact_id": one.contact_id,
            "group_id": None,
            "label": reading.sentiment,
            "score": reading.score,
            "angry": False,
            "text": one.text,
            "language": reading.lang,
            "decided_by": reading.decided_by,
            "needs_review": reading.needs_review,
            "source": SOURCE,
            "source_key": one.source_key,
            "at": one.at,
        }
        for one, reading in heard
    ]
    insert_new(db, SentimentReading, rows)


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
