"""Bringing the kept dormancy of everybody to a new policy: one pass, a page of contacts per transaction."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.contacts.models import Contact
from app.engagement import dormancy, policies

PAGE = 2_000


def page(db: Session, *, now: datetime) -> int:
    """Carry the pass on by one page; returns the contacts it did, 0 when the table follows the policy.

    The pass is written down with the policy: a killed one goes on where it stopped. Contacts made meanwhile are
    brought in by whoever writes their interactions.
    """
    row = policies.newest(db, lock=True)
    if row is None or row.finished_at is not None:
        return 0
    query = select(Contact.id).order_by(col(Contact.id)).limit(PAGE)
    ids = list(db.exec(query.where(col(Contact.id) > row.done_to) if row.done_to else query))
    if ids:
        dormancy.recompute_for(db, ids)
        row.done_to = ids[-1]
    if len(ids) < PAGE:
        row.finished_at = now
    db.add(row)
    return len(ids)
