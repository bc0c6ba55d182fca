"""Conversations, their answers, and the survey versions they were frozen with."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db import BigId, IdType, JsonType, UtcDateTime, new_id


class ConversationState(StrEnum):
    """Where the walk stands; `waiting` has been invited but has said nothing yet."""

    WAITING = "waiting"
    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"
    EXPIRED = "expired"


class SurveyVersion(SQLModel, table=True):
    """A survey as it was when a wave was launched, named by the hash of its content."""

    __tablename__ = "survey_versions"

    version: str = Field(primary_key=True)
    slug: str
    source: dict[str, Any] = Field(sa_column=Column(JsonType, nullable=False))
    frozen_at: datetime = Field(sa_type=UtcDateTime)


class Conversation(SQLModel, table=True):
    """One contact's walk through one survey version."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("group_id", "contact_id"),
        Index("ix_conversations_contact", "contact_id", "state"),
        Index("ix_conversations_expiry", "state", "expires_at"),
        Index("ix_conversations_due", "state", "due_at"),
    )

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    contact_id: str = Field(sa_column=Column(IdType, ForeignKey("contacts.id"), nullable=False))
    group_id: str = Field(sa_column=Column(IdType, ForeignKey("message_groups.id"), nullable=False))
    survey_version: str = Field(foreign_key="survey_versions.version")
    language: str
    channel: str
    state: str = ConversationState.WAITING
    walk: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """The survey engine's own state."""
    asked_in: str | None = Field(default=None, sa_type=IdType)
    """The message that carries our last words of the walk; None: they stand on the page, or in the wave's own."""
    reminded: int = 0
    """How often they were reminded after they had begun and fallen silent."""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When their silence is looked at, by the survey's clock."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    """When they last said something, or it was closed."""
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Answer(SQLModel, table=True):
    """What a contact said to one question; a correction adds a row, the latest counts."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_conversation", "conversation_id", "question"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    conversation_id: str = Field(sa_column=Column(IdType, ForeignKey("conversations.id"), nullable=False))
    contact_id: str = Field(sa_column=Column(IdType, ForeignKey("contacts.id"), index=True, nullable=False))
    question: str
    kind: str
    value: Any = Field(sa_column=Column(JsonType, nullable=True))
    text: str = Field(default="", sa_type=Text)
    channel: str
    at: datetime = Field(sa_type=UtcDateTime)
    message_id: str | None = Field(default=None, sa_type=IdType)


class ConversationAlias(SQLModel, table=True):
    """A conversation that became part of another, when two contacts of one wave proved to be one person: the links
    in what they received still lead to it."""

    __tablename__ = "conversation_aliases"

    id: str = Field(sa_type=IdType, primary_key=True)
    """Of the conversation that is no more."""
    conversation_id: str = Field(
        sa_column=Column(IdType, ForeignKey("conversations.id"), index=True, nullable=False)
    )


class QuotaCount(SQLModel, table=True):
    """How many places of one quota are taken in one wave."""

    __tablename__ = "quota_counts"

    group_id: str = Field(sa_column=Column(IdType, ForeignKey("message_groups.id"), primary_key=True))
    quota: str = Field(primary_key=True)
    taken: int = 0
