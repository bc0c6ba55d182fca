"""The one story of a reply, whatever the door: opt-out, conversation, feedback, score, outcome, in that order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import runtime
from app.contacts import find, suppression
from app.contacts.addresses import address_hash
from app.contacts.models import Contact
from app.conversations import turns, walks
from app.conversations.models import Conversation, ConversationState
from app.conversations.walks import WEB, Walk
from app.db import Session, new_id, settle
from app.engagement.models import Grade, Kind
from app.engagement.record import record as record_interaction
from app.feedback import record as feedback
from app.intake import effects as effects_of
from app.intake import keywords, loops, opinions, pictures, senders, stops, strangers
from app.intake.loops import Loop, Said
from app.intake.reply import AUTO_REPLY, Reply
from app.intake.senders import Sender
from app.journal.record import record
from app.language.reading import Intent, Reading, read
from app.messages import outbox
from app.outcomes.decide import redecide_all
from app.scoring.score import rescore
from app.surveys import engine
from app.surveys.engine import Answered, Effect


def hear(db: Session, *replies: Reply) -> None:
    """Take inbound messages through the whole story, in this order; one heard before changes nothing."""
    heard, touched = outbox.heard_before(db, [_once(reply) for reply in replies]), set()
    new = [
        reply for reply in {_once(reply): reply for reply in replies}.values() if _once(reply) not in heard
    ]
    page, said = senders.of_page(db, new), loops.recent(db, new, _key())
    met: set[str] = set()
    for reply, sender in zip(new, page, strict=True):
        before = said[reply.channel, reply.address]
        names = {reply.address, *([sender.contact.id] if sender.contact else ())}
        if names & met:
            # A message of theirs was heard before in this page: this one meets what it left.
            settle(db)
            sender = senders.whose(db, reply)
            before = loops.recent(db, [reply], _key())[reply.channel, reply.address]
        met |= names
        if _hear(db, reply, sender, before) and sender.contact:
            touched.add(sender.contact.id)
    settle(db)
    if touched:
        rescore(db, touched, now=runtime.now())
        redecide_all(db, touched, now=runtime.now())


def submit(
    db: Session,
    conversation_id: str,
    question: str,
    value: turns.Given,
    *,
    language: str = "",
    evidence: dict[str, Any],
) -> Walk | None:
    """Take an answer given on the page; raises surveys.engine.BadAnswer. None: no such conversation."""
    now = runtime.now()
    walk = walks.open_walk(db, conversation_id, language=language)
    if walk is None or walk.conversation.state == ConversationState.STOPPED:
        return walk
    effects = turns.submit(db, walk, question, value, now=now)
    if effects:
        _sign_of_life(db, walk.contact, Kind.ANSWER, f"web:{conversation_id}:{question}:{value!s:.40}", now)
        effects_of.carry_out(db, walk, effects, source=WEB, at=now, evidence=evidence)
        settle(db)
        _stop_on_the_page(db, walk, effects, evidence=evidence, at=now)
        rescore(db, [walk.contact.id], now=now)
        redecide_all(db, [walk.contact.id], now=now)
    return walk


def _hear(db: Session, reply: Reply, sender: Sender, before: Sequence[Said]) -> bool:
    """Whether more is known of the contact now."""
    contact, conversation = sender.contact, sender.conversation
    message_id = new_id()
    loop = None
    if not reply.silence:
        loop = _understand(db, reply, sender, before, message_id)
    elif reply.silence == AUTO_REPLY and contact and read(reply.text).has(Intent.WRONG_PERSON):
        _not_them(db, reply, contact)
    outbox.hear(
        db,
        message_id=message_id,
        channel=reply.channel,
        address=reply.address,
        address_hash=address_hash(_key(), reply.channel, reply.address),
        provider_id=reply.provider_id,
        subject=reply.subject,
        text=reply.text,
        at=reply.at,
        contact_id=contact.id if contact else None,
        conversation_id=conversation.id if conversation else None,
        group_id=conversation.group_id if conversation else None,
        once_key=_once(reply),
        reason=loop or reply.silence or None,
        away_until=reply.away_until,
    )
    return not loop and not reply.silence


def _once(reply: Reply) -> str:
    return f"in:{reply.provider_id}"


def _understand(
    db: Session, reply: Reply, sender: Sender, before: Sequence[Said], message_id: str
) -> Loop | None:
    """Whatever else they say, a stop comes first. Returns why they get no answer where a person would have."""
    contact, conversation = sender.contact, sender.conversation
    loop = loops.found(reply, before)
    if keywords.take(db, reply, contact, conversation, looping=loop is not None):
        return None
    language = conversation.language if conversation else (contact.language if contact else None)
    reading = read(reply.text, lang=language, channel=reply.channel)
    if reading.has(Intent.UNSUBSCRIBE):
        _stop_in_words(db, reply, contact, reading, message_id, reason="asked_to_stop")
    elif engine.leaves(reply.text) and not (contact and _goes_on(conversation, loop)):
        _stop_in_words(db, reply, contact, reading, message_id, reason="left")
    elif contact is None and loop is None:
        if not _says_nothing_of_them(reading):
            strangers.answer(db, reply)
    elif contact and _converse(db, reply, contact, conversation, reading, message_id, loop):
        _sign_of_life(db, contact, Kind.REPLY, f"message:{message_id}", reply.at, message_id)
    elif loop is not None:
        whom = contact.id if contact else None
        loops.note(db, reply, before, loop, message_id=message_id, contact_id=whom)
        return loop
    return None


def _says_nothing_of_them(reading: Reading) -> bool:
    """A machine, or somebody else, proves nothing about this person."""
    return reading.has(Intent.OUT_OF_OFFICE) or reading.has(Intent.WRONG_PERSON)


def _goes_on(conversation: Conversation | None, loop: Loop | None) -> bool:
    """Whether there is a conversation that hears them."""
    going = conversation is not None and conversation.state != ConversationState.STOPPED
    return going and loop is not Loop.FLOODS


def _stop_in_words(
    db: Session, reply: Reply, contact: Contact | None, reading: Reading, message_id: str, *, reason: str
) -> None:
    """`No more contact` in their own words suppresses every address; what is doubtful a person also sees."""
    addresses = [(str(reply.channel), address_hash(_key(), reply.channel, reply.address))]
    if contact is not None:
        addresses = sorted({*addresses, *find.every_address(db, contact, _key())})
        if opinions.given(reading, reply.text):
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
    stops.by_reply(db, reply, contact, addresses, reason=reason)


def _stop_on_the_page(
    db: Session, walk: Walk, effects: Sequence[Effect], *, evidence: dict[str, Any], at: datetime
) -> None:
    """The same, typed into an open question of the page."""
    for effect in effects:
        if not isinstance(effect, Answered) or effect.reading is None:
            continue
        left = engine.leaves(effect.text)
        if not (left or effect.reading.has(Intent.UNSUBSCRIBE)):
            continue
        if effect.reading.needs_review:
            whose = ("conversation", walk.conversation.id)
            record(db, at=at, actor="system", verb="review.opt_out", subject=whose)
        every = find.every_address(db, walk.contact, _key())
        stops.stop(
            db,
            walk.contact,
            every,
            reason="left" if left else "asked_to_stop",
            source=WEB,
            wording=effect.text,
            at=at,
            now=at,
            evidence=evidence | {"conversation": walk.conversation.id},
        )


def _converse(
    db: Session,
    reply: Reply,
    contact: Contact,
    conversation: Conversation | None,
    reading: Reading,
    message_id: str,
    loop: Loop | None,
) -> bool:
    """Go on with the walk, if they are in one that was not stopped; True when a person spoke for themselves."""
    if loop is Loop.FLOODS:
        return False
    walk = None
    if conversation is not None and conversation.state != ConversationState.STOPPED:
        walk = walks.take_up(db, conversation, contact)
    expected = walk is not None and engine.expects(walk.survey, walk.state, Intent.WRONG_PERSON)
    if reading.has(Intent.WRONG_PERSON) and not expected:
        _not_them(db, reply, contact)
        return False
    if reply.media and not reply.text.strip():
        pictures.decline(db, reply, walk)
        return True
    effects = _go_on(db, reply, walk, message_id, loop) if walk else ()
    if loop is not None and not effects:
        return False
    if not any(isinstance(effect, Answered) for effect in effects):
        effects_of.heard(
            db,
            contact,
            reading,
            text=reply.text,
            source=reply.channel,
            message_id=message_id,
            at=reply.at,
            conversation=conversation,
            survey=walk.survey if walk else None,
        )
    return bool(effects) or not _says_nothing_of_them(reading)


def _go_on(db: Session, reply: Reply, walk: Walk, message_id: str, loop: Loop | None) -> Sequence[Effect]:
    effects = turns.receive(
        db,
        walk,
        reply.text,
        channel=reply.channel,
        address=senders.address_back(db, reply, walk.contact),
        message_id=message_id,
        at=reply.at,
        now=runtime.now(),
        answers_only=loop is not None,
    )
    evidence = reply.evidence | {"provider_id": reply.provider_id, "message": message_id}
    effects_of.carry_out(db, walk, effects, source=reply.channel, at=reply.at, evidence=evidence)
    return effects


def _not_them(db: Session, reply: Reply, contact: Contact) -> None:
    """The address is somebody else's: leave them in peace, and say so in the contact's file."""
    now, address = runtime.now(), (str(reply.channel), address_hash(_key(), reply.channel, reply.address))
    suppression.suppress(db, [address], reason="wrong_person", source=reply.channel, at=reply.at)
    # All their conversations end: what is queued on another channel would lead to a page that is closed.
    outbox.withdraw(db, "wrong_person", contacts=[contact.id], addresses=[address])
    walks.close(db, ConversationState.STOPPED, now=now, contact_id=contact.id)
    record(db, at=now, actor="contact", verb="wrong_person", subject=("contact", contact.id))


def _sign_of_life(
    db: Session, contact: Contact, kind: Kind, key: str, at: datetime, message_id: str | None = None
) -> None:
    grade = Grade.ANSWER if kind is Kind.ANSWER else Grade.REPLY
    record_interaction(
        db, contact.id, kind, grade, at, source="riattiva", dedupe_key=key, message_id=message_id
    )


def _key() -> str:
    return runtime.current().settings.suppression_key
