"""Keeping what a contact thinks: a rating or a sentiment, once per thing that gave it."""

from datetime import datetime
from typing import Any

from app.db import Session, table_of, upsert
from app.feedback.models import Rating, SentimentReading
from app.language.reading import Reading


def rating(
    db: Session,
    contact_id: str,
    *,
    kind: str,
    value: int,
    source: str,
    source_key: str,
    at: datetime,
    group_id: str | None = None,
) -> None:
    """Keep an NPS (0–10) or CSAT (1–5) score; a correction from the same source replaces it."""
    _put(
        db,
        Rating,
        {
            "contact_id": contact_id,
            "group_id": group_id,
            "kind": kind,
            "value": value,
            "source": source,
            "source_key": source_key,
            "at": at,
        },
        replaced=("value", "at", "source"),
    )


def sentiment(
    db: Session,
    contact_id: str,
    reading: Reading,
    *,
    text: str,
    source: str,
    source_key: str,
    at: datetime,
    group_id: str | None = None,
) -> None:
    """Keep how one text sounded; an amended text from the same source replaces it."""
    _put(
        db,
        SentimentReading,
        {
            "contact_id": contact_id,
            "group_id": group_id,
            "label": reading.sentiment,
            "score": reading.score,
            "text": text,
            "language": reading.lang,
            "decided_by": reading.decided_by,
            "needs_review": reading.needs_review,
            "source": source,
            "source_key": source_key,
            "at": at,
        },
        replaced=("label", "score", "text", "language", "decided_by", "needs_review", "at", "source"),
    )


def nps_class(value: int) -> str:
    """Promoter (9–10), passive (7–8) or detractor (0–6), as NPS defines them."""
    return "promoter" if value >= 9 else "passive" if value >= 7 else "detractor"


def _put(db: Session, model: Any, row: dict[str, Any], replaced: tuple[str, ...]) -> None:
    statement = upsert(db, table_of(model)).values(**row)
    db.execute(
        statement.on_conflict_do_update(
            index_elements=["source_key"], set_={name: statement.excluded[name] for name in replaced}
        )
    )
