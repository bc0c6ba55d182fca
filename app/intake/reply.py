"""One inbound message of a person, as every part of its story is told it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.channels.base import Channel


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
    automatic: bool = False
    """A machine wrote it (out of office, delivery report)."""
    evidence: dict[str, Any] = field(default_factory=dict)
