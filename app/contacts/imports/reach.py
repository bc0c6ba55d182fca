"""How many of some contacts may be written to: the figure a marketer looks for after an import."""

from collections.abc import Collection

from sqlalchemy import select

from app.contacts import consent, suppression
from app.contacts.addresses import hashes
from app.contacts.models import ConsentState, Contact, PhoneKind
from app.db import Session, table_of

_contacts = table_of(Contact)


def count(db: Session, ids: Collection[str], *, hash_key: str) -> dict[str, int]:
    """`may_email` and `may_sms` among the contacts `ids`: consent granted now, the address not suppressed,
    and for SMS a mobile number.
    """
    found, ordered = {"may_email": 0, "may_sms": 0}, sorted(ids)
    for start in range(0, len(ordered), 1000):
        for channel in _channels(db, ordered[start : start + 1000], hash_key):
            found[f"may_{channel}"] += 1
    return found


def _channels(db: Session, ids: list[str], hash_key: str) -> list[str]:
    """`email` or `sms` once for every contact of `ids` who may be written to there."""
    held = consent.present_states(ids)
    granted = select(held.c.contact_id, held.c.channel).where(held.c.state == ConsentState.GRANTED)
    willing = {(row.contact_id, row.channel) for row in db.execute(granted)}
    query = select(_contacts.c.id, _contacts.c.email, _contacts.c.phone, _contacts.c.phone_kind)
    addresses = [
        pair
        for row in db.execute(query.where(_contacts.c.id.in_(ids)))
        for pair in hashes(hash_key, row.email, row.phone if row.phone_kind == PhoneKind.MOBILE else None)
        if (row.id, pair[0]) in willing
    ]
    stopped = suppression.suppressed(db, addresses)
    return [pair[0] for pair in addresses if pair not in stopped]
