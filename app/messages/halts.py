"""The kill switch: one row stops every wave at once, and answers to people too where it says so."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlmodel import col

from app.channels.base import Channel
from app.db import Session
from app.journal.record import record
from app.messages import outbox
from app.messages.models import ANSWERING, Halt, Message

SUBJECT = ("installation", "sending")


def stop(db: Session, *, by: str, reason: str, answers: bool, now: datetime) -> Halt:
    """Let nothing leave from the commit on; `answers`: nor what answers people who wrote to us. A second stop
    replaces the first."""
    halt = db.get(Halt, 1, with_for_update=True) or Halt(at=now, by=by, reason=reason, answers=answers)
    halt.at, halt.by, halt.reason, halt.answers = now, by, reason, answers
    db.add(halt)
    record(db, at=now, actor=by, verb="sending.stopped", subject=SUBJECT, reason=reason, answers=answers)
    return halt


def go(db: Session, *, by: str, now: datetime) -> bool:
    """Let everything leave again, each wave in the state it is in; False when nothing was stopped."""
    halt = db.get(Halt, 1, with_for_update=True)
    if halt is None:
        return False
    db.delete(halt)
    record(db, at=now, actor=by, verb="sending.resumed", subject=SUBJECT)
    for channel in Channel:
        outbox.ring(db, channel)
    return True


def present(db: Session) -> Halt | None:
    """The stop that holds now."""
    return db.get(Halt, 1, populate_existing=True)


def halted() -> ColumnElement[bool]:
    """SQL: this message may not leave now, whatever else speaks for it."""
    # Neither hangs on the message, so that each is looked up once for a whole statement.
    all_of_it, waves = exists(select(col(Halt.id)).where(col(Halt.answers))), exists(select(col(Halt.id)))
    return or_(all_of_it, and_(col(Message.step) != ANSWERING, waves))
