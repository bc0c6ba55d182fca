"""Contacts with a past, written as the other rooms write it, for the tests of the score."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.contacts.models import Contact
from app.db import Session, new_id
from app.engagement.models import Kind
from app.engagement.record import record_many
from app.engagement.words import grade_of
from app.feedback.models import Rating, SentimentReading

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)

Did = tuple[str, float, float | None, str, str]
"""kind (`machine open` for a machine's), days ago, amount, currency, detail."""


def did(
    kind: str, days: float = 10, amount: float | None = None, currency: str = "", detail: str = ""
) -> Did:
    return kind, days, amount, currency, detail


def person(
    db: Session,
    *acts: Did,
    nps: tuple[int, ...] = (),
    csat: tuple[int, ...] = (),
    words: tuple[str, ...] = (),
    **attributes: Any,
) -> str:
    """A contact who did, said and is all this; returns their id."""
    contact = Contact(created_at=NOW, updated_at=NOW, attributes=attributes)
    db.add(contact)
    db.flush()
    add(db, contact.id, *acts, nps=nps, csat=csat, words=words)
    return contact.id


def add(
    db: Session,
    contact_id: str,
    *acts: Did,
    nps: tuple[int, ...] = (),
    csat: tuple[int, ...] = (),
    words: tuple[str, ...] = (),
) -> None:
    record_many(db, [_row(contact_id, act) for act in acts])
    for kind, values in (("nps", nps), ("csat", csat)):
        for value in values:
            at = NOW - timedelta(days=20)
            db.add(
                Rating(
                    contact_id=contact_id, kind=kind, value=value, source="web", at=at, source_key=new_id()
                )
            )
    for label in words:
        db.add(
            SentimentReading(
                contact_id=contact_id, label=label, score=0, language="it", decided_by="test",
                needs_review=False, source="sms", at=NOW - timedelta(days=20), source_key=new_id(),
            )
        )  # fmt: skip
    db.flush()


def _row(contact_id: str, act: Did) -> dict[str, Any]:
    word, days, amount, currency, detail = act
    kind = Kind(word.removeprefix("machine "))
    grade = grade_of(kind, by_machine=word.startswith("machine "))
    return {
        "contact_id": contact_id,
        "kind": kind,
        "grade": grade,
        "at": NOW - timedelta(days=days),
        "source": "test",
        "dedupe_key": new_id(),
        "amount": None if amount is None else Decimal(str(amount)),
        "currency": currency or None,
        "detail": detail,
        "message_id": None,
    }
