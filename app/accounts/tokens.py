"""API tokens: secrets that programs show, of which only a hash is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from app.accounts.models import ApiToken, Role
from app.db import Session
from app.errors import BadInput, NotFound
from app.journal.record import record

PREFIX = "rv_"
"""Lets people and secret scanners recognise a token that lies where it should not."""


def issue(db: Session, name: str, role: str, now: datetime, *, by: str = "system") -> str:
    """A new token, shown this once; raises BadInput for an unknown role or a name in use."""
    if role not in list(Role):
        raise BadInput(f"{role!r} is no role", where="role", mend=f"Use one of: {', '.join(Role)}.")
    if _named(db, name) is not None:
        raise BadInput(f"there is a token {name!r} already", where="name", mend="Revoke it first.")
    secret = PREFIX + secrets.token_urlsafe(32)
    kept = ApiToken(name=name, role=role, token_hash=_hash(secret), created_at=now)
    db.add(kept)
    record(db, at=now, actor=by, verb="token.issued", subject=("token", kept.id), role=role)
    return secret


def check(db: Session, token: str) -> ApiToken | None:
    """The token as it is kept, or None when it is unknown or revoked."""
    # A hash of 256 random bits is looked up, not compared: timing tells nothing about the secret.
    statement = select(ApiToken).where(ApiToken.token_hash == _hash(token))
    return db.exec(statement.where(col(ApiToken.revoked_at).is_(None))).first()


def revoke(db: Session, name: str, now: datetime, *, by: str = "system") -> None:
    """The token is refused from now on; raises NotFound."""
    kept = _named(db, name)
    if kept is None:
        raise NotFound(f"there is no token {name!r}")
    kept.revoked_at = now
    db.add(kept)
    record(db, at=now, actor=by, verb="token.revoked", subject=("token", kept.id))


def everything(db: Session) -> Sequence[ApiToken]:
    """All tokens, revoked ones too, oldest first."""
    return db.exec(select(ApiToken).order_by(col(ApiToken.id))).all()


def _named(db: Session, name: str) -> ApiToken | None:
    statement = select(ApiToken).where(ApiToken.name == name, col(ApiToken.revoked_at).is_(None))
    return db.exec(statement).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
