"""The one-time link that makes the first admin, so that a fresh installation is nobody else's to take."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col

from app.accounts import users
from app.accounts.models import Installation, Role, User
from app.db import Session, table_of
from app.errors import NotFound
from app.journal.record import record
from app.settings import Settings

_NAME = "setup_link"


def setup_url(db: Session, settings: Settings, now: datetime) -> str | None:
    """A fresh link to show on the terminal, replacing the last one; None as soon as any user exists."""
    if users.anyone(db):
        return None
    token = secrets.token_urlsafe(24)
    db.merge(Installation(name=_NAME, value=_hash(token)))
    record(db, at=now, actor="system", verb="setup.link_made", subject=("installation", _NAME))
    return f"{settings.public_url}/setup/{token}"


def is_open(db: Session, token: str) -> bool:
    """Whether this link may still be used."""
    kept = db.get(Installation, _NAME)
    return kept is not None and secrets.compare_digest(kept.value, _hash(token)) and not users.anyone(db)


def make_first_admin(db: Session, token: str, email: str, password: str, now: datetime) -> User:
    """Use the link up; raises NotFound when it is not (or no longer) good, BadInput as `users.add` does."""
    if not is_open(db, token):
        raise NotFound("this link was used already or is not the newest one")
    # Deleting by value decides between two who hold the link: the second finds nothing to delete.
    used = db.execute(
        delete(table_of(Installation)).where(
            col(Installation.name) == _NAME, col(Installation.value) == _hash(token)
        )
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        raise NotFound("this link was used already or is not the newest one")
    return users.add(db, email, Role.ADMIN, password, now, by="setup link")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
