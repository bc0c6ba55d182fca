"""Keeping what a contact thinks: a rating or a sentiment, once per thing that gave it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case

from app.db import Session, later, table_of, upsert
from app.feedback import rules
from app.feedback.models import Rating, SentimentReading
from app.language.reading import Reading

_OURS = ("label", "score", "angry", "text", "language", "decided_by", "needs_review", "at", "source")
_CORRECTED = ("corrected_label", "corrected_by", "corrected_at")


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
    row = {
        "contact_id": contact_id,
        "group_id": group_id,
        "kind": kind,
        "value": value,
        "source": source,
        "source_key": source_key,
        "at": at,
    }
    later(db, _keep_ratings, row)


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
    row = {
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
    }
    later(db, _keep_sentiments, row)


def _keep_ratings(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    statement = upsert(db, table_of(Rating))
    taken = {name: statement.excluded[name] for name in ("value", "at", "source")}
    db.connection().execute(
        statement.on_conflict_do_update(index_elements=["source_key"], set_=taken), list(rows)
    )


def _keep_sentiments(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    table = table_of(SentimentReading)
    statement = upsert(db, table)
    same = table.c.text == statement.excluded.text
    taken = {name: statement.excluded[name] for name in _OURS}
    taken |= {name: case((same, table.c[name])) for name in _CORRECTED}
    db.connection().execute(
        statement.on_conflict_do_update(index_elements=["source_key"], set_=taken), list(rows)
    )
