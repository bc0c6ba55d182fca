"""Membership of waves when two contacts prove to be one person, or part again: who was written to was treated."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from app.db import Session, table_of
from app.messages import rejoin as messages
from app.messages.ladder import SAID
from app.messages.models import Message
from app.waves.models import Arm, WaveMember

_table, _messages = table_of(WaveMember), table_of(Message)
_STRONGEST = (Arm.CONTROL, Arm.TREATED, Arm.WAITING, Arm.ENTERED, Arm.EXCLUDED)
_WRITTEN_TO = (Arm.TREATED, Arm.CONTROL, Arm.WAITING, Arm.ENTERED, Arm.EXCLUDED)
_TIMES = ("entered_at", "due_at", "ended_at")


def rejoin(db: Session, gone: str, keep: str) -> dict[str, Any]:
    """`gone`'s waves become `keep`'s. Of two memberships of one wave the stronger arm holds: somebody who may have
    got a message was treated; as long as nothing has left, a control stays one and is written to no more."""
    rows = db.execute(select(_table).where(_table.c.contact_id.in_((gone, keep)))).all()
    mine = {row.wave_id: row for row in rows if row.contact_id == keep}
    written = _written(db, (gone, keep))
    facts: dict[str, Any] = {"moved": [], "joined": [], "withdrawn": []}
    for row in rows:
        if row.contact_id != gone:
            continue
        here = (_table.c.wave_id == row.wave_id, _table.c.contact_id == gone)
        if row.wave_id not in mine:
            db.execute(update(_table).where(*here).values(contact_id=keep))
            facts["moved"].append(row.wave_id)
            continue
        kept = mine[row.wave_id]
        facts["joined"].append({"gone": _told(row), "keep": _told(kept)})
        db.execute(delete(_table).where(*here))
        arms = _WRITTEN_TO if row.wave_id in written else _STRONGEST
        stronger = min(kept, row, key=lambda one: arms.index(Arm(one.arm)))
        if stronger is row:
            _become(db, row._asdict() | {"contact_id": keep})
        if stronger.arm == Arm.CONTROL:
            theirs = (_messages.c.contact_id == keep) & (_messages.c.group_id == row.wave_id)
            facts["withdrawn"] += messages.withdraw(db, theirs)
    return facts


def part(db: Session, gone: str, keep: str, facts: dict[str, Any]) -> None:
    for wave_id in facts["moved"]:
        here = update(_table).where(_table.c.wave_id == wave_id, _table.c.contact_id == keep)
        db.execute(here.values(contact_id=gone))
    for both in facts["joined"]:
        db.execute(_table.insert().values(**_read(both["gone"])))
        _become(db, _read(both["keep"]))
    messages.requeue(db, facts["withdrawn"])


def controls(db: Session, contact_ids: tuple[str, str]) -> set[str]:
    """Which of these were held out of a wave: who is a control is told by the id, and should remain one."""
    held = select(_table.c.contact_id).where(
        _table.c.contact_id.in_(contact_ids), _table.c.arm == Arm.CONTROL
    )
    return set(db.execute(held).scalars())


def _written(db: Session, contact_ids: tuple[str, str]) -> set[str]:
    """The waves of which one of these has a message, or may have."""
    theirs = select(_messages.c.group_id).where(
        _messages.c.contact_id.in_(contact_ids), _messages.c.state.in_(SAID)
    )
    return set(db.execute(theirs).scalars())


def _told(row: Any) -> dict[str, Any]:
    """A membership as plain JSON."""
    told: dict[str, Any] = row._asdict()
    return told | {name: told[name].isoformat() for name in _TIMES if told[name]}


def _read(told: dict[str, Any]) -> dict[str, Any]:
    return told | {name: datetime.fromisoformat(told[name]) for name in _TIMES if told.get(name)}


def _become(db: Session, row: dict[str, Any]) -> None:
    here = (_table.c.wave_id == row["wave_id"], _table.c.contact_id == row["contact_id"])
    db.execute(update(_table).where(*here).values(**row))
