"""Who may log in: adding users, and recognising them without telling strangers who exists."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlmodel import col, select

from app.accounts.models import Role, User
from app.db import Session, insert_new, new_id
from app.errors import BadInput
from app.journal.record import record

MIN_PASSWORD = 10
"""Characters."""

_hasher = PasswordHasher()


def add(db: Session, email: str, role: str, password: str, now: datetime, *, by: str = "system") -> User:
    """A new user; raises BadInput for a bad address or role, a short password, or an address in use."""
    if role not in list(Role):
        raise BadInput(f"{role!r} is no role", where="role", mend=f"Use one of: {', '.join(Role)}.")
    if len(password) < MIN_PASSWORD:
        raise BadInput(f"the password needs at least {MIN_PASSWORD} characters", where="password")
    user = User(
        id=new_id(),
        email=_plain(email),
        role=role,
        password_hash=_hasher.hash(password),
        created_at=now,
    )
    if not insert_new(db, User, [user.model_dump()]):
        raise BadInput("somebody has this address already", where="email")
    record(db, at=now, actor=by, verb="user.added", subject=("user", user.id), role=role)
    return user


def authenticate(db: Session, email: str, password: str) -> User | None:
    """The user with this address and password. An unknown address costs as much time as a known one."""
    user = db.exec(select(User).where(User.email == email.strip().lower())).first()
    try:
        _hasher.verify(user.password_hash if user else _nobody(), password)
    except VerificationError:
        return None
    return user


def find(db: Session, user_id: str) -> User | None:
    return db.get(User, user_id)


def everyone(db: Session) -> Sequence[User]:
    """All users in the order of their addresses."""
    return db.exec(select(User).order_by(col(User.email))).all()


def anyone(db: Session) -> bool:
    """Whether there is a user at all."""
    return db.exec(select(User.id).limit(1)).first() is not None


def _plain(email: str) -> str:
    # A name to log in with, to which nothing is ever sent: anna@azienda.local is as good as any other.
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email.strip()):
        raise BadInput(f"{email!r} is no email address", where="email")
    return email.strip().lower()


@cache
def _nobody() -> str:
    return _hasher.hash("a password nobody has")
