"""What providers report: each event kept once, and the message's state climbs whatever the order."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update
from sqlmodel import col

from app.channels.base import Channel, EventKind, ProviderEvent
from app.db import Session, insert_new, table_of
from app.engagement import sends
from app.messages import batches, outbox, tallies
from app.messages.ladder import RUNGS, below
from app.messages.models import Message, Receipt, State

PROVES: dict[EventKind, State] = {
    EventKind.QUEUED: State.ACCEPTED,
    EventKind.DEFERRED: State.ACCEPTED,
    EventKind.PROCESSED: State.SENT,
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


def record(
    db: Session, provider: str, events: Sequence[ProviderEvent], *, received_at: datetime
) -> list[tuple[ProviderEvent, Message | None]]:
    """`find` and `enter` in one, for whoever holds no contact."""
    new = find(db, provider, events)
    enter(db, provider, new, received_at=received_at)
    return new


def find(
    db: Session, provider: str, events: Sequence[ProviderEvent]
) -> list[tuple[ProviderEvent, Message | None]]:
    """The events not seen before, each with its message (None: not ours, or not to be told)."""
    unseen = _unseen(db, provider, events)
    messages = _find(db, unseen)
    return [(event, messages.get(event.event_id)) for event in unseen]


def enter(
    db: Session,
    provider: str,
    new: Sequence[tuple[ProviderEvent, Message | None]],
    *,
    received_at: datetime,
) -> None:
    """Keep these events and let their messages climb. Whoever needs their contacts holds these before: everybody
    else takes a contact first and its messages after."""
    insert_new(
        db,
        Receipt,
        [
            {
                "provider": provider,
                "event_key": f"{provider}:{event.event_id}",
                "message_id": message.id if message else None,
                "kind": event.kind,
                "at": event.at or received_at,
                "code": event.code,
                "reason": event.reason,
                "facts": dict(event.raw),
            }
            for event, message in new
        ],
    )
    _climb(db, new, received_at)
    _settle_request(db, new, received_at)
    if doubted := [m.id for event, m in new if m and m.state == State.UNCONFIRMED and event.kind in PROVES]:
        outbox.withdraw_copies(db, doubted)
    # A send whose own answer was lost is learnt of here.
    unheard = {m.id for _, m in new if m and m.accepted_at is None and m.called_at}
    if unheard:
        sends.note(db, batches.went_out(db, sorted(unheard), received_at))


def _unseen(db: Session, provider: str, events: Sequence[ProviderEvent]) -> list[ProviderEvent]:
    by_key = {f"{provider}:{event.event_id}": event for event in reversed(events)}
    known = db.scalars(select(col(Receipt.event_key)).where(col(Receipt.event_key).in_(by_key)))
    seen = set(known)
    return [event for key, event in reversed(by_key.items()) if key not in seen]


def _find(db: Session, events: Sequence[ProviderEvent]) -> dict[str, Message]:
    """event id -> message: by our own id, else by the provider's id and the address."""
    ours = {event.message_id for event in events if event.message_id}
    theirs = {_request_id(event) for event in events if not event.message_id and event.provider_id}
    by_id = {m.id: m for m in _load(db, col(Message.id).in_(ours))} if ours else {}
    by_provider: dict[str, list[Message]] = defaultdict(list)
    if theirs:
        for message in _load(db, col(Message.provider_id).in_(theirs)):
            by_provider[str(message.provider_id)].append(message)
    found = {}
    for event in events:
        known = by_id.get(event.message_id or "") or _same_address(by_provider[_request_id(event)], event)
        if known is not None:
            found[event.event_id] = known
    return found


def _load(db: Session, condition: object) -> Sequence[Message]:
    return db.scalars(select(Message).where(condition)).all()  # type: ignore[arg-type]


def _request_id(event: ProviderEvent) -> str:
    # sg_message_id is "<X-Message-Id>.<server part>"; Twilio's SIDs have no dot.
    return (event.provider_id or "").split(".", 1)[0]


def _same_address(candidates: Sequence[Message], event: ProviderEvent) -> Message | None:
    if len(candidates) == 1 and not event.address:
        return candidates[0]
    address = (event.address or "").lower()
    return next((m for m in candidates if m.address.lower() == address), None)


def _climb(
    db: Session, events: Sequence[tuple[ProviderEvent, Message | None]], received_at: datetime
) -> None:
    highest: dict[str, State] = {}
    failures: dict[str, ProviderEvent] = {}
    delivered: dict[str, datetime] = {}
    for event, message in events:
        state = PROVES.get(event.kind)
        if message is None or state is None:
            continue
        known = highest.get(message.id)
        if known is None or RUNGS.index(state) > RUNGS.index(known):
            highest[message.id] = state
        if state is State.FAILED:
            failures[message.id] = event
        elif state is State.DELIVERED:
            at = event.at or received_at
            delivered[message.id] = min(at, delivered.get(message.id, at))
    table = table_of(Message)
    climbed: dict[State, set[str]] = {}
    late: set[str] = set()
    for state in set(highest.values()):
        ids = [message_id for message_id, reached in highest.items() if reached is state]
        ours = update(table).where(table.c.id.in_(ids)).values(state=state).returning(table.c.id)
        if state is State.FAILED:
            late = set(db.scalars(ours.where(table.c.state == State.DELIVERED)))
        climbed[state] = set(
            db.scalars(ours.where(table.c.state.in_(below(min(state, State.DELIVERED, key=RUNGS.index)))))
        )
    _tally(db, events, climbed, late, failures)
    if failures:
        db.connection().execute(
            update(table)
            .where(table.c.id == bindparam("m"))
            .values(code=bindparam("c"), reason=bindparam("r")),
            [
                {"m": message_id, "c": event.code or str(event.kind), "r": event.reason}
                for message_id, event in failures.items()
            ],
        )
    if delivered:
        db.connection().execute(
            update(table)
            .where(table.c.id == bindparam("m"))
            .where(or_(table.c.delivered_at.is_(None), table.c.delivered_at > bindparam("d")))
            .values(delivered_at=bindparam("d")),
            [{"m": message_id, "d": at} for message_id, at in delivered.items()],
        )


def _tally(
    db: Session,
    events: Sequence[tuple[ProviderEvent, Message | None]],
    climbed: Mapping[State, Collection[str]],
    late: Collection[str],
    failures: Mapping[str, ProviderEvent],
) -> None:
    """Note for the brakes what this brought; `late` failed after they were delivered: they were reached before."""
    failed = climbed.get(State.FAILED, ())
    reached = {*climbed.get(State.DELIVERED, ()), *failed}
    bounced = {id_ for id_ in (*failed, *late) if _bounced(failures[id_])}
    messages = {message.id: message for _, message in events if message is not None}
    happened: list[tuple[Message, tallies.Kind]] = [(messages[id_], "reached") for id_ in reached]
    happened += [(messages[id_], "bounced") for id_ in bounced]
    happened += [(m, "complained") for event, m in events if m and event.kind is EventKind.COMPLAINED]
    tallies.note(db, happened)


def _bounced(event: ProviderEvent) -> bool:
    return event.kind is EventKind.BOUNCED or event.code in tallies.NOBODY


def _settle_request(
    db: Session, events: Sequence[tuple[ProviderEvent, Message | None]], received_at: datetime
) -> None:
    """One event of a SendGrid request proves that the whole request was accepted."""
    attempts = {
        message.attempt_id
        for _, message in events
        if message is not None and message.channel == Channel.EMAIL and message.attempt_id
    }
    if not attempts:
        return
    unsettled = (State.CALLING, State.UNKNOWN, State.UNCONFIRMED)
    settled = db.execute(
        update(table_of(Message))
        .where(col(Message.attempt_id).in_(attempts), col(Message.state).in_(unsettled))
        .values(state=State.ACCEPTED)
        .returning(col(Message.id))
    )
    if ids := list(settled.scalars()):
        outbox.withdraw_copies(db, ids)
        sends.note(db, batches.went_out(db, ids, received_at))
