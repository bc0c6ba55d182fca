"""Reads of the raw events."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import col

from app.db import Session
from app.intake.models import RawEvent, RawState


def waiting(db: Session) -> Sequence[str]:
    """The routes that have unexpanded events."""
    return db.scalars(select(col(RawEvent.route)).where(col(RawEvent.state) == RawState.NEW).distinct()).all()


def states(db: Session) -> dict[str, int]:
    """State -> how many raw events."""
    rows = db.execute(select(col(RawEvent.state), func.count()).group_by(col(RawEvent.state)))
    return dict(rows.all())


def doors(db: Session) -> list[dict[str, object]]:
    """route, state, posts and the reason of what was set aside, most first."""
    rows = db.execute(
        select(col(RawEvent.route), col(RawEvent.state), col(RawEvent.reason), func.count())
        .group_by(col(RawEvent.route), col(RawEvent.state), col(RawEvent.reason))
        .order_by(func.count().desc())
    )
    return [
        {"route": route, "state": state, "reason": reason, "posts": count}
        for route, state, reason, count in rows
    ]
