"""Expanding raw events: each is read once, in its own transaction; one that cannot be read is set aside."""

import contextlib
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from urllib.parse import parse_qsl

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import col
from werkzeug.datastructures import MultiDict

from app import runtime
from app.channels import sendgrid, twilio
from app.channels.base import Channel
from app.db import Session, among, is_sqlite, table_of
from app.intake import counts, events, mails
from app.intake.accept import BY_PEOPLE
from app.intake.models import RawEvent, RawState, Route
from app.intake.replies import hear
from app.intake.reply import Reply
from app.messages import outbox

log = logging.getLogger(__name__)

PAGES = {Route.TWILIO_STATUS: 100, Route.SENDGRID_EVENTS: 5, Route.TWILIO_MESSAGES: 50}
"""How many posts of a route are expanded together."""


def expand_next(route: Route) -> bool:
    """Expand the oldest raw events of this route; False when there is none.

    A page is expanded in one transaction where the route allows it; when that fails, one by one, and what
    cannot be expanded is quarantined with the reason, so that those behind it get their turn.
    """
    size = PAGES.get(route, 1)
    with runtime.reading() as db:
        waiting = len(_oldest(db, route, size, lock=False))
    if waiting:
        # Told apart below, one by one; one alone gets a second try too, when its contact became part of another
        # at the very moment.
        with contextlib.suppress(Exception):
            return _expand(route, size)
    return sum(_expand_or_set_aside(route) for _ in range(waiting)) > 0


def replay(db: Session, ids: Collection[int]) -> int:
    """Have these posts read once more, after all that is new, be they set aside or read already; returns how many.

    What stands already is changed by none of them. The reason stays until it is read, or set aside anew.
    """
    settled = col(RawEvent.state).in_((RawState.QUARANTINED, RawState.EXPANDED))
    again = update(table_of(RawEvent)).where(among(db, col(RawEvent.id), ids), settled)
    replayed = int(db.execute(again.values(state=RawState.AGAIN)).rowcount)  # type: ignore[attr-defined]
    for route in Route:
        runtime.ring_after_commit(db, "replies", "app.intake.jobs.expand", route)
    return replayed


def _expand(route: Route, size: int) -> bool:
    with runtime.session() as db:
        for raw in (page := _oldest(db, route, size, lock=not is_sqlite(db))):
            counts.read(db, raw, now=runtime.now())
            raw.state, raw.reason = RawState.EXPANDED, None
            db.add(raw)
        if page:
            outbox.attended(db, [raw.digest for raw in page])
            _READERS[route](db, page)
    return bool(page)


def _expand_or_set_aside(route: Route) -> bool:
    raw: tuple[int | None, str] | None = None
    try:
        with runtime.session() as db:
            page = _oldest(db, route, 1, lock=not is_sqlite(db))
            if not page:
                return False  # another worker has them
            # Kept apart: the rollback of a failure empties the row.
            raw = (page[0].id, page[0].digest)
            _READERS[route](db, page)
            counts.read(db, page[0], now=runtime.now())
            page[0].state, page[0].reason = RawState.EXPANDED, None
            db.add(page[0])
            outbox.attended(db, [page[0].digest])
    except OperationalError:
        # The database is at fault, not the event: it stays as it is and the sweep comes back to it.
        raise
    except Exception as error:  # whatever is wrong with one event must not stop those behind it
        if raw is None:
            raise
        raw_id, post = raw
        log.warning("raw event %s set aside: %s", raw_id, type(error).__name__)
        with runtime.session() as db:
            counts.read(db, db.get_one(RawEvent, raw_id), now=runtime.now(), error=type(error).__name__)
            db.execute(
                update(table_of(RawEvent))
                .where(col(RawEvent.id) == raw_id)
                .values(state=RawState.QUARANTINED, reason=f"{type(error).__name__}: {error}"[:500])
            )
            outbox.attended(db, [post])
    return True


def _oldest(db: Session, route: Route, size: int, *, lock: bool) -> Sequence[RawEvent]:
    page: Sequence[RawEvent] = ()
    for state in (RawState.NEW, RawState.AGAIN):
        statement = (
            select(RawEvent)
            .where(col(RawEvent.state) == state, col(RawEvent.route) == route)
            .order_by(col(RawEvent.id))
            .limit(size)
        )
        # A person's second message must not overtake the first: there the next worker waits for this one.
        locked = statement.with_for_update(skip_locked=route not in BY_PEOPLE)
        page = page or db.scalars(locked if lock else statement).all()
    return page


def _sendgrid_events(db: Session, page: Sequence[RawEvent]) -> None:
    for raw in page:
        events.take(db, "sendgrid", sendgrid.parse_events(raw.body), received_at=raw.received_at)


def _twilio_status(db: Session, page: Sequence[RawEvent]) -> None:
    told = [twilio.parse_status(_form(raw.body.decode()), _form(raw.query)) for raw in page]
    # Twilio states no time; the page's oldest acceptance stands for all, a matter of seconds.
    events.take(db, "twilio", told, received_at=page[0].received_at)


def _twilio_messages(db: Session, page: Sequence[RawEvent]) -> None:
    hear(db, *(_text(raw) for raw in page))


def _text(raw: RawEvent) -> Reply:
    text = twilio.parse_inbound(_form(raw.body.decode()))
    return Reply(
        channel=Channel.SMS,
        address=text.from_number,
        text=text.body,
        provider_id=text.provider_id,
        at=raw.received_at,
        media=text.media,
        evidence={"opt_out_type": text.opt_out_type} if text.opt_out_type else {},
    )


def _form(text: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(text, keep_blank_values=True))


_READERS: Mapping[Route, Callable[[Session, Sequence[RawEvent]], None]] = {
    Route.SENDGRID_EVENTS: _sendgrid_events,
    Route.SENDGRID_INBOUND: mails.take,
    Route.TWILIO_MESSAGES: _twilio_messages,
    Route.TWILIO_STATUS: _twilio_status,
}
