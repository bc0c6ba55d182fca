"""Messages, their frozen content, the attempts to send them and the receipts that came back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Text, text
from sqlmodel import Field, SQLModel

from app.db import BigId, IdType, JsonType, UtcDateTime, new_id

ANSWERING = "conversation"
"""The step of a message that answers somebody who waits for it; every other one is marketing and needs consent."""
WAITING_ANSWER = text("messages.state = 'queued' AND messages.step = 'conversation'")
"""SQL: an answer that has not left. In literals, or SQLite would not see that the index of these serves."""
CONFIRMING = "confirm"
"""The step of a message that asks somebody to confirm their yes: marketing, like every request for consent."""


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class State(StrEnum):
    """The one-way ladder of an outbound message (see ladder.py), and the two states of an inbound one."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    CALLING = "calling"
    UNKNOWN = "unknown"
    UNCONFIRMED = "unconfirmed"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNREAD = "unread"
    READ = "read"


class GroupState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class MessageGroup(SQLModel, table=True):
    """Messages that are paused and paced together (a wave makes one)."""

    __tablename__ = "message_groups"

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    state: str = GroupState.OPEN
    reason: str | None = None
    """Why it was paused, when a provider's answer paused it."""


class Content(SQLModel, table=True):
    """What many messages share, frozen: subject and bodies with substitution tags."""

    __tablename__ = "contents"

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    channel: str
    language: str
    subject: str = ""
    text: str = Field(sa_type=Text)
    html: str = Field(default="", sa_type=Text)
    headers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))


class Attempt(SQLModel, table=True):
    """One worker's try to send a batch; its lease is measured by the database's clock."""

    __tablename__ = "attempts"

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    channel: str
    worker: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    leased_until: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    result: str | None = None


class Message(SQLModel, table=True):
    """One email or text, out or in."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_due", "channel", "state", "not_before"),
        Index(
            "ix_messages_answers",
            "channel",
            "state",
            "not_before",
            sqlite_where=text("state = 'queued' AND step = 'conversation'"),
            postgresql_where=text("state = 'queued' AND step = 'conversation'"),
        ),
        Index("ix_messages_group", "group_id", "state"),
        Index("ix_messages_contact", "contact_id", "created_at"),
        Index("ix_messages_address", "channel", "address_hash"),
        Index("ix_messages_provider", "provider_id"),
        Index("ix_messages_attempt", "attempt_id"),
        Index("ix_messages_conversation", "conversation_id"),
    )

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    direction: str
    channel: str
    state: str
    contact_id: str | None = Field(
        default=None, sa_column=Column(IdType, ForeignKey("contacts.id"), nullable=True)
    )
    conversation_id: str | None = Field(default=None, sa_type=IdType)
    group_id: str | None = Field(
        default=None, sa_column=Column(IdType, ForeignKey("message_groups.id"), nullable=True)
    )
    step: str = ""
    content_id: str | None = Field(
        default=None, sa_column=Column(IdType, ForeignKey("contents.id"), nullable=True)
    )
    """The frozen content of an email; a text message carries its whole body in `text`."""
    values: dict[str, str] = Field(
        default_factory=dict, sa_column=Column("values_", JsonType, nullable=False)
    )
    """What replaces the content's tags for this recipient."""
    headers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    text: str = Field(default="", sa_type=Text)
    subject: str = ""
    address: str
    """The email as given, or E.164."""
    address_hash: str
    once_key: str | None = Field(default=None, unique=True)
    """What may be said only once: wave, step and normalised address."""
    not_before: datetime = Field(sa_type=UtcDateTime)
    not_after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempt_id: str | None = Field(
        default=None, sa_column=Column(IdType, ForeignKey("attempts.id"), nullable=True)
    )
    provider_id: str | None = None
    reason: str | None = None
    """Why it failed or was withdrawn, in the provider's or our words."""
    code: str | None = None
    recalled: str | None = None
    """Why it became needless while a provider was being called: if nothing was accepted, it is withdrawn."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    called_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Waiting(SQLModel, table=True):
    """Somebody wrote to us and has not been read yet: while this lasts long, nothing new is sent."""

    __tablename__ = "waiting"

    post: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime, index=True)


class Receipt(SQLModel, table=True):
    """One thing a provider reported about a message, kept once."""

    __tablename__ = "receipts"
    __table_args__ = (Index("ix_receipts_message", "message_id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    provider: str
    event_key: str = Field(unique=True)
    """provider + its own event id, or a hash derived from the event."""
    message_id: str | None = Field(default=None, sa_type=IdType)
    kind: str
    at: datetime = Field(sa_type=UtcDateTime)
    code: str | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
