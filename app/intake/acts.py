"""What contacts do elsewhere (log-ins, purchases, reviews), told to us by a program: kept once, then judged."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app import runtime
from app.contacts import find
from app.contacts.addresses import email_key
from app.db import Session
from app.engagement.models import Kind
from app.engagement.record import record
from app.engagement.words import grade_of
from app.outcomes.decide import redecide


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a contact did at an aware time; `amount` in the installation's currency, points or stars."""

    email: str | None
    phone: str | None
    kind: Kind
    at: datetime
    amount: Decimal | None = None
    detail: str = ""


def take(db: Session, acts: Sequence[Act]) -> tuple[int, list[int]]:
    """Keep these acts; returns how many were new, and the positions of those whose contact we do not know."""
    added, unknown = 0, []
    touched: set[str] = set()
    for position, act in enumerate(acts):
        contact_id = _contact(db, act)
        if contact_id is None:
            unknown.append(position)
            continue
        # As the history import makes it: the same act told by a file and by a program is one.
        who = email_key(act.email) if act.email else str(act.phone)
        facts = (who, act.kind, act.at.isoformat(), str(act.amount), act.detail)
        new = record(
            db,
            contact_id,
            act.kind,
            grade_of(act.kind),
            act.at,
            source="api",
            dedupe_key=hashlib.blake2b("\x1f".join(facts).encode(), digest_size=16).hexdigest(),
            amount=act.amount,
            currency="EUR" if act.kind is Kind.PURCHASE and act.amount is not None else None,
            detail=act.detail,
        )
        if new:
            added += 1
            touched.add(contact_id)
    for contact_id in sorted(touched):
        redecide(db, contact_id, now=runtime.now())
    return added, unknown


def _contact(db: Session, act: Act) -> str | None:
    return next(iter(find.ids_at(db, email=act.email, phone=act.phone)), None)
