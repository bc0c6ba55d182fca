"""One import at a time: claiming the right to run, saying that it lives, and how it ended."""

import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from app.contacts.models import ContactImport, ImportState
from app.db import database_now, is_sqlite
from app.errors import Conflict
from app.files import tables
from app.files.tables import Table
from app.journal import record as journal

_STALE = timedelta(hours=1)
_LOCK = 7_266_001  # any number that no other advisory lock of ours has

Transaction = Callable[[], AbstractContextManager[Session]]


def claim(db: Session, kind: str, table: Table, source: str, now: datetime) -> str:
    """Note that an import runs; raises Conflict while another does that is alive."""
    if not is_sqlite(db):
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    clock = database_now(db)
    for other in db.exec(select(ContactImport).where(col(ContactImport.state) == ImportState.RUNNING)):
        if _alive(other, clock):
            raise Conflict(f"{other.file_name} is still being imported (since {other.started_at:%H:%M} UTC)")
        other.state = ImportState.FAILED
        db.add(other)
    running = ContactImport(
        kind=kind,
        file_name=table.file.name,
        file_hash=tables.file_hash(table.file),
        source=source,
        state=ImportState.RUNNING,
        counts={"beat": clock.isoformat(), "pid": os.getpid(), "host": socket.gethostname()},
        started_at=now,
    )
    db.add(running)
    db.flush()
    return running.id


def beat(db: Session, import_id: str, counts: dict[str, int], line: int) -> None:
    """Say that the import lives, how far it is (the line of the file) and what it counted."""
    running = db.get_one(ContactImport, import_id)
    running.counts = running.counts | counts | {"line": line, "beat": database_now(db).isoformat()}
    db.add(running)


def finish(db: Session, import_id: str, counts: dict[str, int], now: datetime) -> None:
    running = db.get_one(ContactImport, import_id)
    running.state, running.counts, running.finished_at = ImportState.DONE, dict(counts), now
    db.add(running)
    journal.record(
        db,
        at=now,
        actor="system",
        verb="imported",
        subject=("import", import_id),
        kind=running.kind,
        **counts,
    )


def give_up(transaction: Transaction, import_id: str) -> None:
    """Say that an import ended in an error, so that the next need not wait for this process to end."""
    with suppress(SQLAlchemyError), transaction() as db:
        running = db.get(ContactImport, import_id)
        if running is not None:
            running.state = ImportState.FAILED
            db.add(running)


def _alive(other: ContactImport, clock: datetime) -> bool:
    if clock - datetime.fromisoformat(other.counts["beat"]) > _STALE:
        return False
    if other.counts["host"] != socket.gethostname():
        return True
    try:
        os.kill(other.counts["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
