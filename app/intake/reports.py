"""Posts in which a provider reports what became of our messages: taken together, or event by event."""

import json
import logging
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from sqlmodel import col
from werkzeug.datastructures import MultiDict

from app import runtime
from app.channels import sendgrid, twilio
from app.channels.base import ProviderEvent
from app.db import Session, insert_new, table_of
from app.intake import accept, counts, events
from app.intake.counts import What
from app.intake.models import RawEvent, RawState, Route
from app.messages import unmatched
from app.messages.matching import Told
from app.messages.models import Receipt
from app.messages.unmatched import Waiting

log = logging.getLogger(__name__)

PROVIDERS = {Route.SENDGRID_EVENTS: "sendgrid", Route.TWILIO_STATUS: "twilio"}
LONGEST_REASON = 500


def take(db: Session, page: Sequence[RawEvent]) -> None:
    """Take in every event of these posts of one route. Raises whatever is wrong with any of them."""
    told = [Told(event, raw.received_at) for raw in page for event in _events(raw)]
    events.take_all(db, PROVIDERS[Route(page[0].route)], told)


def take_apart(db: Session, raw: RawEvent) -> None:
    """The same for one post, event by event where need be: what is wrong with one is set aside with that one, and
    the others are taken in. Raises when nothing of it can be read, or when it is but one event."""
    batch = sendgrid.batch_of(raw.body) if raw.route == Route.SENDGRID_EVENTS else []
    if len(batch) < 2 or not any(isinstance(item, dict) for item in batch):
        take(db, [raw])
    else:
        _halve(db, raw, batch)


def look_again(db: Session, *, now: datetime) -> bool:
    """Look again for the messages of receipts that wait for theirs, and carry out what those say whose message is
    found; False when that were all that is due."""
    due = unmatched.due(db, now=now)
    for provider in sorted({one.provider for one in due}):
        _look_again(db, provider, [one for one in due if one.provider == provider], now)
    return len(due) == unmatched.PAGE


def database_failed(error: Exception) -> bool:
    """Whether the database is at fault, and not what it was given: then the event waits for it to come back."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    too_large = str(getattr(getattr(error, "orig", None), "sqlstate", "")).startswith("54")
    return isinstance(error, OperationalError | InterfaceError | TimeoutError) and not too_large


def reason_of(error: Exception) -> str:
    """Why something was set aside, as a person reads it. PostgreSQL takes no NUL."""
    return f"{type(error).__name__}: {error}"[:LONGEST_REASON].replace("\0", "")


def _events(raw: RawEvent) -> list[ProviderEvent]:
    if raw.route == Route.SENDGRID_EVENTS:
        return sendgrid.parse_events(raw.body)
    return [twilio.parse_status(_form(raw.body.decode()), _form(raw.query))]


def _form(text: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(text, keep_blank_values=True))


def _halve(db: Session, raw: RawEvent, batch: Sequence[object]) -> None:
    # Kept apart: the rollback of a savepoint empties the row.
    raw_id, received_at, content_type = raw.id, raw.received_at, raw.content_type
    parts = [batch[len(batch) // 2 :], batch[: len(batch) // 2]]
    while parts:
        part = parts.pop()
        try:
            with db.begin_nested():
                told = [Told(sendgrid.parse_event(item), received_at) for item in part]
                events.take_all(db, PROVIDERS[Route.SENDGRID_EVENTS], told)
        except Exception as error:  # whatever is wrong with one event must not stop those beside it
            if database_failed(error):
                raise
            if len(part) > 1:
                parts += [part[len(part) // 2 :], part[: len(part) // 2]]
                continue
            body = json.dumps(part, sort_keys=True).encode()
            post = accept.post(Route.SENDGRID_EVENTS, body, content_type=content_type, now=received_at)
            _set_aside(db, post, error, raw_id)


def _set_aside(db: Session, post: accept.Post, error: Exception, part_of: int | None) -> None:
    """Keep one event as a post of its own, to be read again by command. Told twice it is kept once."""
    log.warning("one event of raw event %s set aside: %s", part_of, type(error).__name__)
    row = accept.row(post, RawState.QUARANTINED) | {"reason": reason_of(error), "part_of": part_of}
    if insert_new(db, RawEvent, [row]):
        counts.count(db, post.route, What.QUARANTINED, at=runtime.now(), reason=type(error).__name__)


def _look_again(db: Session, provider: str, waiting: Sequence[Waiting], now: datetime) -> None:
    told = [Told(_again(one), one.since) for one in waiting]
    found = events.found(db, told)
    theirs = [(one, is_) for one, is_ in zip(waiting, found, strict=True) if is_.message]
    try:
        with db.begin_nested():
            unmatched.matched(db, {one.receipt_id: is_.message.id for one, is_ in theirs if is_.message})
            events.carry_out(db, provider, [is_ for _, is_ in theirs])
    except Exception as error:  # as above
        if database_failed(error):
            raise
        if len(waiting) > 1:
            for one in waiting:
                _look_again(db, provider, [one], now)
            return
        _begin_anew(db, waiting[0], error)
        return
    rest = [one for one, is_ in zip(waiting, found, strict=True) if not is_.message]
    counts.foreign(db, provider, unmatched.put_off(db, rest, now=now), at=now)


def _begin_anew(db: Session, one: Waiting, error: Exception) -> None:
    """What a receipt says cannot be carried out: it is set aside, and is as good as never told until then."""
    db.execute(delete(table_of(Receipt)).where(col(Receipt.id) == one.receipt_id))
    route, query = counts.DOORS[one.provider], ""
    if route is Route.SENDGRID_EVENTS:
        body = json.dumps([one.facts], sort_keys=True).encode()
    else:
        body, query = urlencode(one.facts, doseq=True).encode(), f"m={one.message_id or ''}"
    _set_aside(db, accept.post(route, body, query=query, now=one.since), error, None)


def _again(one: Waiting) -> ProviderEvent:
    """The event of a receipt, read anew from what was kept of it."""
    if one.provider == "sendgrid":
        return sendgrid.event_of(one.facts)
    form: MultiDict[str, str] = MultiDict(one.facts)
    return twilio.parse_status(form, {"m": one.message_id or ""})
