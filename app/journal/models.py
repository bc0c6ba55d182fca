"""The journal's one table."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from app.db import BigId, JsonType, UtcDateTime


class Entry(SQLModel, table=True):
    """One change, never updated or deleted."""

    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_subject", "subject_kind", "subject_id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    """`user:…`, `contact`, `provider:…` or `system`."""
    verb: str
    subject_kind: str
    subject_id: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
