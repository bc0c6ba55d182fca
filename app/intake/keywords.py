"""Texts that are one keyword and nothing else: stop, start and help, in the carriers' words and in Italian."""

from app import runtime
from app.channels.base import Channel
from app.contacts import consent
from app.contacts.addresses import address_hash
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.models import Conversation
from app.db import Session
from app.intake import confirmations, stops
from app.intake.reply import Reply
from app.journal.record import record
from app.language.keywords import carrier_keyword, italian_keyword
from app.messages import letters
from app.outcomes.decide import redecide

_HELP = {
    "it": "{organisation}: rispondi alla domanda con parole tue, o STOP per non ricevere altro.",
    "en": "{organisation}: answer the question in your own words, or STOP to receive nothing more.",
}


def take(db: Session, reply: Reply, contact: Contact | None, conversation: Conversation | None) -> bool:
    """Whole-message keywords of a text; True when it was one and is dealt with."""
    if reply.channel is not Channel.SMS:
        return False
    rt = runtime.current()
    word = reply.text.strip().upper()
    meaning = reply.evidence.get("opt_out_type", "").lower() or carrier_keyword(word) or italian_keyword(word)
    live = conversation is not None and conversation.state in walks.LIVE
    if contact is not None and _confirms(db, reply, contact, alone=not live):
        return True
    if word == "YES" and live:
        return False
    address = (str(Channel.SMS), address_hash(rt.settings.suppression_key, Channel.SMS, reply.address))
    if meaning == "stop":
        stops.by_reply(db, reply, contact, [address], reason="keyword")
        if contact is not None:
            redecide(db, contact.id, now=rt.now())
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
        redecide(db, contact.id, now=rt.now())
    elif meaning == "help" and carrier_keyword(word) is None and conversation is not None:
        # HELP and INFO are answered by the carrier; AIUTO is not.
        walk = walks.open_walk(db, conversation.id)
        if walk is not None:
            walks.say(db, walk, _help(conversation.language), Channel.SMS, rt.now())
    return meaning is not None


def _confirms(db: Session, reply: Reply, contact: Contact, *, alone: bool) -> bool:
    evidence = reply.evidence | {"provider_id": reply.provider_id}
    told = confirmations.by_text(db, contact, reply.text, alone=alone, at=reply.at, evidence=evidence)
    return told is not None


def _help(language: str) -> str:
    name = letters.organisation_name(runtime.current().settings)
    return _HELP.get(language, _HELP["en"]).replace("{organisation}", name)
