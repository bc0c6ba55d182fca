"""Verdicts when two contacts prove to be one person, or part again: judged anew on the facts of both."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from app import runtime
from app.db import Session, table_of
from app.outcomes.decide import redecide
from app.outcomes.models import Outcome

_table = table_of(Outcome)


def rejoin(db: Session, gone: str, keep: str) -> dict[str, Any]:
    """`gone`'s verdicts become `keep`'s; of two for one wave the one that is made now counts."""
    rows = db.execute(select(_table).where(_table.c.contact_id.in_((gone, keep)))).all()
    mine = {row.wave_id for row in rows if row.contact_id == keep}
    facts: dict[str, Any] = {"moved": [], "taken": []}
    for row in rows:
        if row.contact_id != gone:
            continue
        here = (_table.c.wave_id == row.wave_id, _table.c.contact_id == gone)
        if row.wave_id in mine:
            db.execute(delete(_table).where(*here))
            facts["taken"].append(row._asdict() | {"decided_at": row.decided_at.isoformat()})
        else:
            db.execute(update(_table).where(*here).values(contact_id=keep))
            facts["moved"].append(row.wave_id)
    redecide(db, keep, now=runtime.now())
    return facts


def part(db: Session, gone: str, keep: str, facts: dict[str, Any]) -> None:
    for wave_id in facts["moved"]:
        here = update(_table).where(_table.c.wave_id == wave_id, _table.c.contact_id == keep)
        db.execute(here.values(contact_id=gone))
    for row in facts["taken"]:
        decided = row | {"decided_at": datetime.fromisoformat(row["decided_at"])}
        db.execute(_table.insert().values(**decided))
    for contact_id in (gone, keep):
        redecide(db, contact_id, now=runtime.now())
