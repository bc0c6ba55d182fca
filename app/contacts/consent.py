"""The consent ledger: writing a line, and deriving from all lines what holds now."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import Subquery
from sqlmodel import col

from app.contacts import suppression
from app.contacts.models import Consent, ConsentState, VoidedAct
from app.db import Session, among, table_of

OWN = ("sms", "email", "web")
"""The doors a contact's own yes comes through. Every other source tells of a yes second-hand."""
SMS_BASES = ("consent", "")
"""What permits a text: consent and nothing else (no basis named is a copy of a line that was judged before)."""


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


def opt_in(
    db: Session,
    contact_id: str,
    addresses: Collection[tuple[str, str]],
    *,
    at: datetime,
    recorded_at: datetime,
    source: str,
    wording: str,
    evidence: dict[str, Any],
    keep: Collection[str] = suppression.OF_THE_ADDRESS,
) -> None:
    """The contact's own yes for these (channel, address hash): the only thing that lifts a suppression.

    The ledger's line names what it lifted. `keep`: reasons such a yes does not undo (see suppression.lift).
    """
    lifted = [
        {"channel": one.channel, "reason": one.reason, "at": one.at.isoformat()}
        for channel, address in sorted(addresses)
        if (one := suppression.lift(db, channel, address, at=at, by=source, keep=keep))
    ]
    record(
        db,
        contact_id,
        sorted({channel for channel, _ in addresses}),
        ConsentState.GRANTED,
        at=at,
        recorded_at=recorded_at,
        source=source,
        wording=wording,
        evidence=evidence | ({"lifted": lifted} if lifted else {}),
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


def withdrawn_at(db: Session, contact_ids: Collection[str]) -> set[tuple[str, datetime]]:
    """(contact id, moment) of every withdrawal of these contacts."""
    table = table_of(Consent)
    theirs = among(db, table.c.contact_id, contact_ids)
    rows = select(table.c.contact_id, table.c.at).where(theirs, table.c.state == ConsentState.WITHDRAWN)
    return {(row.contact_id, row.at) for row in db.execute(rows.distinct())}


def present(db: Session, contact_id: str) -> dict[str, str]:
    """channel -> `granted` or `withdrawn`; a channel nobody said anything about is missing (unknown)."""
    held = present_states([contact_id])
    return {row.channel: row.state for row in db.execute(select(held.c.channel, held.c.state))}


def states_of(db: Session, contact_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Contact id -> `present`, of those of whom anything is known."""
    held = _states(among(db, table_of(Consent).c.contact_id, contact_ids))
    found: dict[str, dict[str, str]] = {}
    for contact_id, channel, state in db.execute(select(held)):
        found.setdefault(contact_id, {})[channel] = state
    return found


def present_states(contact_ids: Sequence[str] | None = None) -> Subquery:
    """contact_id, channel, state as it holds now, for every contact and channel of which it is known.

    A no is undone only by the contact's own later yes, on a tie it stands; a yes told second-hand (an import,
    a declaration) never outdoes a no, whichever of them is dated or recorded later.
    """
    contact_id = table_of(Consent).c.contact_id
    return _states(true() if contact_ids is None else contact_id.in_(contact_ids))


def _states(these: ColumnElement[bool]) -> Subquery:
    table = table_of(Consent)
    no = func.max(case((table.c.state == ConsentState.WITHDRAWN, table.c.at)))
    own = func.max(case((_own(table), table.c.at)))
    granted = or_(no.is_(None), own > no)
    ledger = select(
        table.c.contact_id,
        table.c.channel,
        case((granted, ConsentState.GRANTED.value), else_=ConsentState.WITHDRAWN.value).label("state"),
    ).where(counts(), these)
    return ledger.group_by(table.c.contact_id, table.c.channel).subquery()


def granted_to(contact_id: ColumnElement[Any], channel: ColumnElement[Any]) -> ColumnElement[bool]:
    """SQL: consent holds now for the contact and channel in these columns; as `present_states` derives it."""
    yes, no = aliased(Consent), aliased(Consent)
    against = (
        select(col(no.id))
        .where(
            col(no.contact_id) == contact_id,
            col(no.channel) == channel,
            col(no.state) == ConsentState.WITHDRAWN,
            or_(~col(yes.source).in_(OWN), col(no.at) >= col(yes.at)),
        )
        .correlate_except(no)
    )  # two selects deep: the asker's table would join by itself
    return exists(
        select(col(yes.id)).where(
            col(yes.contact_id) == contact_id, col(yes.channel) == channel, _grants(yes), ~exists(against)
        )
    )


def withdrawn_by(contact_id: ColumnElement[Any], channel: ColumnElement[Any]) -> ColumnElement[bool]:
    """SQL: the ledger holds a no for the contact and channel in these columns."""
    no = aliased(Consent)
    return exists(
        select(col(no.id)).where(
            col(no.contact_id) == contact_id,
            col(no.channel) == channel,
            col(no.state) == ConsentState.WITHDRAWN,
        )
    )


def counts() -> ColumnElement[bool]:
    """Whether a line of the ledger counts: every no does; a yes unless the act that wrote it is void or it
    permits no text; a yes that waits for its confirmation does not."""
    return or_(col(Consent.state) == ConsentState.WITHDRAWN, _grants(Consent))


def _grants(line: Any) -> ColumnElement[bool]:
    void = select(col(VoidedAct.id)).scalar_subquery()
    return and_(
        col(line.state) == ConsentState.GRANTED,
        or_(col(line.act_id).is_(None), col(line.act_id).not_in(void)),
        or_(col(line.channel) != "sms", col(line.basis).in_(SMS_BASES)),
    )


def _own(table: Any) -> ColumnElement[bool]:
    return and_(table.c.state == ConsentState.GRANTED, table.c.source.in_(OWN))
