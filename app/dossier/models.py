"""Merges: which two contacts became one, and all that is needed to part them again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from app.db import IdType, JsonType, UtcDateTime, new_id


class Merge(SQLModel, table=True):
    """One contact that became part of another."""

    __tablename__ = "merges"
    __table_args__ = (Index("ix_merges_keep", "keep_id"), Index("ix_merges_gone", "gone_id"))

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    keep_id: str = Field(sa_type=IdType)
    gone_id: str = Field(sa_type=IdType)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    snapshot: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """`keep`, `gone`: both records as they were; `merged`: what was written; `lost`: field -> [value that was not
    kept, its source, its date]; `reasons`."""
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """Room -> what it moved or took away, as its `part` wants it back."""
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
