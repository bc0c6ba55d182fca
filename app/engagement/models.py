"""Interactions: what a contact did, or a machine did for them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, Numeric, Text
from sqlmodel import Field, SQLModel

from app.db import BigId, IdType, UtcDateTime


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


class Grade(StrEnum):
    """How strong the sign is that a person did it; `none` for what is no sign of interest."""

    NONE = "none"
    MACHINE_OPEN = "machine_open"
    MACHINE_CLICK = "machine_click"
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
        Index("ix_interactions_human", "contact_id", "human", "at"),
        Index("ix_interactions_at", "at"),
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
