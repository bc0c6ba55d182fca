"""Contacts and everything that decides whether they may be written to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db import BigId, IdType, JsonType, UtcDateTime, new_id


class PhoneKind(StrEnum):
    """What kind of line a number is; only a mobile gets texts and identifies a person."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    UNKNOWN = "unknown"


class ConsentState(StrEnum):
    """What a consent ledger entry says."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class ImportState(StrEnum):
    """How far an import is; one that ended early can be finished or undone."""

    WAITING = "waiting"
    RUNNING = "running"
    INTERRUPTED = "interrupted"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class Became(StrEnum):
    """What a row made of a contact."""

    CREATED = "created"
    UPDATED = "updated"
    MERGED = "merged"
    UNCHANGED = "unchanged"


class Owner(SQLModel, table=True):
    """The sales agent a contact belongs to."""

    __tablename__ = "owners"

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    name: str = Field(unique=True)
    email: str | None = None


class Contact(SQLModel, table=True):
    """A person we may reach by email, phone or both."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_email_key", "email_key"),
        Index("ix_contacts_phone", "phone"),
        Index("ix_contacts_company", "company"),
    )

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    email: str | None = None
    """As it was given."""
    email_key: str | None = None
    """As it is compared: lower case, domain in ASCII."""
    phone: str | None = None
    """E.164."""
    phone_kind: str = PhoneKind.UNKNOWN
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    job_title: str | None = None
    language: str | None = None
    """ISO 639-1."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    time_zone: str | None = None
    owner_id: str | None = Field(default=None, sa_column=Column(IdType, ForeignKey("owners.id"), index=True))
    attributes: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    crm_created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class ContactKey(SQLModel, table=True):
    """The name a source gives a contact; a merged contact answers to several."""

    __tablename__ = "contact_keys"

    source: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    contact_id: str = Field(sa_column=Column(IdType, ForeignKey("contacts.id"), index=True, nullable=False))


class Consent(SQLModel, table=True):
    """One line of the consent ledger: never changed, never deleted; the present state is derived from it."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_contact", "contact_id", "channel", "at"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    contact_id: str = Field(sa_column=Column(IdType, ForeignKey("contacts.id"), nullable=False))
    channel: str
    state: str
    basis: str
    """`consent`, or the legal basis a CRM recorded."""
    at: datetime = Field(sa_type=UtcDateTime)
    """When it was given: for an event, when the raw event was accepted."""
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    source: str
    wording: str = Field(default="", sa_type=Text)
    """The exact words the contact saw, or the column and value a CRM recorded."""
    evidence: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    act_id: str | None = Field(default=None, sa_type=IdType)
    """The import or declaration that wrote the line: a yes counts no more once that act is void."""


class VoidedAct(SQLModel, table=True):
    """An import that was undone or a declaration that was withdrawn: what it granted holds no more."""

    __tablename__ = "voided_acts"

    id: str = Field(sa_type=IdType, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str


class Suppression(SQLModel, table=True):
    """An address that must not be written to, as a keyed hash, so that it outlives the contact's erasure."""

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("channel", "address_hash"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    channel: str
    address_hash: str
    reason: str
    source: str
    at: datetime = Field(sa_type=UtcDateTime)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Set only by the contact's own later opt-in."""


class ContactChange(SQLModel, table=True):
    """What one import did to one contact: how it is undone, and where the value of each field came from."""

    __tablename__ = "contact_changes"
    __table_args__ = (
        Index("ix_contact_changes_contact", "contact_id"),
        {"sqlite_with_rowid": False},
    )

    import_id: str = Field(sa_column=Column(IdType, ForeignKey("imports.id"), primary_key=True))
    contact_id: str = Field(sa_column=Column(IdType, primary_key=True))
    """No foreign key: the change outlives a contact that was merged into another."""
    became: str
    led: bool = False
    """Whether a row of this file already had the say over what was known before."""
    fields: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """Field -> [value before, value after], for a contact that was there; empty for one that was created.
    Attributes are `attributes.NAME`; names it gained are `keys` -> [[source, key], …]."""


class ContactImport(SQLModel, table=True):
    """One import of one file: what it read, what became of the rows, and whether it finished."""

    __tablename__ = "imports"

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    kind: str
    """`contacts` or `interactions`."""
    file_name: str
    file_hash: str
    source: str
    state: str
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
