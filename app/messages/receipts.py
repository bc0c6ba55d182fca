"""What providers report: each event kept once, and the message's state climbs whatever the order."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from app.channels.base import Channel, EventKind, ProviderEvent
from app.channels.sendgrid_reasons import refuses_us
from app.db import Session, among, insert_naming, is_sqlite, table_of, update_each
from app.messages import batches, matching, outbox, tallies, unmatched
from app.messages.ladder import RUNGS, below
from app.messages.matching import Told
from app.messages.models import Known, Message, Receipt, State

PROVES: dict[EventKind, State] = {
    EventKind.QUEUED: State.ACCEPTED,
    EventKind.DEFERRED: State.ACCEPTED,
    # "Received and ready to be delivered": SendGrid has it, nobody else yet.
    EventKind.PROCESSED: State.ACCEPTED,
    EventKind.SENT: State.SENT,
    EventKind.DELIVERED: State.DELIVERED,
    EventKind.OPENED: State.DELIVERED,
    EventKind.CLICKED: State.DELIVERED,
    EventKind.COMPLAINED: State.DELIVERED,
    EventKind.UNSUBSCRIBED: State.DELIVERED,
    EventKind.BOUNCED: State.FAILED,
    EventKind.BLOCKED: State.FAILED,
    EventKind.DROPPED: State.FAILED,
    EventKind.UNDELIVERED: State.FAILED,
    EventKind.FAILED: State.FAILED,
    EventKind.CANCELED: State.FAILED,
}
"""How far up the ladder each kind of event proves a message to be."""
FAILURES = tuple(kind for kind, state in PROVES.items() if state is State.FAILED)
UNSETTLED = (State.CALLING, State.UNKNOWN, State.UNCONFIRMED)
_key = itemgetter(0)
LONGEST_KEY = 400
"""Characters; an index holds no key of any length."""


def record(
    db: Session, provider: str, events: Sequence[ProviderEvent], *, received_at: datetime
) -> list[tuple[ProviderEvent, Known | None]]:
    """`matching.find`, `keep` and `climb` in one, for whoever holds no contact; the events not seen before."""
    new = keep(db, provider, matching.find(db, [Told(event, received_at) for event in events]))
    climb(db, provider, new)
    return [(one.event, one.message) for one in new]


def key_of(provider: str, event: ProviderEvent) -> str:
    """What an event is known by for ever: the provider's own id, or where it has none what was derived from it."""
    key = f"{provider}:{event.event_id}"
    if len(key) > LONGEST_KEY:
        key = f"{provider}:blake2b:{hashlib.blake2b(key.encode(), digest_size=20).hexdigest()}"
    return key


def keep(db: Session, provider: str, told: Sequence[Told]) -> list[Told]:
    """Keep these events, each once; returns those not seen before, whose messages are to climb. Whoever needs their
    contacts holds these before: everybody else takes a contact first and its messages after."""
    by_key: dict[str, Told] = {}
    for one in told:
        by_key.setdefault(key_of(provider, one.event), one)
    # In one order for everybody, so that two who were told the same do not wait for each other in a ring; it is also
    # that of the index of keys.
    rows = [
        {
            "provider": provider,
            "event_key": key,
            "message_id": one.message.id if one.message else None,
            "kind": one.event.kind,
            "at": one.event.at or one.received_at,
            "code": one.event.code,
            "reason": one.event.reason,
            "facts": one.event.raw,
        }
        for key, one in sorted(by_key.items(), key=_key)
    ]
    new = insert_naming(db, Receipt, rows, "event_key")
    fresh = {key: one for key, one in by_key.items() if key in new}
    unmatched.wait(db, {key: one for key, one in fresh.items() if one.message is None})
    return list(fresh.values())


def climb(db: Session, provider: str, told: Sequence[Told]) -> None:
    """Let the messages of these new events climb, and do what follows for the messages themselves."""
    highest: dict[str, State] = {}
    delivered: dict[str, datetime] = {}
    messages: dict[str, Known] = {}
    for one in told:
        state, message = PROVES.get(one.event.kind), one.message
        if message is None or state is None:
            continue
        messages[message.id] = message
        known = highest.get(message.id)
        if known is None or RUNGS.index(state) > RUNGS.index(known):
            highest[message.id] = state
        if state is State.DELIVERED:
            at = one.at
            delivered[message.id] = min(at, delivered.get(message.id, at))
    climbing: dict[State, list[str]] = {}
    for id_, state in highest.items():
        if messages[id_].state in _BELOW[state]:
            climbing.setdefault(state, []).append(id_)
    arrived = _deliver(db, {id_: delivered[id_] for id_ in climbing.pop(State.DELIVERED, ())})
    reached = set(arrived)
    for state, ids in climbing.items():
        table = table_of(Message)
        ours = update(table).where(among(db, table.c.id, ids)).values(state=state).returning(table.c.id)
        if state is State.FAILED:
            db.execute(ours.where(table.c.state == State.DELIVERED))
            reached |= set(db.scalars(ours.where(table.c.state.in_(below(State.DELIVERED)))))
        else:
            db.execute(ours.where(table.c.state.in_(below(state))))
    _date(
        db, {id_: at for id_, at in delivered.items() if id_ not in arrived and _earlier(at, messages[id_])}
    )
    bounced = _explain(db, provider, [one for one in told if one.message and one.event.kind in FAILURES])
    happened: list[tuple[Known, tallies.Kind]] = [(messages[id_], "reached") for id_ in reached]
    happened += [(messages[id_], "bounced") for id_ in bounced]
    happened += [
        (one.message, "complained") for one in told if one.message and one.event.kind is EventKind.COMPLAINED
    ]
    tallies.note(db, happened)
    _hear_of_sending(db, messages.values(), told)


_BELOW = {state: frozenset(below(state)) for state in RUNGS}


def _earlier(at: datetime, message: Known) -> bool:
    return message.delivered_at is None or at < message.delivered_at


def _deliver(db: Session, delivered: Mapping[str, datetime]) -> set[str]:
    """These arrived, at that time; returns those that were not known to have."""
    if not delivered:
        return set()
    table = table_of(Message)
    if is_sqlite(db):
        # What was read in this transaction still holds: nobody else writes meanwhile.
        told = [{"m": id_, "d": at, "s": State.DELIVERED.value} for id_, at in delivered.items()]
        update_each(db, _delivery(), told)
        return set(delivered)
    given = select(
        func.unnest(bindparam("m", list(delivered), ARRAY(table.c.id.type))).label("id"),
        func.unnest(bindparam("d", list(delivered.values()), ARRAY(table.c.delivered_at.type))).label("at"),
    ).subquery()
    arrived = update(table).where(table.c.id == given.c.id, table.c.state.in_(below(State.DELIVERED)))
    arrived = arrived.values(state=State.DELIVERED, delivered_at=given.c.at)
    return set(db.scalars(arrived.returning(table.c.id)))


@cache
def _delivery() -> Any:
    table = table_of(Message)
    one = update(table).where(table.c.id == bindparam("m"))
    return one.values(state=bindparam("s"), delivered_at=bindparam("d"))


def _date(db: Session, delivered: Mapping[str, datetime]) -> None:
    """An earlier sign of their arrival came after a later one, or after a failure."""
    if delivered:
        table = table_of(Message)
        later = or_(table.c.delivered_at.is_(None), table.c.delivered_at > bindparam("d"))
        db.connection().execute(
            update(table).where(table.c.id == bindparam("m"), later).values(delivered_at=bindparam("d")),
            [{"m": id_, "d": at} for id_, at in delivered.items()],
        )


def _explain(db: Session, provider: str, failures: Sequence[Told]) -> list[str]:
    """Give each failed message the code and reason of its gravest report; returns those that are
    new to the brakes."""
    if not failures:
        return []
    receipts, messages = table_of(Receipt), table_of(Message)
    ids = {one.message.id for one in failures if one.message}
    columns = (
        receipts.c.message_id,
        receipts.c.kind,
        receipts.c.code,
        receipts.c.reason,
        receipts.c.event_key,
        receipts.c.facts,
    )
    reports = db.execute(
        select(*columns, receipts.c.at).where(
            among(db, receipts.c.message_id, ids), receipts.c.kind.in_(FAILURES)
        )
    ).all()
    new = {key_of(provider, one.event) for one in failures}
    gravest: dict[str, Any] = {}
    bounced: dict[str, bool] = {}
    for row in reports:
        held = gravest.get(row.message_id)
        if held is None or _gravity(provider, row) > _gravity(provider, held):
            gravest[row.message_id] = row
        if _braking(row):
            bounced[row.message_id] = bounced.get(row.message_id, True) and row.event_key in new
    db.connection().execute(
        update(messages)
        .where(messages.c.id == bindparam("m"))
        .values(code=bindparam("c"), reason=bindparam("r")),
        [{"m": id_, "c": row.code or row.kind, "r": row.reason} for id_, row in gravest.items()],
    )
    return sorted(id_ for id_, first in bounced.items() if first)


def _braking(report: Any) -> bool:
    """Whether a wave with many of these should stop: nobody lives there, or they will not take it from us."""
    refused = report.kind == EventKind.BLOCKED and refuses_us(report.code, report.facts)
    return refused or report.kind == EventKind.BOUNCED or report.code in tallies.NOBODY


def _gravity(provider: str, report: Any) -> tuple[Any, ...]:
    """Of two reports the same is the graver one, whichever comes first: Twilio states no time of its own."""
    stated = 0 if provider == "twilio" else report.at
    return report.kind == EventKind.BOUNCED, bool(report.code), stated, report.event_key


def _hear_of_sending(db: Session, messages: Any, told: Sequence[Told]) -> None:
    """A send whose own answer was lost is learnt of here: one event of a SendGrid request proves that the whole
    request was accepted."""
    unheard = {message.id for message in messages if message.state in _BELOW[State.ACCEPTED]}
    if doubted := [message.id for message in messages if message.state == State.UNCONFIRMED]:
        outbox.withdraw_copies(db, doubted)
    if unheard:
        table = table_of(Message)
        requests = select(table.c.attempt_id).where(
            among(db, table.c.id, unheard), table.c.channel == Channel.EMAIL
        )
        attempts = set(db.scalars(requests)) - {None}
        settled = (
            update(table)
            .where(table.c.attempt_id.in_(attempts), table.c.state.in_(UNSETTLED))
            .values(state=State.ACCEPTED)
            .returning(table.c.id)
        )
        ids = list(db.scalars(settled)) if attempts else []
        outbox.withdraw_copies(db, ids)
        unheard.update(ids)
        batches.went_out(db, sorted(unheard), min(one.received_at for one in told))
