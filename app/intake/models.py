"""Raw events: what a provider posted, byte for byte."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, Text, false, text
from sqlmodel import Field, SQLModel

from app.db import BigId, Packed, UtcDateTime


class RawState(StrEnum):
    NEW = "received"
    EXPANDED = "expanded"
    """A word as long as that for NEW: SQLite changes a row that keeps its size in place, and leaves the pages of its
    body alone."""
    QUARANTINED = "quarantined"
    AGAIN = "again"
    """Read before, and to be read once more after all that is new; its reason, if any, is why it was set aside."""


class Route(StrEnum):
    """Which door it came through, and so how it is read."""

    SENDGRID_EVENTS = "sendgrid_events"
    SENDGRID_INBOUND = "sendgrid_inbound"
    TWILIO_MESSAGES = "twilio_messages"
    TWILIO_STATUS = "twilio_status"


URGENT = text("urgent AND state = 'received'")
"""Spelt out as in the index that serves it, which bound values would not match."""


class RawEvent(SQLModel, table=True):
    """One accepted POST, kept until it is expanded and for as long as retention says."""

    __tablename__ = "raw_events"
    __table_args__ = (
        Index("ix_raw_events_open", "state", "route", "id"),
        # With the state, though it is said by the condition: or SQLite would take the other.
        Index("ix_raw_events_urgent", "state", "route", "id", sqlite_where=URGENT, postgresql_where=URGENT),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    route: str
    content_type: str = ""
    query: str = ""
    body: bytes = Field(sa_column=Column(Packed, nullable=False))
    length: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Bytes of the body, unpacked."""
    urgent: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether somebody who wants out may be in it."""
    digest: str = Field(unique=True)
    """Route and body: the same POST delivered again is the same event."""
    received_at: datetime = Field(sa_type=UtcDateTime)
    state: str = RawState.NEW
    reason: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    part_of: int | None = Field(default=None, sa_type=BigId)
    """The post this one event was taken out of, because it could not be expanded with the others."""


class DoorCount(SQLModel, table=True):
    """What happened at a door in five minutes, counted: figures outlive the rows they were counted from."""

    __tablename__ = "door_counts"

    door: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    reason: str = Field(default="", primary_key=True)
    """Why it was refused or set aside, or which unknown type it had; empty where there is nothing to tell apart."""
    since: datetime = Field(sa_column=Column(UtcDateTime, primary_key=True))
    """When its five minutes began. Those long past are added up in one row, which stands at the beginning of 1970."""
    times: int = Field(sa_column=Column(BigId, nullable=False))
    last_at: datetime = Field(sa_type=UtcDateTime)
