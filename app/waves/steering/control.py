"""Holding, letting go on, and taking back a wave that is under way."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from app import runtime
from app.channels.base import Channel
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session
from app.errors import BadInput, Conflict
from app.journal.record import record
from app.messages import outbox, tallies
from app.messages.models import GroupState, MessageGroup
from app.waves import batches, costs, find
from app.waves.definition import Definition, from_source
from app.waves.models import Wave, WaveState

PACE = ("per_second", "per_hour", "per_day", "domain_per_hour")


def pause(db: Session, wave_id: str, *, by: str, reason: str, now: datetime) -> Wave:
    """Hold everything not yet called; resume lets it go on where it was."""
    wave = _change(db, wave_id, (WaveState.RUNNING,), WaveState.PAUSED)
    wave.reason = reason
    outbox.set_group(db, wave_id, GroupState.PAUSED, reason)
    record(db, at=now, actor=by, verb="wave.paused", subject=("wave", wave_id), reason=reason)
    for other in _beside(db, wave, WaveState.RUNNING):
        pause(db, other, by=by, reason=reason, now=now)
    return wave


def resume(db: Session, wave_id: str, *, by: str, now: datetime) -> Wave:
    """Go on; nobody who was written to is written to again, what was due meanwhile leaves now, and brakes look at
    what happens from here on."""
    wave = _change(db, wave_id, (WaveState.PAUSED,), WaveState.RUNNING)
    wave.reason, wave.why, wave.resumed_at = None, None, now
    group = db.get_one(MessageGroup, wave_id, populate_existing=True)
    group.state, group.reason, group.awake_until = GroupState.OPEN, None, None
    db.add(group)
    tallies.start_over(db, wave_id)
    record(db, at=now, actor=by, verb="wave.resumed", subject=("wave", wave_id))
    _ring(db, wave_id)
    for other in _beside(db, wave, WaveState.PAUSED):
        resume(db, other, by=by, now=now)
    return wave


def resume_domain(db: Session, wave_id: str, domain: str, *, by: str, now: datetime) -> None:
    """Write to this email domain again; its brake looks at what happens from here on."""
    find.get(db, wave_id)
    if domain not in [tally.domain for tally in tallies.held(db, wave_id)]:
        raise Conflict(f"{domain} is not held")
    tallies.start_over(db, wave_id, domain)
    record(db, at=now, actor=by, verb="wave.domain_resumed", subject=("wave", wave_id), domain=domain)
    outbox.ring(db, Channel.EMAIL)


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
    for other in _beside(db, wave, WaveState.RUNNING, WaveState.PAUSED):
        cancel(db, other, by=by, now=now)
    return wave


def set_pace(
    db: Session, wave_id: str, given: Mapping[str, int | Decimal | None], *, by: str, now: datetime
) -> Wave:
    """Change what is given of per_second, per_hour, per_day, domain_per_hour (messages) and budget (in the currency
    its texts are counted in, from the first one on); None is no limit. It counts from the next batch on."""
    wave = find.get(db, wave_id)
    db.refresh(wave, with_for_update={"key_share": True})
    if wave.state not in (WaveState.RUNNING, WaveState.PAUSED):
        raise Conflict(f"the wave is {wave.state}: it has no pace any more")
    source = dict(wave.definition)
    if "budget" in given:
        source["budget"] = _budget(db, wave, given["budget"])
    limits = {name: value for name, value in given.items() if name in PACE}
    pace = {**source.get("pace", {}), **limits}
    source["pace"] = {name: value for name, value in pace.items() if value is not None}
    wave.definition = {name: value for name, value in source.items() if value is not None}
    db.add(wave)
    _apply(db, wave_id, from_source(wave.definition))
    changed = {name: None if value is None else str(value) for name, value in given.items()}
    record(db, at=now, actor=by, verb="wave.paced", subject=("wave", wave_id), **changed)
    for channel in Channel:
        outbox.ring(db, channel)
    return wave


def take_up(db: Session, wave_id: str, definition: Definition, data_dir: Path) -> None:
    """Give the group of a wave that is being launched its pace, its budget and the prices it is counted by."""
    _apply(db, wave_id, definition)
    numbers = range(len(definition.steps))
    if any(Channel.SMS in step.channels for number in numbers for step in definition.as_sent(number)):
        currency = definition.budget.currency if definition.budget else None
        group = db.get_one(MessageGroup, wave_id)
        group.prices = costs.prices(data_dir, currency).plain()
        db.add(group)


def stop_step(db: Session, wave_id: str, step: str, *, by: str, now: datetime) -> int:
    """Take back what this step has not sent yet, and plan no more of it; the other steps go on. Returns how many
    messages were taken back."""
    wave = find.get(db, wave_id)
    db.refresh(wave, with_for_update={"key_share": True})
    names = [one.name for one in from_source(wave.definition).steps]
    if step not in names:
        raise BadInput(f"the wave has no step {step!r}", mend=f"Its steps: {', '.join(names)}.")
    if wave.state not in (WaveState.RUNNING, WaveState.PAUSED):
        raise Conflict(f"the wave is {wave.state}: there is nothing left to stop")
    if step not in wave.stopped:
        wave.stopped = [*wave.stopped, step]
        db.add(wave)
        record(db, at=now, actor=by, verb="wave.step_stopped", subject=("wave", wave_id), step=step)
    return outbox.withdraw(db, "step_stopped", group_id=wave_id, step=step)


def _apply(db: Session, wave_id: str, definition: Definition) -> None:
    group = db.get_one(MessageGroup, wave_id, with_for_update={"key_share": True}, populate_existing=True)
    for name in PACE:
        setattr(group, name, getattr(definition.pace, name))
    group.budget = definition.budget.amount if definition.budget else None
    db.add(group)


def _budget(db: Session, wave: Wave, amount: int | Decimal | None) -> dict[str, str] | None:
    if amount is None:
        return None
    currency = currency_of(db, wave)
    if currency is None:
        raise BadInput(
            "the wave sends no texts, or the prices they are counted by have changed since",
            mend="Pace it instead.",
        )
    return {"amount": str(amount), "currency": currency}


def currency_of(db: Session, wave: Wave) -> str | None:
    """In which currency the texts of a wave are counted; None of a wave without, or when it cannot be told any
    more."""
    if budget := wave.definition.get("budget"):
        return str(budget["currency"])
    group = db.get_one(MessageGroup, wave.id)
    return costs.currency_of(runtime.current().settings.data_dir, group.prices) if group.prices else None


def _beside(db: Session, wave: Wave, *states: WaveState) -> list[str]:
    """The other editions of an automation that are in one of these states: it is held and let go as a whole."""
    if "trigger" not in wave.definition:
        return []
    db.flush()
    others = [find.get(db, one) for one in find.editions(db, wave) if one != wave.id]
    return [other.id for other in others if other.state in states]


def _ring(db: Session, wave_id: str) -> None:
    runtime.ring_after_commit(db, "bulk", "app.waves.jobs.plan", wave_id)
    for channel in Channel:
        outbox.ring(db, channel)


def _change(db: Session, wave_id: str, allowed: tuple[WaveState, ...], state: WaveState) -> Wave:
    wave = find.get(db, wave_id)
    db.refresh(wave, with_for_update={"key_share": True})
    if wave.state not in allowed:
        raise Conflict(f"the wave is {wave.state}: it cannot become {state}")
    wave.state = state
    db.add(wave)
    return wave
