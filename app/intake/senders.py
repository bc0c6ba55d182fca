"""Whose words an inbound message is: the contact, and the conversation of theirs that it goes on with."""

from sqlalchemy import Select, func, select
from sqlmodel import col

from app import runtime
from app.channels.base import Channel
from app.contacts import find
from app.contacts.addresses import address_hash, email_key
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.models import Conversation
from app.db import Session
from app.errors import NotFound
from app.intake.reply import Reply
from app.messages.ladder import SAID
from app.messages.models import Direction, Message


def whose(db: Session, reply: Reply) -> tuple[Contact | None, Conversation | None]:
    """The contact, whose row is locked from here on, and their conversation as it stands then; None: unknown."""
    conversation = walks.known(db, reply.conversation_id) if reply.conversation_id else None
    if conversation is None:
        by_email = reply.channel is Channel.EMAIL
        ids = find.ids_at(
            db, email=reply.address if by_email else None, phone=None if by_email else reply.address
        )
        if not ids:
            return None, None
        conversation = db.scalars(_spoken_with(reply, ids)).first()
        if conversation is None:
            return _locked(db, ids[0]), None
    contact = _locked(db, conversation.contact_id)
    # Another worker may have moved it on while we waited for the lock.
    return contact, walks.known(db, conversation.id)


def address_back(db: Session, reply: Reply, contact: Contact) -> str | None:
    """Where to answer: where they wrote from, if that is theirs; None: to the contact's first address. An email may
    come from anybody who was passed the one we sent."""
    if reply.channel is Channel.SMS:
        return reply.address
    first = email_key(reply.address) == contact.email_key
    return None if first or contact.id not in find.ids_at(db, email=reply.address) else reply.address


def _spoken_with(reply: Reply, ids: list[str]) -> Select[Conversation]:
    """Of the people who share an address: who is in a conversation, and of these whom we wrote to there last."""
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
        select(Conversation)
        .where(col(Conversation.contact_id).in_(ids))
        .order_by(
            col(Conversation.state).in_(walks.LIVE).desc(),
            last_word.desc().nulls_last(),
            col(Conversation.created_at).desc(),
        )
        .limit(1)
    )


def _locked(db: Session, contact_id: str) -> Contact:
    held = find.hold(db, contact_id)
    if held is None:
        raise NotFound(f"contact {contact_id} is not here any more")
    return held
