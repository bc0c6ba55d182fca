"""Who is left alone for now: they heard from another wave a short while ago, or from us often enough."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlmodel import col

from app.contacts.models import Contact
from app.conversations.sweep import REMINDING
from app.db import Session, among
from app.messages.ladder import OPEN, SAID
from app.messages.models import ANSWERING, CONFIRMING, Direction, Message
from app.surveys.survey import LESS_OFTEN
from app.waves.definition import Definition

RESTED = "rested"
TOO_OFTEN = "too_often"
FREQUENCY = "frequency"
"""The contact's attribute that holds how often they wish to hear from us."""
LONGER = 3
SELDOM = timedelta(days=42)
"""Who asked to hear from us less often has so many times the rest, and at least this."""


def rested(
    db: Session, ids: Sequence[str], *, wave_id: str, definition: Definition, now: datetime
) -> dict[str, str]:
    """Contact id -> why they are left out, `rested` or `too_often`, of those who are.

    A message counts from when it was sent, or from when it is to be sent. Rest is for who has not heard from this
    wave yet, and looks at the others; the cap looks at all of them. Answers in a conversation count for neither.
    """
    asked = ids if definition.rest or definition.cap else [*_seldom(db, ids)]
    if not asked:
        return {}
    heard = _heard(db, asked, wave_id, now - (definition.cap.within if definition.cap else definition.rest))
    between = [one for one, (latest, _, _) in heard.items() if latest and latest <= now - definition.rest]
    seldom = _seldom(db, between)
    found = {}
    for contact_id, (latest, own, recent) in heard.items():
        rest = max(definition.rest * LONGER, SELDOM) if contact_id in seldom else definition.rest
        if rest and latest is not None and not own and latest > now - rest:
            found[contact_id] = RESTED
        elif definition.cap and recent >= definition.cap.messages:
            found[contact_id] = TOO_OFTEN
    return found


def _heard(
    db: Session, ids: Sequence[str], wave_id: str, since: datetime
) -> dict[str, tuple[datetime | None, int, int]]:
    """Contact id -> the latest message of another wave, how many of this one, and how many of all since then."""
    at = func.coalesce(col(Message.called_at), col(Message.not_before))
    others = col(Message.group_id) != wave_id
    statement = (
        select(
            col(Message.contact_id),
            func.max(case((others, at))),
            func.count().filter(~others),
            func.count().filter(at > since),
        )
        .where(among(db, col(Message.contact_id), ids))
        .where(col(Message.direction) == Direction.OUT, col(Message.state).in_((*OPEN, *SAID)))
        .where(col(Message.group_id).is_not(None))
        .where(col(Message.step).not_in((ANSWERING, CONFIRMING, REMINDING)))
        .group_by(col(Message.contact_id))
    )
    return {str(one): (latest, own, recent) for one, latest, own, recent in db.execute(statement)}


def _seldom(db: Session, ids: Sequence[str]) -> frozenset[str]:
    """Of these, who asked to hear from us less often."""
    if not ids:
        return frozenset()
    wish = col(Contact.attributes)[FREQUENCY].as_string()
    return frozenset(
        db.scalars(select(col(Contact.id)).where(among(db, col(Contact.id), ids), wish == LESS_OFTEN))
    )
