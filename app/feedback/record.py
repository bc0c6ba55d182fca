"""Keeping what a contact thinks: a rating or a sentiment, once per thing that gave it."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import case

from app.db import Session, table_of, upsert
from app.feedback import rules
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
    """Keep how one text sounded; an amended text from the same source replaces it, and what a person had made of
    the one before."""
    table = table_of(SentimentReading)
    corrected = ("corrected_label", "corrected_by", "corrected_at")
    _put(
        db,
        SentimentReading,
        {
            "contact_id": contact_id,
            "group_id": group_id,
            "label": reading.sentiment,
            "score": reading.score,
            "angry": rules.angry(reading),
            "text": text,
            "language": reading.lang,
            "decided_by": reading.decided_by,
            "needs_review": reading.needs_review,
            "source": source,
            "source_key": source_key,
            "at": at,
        },
        replaced=(
            "label",
            "score",
            "angry",
            "text",
            "language",
            "decided_by",
            "needs_review",
            "at",
            "source",
        ),
        more={name: case((table.c.text == text, table.c[name])) for name in corrected},
    )


def _put(
    db: Session,
    model: Any,
    row: dict[str, Any],
    replaced: tuple[str, ...],
    more: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    statement = upsert(db, table_of(model)).values(**row)
    taken = {name: statement.excluded[name] for name in replaced}
    db.execute(statement.on_conflict_do_update(index_elements=["source_key"], set_=taken | dict(more)))
