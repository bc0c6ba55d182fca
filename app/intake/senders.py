"""Whose words an inbound message is: the contact, and the conversation of theirs that it goes on with."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlmodel import col

from app import runtime
from app.channels.base import Channel
from app.contacts import find
from app.contacts.addresses import address_hash, email_key
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.models import Conversation, ConversationState
from app.db import Session, among
from app.errors import NotFound
from app.intake.reply import Reply
from app.messages.ladder import SAID
from app.messages.models import Direction, Message, State

_LEFT = (*SAID, State.FAILED)
"""They may have read it, whatever became of it in the end."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The contact, whose row is locked, and their conversation as it stands since then; None: unknown."""

    contact: Contact | None = None
    conversation: Conversation | None = None


def whose(db: Session, reply: Reply) -> Sender:
    """The sender of one reply."""
    (sender,) = of_page(db, [reply])
    return sender


def of_page(db: Session, replies: Sequence[Reply]) -> list[Sender]:
    """The sender of each reply, found and locked together; in one order for everybody, so that nobody waits in a
    circle."""
    spoken = _spoken(db, replies)
    held = find.hold_all(db, {contact_id for contact_id, _ in spoken if contact_id})
    # Another worker may have moved it on while we waited for the lock.
    stands = walks.known_all(db, {conversation_id for _, conversation_id in spoken if conversation_id})
    return [
        Sender(_of(held, contact_id), stands.get(conversation_id or "")) if contact_id else Sender()
        for contact_id, conversation_id in spoken
    ]


def _of(held: Mapping[str, Contact], contact_id: str) -> Contact:
    if contact_id not in held:
        raise NotFound(f"contact {contact_id} is not here any more")
    return held[contact_id]


def _spoken(db: Session, replies: Sequence[Reply]) -> list[tuple[str | None, str | None]]:
    """(contact id, conversation id) that each reply goes on with, as far as they are known."""
    answered = {r.conversation_id: walks.known(db, r.conversation_id) for r in replies if r.conversation_id}
    ids_at = find.ids_at_all(db, {r.address for r in replies if not answered.get(r.conversation_id or "")})
    talks = _talks(db, {contact_id for ids in ids_at.values() for contact_id in ids})
    spoken: list[tuple[str | None, str | None]] = []
    for reply in replies:
        if conversation := answered.get(reply.conversation_id or ""):
            spoken.append((conversation.contact_id, conversation.id))
            continue
        ids = ids_at[reply.address]
        theirs = [row for contact_id in ids for row in talks[contact_id]]
        likely = [row for row in theirs if row.state in walks.LIVE] or theirs
        if len(likely) > 1:
            likely = [db.execute(_spoken_with(reply, [row.id for row in likely])).one()]
        spoken.append((likely[0].contact_id, likely[0].id) if likely else (ids[0] if ids else None, None))
    return spoken


def _talks(db: Session, contact_ids: Collection[str]) -> Mapping[str, list[Any]]:
    """Contact id -> id, contact_id and state of their conversations; of those that wait for a first word, the ones
    whose invitation has left: before that nobody answers it."""
    columns = (col(Conversation.id), col(Conversation.contact_id), col(Conversation.state))
    invited = exists(
        select(col(Message.id)).where(
            col(Message.conversation_id) == col(Conversation.id), col(Message.state).in_(_LEFT)
        )
    )
    theirs = select(*columns).where(
        among(db, col(Conversation.contact_id), contact_ids),
        or_(col(Conversation.state) != ConversationState.WAITING, invited),
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in db.execute(theirs):
        found[row.contact_id].append(row)
    return found


def address_back(db: Session, reply: Reply, contact: Contact) -> str | None:
    """Where to answer: where they wrote from, if that is theirs; None: to the contact's first address. An email may
    come from anybody who was passed the one we sent."""
    if reply.channel is Channel.SMS:
        return reply.address
    first = email_key(reply.address) == contact.email_key
    return None if first or contact.id not in find.ids_at(db, email=reply.address) else reply.address


def _spoken_with(reply: Reply, conversation_ids: Sequence[str]) -> Select[str, str]:
    """Of several conversations, by people who share an address too: the one in which we wrote there last."""
    key = runtime.current().settings.suppression_key
    last_word = (
        select(func.max(func.coalesce(col(Message.called_at), col(Message.created_at))))
        .where(
            col(Message.conversation_id) == col(Conversation.id),
            col(Message.channel) == reply.channel,
            col(Message.address_hash) == address_hash(key, reply.channel, reply.address),
            col(Message.direction) == Direction.OUT,
            col(Message.state).in_(SAID),
        )
        .scalar_subquery()
    )
    return (
        select(col(Conversation.id), col(Conversation.contact_id))
        .where(col(Conversation.id).in_(conversation_ids))
        .order_by(last_word.desc().nulls_last(), col(Conversation.created_at).desc())
        .limit(1)
    )
