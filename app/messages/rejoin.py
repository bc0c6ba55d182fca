"""Messages when two contacts prove to be one person, or part again: nobody is sent the same thing twice."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select, update
from sqlmodel import col

from app.contacts import consent
from app.contacts.rejoin import move, move_back
from app.db import Session, table_of
from app.messages.ladder import OPEN, RUNGS
from app.messages.models import Direction, GroupState, Message, MessageGroup, State

WHY = "same_person"
_table = table_of(Message)
_IN_CALL = (State.CALLING, State.UNKNOWN)


def rejoin(db: Session, gone: str, keep: str) -> dict[str, Any]:
    """`gone`'s messages become `keep`'s; of two for one step of one group the further one stays."""
    moved = move(db, _table, gone, keep)
    steps: dict[tuple[str, str], list[Any]] = defaultdict(list)
    planned = select(_table.c.id, _table.c.group_id, _table.c.step, _table.c.state).where(
        _table.c.contact_id == keep, _table.c.direction == Direction.OUT, _table.c.group_id.is_not(None)
    )
    for row in db.execute(planned):
        if row.state in RUNGS and row.state != State.FAILED:
            steps[row.group_id, row.step].append(row)
    needless: list[str] = []
    for rows in steps.values():
        rows.sort(key=lambda row: (-RUNGS.index(row.state), row.id in moved, row.id))
        needless += [row.id for row in rows[1:] if row.state in (*OPEN, *_IN_CALL)]
    return {"moved": moved, "withdrawn": withdraw(db, _table.c.id.in_(needless)) if needless else []}


def part(db: Session, gone: str, keep: str, facts: dict[str, Any]) -> None:
    """Give each their own back, and queue again what was withdrawn only because they were one."""
    move_back(db, _table, facts["moved"], gone, keep)
    requeue(db, facts["withdrawn"])


def withdraw(db: Session, chosen: Any) -> list[str]:
    """Take back what of these has not left, and say of what is in a call that it became needless; returns the
    ids of those taken back."""
    ours = update(_table).where(chosen, _table.c.direction == Direction.OUT)
    # First those in a call, then the open ones: what goes back to the queue in between is still met.
    db.execute(ours.where(_table.c.state.in_(_IN_CALL)).values(recalled=WHY))
    taken = ours.where(_table.c.state.in_(OPEN))
    taken = taken.values(state=State.WITHDRAWN, reason=WHY, attempt_id=None)
    return sorted(db.execute(taken.returning(_table.c.id)).scalars())


def stop(db: Session, contact_id: str, channels: Sequence[str]) -> list[str]:
    """Take back what waits for a person on channels they said no to; returns the ids."""
    if not channels:
        return []
    return withdraw(db, (_table.c.contact_id == contact_id) & _table.c.channel.in_(channels))


def requeue(db: Session, ids: Sequence[str]) -> None:
    """Queue these again where their group still sends and no stop came between."""
    still_open = exists(
        select(col(MessageGroup.id)).where(
            col(MessageGroup.id) == _table.c.group_id, col(MessageGroup.state) != GroupState.CLOSED
        )
    )
    db.execute(
        update(_table)
        .where(_table.c.id.in_(ids), _table.c.state == State.WITHDRAWN, _table.c.reason == WHY, still_open)
        .where(~consent.withdrawn_by(_table.c.contact_id, _table.c.channel))
        .values(state=State.QUEUED, reason=None)
    )


def to_conversation(db: Session, leave: str, stay: str) -> list[str]:
    """The messages of one conversation belong to another from now on; returns their ids."""
    moved = update(_table).where(_table.c.conversation_id == leave).values(conversation_id=stay)
    return sorted(db.execute(moved.returning(_table.c.id)).scalars())


def back_to_conversation(db: Session, ids: Sequence[str], leave: str) -> None:
    db.execute(update(_table).where(_table.c.id.in_(ids)).values(conversation_id=leave))
