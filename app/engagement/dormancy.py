"""Who has gone quiet: a state per contact, derived from human signs of life and the company's own rhythm."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, case, func, literal, select, true
from sqlmodel import Session

from app.contacts.models import Contact
from app.db import UtcDateTime, table_of
from app.engagement.models import Interaction

_contacts, _interactions = table_of(Contact), table_of(Interaction)


class State(StrEnum):
    """How long a contact has been quiet; who never engaged is not dormant: nothing fell asleep."""

    ACTIVE = "active"
    COOLING = "cooling"
    DORMANT = "dormant"
    NEVER_ENGAGED = "never_engaged"


@dataclass(frozen=True, slots=True)
class Policy:
    """When quiet becomes cooling and dormant: multiples of the days it takes to handle a contact."""

    handling_days: int = 90
    cooling: float = 2
    dormant: float = 4

    def bounds(self, as_of: datetime) -> tuple[datetime, datetime]:
        """The last moments at which a sign of life leaves a contact cooling, and dormant."""
        return (
            as_of - timedelta(days=self.handling_days * self.cooling),
            as_of - timedelta(days=self.handling_days * self.dormant),
        )


DEFAULT = Policy()


def dormancy_of(as_of: datetime, policy: Policy = DEFAULT) -> Select[Any]:
    """contact_id, last_engaged_at, state of every contact as of an aware time.

    A select to join or filter: `dormancy_of(now).subquery()`. One index look-up per contact asked for.
    """
    last = (
        select(func.max(_interactions.c.at))
        .where(_interactions.c.contact_id == _contacts.c.id)
        .where(_interactions.c.human == true(), _interactions.c.at <= as_of)
        .correlate(_contacts)
        .scalar_subquery()
    )
    seen = select(_contacts.c.id.label("contact_id"), last.label("last_engaged_at")).subquery()
    cooling, dormant = (literal(bound, UtcDateTime()) for bound in policy.bounds(as_of))
    state = case(
        (seen.c.last_engaged_at.is_(None), State.NEVER_ENGAGED),
        (seen.c.last_engaged_at > cooling, State.ACTIVE),
        (seen.c.last_engaged_at > dormant, State.COOLING),
        else_=State.DORMANT,
    )
    return select(seen.c.contact_id, seen.c.last_engaged_at, state.label("state"))


def count(db: Session, as_of: datetime, policy: Policy = DEFAULT) -> dict[str, int]:
    """How many contacts are in each state, every state named."""
    held = dormancy_of(as_of, policy).subquery()
    found = db.execute(select(held.c.state, func.count()).group_by(held.c.state))
    return dict.fromkeys(map(str, State), 0) | {row.state: row[1] for row in found}


def of_contact(
    db: Session, contact_id: str, as_of: datetime, policy: Policy = DEFAULT
) -> tuple[State, datetime | None]:
    """The state of one contact and when they last gave a sign of life."""
    held = dormancy_of(as_of, policy).subquery()
    row = db.execute(select(held).where(held.c.contact_id == contact_id)).one()
    return State(row.state), row.last_engaged_at
