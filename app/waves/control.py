"""Holding, letting go on, and taking back a wave that is under way."""

from datetime import datetime

from app import runtime
from app.channels.base import Channel
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session
from app.errors import Conflict
from app.journal.record import record
from app.messages import outbox
from app.messages.models import GroupState
from app.waves import batches, find
from app.waves.models import Wave, WaveState


def pause(db: Session, wave_id: str, *, by: str, reason: str, now: datetime) -> Wave:
    """Hold everything not yet called; resume lets it go on where it was."""
    wave = _change(db, wave_id, (WaveState.RUNNING,), WaveState.PAUSED)
    wave.reason = reason
    outbox.set_group(db, wave_id, GroupState.PAUSED, reason)
    record(db, at=now, actor=by, verb="wave.paused", subject=("wave", wave_id), reason=reason)
    return wave


def resume(db: Session, wave_id: str, *, by: str, now: datetime) -> Wave:
    """Go on; nobody who was written to is written to again. A brake that still holds will pause it again."""
    wave = _change(db, wave_id, (WaveState.PAUSED,), WaveState.RUNNING)
    wave.reason = None
    outbox.set_group(db, wave_id, GroupState.OPEN)
    record(db, at=now, actor=by, verb="wave.resumed", subject=("wave", wave_id))
    runtime.ring_after_commit(db, "bulk", "app.waves.jobs.plan", wave_id)
    for channel in Channel:
        outbox.ring(db, channel)
    return wave


def cancel(db: Session, wave_id: str, *, by: str, now: datetime) -> Wave:
    """Take back whatever has not left, for good; conversations under way may be finished."""
    wave = _change(db, wave_id, (WaveState.RUNNING, WaveState.PAUSED), WaveState.CANCELED)
    wave.finished_at = now
    outbox.withdraw(db, "wave canceled", group_id=wave_id)
    outbox.set_group(db, wave_id, GroupState.CLOSED)
    # Or nobody of them could be asked again: an expired conversation still takes an answer.
    walks.close(db, ConversationState.EXPIRED, now=now, group_id=wave_id)
    batches.let_go(db, wave_id)
    record(db, at=now, actor=by, verb="wave.canceled", subject=("wave", wave_id))
    return wave


def _change(db: Session, wave_id: str, allowed: tuple[WaveState, ...], state: WaveState) -> Wave:
    wave = find.get(db, wave_id)
    db.refresh(wave, with_for_update={"key_share": True})
    if wave.state not in allowed:
        raise Conflict(f"the wave is {wave.state}: it cannot become {state}")
    wave.state = state
    db.add(wave)
    return wave
