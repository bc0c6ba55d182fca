"""Writing the timeline: one thing at one time is kept once, however often it is reported."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from app.db import insert_new
from app.engagement.models import Grade, Interaction, Kind
from app.engagement.words import is_human


def record(
    db: Session,
    contact_id: str,
    kind: Kind,
    grade: Grade,
    at: datetime,
    source: str,
    dedupe_key: str,
    amount: Decimal | None = None,
    currency: str | None = None,
    detail: str = "",
    message_id: str | None = None,
) -> bool:
    """Add one interaction (`at` aware; `amount` in `currency`, points or stars); False if it was there."""
    row = {
        "contact_id": contact_id,
        "kind": kind,
        "grade": grade,
        "at": at,
        "source": source,
        "dedupe_key": dedupe_key,
        "amount": amount,
        "currency": currency,
        "detail": detail,
        "message_id": message_id,
    }
    return record_many(db, [row]) == 1


def record_many(db: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Add interactions (the arguments of `record`, all with the same keys); returns how many were new."""
    return insert_new(db, Interaction, [{**row, "human": is_human(row["grade"])} for row in rows])
