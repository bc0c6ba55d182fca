"""Outcomes: one verdict per contact and wave."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from app.db import IdType, JsonType, UtcDateTime


class Verdict(StrEnum):
    """What should become of the contact."""

    REENGAGED = "reengaged"
    REMOVABLE = "removable"
    NEWSLETTER = "newsletter"
    RECOVER = "recover"
    UNDECIDED = "undecided"


class Outcome(SQLModel, table=True):
    """The present verdict; the facts it rests on stand beside it."""

    __tablename__ = "outcomes"
    __table_args__ = (
        Index("ix_outcomes_verdict", "wave_id", "verdict"),
        Index("ix_outcomes_contact", "contact_id"),
    )

    wave_id: str = Field(sa_column=Column(IdType, ForeignKey("waves.id"), primary_key=True))
    contact_id: str = Field(sa_column=Column(IdType, ForeignKey("contacts.id"), primary_key=True))
    verdict: str
    rule: str
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    decided_at: datetime = Field(sa_type=UtcDateTime)
