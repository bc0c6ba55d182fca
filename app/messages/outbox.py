"""Putting messages into the ledger, and taking back those that became needless before a byte left."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, literal, or_, select, update
from sqlmodel import col

from app import runtime
from app.channels.base import Channel
from app.db import Session, among, insert_new, later, new_id, table_of
from app.messages.ladder import OPEN
from app.messages.models import (
    ANSWERING,
    CONFIRMING,
    Content,
    Direction,
    GroupState,
    Message,
    MessageGroup,
    State,
    Waiting,
)

AGAIN = ":again"
"""Ends the once_key of a message that stands in for one nobody heard of."""


def freeze(
    db: Session,
    channel: Channel,
    language: str,
    *,
    text: str,
    subject: str = "",
    html: str = "",
    headers: dict[str, str] | None = None,
    opens: bool = False,
) -> str:
    """Keep what many messages share, exactly as it will be sent; returns the content's id."""
    content = Content(
        channel=channel,
        language=language,
        subject=subject,
        text=text,
        html=html,
        headers=headers or {},
        opens=opens,
    )
    db.add(content)
    db.flush()
    return content.id


def put(db: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Insert queued messages; a row whose once_key exists is left out. Returns how many went in. See `queued`."""
    return insert_new(db, Message, queued(rows))


def queued(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whole rows of messages to be sent.

    Each row given names channel, contact_id, address, address_hash, not_before and created_at; an email also
    content_id and values_, a text its whole `text`.
    """
    defaults: dict[str, Any] = {
        "direction": Direction.OUT,
        "state": State.QUEUED,
        "conversation_id": None,
        "group_id": None,
        "step": "",
        "content_id": None,
        "values_": {},
        "headers": {},
        "text": "",
        "subject": "",
        "once_key": None,
        "not_after": None,
    }
    return [{**defaults, "id": new_id(), "domain": domain_of(row["address"]), **row} for row in rows]


def domain_of(address: str) -> str:
    """What brakes and caps by domain go by; a number has none."""
    return address.rpartition("@")[2].lower() if "@" in address else ""


def ring(db: Session, channel: str) -> None:
    """Have the senders look at the outbox once this transaction has committed."""
    runtime.ring_after_commit(db, "sending", "app.messages.jobs.send", str(channel))


def withdraw(
    db: Session,
    why: str,
    *,
    contacts: Collection[str] = (),
    addresses: Sequence[tuple[str, str]] = (),
    conversations: Collection[str] = (),
    messages: Collection[str] = (),
    group_id: str | None = None,
    step: str | None = None,
    sequence: bool = False,
) -> int:
    """Take back queued and claimed messages; what has crossed the line is not touched.

    Chosen by contacts, (channel, address hash) pairs, conversations or their own ids (any of these), or by group;
    a group or a step beside them narrows to it, `sequence` to what a group planned and no conversation said. Returns
    how many were withdrawn.
    """
    table = table_of(Message)
    chosen = [
        among(db, column, ids)
        for column, ids in (
            (table.c.contact_id, contacts),
            (table.c.conversation_id, conversations),
            (table.c.id, messages),
        )
        if ids
    ]
    chosen += [
        and_(
            table.c.channel == channel,
            among(db, table.c.address_hash, [to for of, to in addresses if of == channel]),
        )
        for channel in sorted({of for of, _ in addresses})
    ]
    if not chosen and group_id is None:
        raise ValueError("withdraw needs to be told what")
    ours = update(table).where(table.c.direction == Direction.OUT)
    if chosen:
        ours = ours.where(or_(*chosen))
    if group_id:
        ours = ours.where(table.c.group_id == group_id)
    if step:
        ours = ours.where(table.c.step == step)
    if sequence:
        ours = ours.where(table.c.group_id.is_not(None), table.c.step.not_in((ANSWERING, CONFIRMING)))
    # First those in a call, then the open ones: what goes back to the queue in between is still met.
    db.execute(ours.where(table.c.state.in_((State.CALLING, State.UNKNOWN))).values(recalled=why))
    taken = ours.where(table.c.state.in_(OPEN))
    taken = taken.values(state=State.WITHDRAWN, reason=why, attempt_id=None)
    return int(db.execute(taken).rowcount)  # type: ignore[attr-defined]


def withdraw_copies(db: Session, ids: Collection[str]) -> None:
    """The provider did take these messages: what was to be sent in their stead, and has not left, is needless."""
    table = table_of(Message)
    keys = select(table.c.once_key + literal(AGAIN)).where(table.c.id.in_(ids), table.c.once_key.is_not(None))
    copies = update(table).where(table.c.once_key.in_(keys.scalar_subquery()), table.c.state.in_(OPEN))
    db.execute(copies.values(state=State.WITHDRAWN, reason="arrived_after_all", attempt_id=None))


def open_group(db: Session, group_id: str) -> None:
    db.add(MessageGroup(id=group_id, state=GroupState.OPEN))
    db.flush()


def set_group(db: Session, group_id: str, state: GroupState, reason: str | None = None) -> None:
    """Pause, reopen or close a group; claims skip what is not open."""
    db.execute(
        update(table_of(MessageGroup))
        .where(col(MessageGroup.id) == group_id)
        .values(state=state, reason=reason)
    )


def heard_before(db: Session, once_keys: Collection[str]) -> set[str]:
    """Which of these inbound messages the ledger has already."""
    table = table_of(Message)
    return set(db.scalars(select(table.c.once_key).where(among(db, table.c.once_key, once_keys))))


def hear(
    db: Session,
    *,
    message_id: str,
    channel: Channel,
    address: str,
    address_hash: str,
    provider_id: str | None,
    subject: str,
    text: str,
    at: datetime,
    contact_id: str | None,
    conversation_id: str | None,
    group_id: str | None,
    once_key: str,
    reason: str | None = None,
    away_until: datetime | None = None,
) -> None:
    """Enter an inbound message that was dealt with; `reason`: why it got no answer, when a person would have;
    `away_until`: when its absent writer is back, if it says so."""
    row: dict[str, Any] = {
        "id": message_id,
        "direction": Direction.IN,
        "channel": channel,
        "state": State.READ,
        "contact_id": contact_id,
        "conversation_id": conversation_id,
        "group_id": group_id,
        "address": address,
        "address_hash": address_hash,
        "provider_id": provider_id,
        "subject": subject,
        "text": text,
        "reason": reason,
        "values_": {},
        "headers": {},
        "step": "",
        "once_key": once_key,
        "not_before": at,
        "not_after": away_until,
        "created_at": at,
    }
    later(db, _enter, row)


def _enter(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    insert_new(db, Message, rows)


def somebody_waits(db: Session, post: str, since: datetime) -> None:
    """A person's message came in with this post (any unique text) and is not read yet."""
    insert_new(db, Waiting, [{"post": post, "since": since}])


def attended(db: Session, posts: Sequence[str]) -> None:
    """The messages that came with these posts were read, or set aside for a person to look at."""
    db.execute(delete(table_of(Waiting)).where(among(db, table_of(Waiting).c.post, posts)))


def longest_wait(db: Session) -> datetime | None:
    """Since when the person who has waited longest for us to read them has waited."""
    longest: datetime | None = db.execute(select(func.min(col(Waiting.since)))).scalar_one()
    return longest
