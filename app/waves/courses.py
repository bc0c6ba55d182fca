"""The course of each contact through an automation: by a clock of their own from step to step, and to its end."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlmodel import col

from app.conversations import walks
from app.conversations.models import Conversation, ConversationState
from app.db import Session, among, table_of
from app.messages import outbox
from app.runtime import Runtime
from app.waves.definition import Definition
from app.waves.models import Arm, Wave, WaveMember
from app.waves.planning import chosen as choosing
from app.waves.planning.chosen import PAGE
from app.waves.planning.planner import Chosen
from app.waves.planning.writing import write

STOPPED = "step_stopped"
_members = table_of(WaveMember)


def plan_page(db: Session, rt: Runtime, wave: Wave, definition: Definition, now: datetime) -> bool:
    """Plan what is due for the next page of members, or for those who had to wait; False when nothing (more) is."""
    due = _due(db, wave, now)
    if not due:
        waited = choosing.page(db, free(wave, now))
        _invite(db, rt, wave, definition, waited, now, late=True)
        return bool(waited)
    number = due[0].step
    here = [Chosen(row.contact_id, row.dormancy, row.variant) for row in due if row.step == number]
    if number >= len(definition.steps):
        _end(db, wave, [one.contact_id for one in here], now)
    elif number == 0:
        _invite(db, rt, wave, definition, here, now)
    else:
        _remind(db, rt, wave, definition, number, here, now)
    return True


def free(wave: Wave, now: datetime) -> Select[str, str]:
    """Those who wait, whose other conversation is over, and who still have time to answer."""
    return choosing.free(wave, now).where(col(WaveMember.due_at) > now)


def next_due(db: Session, wave: Wave) -> tuple[datetime, int] | None:
    """When the first clock of all strikes, and for which step; None when nobody is under way."""
    first = (
        select(_members.c.due_at, _members.c.step)
        .where(_members.c.wave_id == wave.id, _members.c.due_at.is_not(None))
        .order_by(_members.c.due_at)
        .limit(1)
    )
    row = db.execute(first).first()
    return None if row is None else (row.due_at, row.step)


def _due(db: Session, wave: Wave, now: datetime) -> Sequence[Any]:
    columns = (_members.c.contact_id, _members.c.dormancy, _members.c.variant, _members.c.step)
    statement = (
        select(*columns)
        .where(_members.c.wave_id == wave.id, _members.c.due_at <= now)
        .order_by(_members.c.due_at, _members.c.contact_id)
        .limit(PAGE)
    )
    return db.execute(statement).all()


def _invite(
    db: Session,
    rt: Runtime,
    wave: Wave,
    definition: Definition,
    chosen: Sequence[Chosen],
    now: datetime,
    *,
    late: bool = False,
) -> None:
    ids = [one.contact_id for one in chosen]
    if definition.steps[0].name in wave.stopped:
        _set(db, wave, ids, arm=Arm.EXCLUDED, reason=STOPPED, due_at=None)
        return
    page = write(db, rt, wave, definition, 0, chosen, now, late=late)
    arms: dict[str, list[str]] = {}
    for member in page.members:
        arms.setdefault(member["arm"], []).append(member["contact_id"])
    last, until = len(definition.steps), now + definition.open_for
    # The held out have the same time, so that both can be compared.
    _set(db, wave, arms.pop(Arm.TREATED, []), step=1, due_at=now + _gap(definition, 1))
    _set(db, wave, arms.pop(Arm.CONTROL, []), step=last, due_at=until)
    waiting = arms.pop(Arm.WAITING, [])
    if not late:
        _set(db, wave, waiting, step=last, due_at=now + definition.answers_until / 2)
    settled = {member["contact_id"] for member in page.members} - {
        id_ for ids in arms.values() for id_ in ids
    }
    _set(db, wave, set(ids) - settled, due_at=None)


def _remind(
    db: Session,
    rt: Runtime,
    wave: Wave,
    definition: Definition,
    number: int,
    chosen: Sequence[Chosen],
    now: datetime,
) -> None:
    ids = [one.contact_id for one in chosen]
    if definition.steps[number].name not in wave.stopped:
        silent = choosing.silent(wave).where(among(db, col(WaveMember.contact_id), ids))
        write(db, rt, wave, definition, number, choosing.page(db, silent), now)
    _set(db, wave, ids, step=number + 1, due_at=now + _gap(definition, number + 1))


def _end(db: Session, wave: Wave, ids: Sequence[str], now: datetime) -> None:
    """Their time for answers is over: what has not left is taken back."""
    talks = select(col(Conversation.id)).where(
        col(Conversation.group_id) == wave.id, among(db, col(Conversation.contact_id), ids)
    )
    theirs = db.scalars(talks).all()
    if theirs:
        outbox.withdraw(db, "the wave is over", conversations=theirs, group_id=wave.id)
        walks.close(db, ConversationState.EXPIRED, now=now, conversations=theirs)
    _set(db, wave, ids, due_at=None, ended_at=now)
    waited = among(db, _members.c.contact_id, ids) & (_members.c.arm == Arm.WAITING)
    db.execute(update(_members).where(_members.c.wave_id == wave.id, waited).values(arm=Arm.EXCLUDED))


def _gap(definition: Definition, number: int) -> timedelta:
    """From the step before to this one; beyond the last, to the end."""
    steps = definition.steps
    if number < len(steps):
        return steps[number].after - steps[number - 1].after
    return definition.open_for - steps[-1].after


def _set(db: Session, wave: Wave, ids: Collection[str], **values: Any) -> None:
    if ids:
        here = among(db, _members.c.contact_id, ids)
        db.execute(update(_members).where(_members.c.wave_id == wave.id, here).values(**values))
