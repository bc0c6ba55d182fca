"""A repeated wave begins anew at its time: one edition after the other, each a wave of its own.

So does an automation whose people may enter again: a new edition takes in who comes, and the one before sees its
people through.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.db import Session
from app.errors import BadInput, Conflict
from app.journal.record import record
from app.runtime import Runtime
from app.waves import calendar, find, launch, sweep
from app.waves.definition import Definition, from_source
from app.waves.models import Wave, WaveState
from app.waves.steering import brakes

UNDER_WAY = (WaveState.RUNNING, WaveState.PAUSED)


def due(db: Session, now: datetime) -> Sequence[str]:
    """The first editions of waves whose next one is due; one that is still under way holds up the next, but that of
    an automation only while it is paused."""
    edition = aliased(Wave)
    of_it = or_(col(edition.id) == col(Wave.id), col(edition.parent_id) == col(Wave.id))
    editions = select(col(edition.id)).where(of_it)
    under_way = exists(editions.where(col(edition.state).in_(UNDER_WAY)))
    held = exists(editions.where(col(edition.state) == WaveState.PAUSED, col(edition.looked).is_not(None)))
    automation = col(Wave.definition)["trigger"].as_string().is_not(None)
    free = or_(~under_way, and_(automation, ~held))
    return db.scalars(select(col(Wave.id)).where(col(Wave.next_at) <= now, free)).all()


def begin(db: Session, rt: Runtime, first_id: str, *, now: datetime) -> Wave | None:
    """Launch the edition that is due; None when none is any more, or it cannot go out, of which somebody is told.

    However many went by meanwhile, one is launched. The row of the first is locked: nobody else launches it too.
    """
    first = db.get(Wave, first_id, with_for_update={"key_share": True}, populate_existing=True)
    if first is None or first.next_at is None or first.next_at > now:
        return None
    latest, number = _latest(db, first)
    automation = from_source(first.definition).trigger is not None
    if latest.state == WaveState.PAUSED or (latest.state == WaveState.RUNNING and not automation):
        return None
    if latest.state == WaveState.CANCELED:
        _end(db, first, by="system", now=now)
        return None
    due_at = _skip(db, rt, first, now)
    definition = _once(first.definition)
    try:
        with db.begin_nested():
            edition = launch.launch(db, rt, definition, by="system", now=now)
            edition.name = f"{first.name} ({number + 1})"
            edition.parent_id, edition.file_hash = first.id, first.file_hash
            if automation:
                _take_over(db, latest, edition)
            db.add(edition)
    except BadInput as error:
        brakes.alert(db, first, {"code": "edition_failed", "said": str(error)}, now)
        return None
    if not automation:  # nothing of this one is due yet
        _ask_if_late(db, edition, definition, max(due_at, latest.launched_at + definition.open_for), now)
    return edition


def _take_over(db: Session, latest: Wave, edition: Wave) -> None:
    """From now on people enter this edition; what they do is looked at from where the one before had come to."""
    db.refresh(latest, with_for_update={"key_share": True})
    edition.looked, latest.looked, edition.next_at = latest.looked, None, None
    db.add(latest)


def end(db: Session, wave_id: str, *, by: str, now: datetime) -> Wave:
    """Begin no more editions; the present one goes on, and nobody enters an automation any more. Any edition may be
    named; raises Conflict when none follows."""
    wave = find.get(db, wave_id)
    first = find.get(db, wave.parent_id or wave.id)
    db.refresh(first, with_for_update={"key_share": True})
    latest, _ = _latest(db, first)
    db.refresh(latest, with_for_update={"key_share": True})
    if first.next_at is None and latest.looked is None:
        raise Conflict("the wave is not repeated (any more)")
    latest.looked = None
    db.add(latest)
    _end(db, first, by=by, now=now)
    return first


def next_at(db: Session, wave: Wave) -> datetime | None:
    """When the next edition of this wave begins, at the earliest; None when no more does."""
    first = db.get_one(Wave, wave.parent_id or wave.id)
    if first.next_at is None or _latest(db, first)[0].state == WaveState.CANCELED:
        return None
    return first.next_at


def _ask_if_late(db: Session, edition: Wave, definition: Definition, due_at: datetime, now: datetime) -> None:
    """Somebody is to say whether an edition still goes out that could have begun long ago."""
    late = now - due_at
    if late > definition.stale_after:
        why = {"code": "stale", "step": definition.steps[0].name, "due": due_at.isoformat()}
        sweep.hold(db, edition, why | {"hours": round(late.total_seconds() / 3600)}, now)


def _end(db: Session, first: Wave, *, by: str, now: datetime) -> None:
    first.next_at = None
    db.add(first)
    record(db, at=now, actor=by, verb="wave.repeat_ended", subject=("wave", first.id))


def _skip(db: Session, rt: Runtime, first: Wave, now: datetime) -> datetime:
    """Set the time of the next edition and return that of the present one: the last that came."""
    assert first.next_at is not None
    due_at, missed = first.next_at, 0
    following = _following(rt, first, due_at, now)
    while following is not None and following <= now:
        due_at, missed = following, missed + 1
        following = _following(rt, first, due_at, now)
    first.next_at = following
    db.add(first)
    if missed:
        record(
            db, at=now, actor="system", verb="wave.editions_skipped", subject=("wave", first.id), count=missed
        )
    return due_at


def _following(rt: Runtime, first: Wave, due_at: datetime, now: datetime) -> datetime | None:
    """When the edition after the one of this time begins."""
    definition = from_source(first.definition)
    if definition.trigger and definition.trigger.again_after:
        return now + definition.trigger.again_after  # whoever enters this one may enter the next
    assert definition.repeat is not None
    return calendar.next_edition(definition.repeat, first.launched_at, due_at, rt.settings.zone)


def _latest(db: Session, first: Wave) -> tuple[Wave, int]:
    """The newest edition, and how many there were."""
    of_it = or_(col(Wave.id) == first.id, col(Wave.parent_id) == first.id)
    latest = db.scalars(select(Wave).where(of_it).order_by(col(Wave.id).desc()).limit(1)).one()
    return latest, db.execute(select(func.count()).select_from(Wave).where(of_it)).scalar_one()


def _once(source: Mapping[str, Any]) -> Definition:
    """The definition of one edition: as the first, and not repeated itself."""
    return from_source({key: value for key, value in source.items() if key != "repeat"})
