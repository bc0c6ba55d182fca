"""What became of a group's messages, counted as it happens: writers append notes, a sweep adds them up.

So a brake costs as much as what happened since it last looked, however many messages a wave has; and writers never
wait for one another's row.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import delete, func, select
from sqlmodel import col

from app.db import Session, insert_all, table_of, upsert
from app.messages.models import Held, Known, Tally, TallyNote

Kind = Literal["reached", "bounced", "complained"]
KINDS: tuple[Kind, ...] = ("reached", "bounced", "complained")
ALL = ""
PAGE = 5_000
NOBODY = ("30003", "30005", "30006")
"""Twilio's codes that mean: nobody lives at this number (SendGrid has a kind of event for that)."""


def note(db: Session, happened: Sequence[tuple[Held | Known, Kind]]) -> None:
    """These messages were reached for the first time (delivered, or failed), bounced, or were complained about."""
    counted: dict[tuple[str, str], dict[Kind, int]] = {}
    alike = Counter((message.group_id, message.domain, kind) for message, kind in happened)
    for (group_id, of, kind), times in alike.items():
        if group_id:
            for domain in (ALL, of) if of else (ALL,):
                counted.setdefault((group_id, domain), dict.fromkeys(KINDS, 0))[kind] += times
    notes = [
        {"group_id": group_id, "domain": domain, **counts}
        for (group_id, domain), counts in sorted(counted.items())
    ]
    insert_all(db, TallyNote, notes)


def add_up(db: Session) -> bool:
    """Fold the next notes into the tallies; False when that were all."""
    notes, table = table_of(TallyNote), table_of(Tally)
    oldest = select(notes.c.id).order_by(notes.c.id).limit(PAGE).scalar_subquery()
    taken = db.execute(
        delete(notes)
        .where(notes.c.id.in_(oldest))
        .returning(notes.c.group_id, notes.c.domain, *_counts(notes))
    ).all()
    sums: dict[tuple[str, str], Counter[str]] = {}
    for row in taken:
        sums.setdefault((row.group_id, row.domain), Counter()).update(
            {kind: getattr(row, kind) for kind in KINDS}
        )
    if not sums:
        return False
    statement = upsert(db, table)
    statement = statement.on_conflict_do_update(
        index_elements=["group_id", "domain"],
        set_={kind: table.c[kind] + statement.excluded[kind] for kind in KINDS},
    )
    nothing = {f"{kind}_before": 0 for kind in KINDS}
    db.connection().execute(
        statement,
        [
            {"group_id": group_id, "domain": domain, **nothing} | {kind: counts[kind] for kind in KINDS}
            for (group_id, domain), counts in sorted(sums.items())
        ],
    )
    return len(taken) == PAGE


def since_resumed(db: Session, group_id: str, domain: str = ALL) -> Mapping[Kind, int]:
    """reached, bounced and complained since a person last let the group (or its domain) go on."""
    tally = db.get(Tally, (group_id, domain), populate_existing=True)
    return {kind: _since(tally, kind) for kind in KINDS}


def suspects(db: Session, group_id: str, *, minimum: int) -> Sequence[Tally]:
    """The domains with at least `minimum` reached messages of which some bounced or complained, none held yet."""
    new = {kind: col(getattr(Tally, kind)) - col(getattr(Tally, f"{kind}_before")) for kind in KINDS}
    return db.scalars(
        select(Tally)
        .where(col(Tally.group_id) == group_id, col(Tally.domain) != ALL, col(Tally.held_at).is_(None))
        .where(new["reached"] >= minimum, new["bounced"] + new["complained"] > 0)
        .order_by(col(Tally.domain))
        .execution_options(populate_existing=True)
    ).all()


def held(db: Session, group_id: str) -> Sequence[Tally]:
    """The domains to which nothing of this group goes for now."""
    theirs = select(Tally).where(col(Tally.group_id) == group_id, col(Tally.held_at).is_not(None))
    return db.scalars(theirs.order_by(col(Tally.domain))).all()


def start_over(db: Session, group_id: str, domain: str | None = None) -> None:
    """Count anew for the brakes, and let held domains go on: of the whole group, or of one of its domains."""
    table = table_of(Tally)
    ours = table.update().where(table.c.group_id == group_id)
    ours = ours if domain is None else ours.where(table.c.domain == domain)
    before: dict[str, Any] = {f"{kind}_before": table.c[kind] for kind in KINDS}
    db.execute(ours.values(held_at=None, why=None, **before))


def _counts(table: Any) -> list[Any]:
    return [func.coalesce(table.c[kind], 0).label(kind) for kind in KINDS]


def _since(tally: Tally | None, kind: str) -> int:
    return getattr(tally, kind) - getattr(tally, f"{kind}_before") if tally else 0
