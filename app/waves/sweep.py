"""What a running wave needs looked at again: steps that fell due, windows, brakes, a long sleep, the end."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlmodel import col

from app import runtime
from app.channels.base import Channel
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session, among, table_of
from app.journal.record import record
from app.messages import budget, outbox
from app.messages.ladder import OPEN
from app.messages.models import QUEUED, GroupState, Message, MessageGroup, State
from app.runtime import Runtime
from app.waves import batches, calendar, windows
from app.waves.definition import from_source
from app.waves.models import Wave, WaveState
from app.waves.steering import brakes, reasons, stale

PAGE = 1_000


def sweep(db: Session, rt: Runtime, wave_id: str, *, now: datetime) -> bool:
    """Look at one running wave; harmless to run twice. True when it was a thorough look: once a minute, for what
    costs a count of what people did, or a look at all that is queued."""
    wave = db.get(Wave, wave_id, with_for_update={"key_share": True}, populate_existing=True)
    if wave is None or wave.state != WaveState.RUNNING:
        return False
    group = db.get_one(MessageGroup, wave_id, populate_existing=True)
    why = _of_group(wave, group) or stale.overslept(db, wave, group, now)
    thoroughly = why is None and stale.keep_awake(db, wave, group, now)
    if why := why or brakes.look(db, wave, now=now, thoroughly=thoroughly):
        hold(db, wave, why, now)
        return False
    due = batches.next_due(db, wave)
    if due is not None:
        if due[0] <= now:
            runtime.ring_after_commit(db, "bulk", "app.waves.jobs.plan", wave_id)
    elif batches.is_over(wave, now):
        _finish(db, wave, now)
        return False
    return thoroughly


def _of_group(wave: Wave, group: MessageGroup) -> dict[str, Any] | None:
    """Why a sender held the group, if one did: the provider refused, or the budget is used up."""
    if group.state != GroupState.PAUSED:
        return None
    limit = from_source(wave.definition).budget
    if group.reason == budget.EMPTY and limit is not None:
        spent, most = str(group.spent), str(limit.amount)
        return {"code": "budget", "spent": spent, "budget": most, "currency": limit.currency}
    return {"code": "provider", "said": group.reason or "a provider refused"}


def hold(db: Session, wave: Wave, why: dict[str, Any], now: datetime) -> None:
    """Pause a wave by itself, for a reason that `reasons` knows to say, and tell those who look after it."""
    said = reasons.say("en", why)
    wave.state, wave.reason, wave.why = WaveState.PAUSED, said, why
    db.add(wave)
    outbox.set_group(db, wave.id, GroupState.PAUSED, said)
    record(db, at=now, actor="system", verb="wave.paused", subject=("wave", wave.id), reason=said)
    brakes.alert(db, wave, why, now)


def reopen_windows(db: Session, rt: Runtime, wave_id: str, *, now: datetime) -> bool:
    """Move the next page of what did not get out before its window closed to the contact's next window; False when
    that was all."""
    wave = db.get_one(Wave, wave_id)
    definition = from_source(wave.definition)
    # First by the index alone, which has all it takes to find none.
    closed = db.scalars(
        select(col(Message.id))
        .where(QUEUED, col(Message.channel).in_(list(Channel)), col(Message.group_id) == wave.id)
        # One that has closed has opened before: so far the index leads.
        .where(col(Message.not_before) <= now, col(Message.not_after) <= now)
        .limit(PAGE)
    ).all()
    late = db.execute(
        select(col(Message.id), col(Contact.time_zone), col(Contact.country))
        .join(Contact, col(Contact.id) == col(Message.contact_id))
        .where(among(db, col(Message.id), closed))
    ).all()
    by_hours: dict[tuple[str | None, str | None], list[str]] = {}
    for message_id, zone, country in late:
        by_hours.setdefault((zone, country if definition.skip_holidays else None), []).append(message_id)
    for (zone, country), ids in by_hours.items():
        opens, closes = windows.next_window(
            now,
            ZoneInfo(zone) if zone else rt.settings.zone,
            definition.opens,
            definition.closes,
            definition.days,
            calendar.holidays_of(country, now.year) if definition.skip_holidays else windows.NONE,
        )
        db.execute(
            update(table_of(Message))
            .where(among(db, col(Message.id), ids), QUEUED)
            .values(not_before=opens, not_after=closes)
        )
    return len(closed) == PAGE


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
