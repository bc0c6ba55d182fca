"""The consent ledger: writing a line, and deriving what holds now."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.sql.selectable import Subquery
from sqlmodel import col

from app.contacts.models import Consent, ConsentState, VoidedAct
from app.db import Session, table_of


def record(
    db: Session,
    contact_id: str,
    channels: Sequence[str],
    state: ConsentState,
    *,
    at: datetime,
    recorded_at: datetime,
    source: str,
    basis: str = "consent",
    wording: str = "",
    evidence: dict[str, Any] | None = None,
) -> None:
    """Append one line per channel to the ledger."""
    for channel in channels:
        db.add(
            Consent(
                contact_id=contact_id,
                channel=channel,
                state=state,
                basis=basis,
                at=at,
                recorded_at=recorded_at,
                source=source,
                wording=wording,
                evidence=evidence or {},
            )
        )


def append(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Append many ready lines at once (columns of Consent without `id`); for imports."""
    if rows:
        db.execute(table_of(Consent).insert(), list(rows))


def append_once(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """As `append`, leaving out what the ledger says already (contact, channel, state, time, source)."""
    table = table_of(Consent)
    named = ("contact_id", "channel", "state", "at", "source")
    ids = {row["contact_id"] for row in rows}
    query = select(*(table.c[name] for name in named)).where(table.c.contact_id.in_(ids))
    known = {tuple(row) for row in db.execute(query)} if ids else set()
    append(
        db,
        list({facts: row for row in rows if (facts := tuple(row[n] for n in named)) not in known}.values()),
    )


def undated_grants(db: Session, contact_ids: Collection[str]) -> dict[tuple[str, str], datetime]:
    """(contact, channel) -> when a yes was imported that proved no time of its own: any dated no beats it."""
    table = table_of(Consent)
    query = select(table.c.contact_id, table.c.channel, table.c.at, table.c.evidence).where(
        table.c.contact_id.in_(contact_ids), table.c.state == ConsentState.GRANTED
    )
    return {(row.contact_id, row.channel): row.at for row in db.execute(query) if row.evidence.get("undated")}


def present(db: Session, contact_id: str) -> dict[str, str]:
    """channel -> `granted` or `withdrawn`; a channel nobody said anything about is missing (unknown)."""
    held = present_states()
    rows = db.execute(select(held.c.channel, held.c.state).where(held.c.contact_id == contact_id))
    return {row.channel: row.state for row in rows}


def present_states(contact_ids: Sequence[str] | None = None) -> Subquery:
    """contact_id, channel, state as it holds now: the latest line, and on a tie the withdrawal."""
    withdrawn_first = case((col(Consent.state) == ConsentState.WITHDRAWN, 0), else_=1)
    ranked = select(
        col(Consent.contact_id).label("contact_id"),
        col(Consent.channel).label("channel"),
        col(Consent.state).label("state"),
        func.row_number()
        .over(
            partition_by=(col(Consent.contact_id), col(Consent.channel)),
            order_by=(col(Consent.at).desc(), withdrawn_first),
        )
        .label("place"),
    )
    ranked = ranked.where(counts())
    if contact_ids is not None:
        ranked = ranked.where(col(Consent.contact_id).in_(contact_ids))
    inner = ranked.subquery()
    return select(inner.c.contact_id, inner.c.channel, inner.c.state).where(inner.c.place == 1).subquery()


def counts() -> ColumnElement[bool]:
    """Whether a line of the ledger counts: every no does, and a yes unless the act that wrote it is void."""
    void = select(col(VoidedAct.id)).scalar_subquery()
    return or_(
        col(Consent.state) == ConsentState.WITHDRAWN,
        col(Consent.act_id).is_(None),
        col(Consent.act_id).not_in(void),
    )
