"""Two machines must not talk for ever: who repeats themselves or writes without end is heard, but not answered."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Row, select

from app.contacts.addresses import address_hash
from app.db import Session, table_of
from app.intake.reply import Reply
from app.journal.record import record
from app.messages.models import Direction, Message

SAME, WITHIN = 3, timedelta(hours=1)
"""The same text so often within this time: an auto-responder answers each of our questions with it."""
MOST, FLOOD = 20, timedelta(minutes=10)
"""More messages than this within this time come from no hand."""
_NOT_A_WORD = re.compile(r"[\W_]+")
_table = table_of(Message)


class Loop(StrEnum):
    """How somebody seems to be a machine, and so what of theirs still counts."""

    REPEATS = "repeats"
    """Only what answers to the point: three fives in an hour may be three answers."""
    FLOODS = "floods"
    """Nothing."""


def found(db: Session, reply: Reply, hash_key: str) -> Loop | None:
    """Whether the reply just entered into the ledger is one of a loop."""
    recent = _recent(db, reply, hash_key)
    if sum(row.created_at > reply.at - FLOOD for row in recent) > MOST:
        return Loop.FLOODS
    said = alike(reply.text)
    if said and sum(alike(row.text) == said for row in recent) >= SAME:
        return Loop.REPEATS
    return None


def note(
    db: Session, reply: Reply, hash_key: str, loop: Loop, *, message_id: str, contact_id: str | None
) -> None:
    """The reply goes unanswered: the journal says so, once for as long as the loop lasts."""
    if not any(row.reason == loop for row in _recent(db, reply, hash_key)):
        whom = ("contact", contact_id) if contact_id else ("message", message_id)
        record(
            db, at=reply.at, actor="system", verb="loop_cut", subject=whom, reason=loop, message=message_id
        )


def alike(text: str) -> str:
    """A text without what does not make it another: capitals, spaces, punctuation."""
    return _NOT_A_WORD.sub(" ", text.casefold()).strip() or text.strip()


def _recent(db: Session, reply: Reply, hash_key: str) -> Sequence[Row[tuple[str, datetime, str | None]]]:
    """text, created_at, reason of their latest messages, this one included."""
    theirs = (
        select(_table.c.text, _table.c.created_at, _table.c.reason)
        .where(
            _table.c.channel == reply.channel,
            _table.c.address_hash == address_hash(hash_key, reply.channel, reply.address),
            _table.c.direction == Direction.IN,
            _table.c.created_at > reply.at - WITHIN,
            _table.c.created_at <= reply.at,
        )
        .order_by(_table.c.created_at.desc())
        .limit(MOST + 1)
    )
    return db.execute(theirs).all()
