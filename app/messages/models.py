"""Messages, their frozen content, the attempts to send them and the receipts that came back."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Column, ForeignKey, Index, Numeric, Text, false, text
from sqlmodel import Field, SQLModel

from app.db import BigId, IdType, JsonType, UtcDateTime, new_id

ANSWERING = "conversation"
"""The step of a message that answers somebody who waits for it; every other one is marketing and needs consent."""
WAITING_ANSWER = text("messages.state = 'queued' AND messages.step = 'conversation'")
"""SQL: an answer that has not left. In literals, or SQLite would not see that the index of these serves."""
QUEUED = text("messages.state = 'queued'")
"""SQL, in literals as the index of these (ix_messages_turn) spells it."""
IN_FLIGHT = text("messages.state IN ('claimed', 'calling', 'unknown')")
"""SQL: with a sender, or not known to have left; in literals for the same reason (ix_messages_in_flight)."""
SEEN = text("receipts.kind IN ('opened', 'clicked')")
"""SQL, in literals for the same reason (ix_receipts_seen): the message was opened or clicked, by whomever."""
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
    """Why it was paused, when a provider's answer or an empty budget paused it."""
    per_second: int | None = None
    per_hour: int | None = None
    per_day: int | None = None
    domain_per_hour: int | None = None
    """Of each email domain."""
    budget: Decimal | None = Field(default=None, sa_column=Column(Numeric(12, 4), nullable=True))
    """What its texts may cost, in the currency of `prices`; None: whatever they cost."""
    spent: Decimal = Field(
        default=Decimal(0), sa_column=Column(Numeric(12, 4), nullable=False, server_default="0")
    )
    prices: dict[str, str] = Field(
        default_factory=dict, sa_column=Column(JsonType, nullable=False, server_default="{}")
    )
    """Country (ISO 3166-1) -> price of one SMS part; `""` for any other."""
    awake_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Nothing leaves after this moment until the room that owns the group has looked at it; None: always."""


class Departure(SQLModel, table=True):
    """How many messages of a paced group left within five minutes, in all (domain '') or to one domain."""

    __tablename__ = "departures"

    group_id: str = Field(sa_column=Column(IdType, ForeignKey("message_groups.id"), primary_key=True))
    domain: str = Field(primary_key=True)
    slot: int = Field(primary_key=True)
    """Minutes since 1970, divided by five."""
    count: int


class Tally(SQLModel, table=True):
    """What became of a group's messages, in all (domain '') or at one email domain; kept by a sweep from notes."""

    __tablename__ = "tallies"
    __table_args__ = (
        Index(
            "ix_tallies_held",
            "group_id",
            sqlite_where=text("held_at IS NOT NULL"),
            postgresql_where=text("held_at IS NOT NULL"),
        ),
    )

    group_id: str = Field(sa_column=Column(IdType, ForeignKey("message_groups.id"), primary_key=True))
    domain: str = Field(primary_key=True)
    reached: int = 0
    """Delivered or failed, for good or not."""
    bounced: int = 0
    complained: int = 0
    reached_before: int = 0
    """These three as they were when a person last let the group go on: a brake looks at what came since."""
    bounced_before: int = 0
    complained_before: int = 0
    held_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when nothing of the group goes to this domain."""
    why: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonType, nullable=True))


class TallyNote(SQLModel, table=True):
    """What one transaction adds to a tally: many writers append, one sweep adds up."""

    __tablename__ = "tally_notes"

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    group_id: str = Field(sa_type=IdType)
    domain: str
    reached: int = 0
    bounced: int = 0
    complained: int = 0


class Halt(SQLModel, table=True):
    """The kill switch: while its one row is there no wave sends anything, and with `answers` nobody is answered."""

    __tablename__ = "halts"

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    reason: str
    answers: bool


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
    opens: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether an email carries the provider's picture that tells of opens."""


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
        Index(
            "ix_messages_turn",
            "channel",
            "group_id",
            "not_before",
            "id",
            "not_after",
            "state",  # said by the condition, but SQLite would look it up in the row
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_messages_in_flight",
            "state",
            "channel",
            sqlite_where=text("state IN ('claimed', 'calling', 'unknown')"),
            postgresql_where=text("state IN ('claimed', 'calling', 'unknown')"),
        ),
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
    """What replaces the content's personal tags for this recipient; links are made as it leaves."""
    headers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    text: str = Field(default="", sa_type=Text)
    subject: str = ""
    address: str
    """The email as given, or E.164."""
    address_hash: str
    domain: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Of an email's address, in lower case."""
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


class Held(NamedTuple):
    """What a sender must know of a message it has claimed: a row read whole costs more than to send it."""

    id: str
    channel: str
    contact_id: str | None
    conversation_id: str | None
    group_id: str | None
    content_id: str | None
    values: dict[str, str]
    text: str
    address: str
    address_hash: str
    domain: str
    not_after: datetime | None
    provider_id: str | None


class Known(NamedTuple):
    """What must be known of a message to take in what a provider reports about it; see `Held`. Where no more is told
    than that it was on its way or arrived, only the first five are read."""

    id: str
    state: str
    contact_id: str | None
    group_id: str | None
    domain: str
    channel: str = ""
    address_hash: str = ""
    provider_id: str | None = None
    called_at: datetime | None = None
    delivered_at: datetime | None = None


class Waiting(SQLModel, table=True):
    """Somebody wrote to us and has not been read yet: while this lasts long, nothing new is sent."""

    __tablename__ = "waiting"

    post: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime, index=True)


class Receipt(SQLModel, table=True):
    """One thing a provider reported about a message, kept once."""

    __tablename__ = "receipts"
    __table_args__ = (
        Index("ix_receipts_message", "message_id"),
        # Few messages are opened or clicked: each delivery asks whether this one was.
        Index("ix_receipts_seen", "message_id", sqlite_where=SEEN, postgresql_where=SEEN),
    )

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


class UnmatchedReceipt(SQLModel, table=True):
    """A receipt whose message is not known (yet): it is looked for again for three days, then it is foreign."""

    __tablename__ = "unmatched_receipts"
    __table_args__ = (Index("ix_unmatched_receipts_look_at", "look_at"),)

    receipt_id: int = Field(
        sa_column=Column(
            BigId, ForeignKey("receipts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    message_id: str | None = Field(default=None, sa_type=IdType)
    """Ours as the event named it, where it did."""
    since: datetime = Field(sa_type=UtcDateTime)
    """When the event was accepted."""
    look_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its message is looked for again; None: never, it is foreign."""
