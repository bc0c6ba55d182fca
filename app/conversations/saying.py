"""Our own words in a conversation, put into the outbox: people who wait are not held by a wave's pause or window."""

from datetime import datetime
from typing import Any

from app import runtime
from app.channels.base import Channel
from app.contacts.addresses import address_hash
from app.conversations.walks import Walk
from app.db import Session, later, new_id
from app.messages import letters, outbox, short_links
from app.messages.models import ANSWERING

_CONTINUE = {
    "it": "Continua sul web",
    "en": "Continue on the web",
    "de": "Online fortfahren",
    "fr": "Continuer en ligne",
}


def say(
    db: Session,
    walk: Walk,
    text: str,
    channel: Channel,
    now: datetime,
    *,
    address: str | None = None,
    button: bool = False,
    **more: Any,
) -> str | None:
    """Put one text of ours into the outbox; returns the message's id, None without an address or said before.

    `text`: by SMS it may have the tags of links; `address`: where they wrote from, when that is not the contact's
    first one; `button`: an email leads on to the page; `more`: columns that differ from those of an answer (step,
    once_key, not_before, ...).
    """
    address = address or (walk.contact.email if channel is Channel.EMAIL else walk.contact.phone)
    if not address:
        return None
    row: dict[str, Any] = {"id": new_id(), "text": text} | more
    if channel is Channel.EMAIL:
        row |= {"text": ""} | _as_email(db, walk, text, button=button)
    else:
        settings, ids = runtime.current().settings, {"message_id": row["id"]}
        row["text"] = short_links.fill(settings, text, conversation_id=walk.conversation.id, **ids)
    talk = {"contact_id": walk.contact.id, "conversation_id": walk.conversation.id}
    return put(db, channel, address, now, **talk, **row)


def put(db: Session, channel: Channel, address: str, now: datetime, **row: Any) -> str | None:
    """Queue an answer to somebody who wrote to us; returns its id, None when its once_key was said before."""
    key = runtime.current().settings.suppression_key
    answer: dict[str, Any] = {
        "id": new_id(),
        "channel": channel,
        "contact_id": None,
        "step": ANSWERING,
        "address": address,
        "address_hash": address_hash(key, channel, address),
        "not_before": now,
        "created_at": now,
    }
    answer |= row
    if "once_key" not in answer:
        later(db, outbox.put, answer)
    elif not outbox.put(db, [answer]):
        return None
    outbox.ring(db, channel)
    return str(answer["id"])


def as_letter(db: Session, walk: Walk, words: letters.Words, language: str) -> dict[str, object]:
    """What a message of this walk carries as an email: its frozen content and the values that fill it."""
    settings = runtime.current().settings
    letter = letters.lay_out(settings, words, language, list_id=letters.list_id(settings, walk.survey.slug))
    content_id = outbox.freeze(
        db,
        Channel.EMAIL,
        language,
        text=letter.text,
        subject=letter.subject,
        html=letter.html,
        headers=letter.headers,
    )
    whole = letter.subject + letter.text + letter.html
    return {"content_id": content_id, "values_": letters.personal(whole, walk.values)}


def _as_email(db: Session, walk: Walk, text: str, *, button: bool) -> dict[str, object]:
    language = walk.state.lang
    words = letters.Words(
        subject=f"Re: {walk.survey.title[language]}",
        paragraphs=tuple(text.split("\n")),
        button=_CONTINUE.get(language, _CONTINUE["en"]) if button else "",
        answers=True,
    )
    return as_letter(db, walk, words, language)
