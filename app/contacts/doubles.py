"""Contacts who may be one person: found block by block, kept once per pair, decided by proof or by a person."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select
from sqlmodel import col

from app.contacts import doubles_blocks
from app.contacts.doubles_likeness import PROPOSED_SCORE, Verdict, compare
from app.contacts.models import (
    Contact,
    ContactBlock,
    ContactImport,
    ContactLook,
    Double,
    DoubleState,
    ImportState,
)
from app.db import Session, new_id, table_of, upsert
from app.errors import Conflict, NotFound
from app.journal import record as journal

PAGE = 500
_doubles, _looks, _contacts = table_of(Double), table_of(ContactLook), table_of(Contact)
_UNDER_WAY = (ImportState.WAITING, ImportState.RUNNING, ImportState.INTERRUPTED)


def waiting(db: Session, after: str | None = None, limit: int = PAGE) -> Sequence[str]:
    """Ids of the contacts that are new or changed since they were last compared, past `after`, in their order.

    Those of an import under way wait for its end: its later pages may change them again at the same time.
    """
    running = select(col(ContactImport.started_at)).where(col(ContactImport.state).in_(_UNDER_WAY))
    stale = or_(_looks.c.version_at.is_(None), _looks.c.version_at < _contacts.c.updated_at)
    found = (
        select(_contacts.c.id)
        .outerjoin(_looks, _looks.c.contact_id == _contacts.c.id)
        .where(stale, _contacts.c.updated_at.not_in(running))
    )
    if after:
        found = found.where(_contacts.c.id > after)
    return db.execute(found.order_by(_contacts.c.id).limit(limit)).scalars().all()


def find(db: Session, contact_ids: Sequence[str], *, now: datetime) -> dict[str, int]:
    """Compare these contacts (a page of them) with all who are roughly alike; running it again changes nothing.

    Proofs are kept as `certain` (the dossier carries them out), doubts as `open`; a rejected pair stays so.
    Returns how many pairs were `compared`, `certain` and `doubtful`.
    """
    looks, versions = doubles_blocks.load(db, contact_ids)
    blocks = doubles_blocks.refresh(db, list(looks.values()), versions)
    pairs, namesakes = doubles_blocks.pairs(db, looks, blocks)
    pairs |= _open_pairs(db, looks)
    pairs -= _among(db, pairs, still_open=False)
    others = {id_ for pair in pairs for id_ in pair} - set(looks)
    known = looks | doubles_blocks.load(db, sorted(others))[0]
    found: list[tuple[str, str, Verdict]] = []
    unlike: list[tuple[str, str]] = []
    for one, other in sorted(pairs):
        if one not in known or other not in known:
            unlike.append((one, other))
            continue
        same_name = max(namesakes.get(one, 0), namesakes.get(other, 0))
        verdict = compare(known[one], known[other], namesakes=same_name)
        if verdict.certain or verdict.score >= PROPOSED_SCORE:
            found.append((one, other, verdict))
        else:
            unlike.append((one, other))
    _keep(db, found, now)
    _drop(db, unlike)
    certain = sum(verdict.certain for _, _, verdict in found)
    return {"compared": len(pairs), "certain": certain, "doubtful": len(found) - certain}


def note_certain(
    db: Session, pairs: Sequence[tuple[str, str]], reasons: Sequence[Sequence[str]], at: datetime
) -> None:
    """What proves these pairs of contact ids to be one person each was seen (by an import): merge them.

    `reasons`: [code, value of the one, value of the other], the same for all. A pair that a person rejected
    stays two.
    """
    verdict = Verdict(0.99, True, [list(reason) for reason in reasons])
    _keep(db, [(min(pair), max(pair), verdict) for pair in pairs if pair[0] != pair[1]], at)


def listed(
    db: Session,
    state: DoubleState = DoubleState.OPEN,
    *,
    after: tuple[float, str] | None = None,
    limit: int = 50,
) -> Sequence[Double]:
    """Pairs in this state, the surest first; `after` is (score, id) of the last one of the page before."""
    found = select(Double).where(col(Double.state) == state)
    if after:
        score, id_ = after
        found = found.where(
            or_(col(Double.score) < score, and_(col(Double.score) == score, col(Double.id) > id_))
        )
    return db.scalars(found.order_by(col(Double.score).desc(), col(Double.id)).limit(limit)).all()


def count(db: Session) -> dict[str, int]:
    """State -> how many pairs."""
    held = db.execute(select(_doubles.c.state, func.count()).group_by(_doubles.c.state))
    return {str(state): 0 for state in DoubleState} | dict(held.all())


def get(db: Session, double_id: str) -> Double:
    """The pair, locked; raises NotFound."""
    held = db.get(Double, as_id(double_id), with_for_update=True)
    if held is None:
        raise NotFound(f"there is no pair {double_id}")
    return held


def as_id(text: str) -> str:
    """An id somebody typed, as it is stored; raises NotFound for what can be none."""
    try:
        return str(UUID(text))
    except ValueError as error:
        raise NotFound(f"{text!r} is no id") from error


def reject(db: Session, double_id: str, *, by: str, now: datetime) -> None:
    """They are two people; raises Conflict when they were merged meanwhile."""
    held = get(db, double_id)
    if held.state == DoubleState.MERGED:
        raise Conflict("these two were merged: undo that first")
    decide(db, held, DoubleState.REJECTED, by=by, now=now)
    journal.record(
        db, at=now, actor=by, verb="double.rejected", subject=("contact", held.one), other=held.other
    )


def decide(db: Session, double: Double, state: DoubleState, *, by: str, now: datetime) -> None:
    double.state, double.decided_at, double.decided_by = state, now, by
    db.add(double)
    db.flush()


def forget(db: Session, contact_id: str) -> None:
    """Nothing is kept of how a contact compares: neither likenesses nor pairs. For erasure and for merges."""
    db.execute(delete(_doubles).where(or_(_doubles.c.one == contact_id, _doubles.c.other == contact_id)))
    unlook(db, contact_id)


def unlook(db: Session, contact_id: str) -> None:
    """Have a contact compared anew, or, when it is no more, with nobody."""
    held = db.execute(select(_looks.c.blocks).where(_looks.c.contact_id == contact_id)).scalar_one_or_none()
    table = table_of(ContactBlock)
    db.execute(delete(table).where(table.c.block.in_(held or ()), table.c.contact_id == contact_id))
    db.execute(delete(_looks).where(_looks.c.contact_id == contact_id))


def of_contact(db: Session, contact_id: str) -> list[dict[str, Any]]:
    """The rows of the pairs a contact is part of."""
    held = db.execute(
        select(_doubles).where(or_(_doubles.c.one == contact_id, _doubles.c.other == contact_id))
    )
    return [dict(row._mapping) for row in held]


def _open_pairs(db: Session, ids: Collection[str]) -> set[tuple[str, str]]:
    held = select(_doubles.c.one, _doubles.c.other).where(
        _doubles.c.state == DoubleState.OPEN, or_(_doubles.c.one.in_(ids), _doubles.c.other.in_(ids))
    )
    return {(one, other) for one, other in db.execute(held)} if ids else set()


def _among(db: Session, pairs: Collection[tuple[str, str]], *, still_open: bool) -> set[tuple[str, str]]:
    """Those of the pairs that still wait for a person, or those on which there is a decision or an order."""
    ones = sorted({one for one, _ in pairs})
    matches = _doubles.c.state == DoubleState.OPEN
    found: set[tuple[str, str]] = set()
    for start in range(0, len(ones), PAGE):
        held = select(_doubles.c.one, _doubles.c.other).where(
            _doubles.c.one.in_(ones[start : start + PAGE]), matches if still_open else ~matches
        )
        found |= {(one, other) for one, other in db.execute(held)}
    return found & set(pairs)


def _keep(db: Session, found: Sequence[tuple[str, str, Verdict]], now: datetime) -> None:
    rows = [
        {
            "id": new_id(),
            "one": one,
            "other": other,
            "score": verdict.score,
            "reasons": verdict.reasons,
            "state": DoubleState.CERTAIN if verdict.certain else DoubleState.OPEN,
            "found_at": now,
        }
        for one, other, verdict in found
    ]
    if rows:
        put = upsert(db, _doubles)
        put = put.on_conflict_do_update(
            index_elements=["one", "other"],
            set_={name: put.excluded[name] for name in ("score", "reasons", "state")},
            where=_doubles.c.state == DoubleState.OPEN,
        )
        db.connection().execute(put, rows)


def _drop(db: Session, pairs: Sequence[tuple[str, str]]) -> None:
    """What once looked like one person and does no more needs nobody's look."""
    for one, other in _among(db, pairs, still_open=True):
        db.execute(
            delete(_doubles).where(
                _doubles.c.one == one, _doubles.c.other == other, _doubles.c.state == DoubleState.OPEN
            )
        )
