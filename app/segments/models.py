"""Rules saved under a name."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db import IdType, JsonType, UtcDateTime, new_id


class Segment(SQLModel, table=True):
    """A rule that selects contacts, by the name people gave it."""

    __tablename__ = "segments"
    __table_args__ = (UniqueConstraint("name", name="uq_segments_name"),)

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    name: str
    rule: dict[str, Any] = Field(sa_column=Column(JsonType, nullable=False))
    """As it was written: a segment it names is looked up when it is used."""
    text: str = Field(sa_type=Text)
    """The YAML it was written in, with its comments."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
