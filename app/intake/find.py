"""Reads of the raw events."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import col

from app.db import Session
from app.intake.models import RawEvent, RawState


def waiting(db: Session) -> Sequence[str]:
    """The routes that have unexpanded events."""
    unread = col(RawEvent.state).in_((RawState.NEW, RawState.AGAIN))
    return db.scalars(select(col(RawEvent.route)).where(unread).distinct()).all()


def states(db: Session) -> dict[str, int]:
    """State -> how many raw events."""
    rows = db.execute(select(col(RawEvent.state), func.count()).group_by(col(RawEvent.state)))
    return dict(rows.all())
