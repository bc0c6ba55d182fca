"""Waves and their members: who was selected, who is treated, who is held out, who was left out and why."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.db import IdType, JsonType, UtcDateTime, new_id


class WaveState(StrEnum):
    """running -> finished; paused (by a person or a brake) and canceled on the way."""

    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELED = "canceled"


class Arm(StrEnum):
    TREATED = "treated"
    CONTROL = "control"
    WAITING = "waiting"
    """To be written to once another conversation of theirs is over."""
    ENTERED = "entered"
    """Of an automation: what lets them enter has happened, and their first message is not due yet."""
    EXCLUDED = "excluded"


class Wave(SQLModel, table=True):
    """One launched wave; its id is also the id of its message group."""

    __tablename__ = "waves"
    __table_args__ = (
        Index("ix_waves_file_hash", "file_hash"),
        Index("ix_waves_parent_id", "parent_id"),
        Index("ix_waves_next_at", "next_at"),
    )

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    name: str
    state: str = WaveState.RUNNING
    definition: dict[str, Any] = Field(sa_column=Column(JsonType, nullable=False))
    """The wave file, frozen."""
    file_hash: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """`Definition.fingerprint` of the file as it was given: who launches the same again is asked."""
    parent_id: str | None = Field(default=None, sa_type=IdType)
    """Of an edition of a repeated wave: the first of them."""
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Of the first edition of a repeated wave or an automation: when the next begins."""
    looked: dict[str, Any] | None = Field(
        default=None,
        sa_column=Column(
            JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=True
        ),
    )
    """Of an automation: how far it has looked for what lets people enter (see entering.py); None: nobody enters
    (any more)."""
    survey_version: str = Field(foreign_key="survey_versions.version")
    contents: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """step -> language -> content id, for the emails."""
    step: int = 0
    """The step that is being planned."""
    cursor: str | None = Field(default=None, sa_type=IdType)
    """The last contact id planned in the present step."""
    reason: str | None = None
    """Why it is paused."""
    why: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonType, nullable=True))
    """The same as a code and its figures, to be said in the reader's language (see reasons.py)."""
    stopped: list[str] = Field(
        default_factory=list, sa_column=Column(JsonType, nullable=False, server_default="[]")
    )
    """Steps that a person stopped."""
    resumed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a person last let it go on: brakes look at what came since."""
    launched_by: str
    launched_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SendTimes(SQLModel, table=True):
    """What a wave with learnt hours knew when it was launched: it decides by this to its end."""

    __tablename__ = "send_times"

    wave_id: str = Field(sa_column=Column(IdType, ForeignKey("waves.id"), primary_key=True))
    learnt_at: datetime = Field(sa_type=UtcDateTime)
    signs: int
    """How many human signs of its audience and of everybody it was learnt from."""
    explored: int
    """Percent who get any hour of the window, to find out what the learnt ones are worth."""
    strength: float
    """How many signs of a contact's own the curve counts for; learnt too."""
    curve: list[float] = Field(sa_column=Column(JsonType, nullable=False))
    """The audience's share of signs in each hour of the week, from Monday at midnight on their own clock."""


class WaveMember(SQLModel, table=True):
    """One selected contact and the part they play."""

    __tablename__ = "wave_members"
    __table_args__ = (
        Index("ix_wave_members_arm", "wave_id", "arm", "contact_id"),
        Index("ix_wave_members_contact", "contact_id"),
        Index(
            "ix_wave_members_due",
            "wave_id",
            "due_at",
            "contact_id",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_wave_members_ended",
            "wave_id",
            "contact_id",
            sqlite_where=text("ended_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
    )

    wave_id: str = Field(sa_column=Column(IdType, ForeignKey("waves.id"), primary_key=True))
    contact_id: str = Field(sa_column=Column(IdType, ForeignKey("contacts.id"), primary_key=True))
    arm: str
    reason: str | None = None
    """Why they were left out, or wait or had to wait."""
    language: str
    dormancy: str
    """The state they were selected in."""
    variant: str | None = None
    """The variant drawn for them, where the wave has any."""
    entered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Of an automation, like the rest: when what let them enter happened."""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When `step` is due for them; None: nothing more is."""
    step: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The step that comes next for them; one beyond the last is their end."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When their time for answers was over."""
