"""One inbound message of a person, as every part of its story is told it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.channels.base import Channel

AUTO_REPLY = "auto_reply"
OUT_OF_OFFICE = "out_of_office"
NO_WORDS = "no_words"
"""Our mail passed on or sent back, with nothing said about it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One inbound message: who wrote, what, and when we accepted it."""

    channel: Channel
    address: str
    text: str
    provider_id: str
    at: datetime
    subject: str = ""
    conversation_id: str | None = None
    """Known when the reply came to a conversation's own address."""
    media: int = 0
    """How many pictures and the like came with a text; nobody looks at them."""
    silence: str = ""
    """Why nobody answers it and it counts for nothing: a machine wrote it, or it holds no words of theirs."""
    away_until: datetime | None = None
    """When they are back, as their machine says."""
    evidence: dict[str, Any] = field(default_factory=dict)
