"""Writing the timeline: one thing at one time is kept once, however often it is reported."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from app.db import later, table_of, upsert
from app.engagement import dormancy, evidence
from app.engagement.evidence_rules import HUMAN_SIGNS
from app.engagement.models import Grade, Interaction, Kind
from app.engagement.words import is_human

_PAGE = 500


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
    reasons: dict[str, Any] | None = None,
) -> None:
    """Add one interaction (`at` aware; `amount` in `currency`, points or stars) before the transaction commits."""
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
        "reasons": reasons,
    }
    later(db, record_many, row)


def record_many(db: Session, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Add interactions (the arguments of `record`, all with the same keys), and see who is less quiet for them.

    Returns the contact ids of those that were new, one for each. For a file's worth see `bulk.py`.
    """
    table = table_of(Interaction)
    statement = upsert(db, table).on_conflict_do_nothing().returning(table.c.contact_id, table.c.human)
    added: list[Any] = []
    telling = {row["contact_id"] for row in rows if row["kind"] in HUMAN_SIGNS and is_human(row["grade"])}
    for start in range(0, len(rows), _PAGE):
        page = [{**row, "human": is_human(row["grade"])} for row in rows[start : start + _PAGE]]
        added += db.connection().execute(statement, page).all()
    evidence.vouch(db, telling & {contact_id for contact_id, _ in added})
    dormancy.recompute_for(db, {contact_id for contact_id, human in added if human}, added=True)
    return [contact_id for contact_id, _ in added]
