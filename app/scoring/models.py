"""Scores: the present one of each contact, the scorecards that gave them, and where the quintiles end."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, SQLModel

from app.db import BigId, IdType, JsonType, UtcDateTime, new_id


class ScoreRow(SQLModel, table=True):
    """The present score of one contact; why it is so is reckoned when somebody asks."""

    __tablename__ = "scores"

    contact_id: str = Field(
        # Derived, so it goes with the contact whoever removes them.
        sa_column=Column(IdType, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    )
    value: int
    """0-100."""
    recency: int | None = None
    """Quintile 1-5 among those who bought; None: never bought (or, for recency, nobody knows when)."""
    frequency: int | None = None
    monetary: int | None = None
    engagement: int
    satisfaction: int | None = None
    """0-100, 50 is neither; None: they never said."""
    advocacy: int
    risk: int
    stage: str
    purchases: int
    spent: int = Field(sa_type=BigId)
    """Whole units of the installation's currency; other currencies are not added."""
    last_purchase_day: int | None = None
    """Days since 1970-01-01, UTC."""
    at: datetime = Field(sa_type=UtcDateTime)
    """Since when it is so: a score that comes out the same again is not written again."""


class ScoreCard(SQLModel, table=True):
    """A scorecard somebody set; the newest holds."""

    __tablename__ = "score_cards"

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    card: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """What was written; what it leaves out is as in the default card of its time."""


class ScoreBounds(SQLModel, table=True):
    """Where the quintiles of the buyers end, from the last full pass; and up to where news was scored since."""

    __tablename__ = "score_bounds"

    id: int = Field(default=1, primary_key=True)
    """There is one row."""
    at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the last full pass ended."""
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """A full pass is under way since then."""
    card_id: str | None = Field(default=None, sa_type=IdType)
    """The card of that pass; None: the default one."""
    buyers: int = 0
    currency: str = ""
    bounds: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """Measure -> the lowest values of the second to the fifth quintile."""
    interaction_id: int = Field(sa_type=BigId)
    """The newest interaction, rating, sentiment and contact already scored."""
    rating_id: int = Field(sa_type=BigId)
    sentiment_id: int = Field(sa_type=BigId)
    contact_id: str | None = Field(default=None, sa_type=IdType)
