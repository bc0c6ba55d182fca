"""Planning one page of one step: members, conversations and messages in one transaction, with the cursor."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, false
from sqlmodel import col

from app.db import Seen, Session, is_sqlite, table_of, watching
from app.messages.models import MessageGroup
from app.runtime import Runtime
from app.waves import courses
from app.waves.definition import Definition, from_source
from app.waves.models import Arm, Wave, WaveMember, WaveState
from app.waves.planning import chosen as choosing
from app.waves.planning.chosen import PAGE
from app.waves.planning.planner import Page
from app.waves.planning.writing import draft, keep, make_ready, write


class Drafted(NamedTuple):
    """The next page of a step, planned and not written yet."""

    page: Page
    cursor: str | None
    """Behind whom the page after it begins; None: there is none."""


class Foreseen(NamedTuple):
    """A page that was drafted from a snapshot, and what it was drafted from."""

    drafted: Drafted
    seen: Seen


def foresee(db: Session, rt: Runtime, wave_id: str, *, now: datetime) -> Foreseen | None:
    """Draft the next page of the step that is due without holding up anybody, for `plan_page` to write; None where
    something else is to be done first.

    For SQLite, where whoever plans in the transaction that writes keeps the sender and the providers' door waiting.
    """
    if not is_sqlite(db):
        return None
    with watching(db) as seen:
        wave = db.get(Wave, wave_id)
        if wave is None or wave.state != WaveState.RUNNING:
            return None
        definition = from_source(wave.definition)
        if definition.trigger or not _is_due(wave, definition, now):
            return None
        drafted = _draft(db, rt, wave, definition, now)
    make_ready(db, drafted.page)
    return Foreseen(drafted, seen)


def plan_page(
    db: Session, rt: Runtime, wave_id: str, *, now: datetime, foreseen: Foreseen | None = None
) -> bool:
    """Plan the next page of the step that is due, or of those who had to wait for their invitation; False when
    nothing (more) is due now.

    The wave's row is locked, so two planners cannot plan the same page. A page that was `foreseen` is written as
    it is when all that it was drafted from still stands, else it is planned anew.
    """
    wave = db.get(Wave, wave_id, with_for_update={"key_share": True}, populate_existing=True)
    if wave is None or wave.state != WaveState.RUNNING:
        return False
    group = db.get_one(MessageGroup, wave_id, populate_existing=True)
    if group.awake_until is not None and group.awake_until <= now:
        return False  # nobody looked for long: the sweep asks first
    definition = from_source(wave.definition)
    if definition.trigger:
        return courses.plan_page(db, rt, wave, definition, now)
    if not _is_due(wave, definition, now):
        if definition.steps[0].name in wave.stopped:
            return False
        free = choosing.page(db, _free(wave, definition, now))
        write(db, rt, wave, definition, 0, free, now, late=True)
        return bool(free)
    if foreseen is not None and foreseen.seen.stands(db):
        page, cursor = foreseen.drafted
    else:
        page, cursor = _draft(db, rt, wave, definition, now)
    keep(db, page, now)
    wave.step, wave.cursor = (wave.step, cursor) if cursor else (wave.step + 1, None)
    db.add(wave)
    return True


def _draft(db: Session, rt: Runtime, wave: Wave, definition: Definition, now: datetime) -> Drafted:
    if definition.steps[wave.step].name in wave.stopped:
        return Drafted(Page(), None)
    if wave.step == 0:
        chosen = choosing.of_segment(db, wave, definition)
    else:
        chosen = choosing.silent_members(db, wave, definition, now)
    page = draft(db, rt, wave, definition, wave.step, chosen, now)
    return Drafted(page, chosen[-1].contact_id if len(chosen) == PAGE else None)


def _is_due(wave: Wave, definition: Definition, now: datetime) -> bool:
    due = _step_due_at(wave, definition)
    return due is not None and due <= now


def somebody_is_free(db: Session, wave_id: str, now: datetime) -> bool:
    """Whether the conversation that somebody had to wait for is over."""
    wave = db.get_one(Wave, wave_id)
    return db.execute(_free(wave, from_source(wave.definition), now).limit(1)).first() is not None


def _free(wave: Wave, definition: Definition, now: datetime) -> Select[str, str]:
    """Those who wait and whose other conversation is over, while there is time to answer."""
    if definition.trigger:
        return courses.free(wave, now)
    waiting = choosing.free(wave, now)
    return waiting if now < last_call_at(wave) else waiting.where(false())


def next_due(db: Session, wave: Wave) -> tuple[datetime, int] | None:
    """When the next step is to be planned, for whomever, and its number; None when no more is."""
    definition = from_source(wave.definition)
    if definition.trigger:
        return courses.next_due(db, wave)
    due = _step_due_at(wave, definition)
    return None if due is None else (due, wave.step)


def step_due_at(wave: Wave) -> datetime | None:
    """When the next step of a wave with one clock is to be planned; None after the last."""
    return _step_due_at(wave, from_source(wave.definition))


def _step_due_at(wave: Wave, definition: Definition) -> datetime | None:
    if wave.step >= len(definition.steps):
        return None
    return wave.launched_at + definition.steps[wave.step].after


def is_over(wave: Wave, now: datetime) -> bool:
    """Whether, once no step is due any more, answers count for it no longer."""
    if from_source(wave.definition).trigger:
        return wave.looked is None
    return now >= over_at(wave)


def over_at(wave: Wave) -> datetime:
    """When answers stop counting for a wave with one clock."""
    return wave.launched_at + from_source(wave.definition).open_for


def last_call_at(wave: Wave) -> datetime:
    """Until when somebody who had to wait may still be invited: half of the time for answers is left then."""
    return over_at(wave) - from_source(wave.definition).answers_until / 2


def let_go(db: Session, wave_id: str) -> None:
    """Who still waits when the wave is over was left out of it, and nobody's clock goes on."""
    member = table_of(WaveMember)
    of_it = member.c.wave_id == wave_id
    waiting = member.update().where(of_it, member.c.arm.in_((Arm.WAITING, Arm.ENTERED)))
    db.execute(waiting.values(arm=Arm.EXCLUDED))
    db.execute(member.update().where(of_it, col(WaveMember.due_at).is_not(None)).values(due_at=None))
