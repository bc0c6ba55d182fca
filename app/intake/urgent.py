"""Posts in which somebody wants out are read before those ahead of them: reports of a large wave may be very many."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, select
from sqlmodel import col

from app.db import Session
from app.intake.models import URGENT, RawEvent, Route

MARKS: Mapping[Route, tuple[bytes, ...]] = {
    # What SendGrid's JSON has only where it tells of a stop; a resubscription or a link may have it too, at no harm.
    Route.SENDGRID_EVENTS: (b'spamreport"', b'subscribe"'),
    Route.TWILIO_STATUS: (b"21610",),
}
PAGE = 10
"""Posts read together ahead of their turn."""
_looked: dict[tuple[Engine, Route], int] = {}


def wants_out(route: Route, body: bytes) -> bool:
    """Whether a post of this door may tell of somebody who wants out."""
    return any(mark in body for mark in MARKS.get(route, ()))


def waiting(db: Session, engine: Engine, route: Route) -> Sequence[int]:
    """The ids of the next unread posts that may tell of a stop, among those that this process has not seen yet.

    One that cannot be read with the others, or is not there yet because it is committed late, waits for its turn.
    """
    urgent, looked = select(col(RawEvent.id)).where(URGENT, col(RawEvent.route) == route), (engine, route)
    new = urgent.where(col(RawEvent.id) > _looked.get(looked, 0)).order_by(col(RawEvent.id)).limit(PAGE)
    ids = [id_ for id_ in db.scalars(new) if id_ is not None]
    if ids:
        _looked[looked] = ids[-1]
    elif looked in _looked and db.scalars(urgent.limit(1)).first() is None:
        del _looked[looked]  # ids may begin anew once all posts are gone
    return ids
