"""Written declarations: what lets the contacts of one source, whose consent nobody recorded, be written to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, or_, select, union, update
from sqlalchemy.sql.selectable import Subquery
from sqlmodel import col

from app.contacts import consent, find
from app.contacts.models import (
    Consent,
    ConsentState,
    Contact,
    ContactChange,
    ContactImport,
    ContactKey,
    Declaration,
    ImportState,
    VoidedAct,
)
from app.db import Session
from app.errors import BadInput, Conflict, NotFound
from app.journal.record import record

PAGE = 1_000
BASES = ("consent", "legitimate-interest")
SOURCE = "declaration:"
SHORTEST = 20
"""Characters; a word is no statement."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many contacts of one source have an email address, and what is known of their consent to email."""

    source: str
    contacts: int
    consented: int
    """With consent or a recorded legal basis."""
    declared: int
    """Who may be written to only because somebody declared it."""
    refused: int
    unknown: int
    """Left out of every wave."""


def declare(
    db: Session, source: str, *, statement: str, by: str, basis: str, actor: str, at: datetime
) -> Declaration:
    """Keep and journal somebody's word about one source; `apply_page` then writes the ledger.

    It speaks of email only, and only for contacts whose consent is unknown. Raises BadInput when something is
    missing, Conflict when a declaration for the source stands already.
    """
    statement, by = statement.strip(), " ".join(by.split())
    known = names(db)
    if source not in known:
        listed = ", ".join(known) or "none yet"
        raise BadInput(f"no import has the source {source!r}", where="source", mend=f"Known: {listed}.")
    if len(statement) < SHORTEST:
        raise BadInput(
            "a declaration is a written statement", where="statement", mend="Say how consent came."
        )
    if not by:
        raise BadInput("a declaration needs the name of who makes it", where="by")
    if basis not in BASES:
        raise BadInput(f"{basis!r} is no basis", where="basis", mend=f"Choose {' or '.join(BASES)}.")
    if (standing := of_source(db, source)) is not None:
        raise Conflict(f"{standing.signed_by} declared this for {source!r} already: {standing.id}")
    made = Declaration(source=source, basis=basis, statement=statement, signed_by=by, actor=actor, at=at)
    db.add(made)
    record(
        db,
        at=at,
        actor=actor,
        verb="declared",
        subject=("declaration", made.id),
        source=source,
        basis=basis,
        by=by,
        statement=statement,
    )
    db.flush()
    return made


def withdraw(db: Session, declaration_id: str, *, actor: str, at: datetime) -> Declaration:
    """Take a declaration back: whoever could be written to only because of it is unknown again."""
    try:
        held = db.get(Declaration, str(UUID(declaration_id)))
    except ValueError:
        held = None
    if held is None:
        raise NotFound(f"there is no declaration {declaration_id}")
    db.refresh(held, with_for_update=True)
    if held.withdrawn_at is not None:
        raise Conflict("this declaration was withdrawn before")
    held.withdrawn_at, held.withdrawn_by = at, actor
    db.add(held)
    db.add(VoidedAct(id=held.id, at=at, actor=actor))
    record(db, at=at, actor=actor, verb="undeclared", subject=("declaration", held.id), source=held.source)
    return held


def apply_page(db: Session, declaration_id: str, *, now: datetime) -> bool:
    """Write the ledger for the next 1,000 contacts of the source; False when there are no more."""
    held = db.get(Declaration, declaration_id, with_for_update=True, populate_existing=True)
    if held is None or held.applied_at is not None or held.withdrawn_at is not None:
        return False
    wanted = select(col(Contact.id)).where(col(Contact.email).is_not(None), _belongs(held.source))
    if held.cursor:
        wanted = wanted.where(col(Contact.id) > held.cursor)
    ids = list(db.scalars(wanted.order_by(col(Contact.id)).limit(PAGE)))
    held.contacts += _write(db, held, ids, now)
    if len(ids) < PAGE:
        held.applied_at = now
    else:
        held.cursor = ids[-1]
    db.add(held)
    return held.applied_at is None


def extend(db: Session, source: str, contact_ids: Collection[str], at: datetime) -> int:
    """Apply the declaration that stands for `source`, if any, to contacts an import just brought from there.

    Returns for how many it now speaks; a contact whose consent is known, either way, is left as it is.
    """
    held = of_source(db, source) if contact_ids else None
    if held is None:
        return 0
    ordered, added = sorted(contact_ids), 0
    for start in range(0, len(ordered), PAGE):
        added += _write(db, held, ordered[start : start + PAGE], at)
    held.contacts += added
    db.add(held)
    return added


def let_go(db: Session, source: str, contact_ids: Collection[str], act_id: str) -> None:
    """Where an import that is undone was all that made contacts this source's, its declaration says no more of them:
    what it said is that import's from now on, and void with it."""
    theirs = select(col(Contact.id)).where(col(Contact.id).in_(contact_ids), _belongs(source))
    db.execute(
        update(Consent)
        .where(col(Consent.contact_id).in_(contact_ids), col(Consent.source) == SOURCE + source)
        .where(col(Consent.contact_id).not_in(theirs))
        .values(act_id=act_id)
        .execution_options(synchronize_session=False)
    )


def unknown(db: Session, source: str) -> int:
    """To how many contacts a declaration for this source would apply now."""
    wanted = select(col(Contact.id)).where(
        col(Contact.email).is_not(None), _belongs(source), _nothing_known(col(Contact.id))
    )
    return int(db.execute(select(func.count()).select_from(wanted.subquery())).scalar_one())


def unfinished(db: Session) -> Sequence[str]:
    """Ids of declarations that were not applied to every contact yet."""
    waiting = select(col(Declaration.id)).where(
        col(Declaration.applied_at).is_(None), col(Declaration.withdrawn_at).is_(None)
    )
    return db.scalars(waiting.order_by(col(Declaration.at)).limit(PAGE)).all()


def of_source(db: Session, source: str) -> Declaration | None:
    """The declaration that stands for a source, if any."""
    held = select(Declaration).where(
        col(Declaration.source) == source, col(Declaration.withdrawn_at).is_(None)
    )
    return db.scalars(held.limit(1)).first()


def names(db: Session) -> list[str]:
    """The sources contacts were imported from."""
    imports = select(col(ContactImport.source)).where(
        col(ContactImport.kind) == "contacts", col(ContactImport.state) != ImportState.UNDONE
    )
    return sorted(db.scalars(imports.distinct()))


def all_of(db: Session) -> Sequence[Declaration]:
    """Every declaration ever made, newest first."""
    return db.scalars(
        select(Declaration).order_by(col(Declaration.at).desc(), col(Declaration.id).desc()).limit(PAGE)
    ).all()


def standings(db: Session) -> list[Standing]:
    """Every source with what is known of its contacts' consent to email."""
    of, held = _memberships(), _email_states()
    state = func.coalesce(held.c.state, "unknown")
    rows = db.execute(
        select(of.c.source, state, func.count())
        .join(Contact, col(Contact.id) == of.c.contact_id)
        .join(held, held.c.contact_id == of.c.contact_id, isouter=True)
        .where(col(Contact.email).is_not(None))
        .group_by(of.c.source, state)
    )
    found: dict[str, dict[str, int]] = {name: {} for name in names(db)}
    for source, named, count in rows:
        if source in found:
            found[source][named] = count
    return [
        Standing(
            source,
            contacts=sum(counts.values()),
            consented=counts.get("granted", 0),
            declared=counts.get("declared", 0),
            refused=counts.get("withdrawn", 0),
            unknown=counts.get("unknown", 0),
        )
        for source, counts in found.items()
    ]


def _write(db: Session, held: Declaration, ids: Sequence[str], now: datetime) -> int:
    if not ids:
        return 0
    find.lock(db, ids)
    wanted = select(col(Contact.id)).where(
        col(Contact.id).in_(ids), col(Contact.email).is_not(None), _nothing_known(col(Contact.id))
    )
    line: dict[str, Any] = {
        "channel": "email",
        "state": ConsentState.GRANTED,
        "basis": f"declared: {held.basis}",
        "at": held.at,
        "recorded_at": now,
        "source": SOURCE + held.source,
        "wording": "",
        "evidence": {"declaration": held.id, "by": held.signed_by},
        "act_id": held.id,
    }
    lines = [{**line, "contact_id": contact_id} for contact_id in db.scalars(wanted)]
    consent.append(db, lines)
    return len(lines)


def _belongs(source: str) -> ColumnElement[bool]:
    """SQL: this contact came from the source, by its key there or by an import that is not undone."""
    named = select(col(ContactKey.key)).where(
        col(ContactKey.contact_id) == col(Contact.id), col(ContactKey.source) == source
    )
    brought = (
        select(col(ContactChange.became))
        .join(ContactImport, col(ContactImport.id) == col(ContactChange.import_id))
        .where(col(ContactChange.contact_id) == col(Contact.id), col(ContactImport.source) == source)
        .where(col(ContactImport.state) != ImportState.UNDONE)
    )
    return or_(exists(named), exists(brought))


def _nothing_known(contact_id: Any) -> ColumnElement[bool]:
    """SQL: no line about email counts in this contact's ledger."""
    lines = select(col(Consent.id)).where(
        col(Consent.contact_id) == contact_id, col(Consent.channel) == "email", consent.counts()
    )
    return ~exists(lines)


def _memberships() -> Subquery:
    """source, contact_id: which contacts came from which source, each pair once."""
    named: Any = select(
        col(ContactKey.source).label("source"), col(ContactKey.contact_id).label("contact_id")
    ).where(col(ContactKey.source).not_in(("email", "phone")))
    brought = (
        select(col(ContactImport.source), col(ContactChange.contact_id))
        .join(ContactImport, col(ContactImport.id) == col(ContactChange.import_id))
        .where(col(ContactImport.state) != ImportState.UNDONE)
    )
    return union(named, brought).subquery()


def _email_states() -> Subquery:
    """contact_id, state: as `consent.present_states` of email, but told apart what was only declared."""
    held = consent.present_states()
    by_word = col(Consent.source).startswith(SOURCE, autoescape=True)
    recorded = (
        select(
            col(Consent.contact_id).label("contact_id"), func.min(case((by_word, 1), else_=0)).label("word")
        )
        .where(col(Consent.channel) == "email", consent.counts())
        .group_by(col(Consent.contact_id))
        .subquery()
    )
    return (
        select(held.c.contact_id, case((recorded.c.word == 1, "declared"), else_=held.c.state).label("state"))
        .join(recorded, recorded.c.contact_id == held.c.contact_id)
        .where(held.c.channel == "email")
        .subquery()
    )
