"""Users, API tokens and the facts an installation keeps about itself."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from app.db import IdType, UtcDateTime, new_id


class Role(StrEnum):
    """What a user may do: a viewer looks, a marketer launches, an admin does everything."""

    ADMIN = "admin"
    MARKETER = "marketer"
    VIEWER = "viewer"


class User(SQLModel, table=True):
    """Somebody who logs in."""

    __tablename__ = "users"

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    email: str = Field(unique=True)
    role: str
    password_hash: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class ApiToken(SQLModel, table=True):
    """A secret that a program shows; only its hash is kept."""

    __tablename__ = "api_tokens"

    id: str = Field(default_factory=new_id, sa_type=IdType, primary_key=True)
    name: str
    role: str
    token_hash: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Installation(SQLModel, table=True):
    """A fact the installation must remember, such as the check value of its suppression key."""

    __tablename__ = "installation"

    name: str = Field(primary_key=True)
    value: str
