"""Two machines must not talk for ever: who repeats themselves or writes without end is heard, but not answered."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select

from app.contacts.addresses import address_hash
from app.db import Session, among, table_of
from app.intake.reply import Reply
from app.journal.record import record
from app.messages.models import Direction, Message

SAME, WITHIN = 3, timedelta(hours=1)
"""The same text so often within this time: an auto-responder answers each of our questions with it."""
MOST, FLOOD = 20, timedelta(minutes=10)
"""More messages than this within this time come from no hand."""
_NOT_A_WORD = re.compile(r"[\W_]+")
_table = table_of(Message)


class Said(NamedTuple):
    """One earlier message of a sender; `reason`: why it got no answer."""

    text: str
    at: datetime
    reason: str | None


class Loop(StrEnum):
    """How somebody seems to be a machine, and so what of theirs still counts."""

    REPEATS = "repeats"
    """Only what answers to the point: three fives in an hour may be three answers."""
    FLOODS = "floods"
    """Nothing."""


def recent(db: Session, replies: Sequence[Reply], hash_key: str) -> dict[tuple[str, str], list[Said]]:
    """What each of these senders, by channel and address, said within the hour before their reply."""
    names = {
        (reply.channel, reply.address): address_hash(hash_key, reply.channel, reply.address)
        for reply in replies
    }
    latest = max((reply.at for reply in replies), default=None)
    if latest is None:
        return {}
    theirs = select(
        _table.c.channel, _table.c.address_hash, _table.c.text, _table.c.created_at, _table.c.reason
    ).where(
        _table.c.channel.in_({channel for channel, _ in names}),
        among(db, _table.c.address_hash, set(names.values())),
        _table.c.direction == Direction.IN,
        _table.c.created_at > min(reply.at for reply in replies) - WITHIN,
        _table.c.created_at <= latest,
    )
    said: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for channel, hashed, *row in db.execute(theirs):
        said[channel, hashed].append(Said(*row))
    return {name: said[name[0], hashed] for name, hashed in names.items()}


def found(reply: Reply, before: Sequence[Said]) -> Loop | None:
    """Whether a reply is one of a loop, given what its sender said `before` (see `recent`)."""
    if sum(one.at > reply.at - FLOOD for one in before) >= MOST:
        return Loop.FLOODS
    words = alike(reply.text)
    hour = [one for one in before if one.at > reply.at - WITHIN]
    if words and sum(alike(one.text) == words for one in hour) >= SAME - 1:
        return Loop.REPEATS
    return None


def note(
    db: Session, reply: Reply, before: Sequence[Said], loop: Loop, *, message_id: str, contact_id: str | None
) -> None:
    """The reply goes unanswered: the journal says so, once for as long as the loop lasts."""
    if not any(one.reason == loop for one in before):
        whom = ("contact", contact_id) if contact_id else ("message", message_id)
        record(
            db, at=reply.at, actor="system", verb="loop_cut", subject=whom, reason=loop, message=message_id
        )


def alike(text: str) -> str:
    """A text without what does not make it another: capitals, spaces, punctuation."""
    return _NOT_A_WORD.sub(" ", text.casefold()).strip() or text.strip()
