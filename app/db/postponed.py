"""What many small steps of one transaction write, written once before it commits."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    event,
)
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import SessionTransaction

_LATER = "riattiva.later"  # key of Session.info


def later(db: OrmSession, write: Callable[[Any, list[Any]], object], row: Any) -> None:
    """Have `write(db, rows)` called once with every row given to it like this: at `settle`, or before the commit.

    For what many small steps of one transaction write and none of them reads: fifty rows cost little more than
    one. Within a savepoint it is written at once, so that a rollback takes it along.
    """
    if db.in_nested_transaction():
        write(db, [row])
    else:
        db.info.setdefault(_LATER, {}).setdefault(write, []).append(row)


def settle(db: OrmSession) -> None:
    """Write what was left for `later`, in the order in which each kind was first given."""
    while waiting := db.info.pop(_LATER, None):
        for write, rows in waiting.items():
            write(db, rows)


@event.listens_for(OrmSession, "before_commit")
def _settle(db: OrmSession) -> None:
    if not db.in_nested_transaction():
        settle(db)


@event.listens_for(OrmSession, "after_transaction_end")
def _forget(db: OrmSession, ended: SessionTransaction) -> None:
    if ended.parent is None:
        db.info.pop(_LATER, None)
