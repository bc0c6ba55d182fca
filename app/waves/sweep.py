"""What a running wave needs looked at again: steps that fell due, windows, brakes, the end."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlmodel import col

from app import runtime
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session, table_of
from app.journal.record import record
from app.messages import outbox
from app.messages.ladder import OPEN
from app.messages.models import GroupState, Message, MessageGroup, State
from app.runtime import Runtime
from app.waves import batches, find, rules
from app.waves.definition import from_source
from app.waves.models import Wave, WaveState

PAGE = 500


def sweep(db: Session, rt: Runtime, wave_id: str, *, now: datetime) -> None:
    """Look at one running wave; harmless to run twice."""
    wave = db.get(Wave, wave_id, with_for_update={"key_share": True}, populate_existing=True)
    if wave is None or wave.state != WaveState.RUNNING:
        return
    group = db.get_one(MessageGroup, wave_id)
    if group.state == GroupState.PAUSED:
        _pause(db, wave, group.reason or "a provider refused", now)
        return
    reason = _brake(db, wave)
    if reason:
        outbox.set_group(db, wave_id, GroupState.PAUSED, reason)
        _pause(db, wave, reason, now)
        return
    _reopen_windows(db, rt, wave, now)
    due = batches.step_due_at(wave)
    if due is not None:
        if due <= now:
            runtime.ring_after_commit(db, "bulk", "app.waves.jobs.plan", wave_id)
    elif now >= batches.over_at(wave):
        _finish(db, wave, now)


def _pause(db: Session, wave: Wave, reason: str, now: datetime) -> None:
    wave.state, wave.reason = WaveState.PAUSED, reason
    db.add(wave)
    record(db, at=now, actor="system", verb="wave.paused", subject=("wave", wave.id), reason=reason)


def _brake(db: Session, wave: Wave) -> str | None:
    brakes = from_source(wave.definition).brakes
    rates = find.rates(db, wave)
    return rules.braked(
        **rates,
        limits={
            "bounces": brakes.bounces,
            "complaints": brakes.complaints,
            "opt_outs": brakes.opt_outs,
            "minimum": brakes.minimum,
        },
    )


def _reopen_windows(db: Session, rt: Runtime, wave: Wave, now: datetime) -> None:
    """Move what did not get out before its window closed to the contact's next window."""
    definition = from_source(wave.definition)
    late = db.execute(
        select(col(Message.id), col(Contact.time_zone))
        .join(Contact, col(Contact.id) == col(Message.contact_id))
        .where(col(Message.group_id) == wave.id, col(Message.state) == State.QUEUED)
        .where(col(Message.not_after) <= now)
        .limit(PAGE)
    ).all()
    for message_id, zone in late:
        opens, closes = rules.next_window(
            now, ZoneInfo(zone or rt.settings.timezone), definition.opens, definition.closes
        )
        db.execute(
            update(table_of(Message))
            .where(col(Message.id) == message_id, col(Message.state) == State.QUEUED)
            .values(not_before=opens, not_after=closes)
        )


def _finish(db: Session, wave: Wave, now: datetime) -> None:
    outbox.withdraw(db, "the wave is over", group_id=wave.id)
    in_flight = db.execute(
        select(func.count())
        .select_from(Message)
        .where(col(Message.group_id) == wave.id, col(Message.state).in_((*OPEN, State.CALLING)))
    ).scalar_one()
    if in_flight:
        return
    walks.close(db, ConversationState.EXPIRED, now=now, group_id=wave.id)
    batches.let_go(db, wave.id)
    outbox.set_group(db, wave.id, GroupState.CLOSED)
    wave.state, wave.finished_at = WaveState.FINISHED, now
    db.add(wave)
    record(db, at=now, actor="system", verb="wave.finished", subject=("wave", wave.id))
