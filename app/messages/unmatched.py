"""Receipts whose message is not known yet: it is looked for again for three days, then they are foreign."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from app.channels.base import EventKind
from app.db import Session, among, is_sqlite, table_of
from app.messages import matching
from app.messages.matching import Told
from app.messages.models import Receipt, UnmatchedReceipt

FOREIGN_AFTER = timedelta(hours=72)
FIRST_LOOK = timedelta(seconds=30)
PAGE = 500


class Waiting(NamedTuple):
    """One receipt that is looked at again."""

    receipt_id: int
    provider: str
    message_id: str | None
    since: datetime
    at: datetime
    kind: str
    code: str | None
    reason: str | None
    event_key: str
    facts: dict[str, Any]


def wait(db: Session, told: Mapping[str, Told]) -> None:
    """Have the messages of these new receipts (by their keys) looked for again; what can name none is foreign at
    once. Nothing of an account is about a message."""
    ours = {key: one for key, one in told.items() if one.event.kind is not EventKind.ACCOUNT}
    if not ours:
        return
    receipts = table_of(Receipt)
    ids = db.execute(select(receipts.c.event_key, receipts.c.id).where(among(db, receipts.c.event_key, ours)))
    rows = []
    for key, id_ in ids:
        one = ours[key]
        named = matching.our_id(one.event)
        look = None if matching.foreign(one) else one.received_at + FIRST_LOOK
        rows.append({"receipt_id": id_, "message_id": named, "since": one.received_at, "look_at": look})
    db.connection().execute(table_of(UnmatchedReceipt).insert(), rows)


def due(db: Session, *, now: datetime) -> Sequence[Waiting]:
    """The next receipts whose message is to be looked for again, longest due first."""
    receipts, waiting = table_of(Receipt), table_of(UnmatchedReceipt)
    columns = (receipts.c[name] for name in ("at", "kind", "code", "reason", "event_key", "facts"))
    chosen = (
        select(waiting.c.receipt_id, receipts.c.provider, waiting.c.message_id, waiting.c.since, *columns)
        .join(receipts, receipts.c.id == waiting.c.receipt_id)
        .where(waiting.c.look_at <= now)
        .order_by(waiting.c.look_at, waiting.c.receipt_id)
        .limit(PAGE)
    )
    # Two that look again at once share them out.
    locked = chosen.with_for_update(of=waiting, skip_locked=True)
    return [Waiting._make(row) for row in db.execute(chosen if is_sqlite(db) else locked)]


def matched(db: Session, found: Mapping[int, str]) -> None:
    """These receipts (by id) are about these messages."""
    if not found:
        return
    receipts, waiting = table_of(Receipt), table_of(UnmatchedReceipt)
    db.connection().execute(
        update(receipts).where(receipts.c.id == bindparam("r")).values(message_id=bindparam("m")),
        [{"r": id_, "m": message_id} for id_, message_id in found.items()],
    )
    db.execute(delete(waiting).where(among(db, waiting.c.receipt_id, found)))


def put_off(db: Session, looked: Sequence[Waiting], *, now: datetime) -> int:
    """None was found for these: look again after half as long as they have waited; after three days they are
    foreign. Returns how many are now."""
    table, rows = table_of(UnmatchedReceipt), []
    for one in looked:
        last = one.since + FOREIGN_AFTER
        rest = max(FIRST_LOOK, (now - one.since) / 2)
        rows.append({"r": one.receipt_id, "at": None if now >= last else min(now + rest, last)})
    if rows:
        again_at = update(table).where(table.c.receipt_id == bindparam("r")).values(look_at=bindparam("at"))
        db.connection().execute(again_at, rows)
    return sum(row["at"] is None for row in rows)


def standing(db: Session) -> dict[str, int]:
    """How many receipts wait for their message, and how many are foreign."""
    table = table_of(UnmatchedReceipt)
    waits = func.count(table.c.look_at)
    waiting, foreign = db.execute(select(waits, func.count() - waits).select_from(table)).one()
    return {"waiting": waiting, "foreign": foreign}
