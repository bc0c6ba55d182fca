"""One contact's consent laid open: every line with its evidence, what counts, and every stop with its end."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.contacts import consent, suppression
from app.contacts.addresses import hashes
from app.contacts.models import Consent, ConsentState, Contact, ContactKey, Declaration, VoidedAct
from app.db import Session


def of(db: Session, contact: Contact, *, hash_key: str) -> dict[str, Any]:
    """`id`, `consent` (channel -> granted, withdrawn or unknown), `ledger` (oldest line first) and `suppressions`.

    A line of the ledger has channel, state, at, recorded_at, source, basis, wording, evidence, `counts` and, where it
    does not, `because`; one that a declaration wrote also has the statement. A suppression has channel, address,
    reason, source, at, lifted_at and lifted_by.
    """
    return {
        "id": contact.id,
        "consent": {"email": "unknown", "sms": "unknown"} | consent.present(db, contact.id),
        "ledger": _ledger(db, contact.id),
        "suppressions": _suppressions(db, contact, hash_key),
    }


def _ledger(db: Session, contact_id: str) -> list[dict[str, Any]]:
    query = (
        select(Consent, consent.counts(), VoidedAct, Declaration)
        .join(VoidedAct, col(VoidedAct.id) == col(Consent.act_id), isouter=True)
        .join(Declaration, col(Declaration.id) == col(Consent.act_id), isouter=True)
        .where(col(Consent.contact_id) == contact_id)
        .order_by(col(Consent.at), col(Consent.id))
    )
    lines = []
    for line, counts, void, declared in db.execute(query):
        shown = line.model_dump(exclude={"contact_id"}) | {"counts": bool(counts)}
        if not counts:
            shown["because"] = _because(line, void)
        if declared is not None:
            shown["declaration"] = declared.model_dump(
                include={"statement", "signed_by", "basis", "at", "withdrawn_at", "withdrawn_by"}
            )
        lines.append(shown)
    return lines


def _because(line: Consent, void: VoidedAct | None) -> str:
    if line.state == ConsentState.REQUESTED:
        return "it waits for its confirmation"
    if void is not None:
        return f"what wrote it was taken back on {void.at:%Y-%m-%d} by {void.actor}"
    return "only consent permits a text"


def _suppressions(db: Session, contact: Contact, hash_key: str) -> list[dict[str, Any]]:
    known = {pair: contact.email if pair[0] == "email" else contact.phone
             for pair in hashes(hash_key, contact.email, contact.phone)}  # fmt: skip
    second = select(col(ContactKey.source), col(ContactKey.key)).where(
        col(ContactKey.contact_id) == contact.id, col(ContactKey.source).in_(("email", "phone"))
    )
    for source, key in db.execute(second):
        for pair in hashes(hash_key, *((key, None) if source == "email" else (None, key))):
            known.setdefault(pair, key)
    return [
        {
            "channel": row.channel,
            "address": known[row.channel, row.address_hash],
            "reason": row.reason,
            "source": row.source,
            "at": row.at,
            "lifted_at": row.lifted_at,
            "lifted_by": row.lifted_by,
        }
        for row in suppression.history(db, list(known))
    ]
