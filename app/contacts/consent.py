"""The consent ledger: writing a line, and deriving what holds now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.sql.selectable import Subquery
from sqlmodel import col

from app.contacts.models import Consent, ConsentState
from app.db import Session


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


def present(db: Session, contact_id: str) -> dict[str, str]:
    """channel -> `granted` or `withdrawn`; a channel nobody said anything about is missing (unknown)."""
    held = present_states()
    rows = db.execute(select(held.c.channel, held.c.state).where(held.c.contact_id == contact_id))
    return {channel: state for channel, state in rows}


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
    if contact_ids is not None:
        ranked = ranked.where(col(Consent.contact_id).in_(contact_ids))
    inner = ranked.subquery()
    return select(inner.c.contact_id, inner.c.channel, inner.c.state).where(inner.c.place == 1).subquery()
