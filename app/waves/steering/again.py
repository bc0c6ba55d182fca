"""Texts that never left the provider, because our queue or quota there was full: tried once more, later."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.contacts.models import Contact
from app.conversations.models import Conversation, ConversationState
from app.messages import outbox
from app.messages.models import ANSWERING, Message
from app.runtime import Runtime
from app.waves.definition import from_source
from app.waves.models import Wave, WaveState
from app.waves.steering import unconfirmed


def later(db: Session, rt: Runtime, message_id: str, wait: timedelta, *, now: datetime) -> bool:
    """Queue one more try of a text that its provider proves not to have sent; False when there is to be none.

    In the contact's first window after `wait`; consent, suppression and caps hold as they then are. Of one message
    there is one such try and no more, and none while nobody waits for it: the wave is over, or they have answered.
    """
    message = db.get_one(Message, message_id, populate_existing=True)
    wave = db.get(Wave, message.group_id) if message.group_id else None
    if wave is None or wave.state not in (WaveState.RUNNING, WaveState.PAUSED) or message.step == ANSWERING:
        return False
    key = message.once_key or ""
    contact = db.get(Contact, message.contact_id) if message.contact_id else None
    if contact is None or not key or key.endswith(outbox.AGAIN):
        return False
    if message.conversation_id is not None:
        talk = db.get(Conversation, message.conversation_id, populate_existing=True)
        if talk is None or talk.state != ConversationState.WAITING:
            return False
    row = unconfirmed.copy(rt, from_source(wave.definition), message, contact, now + wait)
    return bool(outbox.put(db, [row | {"created_at": now}]))
