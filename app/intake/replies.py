"""The one story of a reply, whatever the door: opt-out, conversation, feedback, score, outcome, in that order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app import runtime
from app.channels.base import Channel
from app.contacts import find, suppression
from app.contacts.addresses import address_hash
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.models import Conversation, ConversationState
from app.conversations.walks import WEB, Walk
from app.db import Session, new_id
from app.engagement.models import Grade, Kind
from app.engagement.record import record as record_interaction
from app.errors import NotFound
from app.feedback import record as feedback
from app.intake import effects as effects_of
from app.intake import keywords, stops
from app.intake.reply import Reply
from app.journal.record import record
from app.language.reading import Intent, Reading, read
from app.messages import outbox
from app.outcomes.decide import redecide
from app.scoring.score import rescore
from app.surveys.engine import Answered, Effect


def hear(db: Session, reply: Reply) -> None:
    """Take one inbound message through the whole story; one heard before changes nothing."""
    rt = runtime.current()
    contact, conversation = _who(db, reply)
    message_id = new_id()
    new = outbox.hear(
        db,
        message_id=message_id,
        channel=reply.channel,
        address=reply.address,
        address_hash=address_hash(rt.settings.suppression_key, reply.channel, reply.address),
        provider_id=reply.provider_id,
        subject=reply.subject,
        text=reply.text,
        at=reply.at,
        contact_id=contact.id if contact else None,
        conversation_id=conversation.id if conversation else None,
        group_id=conversation.group_id if conversation else None,
        once_key=f"in:{reply.provider_id}",
    )
    if not new:
        return
    _understand(db, reply, contact, conversation, message_id)
    outbox.mark_read(db, message_id)


def submit(
    db: Session,
    conversation_id: str,
    question: str,
    value: str,
    *,
    language: str = "",
    evidence: dict[str, Any],
) -> Walk | None:
    """Take an answer given on the page; raises surveys.engine.BadAnswer. None: no such conversation."""
    now = runtime.now()
    walk = walks.open_walk(db, conversation_id, language=language)
    if walk is None or walk.conversation.state == ConversationState.STOPPED:
        return walk
    effects = walks.submit(db, walk, question, value, now=now)
    if effects:
        _sign_of_life(db, walk.contact, Kind.ANSWER, f"web:{conversation_id}:{question}:{value[:40]}", now)
        effects_of.carry_out(db, walk, effects, source=WEB, at=now, evidence=evidence)
        rescore(db, [walk.contact.id], now=now)
        redecide(db, walk.contact.id, now=now)
    return walk


def _who(db: Session, reply: Reply) -> tuple[Contact | None, Conversation | None]:
    """The contact and the conversation a reply belongs to; the contact's row is locked."""
    if reply.conversation_id:
        conversation = walks.known(db, reply.conversation_id)
        if conversation is not None:
            return _locked(db, conversation.contact_id), conversation
    by_email = reply.channel is Channel.EMAIL
    ids = find.ids_at(
        db, email=reply.address if by_email else None, phone=None if by_email else reply.address
    )
    if not ids:
        return None, None
    # A number may be shared: whoever we spoke with last is meant.
    statement = (
        select(Conversation)
        .where(col(Conversation.contact_id).in_(ids))
        .order_by(col(Conversation.state).in_(walks.LIVE).desc(), col(Conversation.created_at).desc())
        .limit(1)
    )
    conversation = db.scalars(statement).first()
    return _locked(db, conversation.contact_id if conversation else ids[0]), conversation


def _locked(db: Session, contact_id: str) -> Contact:
    held = find.hold(db, contact_id)
    if held is None:
        raise NotFound(f"contact {contact_id} is not here any more")
    return held


def _understand(
    db: Session, reply: Reply, contact: Contact | None, conversation: Conversation | None, message_id: str
) -> None:
    if reply.automatic:
        return
    if keywords.take(db, reply, contact, conversation):
        return
    language = conversation.language if conversation else (contact.language if contact else None)
    reading = read(reply.text, lang=language, channel=reply.channel)
    if reading.has(Intent.UNSUBSCRIBE):
        _stop_in_words(db, reply, contact, reading, message_id)
    elif contact is not None:
        told = _converse(db, reply, contact, conversation, reading, message_id)
        # A machine, or somebody else, proves nothing about this person.
        if told or not (reading.has(Intent.OUT_OF_OFFICE) or reading.has(Intent.WRONG_PERSON)):
            _sign_of_life(db, contact, Kind.REPLY, f"message:{message_id}", reply.at, message_id)
    if contact is not None:
        rescore(db, [contact.id], now=runtime.now())
        redecide(db, contact.id, now=runtime.now())


def _stop_in_words(
    db: Session, reply: Reply, contact: Contact | None, reading: Reading, message_id: str
) -> None:
    """`No more contact` in their own words suppresses every address; what is doubtful a person also sees."""
    key = runtime.current().settings.suppression_key
    addresses = [(str(reply.channel), address_hash(key, reply.channel, reply.address))]
    if contact is not None:
        addresses = sorted({*addresses, *find.every_address(db, contact, key)})
        feedback.sentiment(
            db,
            contact.id,
            reading,
            text=reply.text,
            source=reply.channel,
            source_key=f"message:{message_id}",
            at=reply.at,
        )
        if reading.needs_review:
            record(db, at=reply.at, actor="system", verb="review.opt_out", subject=("message", message_id))
    stops.by_reply(db, reply, contact, addresses, reason="asked_to_stop")


def _converse(
    db: Session,
    reply: Reply,
    contact: Contact,
    conversation: Conversation | None,
    reading: Reading,
    message_id: str,
) -> Sequence[Effect]:
    if reading.has(Intent.WRONG_PERSON):
        _not_them(db, reply, contact)
        return ()
    walk = walks.open_walk(db, conversation.id) if conversation else None
    if walk is None or walk.conversation.state == ConversationState.STOPPED:
        effects: Sequence[Effect] = ()
    else:
        effects = walks.receive(
            db, walk, reply.text, channel=reply.channel, message_id=message_id, now=runtime.now()
        )
        effects_of.carry_out(
            db,
            walk,
            effects,
            source=reply.channel,
            at=reply.at,
            evidence=reply.evidence | {"provider_id": reply.provider_id, "message": message_id},
        )
    if not any(isinstance(effect, Answered) for effect in effects):
        feedback.sentiment(
            db,
            contact.id,
            reading,
            text=reply.text,
            source=reply.channel,
            source_key=f"message:{message_id}",
            at=reply.at,
            group_id=conversation.group_id if conversation else None,
        )
    return effects


def _not_them(db: Session, reply: Reply, contact: Contact) -> None:
    """The address is somebody else's: leave them in peace, and say so in the contact's file."""
    key, now = runtime.current().settings.suppression_key, runtime.now()
    address = (str(reply.channel), address_hash(key, reply.channel, reply.address))
    suppression.suppress(db, [address], reason="wrong_person", source=reply.channel, at=reply.at)
    outbox.withdraw(db, "wrong_person", addresses=[address])
    walks.close(db, ConversationState.STOPPED, now=now, contact_id=contact.id)
    record(db, at=now, actor="contact", verb="wrong_person", subject=("contact", contact.id))


def _sign_of_life(
    db: Session, contact: Contact, kind: Kind, key: str, at: datetime, message_id: str | None = None
) -> None:
    grade = Grade.ANSWER if kind is Kind.ANSWER else Grade.REPLY
    record_interaction(
        db, contact.id, kind, grade, at, source="riattiva", dedupe_key=key, message_id=message_id
    )
