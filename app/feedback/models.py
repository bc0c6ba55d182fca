"""Ratings (NPS, CSAT) and the sentiment of what was written."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Text, text
from sqlmodel import Field, SQLModel

from app.db import BigId, IdType, UtcDateTime


class Rating(SQLModel, table=True):
    """One score a contact gave."""

    __tablename__ = "ratings"
    __table_args__ = (Index("ix_ratings_contact", "contact_id", "at"), Index("ix_ratings_group", "group_id"))

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    contact_id: str = Field(sa_column=Column(IdType, ForeignKey("contacts.id"), nullable=False))
    group_id: str | None = Field(default=None, sa_type=IdType)
    kind: str
    """`nps` (0–10) or `csat` (1–5)."""
    value: int
    source: str
    """The channel it was given on, or `review`."""
    at: datetime = Field(sa_type=UtcDateTime)
    source_key: str = Field(unique=True)
    """What gave it (conversation and question, or a review): a correction replaces, a replay does nothing."""


class SentimentReading(SQLModel, table=True):
    """How one thing they wrote sounded."""

    __tablename__ = "sentiments"
    __table_args__ = (
        Index("ix_sentiments_contact", "contact_id", "at"),
        Index("ix_sentiments_group", "group_id"),
        Index(
            "ix_sentiments_review",
            "id",
            sqlite_where=text("needs_review AND corrected_at IS NULL"),
            postgresql_where=text("needs_review AND corrected_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    contact_id: str = Field(sa_column=Column(IdType, ForeignKey("contacts.id"), nullable=False))
    group_id: str | None = Field(default=None, sa_type=IdType)
    label: str
    score: float
    """-1 (negative) to 1 (positive)."""
    angry: bool = False
    """Whether it stops the standard sequence (see `rules.angry`)."""
    text: str = Field(default="", sa_type=Text)
    language: str
    decided_by: str
    needs_review: bool
    corrected_label: str | None = None
    """What a person made of it, which counts from then on; the reading's own label stays."""
    corrected_by: str | None = None
    corrected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    source: str
    at: datetime = Field(sa_type=UtcDateTime)
    source_key: str = Field(unique=True)

    @property
    def present_label(self) -> str:
        """What counts: a person's correction before the reading's own."""
        return self.corrected_label or self.label
