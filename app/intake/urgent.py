"""Posts in which somebody wants out are read before those ahead of them: reports of a large wave may be very many."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Engine, func, literal, or_, select
from sqlmodel import col

from app.db import Session, is_sqlite
from app.intake.models import RawEvent, RawState, Route

MARKS: Mapping[Route, tuple[bytes, ...]] = {
    # What SendGrid's JSON has only where it tells of a stop; a resubscription or a link may have it too, at no harm.
    Route.SENDGRID_EVENTS: (b'spamreport"', b'subscribe"'),
    Route.TWILIO_STATUS: (b"21610",),
}
PAGE = 10
"""Posts read together ahead of their turn."""
_looked: dict[tuple[Engine, Route], int] = {}


def waiting(db: Session, engine: Engine, route: Route) -> Sequence[int]:
    """The ids of the next unread posts that tell of a stop, among those that came since this process last looked.

    One that cannot be read with the others, or is not seen yet because it is committed late, waits for its turn.
    """
    if route not in MARKS:
        return ()
    ours = (col(RawEvent.state) == RawState.NEW, col(RawEvent.route) == route)
    newest = db.execute(select(func.max(col(RawEvent.id))).where(*ours)).scalar()
    if newest is None:
        return ()
    new = (*ours, col(RawEvent.id) > _looked.get((engine, route), 0), col(RawEvent.id) <= newest)
    found = select(col(RawEvent.id)).where(*new, or_(*(_holds(db, mark) for mark in MARKS[route])))
    ids = [int(id_) for id_ in db.scalars(found.order_by(col(RawEvent.id)).limit(PAGE)) if id_ is not None]
    _looked[engine, route] = ids[-1] if len(ids) == PAGE else int(newest)
    return ids


def _holds(db: Session, mark: bytes) -> ColumnElement[bool]:
    """SQL: the body of a post has these bytes somewhere."""
    body, sought = col(RawEvent.body), literal(mark, RawEvent.__table__.c.body.type)  # type: ignore[attr-defined]
    where = func.instr(body, sought) if is_sqlite(db) else func.pg_catalog.position(body, sought)
    return where > 0
