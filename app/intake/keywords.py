"""Texts that are one keyword and nothing else: stop, start and help, in the carriers' words and in our own."""

from app import runtime
from app.channels.base import Channel
from app.contacts import consent, suppression
from app.contacts.addresses import address_hash
from app.contacts.models import Contact
from app.conversations import saying, walks
from app.conversations.models import Conversation, ConversationState
from app.db import Session
from app.intake import confirmations, stops
from app.intake.reply import Reply
from app.journal.record import record
from app.language.keywords import carrier_keyword, own_keyword
from app.messages import letters

BY_CARRIER = ("stop", "start", "help")
"""What Twilio tells us it took a text for (OptOutType), and has answered."""
_HELP = {
    "it": "{organisation}: rispondi alla domanda con parole tue, o STOP per non ricevere altro.",
    "en": "{organisation}: answer the question in your own words, or STOP to receive nothing more.",
    "de": "{organisation}: Antworten Sie mit eigenen Worten, oder mit STOP, um nichts mehr zu erhalten.",
    "fr": "{organisation} : répondez avec vos propres mots, ou STOP pour ne plus rien recevoir.",
}


def take(
    db: Session,
    reply: Reply,
    contact: Contact | None,
    conversation: Conversation | None,
    *,
    looping: bool = False,
) -> bool:
    """Whole-message keywords of a text; True when it was one and is dealt with. `looping`: nothing is answered."""
    if reply.channel is not Channel.SMS:
        return False
    rt = runtime.current()
    word = reply.text.strip().upper()
    told = reply.evidence.get("opt_out_type", "").lower()
    told = told if told in BY_CARRIER else ""
    meaning = told or carrier_keyword(word) or own_keyword(word)
    live = conversation is not None and conversation.state in walks.LIVE
    if contact is not None and _confirms(db, reply, contact, alone=not live):
        return True
    address = (str(Channel.SMS), address_hash(rt.settings.suppression_key, Channel.SMS, reply.address))
    if word == "YES" and (live or _too_late(db, conversation, address)):
        return False
    if meaning == "stop":
        stops.by_reply(db, reply, contact, [address], reason="keyword")
    elif meaning == "start" and contact is not None:
        consent.opt_in(
            db,
            contact.id,
            [address],
            at=reply.at,
            recorded_at=rt.now(),
            source="sms",
            wording=reply.text,
            evidence=reply.evidence | {"provider_id": reply.provider_id},
        )
        record(db, at=rt.now(), actor="contact", verb="resubscribed", subject=("contact", contact.id))
    # The carrier answers HELP and INFO itself, and whatever word it tells us was one of its own (OptOutType):
    # a second answer of ours would stand beside its own. The other words are only ours.
    elif meaning == "help" and not (told or carrier_keyword(word) or looping) and contact is not None:
        _help(db, reply, contact, conversation)
    return meaning is not None


def help_text(language: str, organisation: str) -> str:
    """What our own help words are answered with."""
    return _HELP.get(language, _HELP["en"]).replace("{organisation}", organisation)


def _too_late(db: Session, conversation: Conversation | None, address: tuple[str, str]) -> bool:
    """Whether a question of ours still stands open after its time, to somebody who never told us to stop."""
    if conversation is None or conversation.state != ConversationState.EXPIRED:
        return False
    asked = conversation.walk.get("question") if conversation.walk else "the first one"
    return asked is not None and not suppression.suppressed(db, [address])


def _confirms(db: Session, reply: Reply, contact: Contact, *, alone: bool) -> bool:
    evidence = reply.evidence | {"provider_id": reply.provider_id}
    told = confirmations.by_text(db, contact, reply.text, alone=alone, at=reply.at, evidence=evidence)
    return told is not None


def _help(db: Session, reply: Reply, contact: Contact, conversation: Conversation | None) -> None:
    rt = runtime.current()
    language = conversation.language if conversation else contact.language or rt.settings.default_language
    saying.put(
        db,
        Channel.SMS,
        reply.address,
        rt.now(),
        text=help_text(language, letters.organisation_name(rt.settings)),
        contact_id=contact.id,
        conversation_id=conversation.id if conversation else None,
    )
