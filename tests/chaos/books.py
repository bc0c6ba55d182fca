"""Ours against the providers': whom did they take a message for, and does each of our rows say what is true?"""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import col, func, select

from app import runtime
from app.intake.models import RawEvent, RawState
from app.messages.models import Attempt, Message, State
from app.waves.models import Arm, WaveMember
from tests.chaos.storm import Storm
from tests.chaos.worker import LEASE

TAKEN = {State.ACCEPTED, State.SENT, State.DELIVERED}
NEVER = {State.FAILED, State.WITHDRAWN, State.EXPIRED, State.UNCONFIRMED}
OPEN = (State.QUEUED, State.CLAIMED, State.CALLING)
MARGIN = 10.0
"""Seconds after its lease in which a sender's record may still have been lost to a killed database."""


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    wave: str
    channel: str
    address: str
    state: str
    called: float | None
    pid: int
    began: float
    recorded: bool
    reason: str


def ours() -> list[Row]:
    """Every message of every wave, with the attempt it was last part of."""
    with runtime.reading() as db:
        rows = db.exec(
            select(Message, Attempt)
            .outerjoin(Attempt, col(Message.attempt_id) == col(Attempt.id))
            .where(Message.direction == "out", col(Message.group_id).is_not(None))
        ).all()
    return [
        Row(
            id=message.id,
            wave=str(message.group_id),
            channel=message.channel,
            address=message.address,
            state=message.state,
            called=_unix(message.called_at),
            pid=int(attempt.worker.rpartition(":")[2]) if attempt else 0,
            began=_unix(attempt.started_at) or 0.0 if attempt else 0.0,
            recorded=attempt is not None and attempt.ended_at is not None,
            reason=message.reason or "",
        )
        for message, attempt in rows
    ]


def counts() -> Counter[str]:
    """Our messages by state."""
    with runtime.reading() as db:
        found = db.execute(
            select(col(Message.state), func.count())
            .where(col(Message.direction) == "out", col(Message.group_id).is_not(None))
            .group_by(col(Message.state))
        )
        return Counter({row[0]: row[1] for row in found})


def left_out() -> int:
    """How many contacts the planner left out: they had said stop before their page was planned."""
    with runtime.reading() as db:
        out = select(func.count()).select_from(WaveMember).where(col(WaveMember.arm) == Arm.EXCLUDED)
        return int(db.execute(out).scalar_one())


def unread() -> Counter[str]:
    """Posts of the providers that were not read yet, and those set aside."""
    with runtime.reading() as db:
        query = select(col(RawEvent.state), func.count()).group_by(col(RawEvent.state))
        found = Counter({row[0]: row[1] for row in db.execute(query)})
    return Counter({state: found[state] for state in (RawState.NEW, RawState.QUARANTINED)})


def outside(bill: Path) -> int:
    """How many steps and events the outside world still has before it."""
    with sqlite3.connect(f"file:{bill / 'sandbox.sqlite3'}?mode=ro", uri=True, timeout=30) as db:
        (left,) = db.execute(
            "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM actions)"
        ).fetchone()
    return int(left)


def violations(storm: Storm, rows: list[Row], planned: int) -> list[str]:
    """Everything that must not be; empty when all is well."""
    bill, faults = storm.house.bill, _lines(storm.house.bill / "faults.jsonl")
    accepted = Counter(_our_id(line) for line in _lines(bill / "accepted.jsonl"))
    people = Counter(str(line["to"]) for line in _lines(bill / "accepted.jsonl"))
    spoiled = {one for line in faults if line["fault"].endswith("_before") for one in line["messages"]}
    known = {row.id for row in rows}
    wrong = [f"{one}: accepted {times} times" for one, times in accepted.items() if times > 1]
    wrong += [f"{one}: written to {times} times" for one, times in people.items() if times > 1]
    wrong += [f"{one}: accepted, and we do not know it" for one in accepted if one not in known]
    if len(rows) != planned:
        wrong.append(f"{len(rows)} messages instead of {planned}")
    for row in rows:
        taken = row.id in accepted
        if row.state not in (TAKEN if taken else NEVER):
            wrong.append(f"{row.id} ({row.channel}): {row.state} ({row.reason}), accepted: {taken}")
        elif row.state == State.UNCONFIRMED and not (row.id in spoiled or _cut_short(storm, row)):
            wrong.append(f"{row.id} ({row.channel}): unconfirmed ({row.reason}), and nothing happened to it")
        stopped = storm.stopped.get(row.address)
        if row.called is not None and stopped is not None and row.called > stopped:
            wrong.append(f"{row.id}: crossed the line {row.called - stopped:.3f} s after the stop")
        for wave, since, until in storm.held:
            if row.wave == wave and row.called is not None and since < row.called < until:
                wrong.append(f"{row.id}: crossed the line {row.called - since:.3f} s after the pause")
    if aside := unread()[RawState.QUARANTINED]:
        wrong.append(f"{aside} posts of the providers were set aside")
    return wrong


def _cut_short(storm: Storm, row: Row) -> bool:
    """Its sender was killed in the middle of that attempt, or the database was before the answer was written."""
    if row.recorded:
        return False
    last = row.began + LEASE.total_seconds() + MARGIN
    killed = any(row.pid == pid and row.began <= at for at, _, pid in storm.house.deaths)
    return killed or any(row.began - 1 <= at <= last for at in storm.database_deaths)


def _our_id(line: dict[str, Any]) -> str:
    return str(line["custom"].get("w_message") or line["custom"].get("m"))


def _lines(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _unix(at: datetime | None) -> float | None:
    return at.timestamp() if at else None
