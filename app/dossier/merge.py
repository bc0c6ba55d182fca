"""Making one contact of two across every room, and two again: in one transaction, under both rows' locks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import or_, select
from sqlmodel import col

from app.contacts import consent, doubles, find
from app.contacts import rejoin as contacts
from app.contacts.models import ConsentState, Contact, ContactChange, Double, DoubleState
from app.conversations import rejoin as conversations
from app.db import Session, new_id
from app.dossier.models import Merge
from app.engagement import rejoin as engagement
from app.errors import BadInput, Conflict, NotFound
from app.feedback import rejoin as feedback
from app.journal.record import record
from app.messages import rejoin as messages
from app.outcomes import rejoin as outcomes
from app.scoring import rejoin as scoring
from app.scoring.score import rescore
from app.waves import rejoin as waves


class Room(Protocol):
    """What each room that holds rows of a contact offers."""

    def rejoin(self, db: Session, gone: str, keep: str) -> dict[str, Any]: ...

    def part(self, db: Session, gone: str, keep: str, facts: dict[str, Any]) -> None: ...


ROOMS: dict[str, Room] = {
    "messages": messages,
    "conversations": conversations,
    "waves": waves,
    "feedback": feedback,
}
JUDGES: dict[str, Room] = {"engagement": engagement, "outcomes": outcomes, "scoring": scoring}
"""The rooms that count or judge: they come after the facts, the record and the ledger of both."""


def merge(
    db: Session,
    keep_id: str,
    gone_id: str,
    *,
    hash_key: str,
    at: datetime,
    actor: str,
    reasons: Sequence[Sequence[str]] = (),
    rescored: bool = True,
) -> str:
    """Make `gone_id` part of `keep_id`; returns the merge's id. Raises NotFound, or BadInput for one contact.

    The gone contact's row is deleted, so that nothing can select or write to it any more; its id becomes a name of
    the kept one, which is how links, tokens and late events still reach the person. A stop of either holds.
    `rescored=False` leaves it to the caller to score the kept contact anew, many at once.
    """
    if keep_id == gone_id:
        raise BadInput("a contact cannot be merged with itself")
    _lock_both(db, keep_id, gone_id)
    facts: dict[str, Any] = {name: room.rejoin(db, gone_id, keep_id) for name, room in ROOMS.items()}
    snapshot, facts["contacts"] = contacts.rejoin(db, gone_id, keep_id, hash_key=hash_key, at=at)
    # The rows above were moved under the feet of what this session has read.
    db.expire_all()
    facts["stopped"] = _stop(db, keep_id)
    for name, room in JUDGES.items():
        if rescored or room is not scoring:
            facts[name] = room.rejoin(db, gone_id, keep_id)
    contacts.take_away(db, gone_id)
    db.expire_all()
    merged = Merge(
        id=new_id(), keep_id=keep_id, gone_id=gone_id, at=at, actor=actor,
        snapshot=snapshot | {"reasons": [list(reason) for reason in reasons]}, facts=facts,
    )  # fmt: skip
    db.add(merged)
    _settle_pair(db, keep_id, gone_id, DoubleState.MERGED, reasons, actor=actor, at=at)
    record(db, at=at, actor=actor, verb="merged", subject=("contact", keep_id), gone=gone_id, merge=merged.id)
    return merged.id


def unmerge(db: Session, merge_id: str, *, hash_key: str, at: datetime, actor: str) -> tuple[str, str]:
    """Make two contacts again of what one merge joined; returns (kept id, id that came back).

    All is as before, except what happened since (it stays with the kept one) and every opt-out (it holds for
    both). They are not proposed again. Raises NotFound; Conflict when it was undone, or later merges stand on it.
    """
    merged = get(db, merge_id)
    if merged.undone_at is not None:
        raise Conflict("this merge was undone before")
    keep, gone = merged.keep_id, merged.gone_id
    if later := _later(db, merged):
        raise Conflict(f"a later merge stands on this one: undo {later} first")
    find.lock(db, [keep])
    if db.get(Contact, keep) is None:
        raise NotFound("the kept contact is not here any more")
    facts, snapshot = merged.facts, merged.snapshot
    contacts.bring_back(db, snapshot, at=at)
    contacts.part(
        db, gone, keep, facts["contacts"], snapshot, hash_key=hash_key, since=merged.at, at=at
    )  # fmt: skip
    for name, room in ROOMS.items():
        room.part(db, gone, keep, facts[name])
    messages.requeue(db, facts["stopped"]["messages"])
    conversations.resume(db, facts["stopped"]["conversations"])
    db.expire_all()
    for name, room in JUDGES.items():
        room.part(db, gone, keep, facts.get(name, {}))
    db.expire_all()
    merged = get(db, merge_id)
    merged.undone_at = at
    db.add(merged)
    _settle_pair(db, keep, gone, DoubleState.REJECTED, (), actor=actor, at=at)
    record(db, at=at, actor=actor, verb="unmerged", subject=("contact", keep), back=gone, merge=merge_id)
    return keep, gone


def merge_pair(
    db: Session, double_id: str, *, hash_key: str, at: datetime, actor: str, rescored: bool = True
) -> str:
    """Merge the two contacts of a pair; returns the merge's id. Raises NotFound, Conflict."""
    pair = doubles.get(db, double_id)
    if pair.state == DoubleState.MERGED:
        raise Conflict("these two are one already")
    keep = _kept(db, pair)
    gone = pair.other if keep == pair.one else pair.one
    return merge(
        db, keep, gone, hash_key=hash_key, at=at, actor=actor, reasons=pair.reasons, rescored=rescored
    )


def carry_out(db: Session, limit: int, *, hash_key: str, now: datetime) -> int:
    """Merge up to `limit` pairs that are certain; returns how many were dealt with. A pair of whom one is no more
    is dropped."""
    kept: set[str] = set()
    done = 0
    while done < limit and (pairs := doubles.listed(db, DoubleState.CERTAIN, limit=1)):
        pair, done = pairs[0], done + 1
        here = db.execute(select(col(Contact.id)).where(col(Contact.id).in_((pair.one, pair.other)))).all()
        if len(here) == 2:
            kept -= {pair.one, pair.other}
            kept.add(_kept(db, pair))
            merge_pair(db, pair.id, hash_key=hash_key, at=now, actor="system", rescored=False)
        else:
            db.delete(pair)
            db.flush()
    if kept:
        rescore(db, sorted(kept), now=now)
    return done


def get(db: Session, merge_id: str) -> Merge:
    """The merge, locked; raises NotFound."""
    held = db.get(Merge, doubles.as_id(merge_id), with_for_update=True)
    if held is None:
        raise NotFound(f"there is no merge {merge_id}")
    return held


def newest(db: Session, *, before: str | None = None, limit: int = 50) -> Sequence[Merge]:
    """Merges, the newest first; `before` is the last id of the page before."""
    found = select(Merge).order_by(col(Merge.id).desc()).limit(limit)
    return db.scalars(found.where(col(Merge.id) < before) if before else found).all()


def of_import(db: Session, import_id: str, limit: int = 100) -> Sequence[str]:
    """The merges in force of contacts an import made or changed, the newest first: undo them before the import."""
    touched = select(col(ContactChange.contact_id)).where(col(ContactChange.import_id) == import_id)
    found = (
        select(col(Merge.id))
        .where(col(Merge.undone_at).is_(None))
        .where(or_(col(Merge.keep_id).in_(touched), col(Merge.gone_id).in_(touched)))
    )
    return db.scalars(found.order_by(col(Merge.id).desc()).limit(limit)).all()


def forget(db: Session, contact_id: str) -> None:
    """Nothing is kept of the merges a contact was part of, which hold copies of their records. For erasure."""
    for one in db.scalars(
        select(Merge).where(or_(col(Merge.keep_id) == contact_id, col(Merge.gone_id) == contact_id))
    ):
        db.delete(one)
    db.flush()


def _lock_both(db: Session, keep: str, gone: str) -> None:
    find.lock(db, [keep, gone])
    # Against new rows that name the one that goes: they wait, and find out whom it became.
    held = select(col(Contact.id)).where(col(Contact.id) == gone).with_for_update()
    if db.execute(held).first() is None or db.get(Contact, keep) is None:
        raise NotFound("one of these contacts is not here any more")


def _kept(db: Session, pair: Double) -> str:
    """The older one; but whoever was held out as a control, which goes by the id, stays one."""
    held_out = waves.controls(db, (pair.one, pair.other))
    return pair.other if held_out == {pair.other} else pair.one


def _stop(db: Session, contact_id: str) -> dict[str, Any]:
    """Where one of them had said no, what still waits for the other on that channel is taken back."""
    held = consent.present(db, contact_id)
    channels = [channel for channel, state in held.items() if state == ConsentState.WITHDRAWN]
    return {
        "messages": messages.stop(db, contact_id, channels),
        "conversations": conversations.stop(db, contact_id, channels),
    }


def _later(db: Session, merged: Merge) -> str | None:
    """A merge in force that was made after this one and holds one of its contacts."""
    both = (merged.keep_id, merged.gone_id)
    found = (
        select(col(Merge.id))
        .where(col(Merge.id) > merged.id, col(Merge.undone_at).is_(None))
        .where(or_(col(Merge.keep_id).in_(both), col(Merge.gone_id).in_(both)))
    )
    return db.scalars(found.order_by(col(Merge.id).desc())).first()


def _settle_pair(
    db: Session,
    keep: str,
    gone: str,
    state: DoubleState,
    reasons: Sequence[Sequence[str]],
    *,
    actor: str,
    at: datetime,
) -> None:
    one, other = min(keep, gone), max(keep, gone)
    held = db.scalars(select(Double).where(col(Double.one) == one, col(Double.other) == other)).first()
    held = held or Double(one=one, other=other, score=1.0, reasons=[list(r) for r in reasons], found_at=at)
    doubles.decide(db, held, state, by=actor, now=at)
