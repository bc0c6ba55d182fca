"""What we really sent in a conversation: the words a contact had before their eyes when they decided."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import col, select

from app.conversations.walks import WEB, Walk
from app.db import Session
from app.messages import short_links
from app.messages.ladder import SAID
from app.messages.models import Content, Direction, Message

_OURS = ("unsubscribe", "reply_token", "survey", "preferences", "confirm")
"""Tags whose values open doors: they stay tags where a text is quoted."""


def words_of(
    db: Session, walk: Walk, wording: str, said: str, *, source: str, at: datetime
) -> tuple[str, dict[str, str]]:
    """The words to keep with a decision accepted `at`, and what to keep besides: the question's where it was shown,
    else the contact's own with the last text that had left for them.

    `wording` is the question, or `said` where it was not being asked; `source` is a channel, or the page, which
    shows what it asks.
    """
    if source == WEB and wording != said:
        return wording, {}
    last = ""
    for message_id, text in _sent(db, walk.conversation.id, at):
        last = last or f"{message_id}\n{text}"
        if wording != said and _even(wording) in _even(text):
            return wording, {}
    message_id, _, text = last.partition("\n")
    return said, {"last_sent": text, "last_sent_message": message_id} if last else {}


def _sent(db: Session, conversation_id: str, at: datetime) -> Iterator[tuple[str, str]]:
    """(message, text) of what had left for the contact by then, the last first."""
    called = col(Message.called_at)
    ours = (
        select(Message, Content)
        .outerjoin(Content, col(Content.id) == col(Message.content_id))
        .where(
            Message.conversation_id == conversation_id,
            Message.direction == Direction.OUT,
            col(Message.state).in_(SAID),
            called <= at,
        )
    )
    for message, content in db.execute(ours.order_by(called.desc(), col(Message.id).desc())):
        text = short_links.hidden(message.text)
        yield message.id, text or _filled(f"{content.subject}\n{content.text}", message.values)


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        if name not in _OURS:
            text = text.replace(f"-rv_{name}-", value)
    return text


def _even(text: str) -> str:
    return " ".join(text.split())
