"""Deciding: gather the facts of a page of contacts, apply the rules, keep the verdicts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from app.contacts import find
from app.db import Session, among, table_of, upsert
from app.messages import outbox
from app.outcomes.facts import OVER, gather
from app.outcomes.models import Outcome, Verdict
from app.outcomes.rules import decide
from app.waves.models import Arm, Wave, WaveMember

PAGE = 500


def decide_for(db: Session, wave: Wave, contact_ids: Sequence[str], *, now: datetime) -> None:
    """Decide anew for these treated contacts; the same facts give the same verdict."""
    rows = []
    # Read under their lock: a verdict on facts of a moment ago would replace one on newer facts.
    find.lock(db, contact_ids)
    for contact_id, known in gather(db, wave, contact_ids).items():
        decision = decide(known)
        rows.append(
            {
                "wave_id": wave.id,
                "contact_id": contact_id,
                "verdict": decision.verdict,
                "rule": decision.rule,
                "evidence": [sign.as_evidence() for sign in decision.evidence],
                "decided_at": now,
            }
        )
    if not rows:
        return
    statement = upsert(db, table_of(Outcome))
    statement = statement.on_conflict_do_update(
        index_elements=["wave_id", "contact_id"],
        set_={name: statement.excluded[name] for name in ("verdict", "rule", "evidence", "decided_at")},
    )
    db.connection().execute(statement, rows)
    back = [str(row["contact_id"]) for row in rows if row["verdict"] == Verdict.REENGAGED]
    if back and wave.state not in OVER:
        # Who came back by themselves is reminded of nothing.
        outbox.withdraw(db, "came_back", contacts=back, group_id=wave.id, sequence=True)


def decide_page(db: Session, *, now: datetime) -> bool:
    """Decide for the next page of an ended wave, or of those who came to the end of an automation, whose verdicts are
    older than that; False when all are."""
    rows = _undecided(db, col(Wave.state).in_(OVER)) or _undecided(
        db, col(Wave.state).not_in(OVER), col(WaveMember.ended_at).is_not(None)
    )
    find.lock(db, {contact_id for _, contact_id in rows})
    by_wave: dict[str, list[str]] = defaultdict(list)
    for wave_id, contact_id in rows:
        by_wave[wave_id].append(contact_id)
    for wave_id, contact_ids in by_wave.items():
        decide_for(db, db.get_one(Wave, wave_id), contact_ids, now=now)
    return bool(rows)


def _undecided(db: Session, *which: ColumnElement[bool]) -> Sequence[Any]:
    """(wave id, contact id) of the next of these treated members without a verdict of after their end."""
    end = func.coalesce(col(WaveMember.ended_at), col(Wave.finished_at))
    statement = (
        select(col(WaveMember.wave_id), col(WaveMember.contact_id))
        .join(Wave, col(Wave.id) == col(WaveMember.wave_id))
        .outerjoin(
            Outcome,
            (col(Outcome.wave_id) == col(WaveMember.wave_id))
            & (col(Outcome.contact_id) == col(WaveMember.contact_id)),
        )
        .where(*which, col(WaveMember.arm) == Arm.TREATED)
        .where(or_(col(Outcome.decided_at).is_(None), col(Outcome.decided_at) < end))
        .order_by(col(WaveMember.wave_id), col(WaveMember.contact_id))
        .limit(PAGE)
    )
    return db.execute(statement).all()


def redecide(db: Session, contact_id: str, *, now: datetime) -> None:
    """A fact about this contact changed: decide anew in every wave they are treated in."""
    redecide_all(db, {contact_id}, now=now)


def redecide_all(db: Session, contact_ids: Collection[str], *, now: datetime) -> None:
    """`redecide` for many: a wave's facts are gathered once."""
    if not contact_ids:
        return
    members = select(col(WaveMember.wave_id), col(WaveMember.contact_id)).where(
        among(db, col(WaveMember.contact_id), contact_ids), col(WaveMember.arm) == Arm.TREATED
    )
    by_wave: dict[str, list[str]] = defaultdict(list)
    for wave_id, contact_id in db.execute(members):
        by_wave[wave_id].append(contact_id)
    find.lock(db, {contact_id for ids in by_wave.values() for contact_id in ids})
    for wave in db.scalars(select(Wave).where(col(Wave.id).in_(by_wave))):
        for start in range(0, len(ids := sorted(by_wave[wave.id])), PAGE):
            decide_for(db, wave, ids[start : start + PAGE], now=now)


def ended(db: Session, wave_ids: Collection[str]) -> set[str]:
    """Which of these waves have given their last verdicts: there a late delivery may still change one."""
    over = select(col(Wave.id)).where(col(Wave.id).in_(wave_ids), col(Wave.state).in_(OVER))
    return set(db.scalars(over)) if wave_ids else set()


def evidence_text(evidence: Sequence[dict[str, Any]]) -> str:
    """The evidence on one line, as exports show it."""
    return "; ".join(f"{sign['at'][:16]} {sign['what']} {sign['detail']}".strip() for sign in evidence)
