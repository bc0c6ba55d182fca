"""Graded opens and clicks on the timeline: written once, graded anew when more is known, and vouched for by what
their contact did next."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, text, true
from sqlmodel import Session

from app.db import among, insert_new, table_of
from app.engagement import dormancy
from app.engagement.evidence_rules import CLOCKS, GOES_ON, HUMAN_SIGNS, Judgement, went_on
from app.engagement.models import Grade, Interaction, Kind
from app.engagement.words import is_human

OURS = "riattiva"
"""The source of what was seen on our own pages."""
_table = table_of(Interaction)
# In literals, or SQLite would not see that the index of these serves.
_UNPROVEN = text("interactions.grade = 'unproven'")
_PAGE = 500


class Graded(NamedTuple):
    """One open or click with its grade; `new`: it may not stand on the timeline yet."""

    dedupe_key: str
    contact_id: str
    kind: Kind
    at: datetime
    source: str
    message_id: str
    judgement: Judgement
    new: bool


def write(db: Session, graded: Sequence[Graded]) -> set[str]:
    """Put the new ones on the timeline and correct the grades of those that stand there; what was taken from the
    timeline stays away. Returns the contacts for whom something that stood there became or ceased to be a sign of
    life."""
    rows = {one.dedupe_key: one for one in sorted(graded, key=lambda one: one.new)}
    known = _known(db, rows)
    missing = [one for key, one in rows.items() if one.new and key not in known]
    insert_new(db, Interaction, [_row(one) for one in missing])
    gained = {one.contact_id for one in missing if is_human(one.judgement.grade)}
    regraded = {row.contact_id for row in known.values() if _regrades(row, rows[row.dedupe_key].judgement)}
    changed = [
        _change(row.id, rows[row.dedupe_key].judgement)
        for row in sorted(known.values(), key=lambda row: int(row.id))
        if (row.grade, row.reasons) != rows[row.dedupe_key].judgement
    ]
    _update(db, changed)
    dormancy.recompute_for(db, gained - regraded, added=True)
    dormancy.recompute_for(db, regraded)
    return regraded


def signs(
    db: Session, contact_ids: Collection[str], since: datetime, until: datetime
) -> Mapping[str, Sequence[tuple[datetime, str]]]:
    """Contact -> (time, kind) of what shows a click of between these times to be theirs."""
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    if not contact_ids:
        return found
    columns = _table.c
    theirs = select(columns.contact_id, columns.at, columns.kind).where(
        among(db, columns.contact_id, contact_ids),
        columns.human == true(),
        columns.at.between(since - CLOCKS, until + GOES_ON),
        columns.kind.in_(HUMAN_SIGNS),
        # A visit that another tool tells of may be a scanner's.
        (columns.kind != Kind.PAGE_VIEW) | (columns.source == OURS),
    )
    for contact_id, at, kind in db.execute(theirs):
        found[contact_id].append((at, kind))
    return found


def vouch(db: Session, contact_ids: Collection[str]) -> None:
    """Signs of life of these contacts were written: a click not long before one of them was theirs.

    The caller recomputes their dormancy, as after any write.
    """
    columns = _table.c
    waiting = select(columns.id, columns.contact_id, columns.at, columns.reasons).where(
        _UNPROVEN, columns.kind == Kind.CLICK, among(db, columns.contact_id, contact_ids)
    )
    rows = db.execute(waiting.order_by(columns.id)).all() if contact_ids else ()
    if not rows:
        return
    times = [row.at for row in rows]
    found = signs(db, {row.contact_id for row in rows}, min(times), max(times))
    _update(
        db,
        [
            _change(row.id, Judgement(Grade.CLICK, (row.reasons or {}) | {"then": then}))
            for row in rows
            if (then := went_on(row.at, found[row.contact_id]))
        ],
    )


def _known(db: Session, keys: Collection[str]) -> dict[str, Any]:
    columns = _table.c
    names = (
        columns.id,
        columns.dedupe_key,
        columns.contact_id,
        columns.grade,
        columns.human,
        columns.reasons,
    )
    held = select(*names).where(among(db, columns.dedupe_key, keys))
    return {row.dedupe_key: row for row in db.execute(held)} if keys else {}


def _regrades(row: Any, judgement: Judgement) -> bool:
    """Whether it becomes or ceases to be a sign of life."""
    return bool(row.human) != is_human(judgement.grade)


def _row(one: Graded) -> dict[str, Any]:
    grade, reasons = one.judgement
    return {
        "contact_id": one.contact_id,
        "kind": one.kind,
        "grade": grade,
        "human": is_human(grade),
        "at": one.at,
        "amount": None,
        "currency": None,
        "detail": "",
        "source": one.source,
        "message_id": one.message_id,
        "dedupe_key": one.dedupe_key,
        "reasons": reasons,
    }


def _change(id_: int, judgement: Judgement) -> dict[str, Any]:
    grade, reasons = judgement
    return {"b_id": id_, "b_grade": grade, "b_human": is_human(grade), "b_reasons": reasons}


def _update(db: Session, changed: Sequence[dict[str, Any]]) -> None:
    columns = _table.c
    update = (
        _table.update()
        .where(columns.id == bindparam("b_id"))
        .values(grade=bindparam("b_grade"), human=bindparam("b_human"), reasons=bindparam("b_reasons"))
    )
    for start in range(0, len(changed), _PAGE):
        db.connection().execute(update, list(changed[start : start + _PAGE]))
