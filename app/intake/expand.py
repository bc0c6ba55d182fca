"""Expanding raw events: each is read once, in its own transaction; one that cannot be read is set aside."""

import contextlib
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import accumulate
from urllib.parse import parse_qsl

from sqlalchemy import select, update
from sqlmodel import col
from werkzeug.datastructures import MultiDict

from app import runtime
from app.channels import twilio
from app.channels.base import Channel
from app.db import Session, among, is_sqlite, table_of
from app.intake import counts, mails, reports
from app.intake.accept import BY_PEOPLE
from app.intake.models import RawEvent, RawState, Route
from app.intake.replies import hear
from app.intake.reply import Reply
from app.intake.urgent import waiting
from app.messages import outbox

log = logging.getLogger(__name__)

PAGES = {
    Route.TWILIO_STATUS: 300,
    Route.SENDGRID_EVENTS: 100,
    Route.TWILIO_MESSAGES: 50,
    Route.SENDGRID_INBOUND: 10,
}
"""How many posts of a route are expanded together, at most."""
BYTES = 1_600_000
"""How long their bodies are together, at most: some 3,000 events, for which SQLite's one writer is held for a sixth of
a second. On PostgreSQL nobody waits for it, and it is twice as much."""


def expand_next(route: Route) -> bool:
    """Expand the oldest raw events of this route; False when there is none.

    A page is expanded in one transaction where the route allows it; when that fails, one by one, and what
    cannot be expanded is quarantined with the reason, so that those behind it get their turn.
    """
    with runtime.reading() as db:
        size = _fitting(db, route)
    if size:
        # Told apart below, one by one; one alone gets a second try too, when its contact became part of another
        # at the very moment.
        with contextlib.suppress(Exception):
            return _expand(route, size)
    return sum(_expand_or_set_aside(route) for _ in range(size)) > 0


def stops_first(route: Route) -> None:
    """Expand the posts of this route that tell of somebody who wants out, before those that came earlier."""
    with runtime.reading() as db:
        urgent = waiting(db, runtime.current().engine, route)
    if urgent:
        # What cannot be expanded so is told apart when its turn comes.
        with contextlib.suppress(Exception):
            _expand(route, len(urgent), urgent)


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


def _expand(route: Route, size: int, only: Sequence[int] | None = None) -> bool:
    # What a power cut undoes of reports is undone whole, and their posts are unread again.
    opened = runtime.session if route in BY_PEOPLE or only else runtime.bulk_session
    with opened() as db:
        if page := _oldest(db, route, size, lock=not is_sqlite(db), only=only):
            _READERS[route](db, page)
            _done(db, page)
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
            if route in reports.PROVIDERS:
                reports.take_apart(db, page[0])
            else:
                _READERS[route](db, page)
            _done(db, page)
    except Exception as error:  # whatever is wrong with one event must not stop those behind it
        # Where the database is at fault, and not the event, it stays and the sweep comes back to it.
        if raw is None or reports.database_failed(error):
            raise
        raw_id, post = raw
        log.warning("raw event %s set aside: %s", raw_id, type(error).__name__)
        with runtime.session() as db:
            counts.read(db, db.get_one(RawEvent, raw_id), now=runtime.now(), error=type(error).__name__)
            db.execute(
                update(table_of(RawEvent))
                .where(col(RawEvent.id) == raw_id)
                .values(state=RawState.QUARANTINED, reason=reports.reason_of(error))
            )
            outbox.attended(db, [post])
    return True


def _done(db: Session, page: Sequence[RawEvent]) -> None:
    now = runtime.now()
    for raw in page:
        counts.read(db, raw, now=now)
    done = update(table_of(RawEvent)).where(among(db, col(RawEvent.id), [raw.id for raw in page]))
    db.execute(done.values(state=RawState.EXPANDED, reason=None))
    if page[0].route in BY_PEOPLE:
        outbox.attended(db, [raw.digest for raw in page])


def _fitting(db: Session, route: Route) -> int:
    """How many of the oldest posts are expanded together: one, or as many as are not too long."""
    for state in (RawState.NEW, RawState.AGAIN):
        lengths = select(col(RawEvent.length)).where(
            col(RawEvent.state) == state, col(RawEvent.route) == route
        )
        found = db.scalars(lengths.order_by(col(RawEvent.id)).limit(PAGES.get(route, 1))).all()
        if found:
            room = BYTES if is_sqlite(db) else 2 * BYTES
            return max(1, sum(1 for total in accumulate(found) if total <= room))
    return 0


def _oldest(
    db: Session, route: Route, size: int, *, lock: bool, only: Sequence[int] | None = None
) -> Sequence[RawEvent]:
    page: Sequence[RawEvent] = ()
    for state in (RawState.NEW, RawState.AGAIN):
        statement = (
            select(RawEvent)
            .where(col(RawEvent.state) == state, col(RawEvent.route) == route)
            .order_by(col(RawEvent.id))
            .limit(size)
        )
        if only is not None:
            statement = statement.where(col(RawEvent.id).in_(only))
        # A person's second message must not overtake the first: there the next worker waits for this one.
        locked = statement.with_for_update(skip_locked=route not in BY_PEOPLE)
        page = page or db.scalars(locked if lock else statement).all()
    return page


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
    Route.SENDGRID_EVENTS: reports.take,
    Route.SENDGRID_INBOUND: mails.take,
    Route.TWILIO_MESSAGES: _twilio_messages,
    Route.TWILIO_STATUS: reports.take,
}
