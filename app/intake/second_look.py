"""A marketer's own judgement of what somebody wrote, carried to whatever rests on it."""

from datetime import datetime

from app.contacts import find
from app.db import Session
from app.errors import NotFound
from app.feedback import correct
from app.feedback.models import SentimentReading
from app.journal.record import record
from app.outcomes.decide import redecide
from app.scoring.score import rescore


def judge(db: Session, sentiment_id: int, label: str, *, by: str, at: datetime) -> str:
    """Say how these words sound (see `correct.correct`); score and verdicts follow. Returns the contact's id."""
    held = db.get(SentimentReading, sentiment_id)
    contact = find.hold(db, held.contact_id) if held else None
    if contact is None:
        raise NotFound(f"there is no reading {sentiment_id}")
    read_as = correct.correct(db, sentiment_id, label, by=by, at=at).label
    subject = ("contact", contact.id)
    record(
        db, at=at, actor=by, verb="sentiment.corrected", subject=subject, reading=sentiment_id,
        label=label, read_as=read_as,
    )  # fmt: skip
    rescore(db, [contact.id], now=at)
    redecide(db, contact.id, now=at)
    return contact.id
