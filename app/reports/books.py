"""The books: every selected contact accounted for, every message the provider took in our ledger exactly once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.db import Session
from app.messages.models import Direction, Message, State
from app.outcomes.models import Outcome
from app.waves import find
from app.waves.models import Arm

SETTLED = (State.ACCEPTED, State.SENT, State.DELIVERED, State.FAILED)
PAGE = 500


@dataclass(frozen=True, slots=True)
class Books:
    """`accepted` by the provider; `duplicates` it took more than once; `missing` from one side or the other."""

    accepted: int
    duplicates: int
    missing: int
    unaccounted: int
    """Treated contacts without a verdict, or selected ones in no arm."""

    @property
    def balanced(self) -> bool:
        return not (self.duplicates or self.missing or self.unaccounted)


def balance(db: Session, wave_id: str, taken: Iterable[str]) -> Books:
    """Hold the provider's own list of accepted message ids (ours, as it was given them) against the ledger."""
    counted = Counter(taken)
    ledger = _ledger(db)
    missing = len(counted.keys() - ledger.keys())
    # The ledger says accepted, the provider knows nothing: as wrong as the other way round.
    missing += sum(1 for message_id, sure in ledger.items() if sure and message_id not in counted)
    arms = find.members(db, wave_id)
    decided = db.execute(
        select(func.count()).select_from(Outcome).where(col(Outcome.wave_id) == wave_id)
    ).scalar_one()
    return Books(
        accepted=sum(counted.values()),
        duplicates=sum(count - 1 for count in counted.values()),
        missing=missing,
        unaccounted=abs(arms[Arm.TREATED] - decided),
    )


def _ledger(db: Session) -> dict[str, bool]:
    """message id -> whether the ledger is sure that a provider took it."""
    found: dict[str, bool] = {}
    last = ""
    while True:
        statement: Any = (
            select(col(Message.id), col(Message.state), col(Message.provider_id))
            .where(col(Message.direction) == Direction.OUT)
            .order_by(col(Message.id))
            .limit(PAGE)
        )
        if last:
            statement = statement.where(col(Message.id) > last)
        rows = db.execute(statement).all()
        if not rows:
            return found
        for message_id, state, provider_id in rows:
            found[message_id] = state in SETTLED and provider_id is not None
        last = rows[-1][0]
