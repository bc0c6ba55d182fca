"""What contacts did, what was sent to them, and how long each has been quiet."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Numeric, Text, text
from sqlmodel import Field, SQLModel

from app.db import BigId, IdType, JsonType, UtcDateTime


class Kind(StrEnum):
    """What happened; the marketing signs first, then the business acts."""

    OPEN = "open"
    CLICK = "click"
    REPLY = "reply"
    ANSWER = "answer"
    PAGE_VIEW = "page_view"
    LOGIN = "login"
    PURCHASE = "purchase"
    WEBINAR = "webinar"
    REVIEW = "review"
    POINTS = "points"
    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"
    COMPLAINT = "complaint"
    SENT = "sent"
    """An email another tool sent: not theirs, so it is kept with the sends and never as an interaction."""


class Grade(StrEnum):
    """How strong the sign is that a person did it; `none` for what is no sign of interest."""

    NONE = "none"
    MACHINE_OPEN = "machine_open"
    MACHINE_CLICK = "machine_click"
    UNPROVEN = "unproven"
    """A click of which nothing shows who made it, a person or a machine: it counts for nobody's sign of life."""
    OPEN = "open"
    CLICK = "click"
    REPLY = "reply"
    ANSWER = "answer"
    ACT = "act"
    """A business act: log-in, purchase, webinar, review, points."""


class Interaction(SQLModel, table=True):
    """One thing at one time, from any source."""

    __tablename__ = "interactions"
    __table_args__ = (
        # Covers "their newest own sign of one of these kinds".
        Index("ix_interactions_human", "contact_id", "human", "at", "kind"),
        Index("ix_interactions_at", "at"),
        # Reviews are few: those that are no ratings yet are found without a look at everything else.
        Index(
            "ix_interactions_reviews",
            "id",
            sqlite_where=text("kind = 'review'"),
            postgresql_where=text("kind = 'review'"),
        ),
        # Clicks that a later sign of the same contact may still show to be theirs.
        Index(
            "ix_interactions_unproven",
            "contact_id",
            sqlite_where=text("grade = 'unproven'"),
            postgresql_where=text("grade = 'unproven'"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    contact_id: str = Field(sa_column=Column(IdType, ForeignKey("contacts.id"), nullable=False))
    kind: str
    grade: str
    human: bool
    """Whether this counts as the contact's own sign of life (derived from the grade when written)."""
    at: datetime = Field(sa_type=UtcDateTime)
    amount: Decimal | None = Field(default=None, sa_column=Column(Numeric(14, 2), nullable=True))
    """Money of a purchase, points redeemed, or the stars of a review."""
    currency: str | None = None
    detail: str = Field(default="", sa_type=Text)
    source: str
    message_id: str | None = Field(default=None, sa_type=IdType)
    dedupe_key: str = Field(unique=True)
    """The same thing reported twice has the same key and is kept once."""
    reasons: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonType, nullable=True))
    """Why an open or a click has its grade, as `evidence_rules` tells it; None: the grade is as it was told."""


class Caller(SQLModel, table=True):
    """An address of the network from which pictures and links of emails were called for, in one hour.

    Kept until it has called for too many recipients to be one person's; from then on only that is known of it.
    """

    __tablename__ = "callers"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hour: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    """Hours since 1970."""
    ip: str = Field(primary_key=True)
    """IPv4, or the /64 of an IPv6 address."""
    messages: dict[str, str] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """Message -> recipient (the beginning of their address's hash); empty once there were many."""
    many: bool = False


class Send(SQLModel, table=True):
    """A message that went out to a contact, here or from another tool: what may stay unanswered."""

    __tablename__ = "sends"
    __table_args__ = (
        Index(
            "ix_sends_uncounted",
            "contact_id",
            sqlite_where=text("NOT counted"),
            postgresql_where=text("NOT counted"),
        ),
        {"sqlite_with_rowid": False},
    )

    contact_id: str = Field(
        sa_column=Column(IdType, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    )
    key: str = Field(primary_key=True)
    """The id of our message, or a hash of what another tool told."""
    at: datetime = Field(sa_type=UtcDateTime)
    counted: bool = False
    """Whether the contact's dormancy knows of it: the sender only notes, a sweep counts."""


class Dormancy(SQLModel, table=True):
    """How quiet a contact is, as two moments in time: a state is a comparison, so nothing changes by waiting.

    Derived from interactions and sends under the present policy; a contact without a row never engaged.
    """

    __tablename__ = "dormancy"
    __table_args__ = (
        # Covers a page of the dormant, and the count of the cooling among the others.
        Index("ix_dormancy_dormant", "dormant_at", "contact_id", "cooling_at"),
        {"sqlite_with_rowid": False},
    )

    contact_id: str = Field(
        sa_column=Column(IdType, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    )
    last_engaged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Their newest sign of life of a kind that counts; None: only sends are known, they never engaged."""
    last_kind: str | None = None
    cooling_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Cooling from this moment on."""
    dormant_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Dormant from this moment on; never before `cooling_at`."""
    basis: str | None = None
    """Where the rhythm comes from: a `policy.Basis`, or `override` for a group's own days."""
    gap_days: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    """The rhythm in days whose multiples are the bounds; None with fixed days."""
    sends_since: int = 0
    """Messages since the last sign of life (or ever, when there was none)."""


class DormancyPolicy(SQLModel, table=True):
    """A policy as it was set; the newest holds. Older ones tell by which rules a past list was made."""

    __tablename__ = "dormancy_policies"

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    policy: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    done_to: str | None = Field(default=None, sa_type=IdType)
    """The last contact whose dormancy is already kept under this policy."""
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
