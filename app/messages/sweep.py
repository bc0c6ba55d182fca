"""What must be looked at again: leases that ran out, unknowns to settle, messages that became too old."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, text, update
from sqlmodel import col

from app import runtime
from app.channels.base import Channel, ChannelError
from app.db import IdType, Session, among, database_now, table_of
from app.messages import batches, caps, due, outbox, tallies
from app.messages.models import IN_FLIGHT, QUEUED, Attempt, Message, State

log = logging.getLogger(__name__)

UNCONFIRMED_AFTER = timedelta(hours=24)
LOOK_UP_AFTER = timedelta(seconds=30)
PAGE = 50
SUPPRESSED = 2_000
_SUPPRESSED = text(
    # From the suppressions: they are fewer than what is queued, and SQLite keeps to the order of a CROSS JOIN.
    "SELECT messages.id AS id FROM suppressions CROSS JOIN messages "
    "WHERE suppressions.lifted_at IS NULL AND messages.channel = suppressions.channel "
    "AND messages.address_hash = suppressions.address_hash AND messages.state = 'queued' LIMIT :most"
).columns(id=IdType)


def sweep(db: Session, *, now: datetime) -> None:
    """Mend what a killed process left behind; harmless to run twice."""
    table = table_of(Message)
    lapsed = exists(
        select(col(Attempt.id)).where(
            col(Attempt.id) == table.c.attempt_id, col(Attempt.leased_until) < database_now(db)
        )
    )
    # No byte has left: they may be claimed again.
    db.execute(
        update(table)
        .where(IN_FLIGHT, table.c.state == State.CLAIMED, lapsed)
        .values(state=State.QUEUED, attempt_id=None)
    )
    # They may have left: only the provider can tell.
    db.execute(
        update(table)
        .where(IN_FLIGHT, table.c.state == State.CALLING, lapsed)
        .values(state=State.UNKNOWN, reason="the sender died during the call")
    )
    db.execute(
        update(table)
        .where(IN_FLIGHT, table.c.state == State.UNKNOWN, table.c.called_at < now - UNCONFIRMED_AFTER)
        .values(state=State.UNCONFIRMED)
    )
    # A message of a group is moved to its next window by the room that planned it.
    db.execute(
        update(table)
        .where(QUEUED, table.c.channel.in_(list(Channel)), table.c.group_id.is_(None))
        .where(table.c.not_after <= now)
        .values(state=State.EXPIRED, reason="too late to send")
    )
    _withdraw_suppressed(db)
    caps.forget(db, now)
    while tallies.add_up(db):
        pass
    for channel in Channel:
        if _anything_due(db, channel, now):
            outbox.ring(db, channel)


def look_up() -> int:
    """Ask Twilio about unknown texts; it may confirm that one was accepted, never deny it. Returns how many."""
    rt = runtime.current()
    if rt.sms is None:
        return 0
    with runtime.reading() as db:
        unknown = db.scalars(
            select(Message)
            .where(IN_FLIGHT, col(Message.channel) == Channel.SMS, col(Message.state) == State.UNKNOWN)
            .where(col(Message.called_at) < rt.now() - LOOK_UP_AFTER)
            # Those that Twilio will never confirm must not hide the others behind them for a day.
            .order_by(func.random())
            .limit(PAGE)
        ).all()
    confirmed: dict[str, str] = {}
    for message in unknown:
        if message.called_at is None:
            continue
        try:
            found = rt.sms.find(message.address, message.called_at - timedelta(seconds=5))
        except ChannelError as error:
            log.warning("unknown texts are looked up again later: %s", error)
            break
        if same := [sent.sid for sent in found if sent.body == message.text]:
            confirmed[message.id] = same[-1]
    if confirmed:
        with runtime.session() as db:
            batches.accepted(db, confirmed, now=rt.now())
    return len(confirmed)


def _anything_due(db: Session, channel: Channel, now: datetime) -> bool:
    waiting = due.answers(db, channel, most=1, now=now)
    return bool(waiting) or next(due.lots(db, channel, most=1, now=now), None) is not None


def _withdraw_suppressed(db: Session) -> None:
    """Take back what is queued to addresses that were suppressed by whoever knew of no message."""
    if ids := list(db.scalars(_SUPPRESSED, {"most": SUPPRESSED})):
        ours = update(table_of(Message)).where(among(db, table_of(Message).c.id, ids), QUEUED)
        db.execute(ours.where(due.suppressed_address()).values(state=State.WITHDRAWN, reason="suppressed"))
