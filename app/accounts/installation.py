"""What the installation remembers about itself, checked at every start."""

import hashlib
import hmac

from sqlalchemy.exc import OperationalError

from app import runtime, schema
from app.accounts.models import Installation
from app.db import Session, insert_new
from app.errors import BadInput, NotAvailable
from app.runtime import Runtime
from app.settings import Settings

_CHECK = "suppression_key_check"


def start(settings: Settings, *, upgrade: bool = False) -> Runtime:
    """The runtime every process begins with, installed: the schema is this code's and no opt-out is forgotten.

    With `upgrade` a SQLite behind the code is upgraded. Raises NotAvailable when the database cannot be used,
    BadInput when its schema is older or the suppression key is another one.
    """
    rt = runtime.open_runtime(settings)
    try:
        if upgrade and rt.engine.dialect.name == "sqlite":
            schema.upgrade(rt.engine)
        elif schema.behind(rt.engine):
            raise BadInput("the database is older than this program", mend="Run: riattiva db upgrade")
        runtime.install(rt)
        with runtime.session() as db:
            check_suppression_key(db, settings)
    except OperationalError as error:
        rt.engine.dispose()
        raise NotAvailable(f"the database cannot be used: {rt.engine.url!r}") from error
    return rt


def fact(db: Session, name: str) -> str | None:
    """What the installation remembers under this name."""
    known = db.get(Installation, name)
    return known.value if known else None


def remember(db: Session, name: str, value: str) -> None:
    """Keep a fact in place of the one known under this name before."""
    db.merge(Installation(name=name, value=value))


def check_suppression_key(db: Session, settings: Settings) -> None:
    """Refuse to start with another SUPPRESSION_KEY than the first: every stop would be forgotten.

    Raises BadInput; stores the check value on the very first start.
    """
    if not settings.suppression_key:
        raise BadInput(
            "SUPPRESSION_KEY is not set", where="settings", mend="Make one and keep it with backups."
        )
    value = hmac.new(settings.suppression_key.encode(), b"riattiva check value", hashlib.sha256).hexdigest()
    # Several processes may be the first at once: one stores the value, the others compare with it.
    insert_new(db, Installation, [{"name": _CHECK, "value": value}])
    known = db.get_one(Installation, _CHECK)
    if not hmac.compare_digest(known.value, value):
        raise BadInput(
            "SUPPRESSION_KEY is not the one this database was made with",
            where="settings",
            mend="Put the old key back: with another one every opt-out would be forgotten.",
        )
