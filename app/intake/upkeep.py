"""Raw events leave after their time, and what was counted long ago is added up; the receipts made of them stay."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.db import Session, table_of
from app.intake import counts
from app.intake.models import RawEvent, RawState, Route

PAGE = 200
"""Posts of one transaction: with their packed bodies some 2 MB, for which nobody else can write to SQLite."""
COUNTS = timedelta(days=3)
"""For how long counts are told apart by the moment; the charts show two days."""


def expire(db: Session, route: Route, *, before: datetime) -> bool:
    """Delete the oldest posts of this door that were accepted before then; False when that were all.

    Only what is expanded goes: what waits or was set aside stays until it is read.
    """
    raws = table_of(RawEvent)
    oldest = (
        select(raws.c.id)
        .where(raws.c.state == RawState.EXPANDED, raws.c.route == route)
        .order_by(raws.c.id)
        .limit(PAGE)
    )
    # The index knows the order of arrival, so one look at its beginning tells whether anything is due.
    gone = db.execute(
        delete(raws).where(raws.c.id.in_(oldest.scalar_subquery()), raws.c.received_at < before)
    )
    return int(gone.rowcount) == PAGE  # type: ignore[attr-defined]


def add_up(db: Session, *, now: datetime) -> None:
    """Keep the table of counts as small as three days make it."""
    counts.fold(db, now - COUNTS)
