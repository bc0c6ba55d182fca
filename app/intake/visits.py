"""Somebody who spent time on a page of ours and typed or chose something there, though they answered nothing."""

from app import runtime
from app.contacts import find
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session
from app.engagement.evidence import OURS
from app.engagement.models import Grade, Kind
from app.engagement.record import record


def lingered(db: Session, conversation_id: str, seconds: float) -> None:
    """Keep, once a day, that this conversation's contact used its page, `seconds` after it was made for them."""
    conversation = walks.known(db, conversation_id)
    if conversation is None or conversation.state == ConversationState.STOPPED:
        return
    now = runtime.now()
    find.lock(db, [conversation.contact_id])
    record(
        db,
        conversation.contact_id,
        Kind.PAGE_VIEW,
        Grade.CLICK,
        now,
        source=OURS,
        dedupe_key=f"page:{conversation_id}:{now.date().isoformat()}",
        reasons={"page": round(seconds)},
    )
