"""Contacts and everything that decides whether they may be written to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Text, UniqueConstraint, text
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
    REQUESTED = "requested"
    """They said yes and were asked to confirm it (double opt-in): until they do, this counts for nothing."""


class ImportState(StrEnum):
    """How far an import is; one that ended early can be finished or undone."""

    PLANNED = "planned"
    """Received, and not yet confirmed by whoever sent it."""
    WAITING = "waiting"
    RUNNING = "running"
    INTERRUPTED = "interrupted"
    DONE = "done"
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
    __table_args__ = (
        Index("ix_consents_contact", "contact_id", "channel", "at"),
        Index(
            "ix_consents_withdrawn",
            "at",
            sqlite_where=text("state = 'withdrawn'"),
            postgresql_where=text("state = 'withdrawn'"),
        ),
    )

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
    lifted_by: str | None = None
    """The door that opt-in came through: `sms`, `email` or `web`."""


class ContactChange(SQLModel, table=True):
    """What one import did to one contact: how it is undone, and where the value of each field came from."""

    __tablename__ = "contact_changes"
    __table_args__ = (
        Index("ix_contact_changes_contact", "contact_id"),
        {"sqlite_with_rowid": False},
    )

    import_id: str = Field(
        sa_column=Column(IdType, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    )
    contact_id: str = Field(sa_column=Column(IdType, primary_key=True))
    """No foreign key: the change outlives a contact that was merged into another."""
    became: str
    led: bool = False
    """Whether a row of this file already had the say over what was known before."""
    fields: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """Field -> [value before, value after], for a contact that was there when this import met it.
    Attributes are `attributes.NAME`; names it gained are `keys` -> [[source, key], …]."""


class ContactEdit(SQLModel, table=True):
    """What changed in a contact's record outside an import, with what stood there before."""

    __tablename__ = "contact_edits"
    __table_args__ = (Index("ix_contact_edits_contact", "contact_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    contact_id: str = Field(sa_column=Column(IdType, ForeignKey("contacts.id"), nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)
    source: str
    """`survey`: the contact said so in a conversation."""
    conversation_id: str | None = Field(default=None, sa_type=IdType)
    fields: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """Field -> [value before, value after], attributes as `attributes.NAME`; as ContactChange keeps them."""


class ContactImport(SQLModel, table=True):
    """One import of one file: how it is read, how far it is, and what became of its rows."""

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_state", "state"),)

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    kind: str
    """`contacts` or `interactions`."""
    file_name: str
    file_hash: str
    source: str
    state: str
    terms: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    """How the file was read (country, mapping), so that it is finished as it was begun."""
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    line: int = 0
    """The last line of the file whose row is in the database, with all before it."""
    reason: str = ""
    """Why it ended early, in words."""
    actor: str = ""
    host: str = ""
    pid: int = 0
    beat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its process last said that it lives, by the database's clock."""
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ImportFinding(SQLModel, table=True):
    """One row or cell of a file that could not be used, kept with the page it stood on."""

    __tablename__ = "import_findings"
    __table_args__ = (Index("ix_import_findings_import", "import_id", "kind", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    import_id: str = Field(
        sa_column=Column(IdType, ForeignKey("imports.id", ondelete="CASCADE"), nullable=False)
    )
    kind: str
    """`reject` or `warning`."""
    line: int
    field: str
    value: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    cells: list[str] = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))


class ImportUpload(SQLModel, table=True):
    """A piece of a file that came through a page or the API, until its import is done."""

    __tablename__ = "import_uploads"

    import_id: str = Field(
        sa_column=Column(IdType, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    )
    part: int = Field(primary_key=True)
    data: bytes


class Declaration(SQLModel, table=True):
    """Somebody's written word that the contacts of one source may be written to by email."""

    __tablename__ = "declarations"
    __table_args__ = (Index("ix_declarations_source", "source"),)

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    source: str
    basis: str
    """`consent` or `legitimate-interest`."""
    statement: str = Field(sa_type=Text)
    """The exact text that was signed."""
    signed_by: str
    """The name typed under the statement."""
    actor: str
    """Who was logged in, as the journal names them."""
    at: datetime = Field(sa_type=UtcDateTime)
    cursor: str | None = Field(default=None, sa_type=IdType)
    """The last contact the declaration was applied to; with `applied_at` it says how far it is."""
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    contacts: int = 0
    """To how many contacts it was applied so far."""
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: str | None = None


class DoubleState(StrEnum):
    """What is thought of two contacts who may be one person."""

    CERTAIN = "certain"
    """Proved: an order that the dossier carries out."""
    OPEN = "open"
    """A person has to look."""
    MERGED = "merged"
    REJECTED = "rejected"
    """Two people: the pair is never proposed again."""


class Double(SQLModel, table=True):
    """Two contacts who may be one person, each pair once."""

    __tablename__ = "doubles"
    __table_args__ = (
        UniqueConstraint("one", "other", name="uq_doubles_pair"),
        Index("ix_doubles_state", "state", "score", "id"),
        Index("ix_doubles_other", "other"),
    )

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    one: str = Field(sa_type=IdType)
    """The older contact: of two ids the smaller. No foreign key: a decision outlives a merged contact."""
    other: str = Field(sa_type=IdType)
    score: float
    """0 to 1: how surely they are one person."""
    reasons: list[list[str]] = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    """[code, value of the one, value of the other], the strongest first."""
    state: str = DoubleState.OPEN
    found_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = None


class ContactBlock(SQLModel, table=True):
    """A rough likeness of a contact, as a number: only contacts that share one are compared."""

    __tablename__ = "contact_blocks"
    __table_args__ = {"sqlite_with_rowid": False}

    block: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    contact_id: str = Field(sa_column=Column(IdType, primary_key=True))


class ContactLook(SQLModel, table=True):
    """That a contact was compared with the others, and in which state."""

    __tablename__ = "contact_looks"
    __table_args__ = {"sqlite_with_rowid": False}

    contact_id: str = Field(sa_type=IdType, primary_key=True)
    version_at: datetime = Field(sa_type=UtcDateTime)
    """The contact's `updated_at` when it was compared."""
    blocks: list[int] = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))


class SavedMapping(SQLModel, table=True):
    """How the columns of one source are read, kept for its next file."""

    __tablename__ = "mappings"

    source: str = Field(primary_key=True)
    mapping: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    saved_at: datetime = Field(sa_type=UtcDateTime)
