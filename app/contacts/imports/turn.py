"""One import at a time: claiming the right to run, saying that it lives, and how it ended."""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from app.contacts.models import ContactImport, ImportState
from app.db import database_now, is_sqlite
from app.errors import Conflict, NotFound
from app.files import tables
from app.files.tables import Table
from app.journal import record as journal

_STALE = timedelta(minutes=10)
PROCESS_ENDED, STOPPED = "its process ended", "stopped by hand"
_LOCK = 7_266_001  # any number that no other advisory lock of ours has

Transaction = Callable[[], AbstractContextManager[Session]]


def claim(
    db: Session,
    kind: str,
    table: Table,
    source: str,
    now: datetime,
    *,
    terms: dict[str, Any] | None = None,
    actor: str = "user:command line",
) -> ContactImport:
    """Note that an import runs, or goes on: an interrupted one of the same file, source and terms is finished.

    Raises Conflict while another does that is alive.
    """
    _one_at_a_time(db)
    hash_ = tables.file_hash(table.file)
    query = select(ContactImport).where(
        col(ContactImport.state).in_((ImportState.INTERRUPTED, ImportState.WAITING)),
        col(ContactImport.kind) == kind,
        col(ContactImport.file_hash) == hash_,
        col(ContactImport.source) == source,
    )
    left = db.exec(query.order_by(col(ContactImport.id).desc()))
    running = next((one for one in left if one.terms == (terms or {})), None)
    if running is None:
        running = ContactImport(
            kind=kind,
            file_name=table.file.name,
            file_hash=hash_,
            source=source,
            state=ImportState.RUNNING,
            terms=terms or {},
            actor=actor,
            started_at=now,
        )
    return _hold(db, running)


def go_on(db: Session, import_id: str) -> ContactImport:
    """Hold one waiting or interrupted import; raises Conflict while another runs, or when it is over."""
    _one_at_a_time(db)
    running = db.get(ContactImport, import_id)
    if running is None:
        raise NotFound(f"there is no import {import_id!r}")
    if running.state not in (ImportState.WAITING, ImportState.INTERRUPTED):
        raise Conflict(f"this import is {running.state}")
    return _hold(db, running)


def beat(db: Session, import_id: str, counts: dict[str, Any], line: int) -> None:
    """Say that the import lives, how far it is (the line of the file) and what it counted.

    Raises Conflict when it was taken over meanwhile: the page of this transaction is then not written.
    """
    running = db.get_one(ContactImport, import_id)
    if running.state == ImportState.INTERRUPTED:
        raise Conflict(running.reason)
    if not _ours(running):
        raise Conflict(f"the import of {running.file_name} was taken over by another process")
    running.counts, running.line, running.beat_at = dict(counts), line, database_now(db)
    db.add(running)


def finish(db: Session, import_id: str, counts: dict[str, Any], now: datetime) -> None:
    running = db.get_one(ContactImport, import_id)
    running.state, running.counts, running.finished_at = ImportState.DONE, dict(counts), now
    running.reason = ""
    db.add(running)
    journal.record(
        db,
        at=now,
        actor=running.actor,
        verb="imported",
        subject=("import", import_id),
        kind=running.kind,
        **{name: count for name, count in counts.items() if isinstance(count, int)},
    )


def pause(db: Session, import_id: str) -> None:
    """Let others have a turn; whoever finds it waiting goes on."""
    running = db.get_one(ContactImport, import_id)
    if running.state == ImportState.RUNNING:
        running.state = ImportState.WAITING
        db.add(running)


def stop(db: Session, import_id: str) -> None:
    """End a waiting or running import: the page it is at is not written. Raises NotFound and Conflict."""
    running = db.get(ContactImport, import_id)
    if running is None:
        raise NotFound(f"there is no import {import_id!r}")
    if running.state not in (ImportState.WAITING, ImportState.RUNNING):
        raise Conflict(f"this import is {running.state}")
    running.state, running.reason = ImportState.INTERRUPTED, STOPPED
    db.add(running)


def give_up(transaction: Transaction, import_id: str, reason: str = "") -> None:
    """Say that an import ended early, so that the next need not wait for this process to end."""
    with suppress(SQLAlchemyError), transaction() as db:
        running = db.get(ContactImport, import_id)
        # One that was taken over, stopped or undone meanwhile is no longer this process's to speak of.
        if running is not None and _ours(running):
            running.state, running.reason = ImportState.INTERRUPTED, reason
            db.add(running)


def begin_undo(db: Session, import_id: str) -> dict[str, int]:
    """Begin or go on undoing an import; returns what was counted so far. Raises NotFound and Conflict."""
    _one_at_a_time(db)
    begun = db.get(ContactImport, import_id)
    if begun is None:
        raise NotFound(f"there is no import {import_id!r}")
    if begun.kind != "contacts":
        raise Conflict("only imports of contacts can be undone; what happened stays on the timeline")
    if begun.state in (ImportState.UNDONE, ImportState.PLANNED):
        raise Conflict(f"this import is {begun.state}")
    begun.state, begun.beat_at = ImportState.UNDOING, database_now(db)
    db.add(begun)
    return dict(begun.counts.get("undone", {}))


def note_undo(db: Session, import_id: str, counts: Mapping[str, int]) -> None:
    """Keep how far an undo is, with the page it did."""
    begun = db.get_one(ContactImport, import_id)
    begun.counts, begun.beat_at = begun.counts | {"undone": dict(counts)}, database_now(db)
    db.add(begun)


def end_undo(db: Session, import_id: str, now: datetime) -> None:
    begun = db.get_one(ContactImport, import_id)
    begun.state, begun.finished_at = ImportState.UNDONE, now
    db.add(begun)


def interrupted(db: Session) -> list[ContactImport]:
    """Imports that ended early and were neither finished nor undone, oldest first."""
    _bury(db)
    query = select(ContactImport).where(col(ContactImport.state) == ImportState.INTERRUPTED)
    return list(db.exec(query.order_by(col(ContactImport.id))))


def _hold(db: Session, running: ContactImport) -> ContactImport:
    running.state, running.reason = ImportState.RUNNING, ""
    running.pid, running.host, running.beat_at = os.getpid(), socket.gethostname(), database_now(db)
    db.add(running)
    db.flush()
    return running


def _ours(running: ContactImport) -> bool:
    held = (running.state, running.host, running.pid)
    return held == (ImportState.RUNNING, socket.gethostname(), os.getpid())


def _one_at_a_time(db: Session) -> None:
    if not is_sqlite(db):
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    for other in _bury(db):
        raise Conflict(f"{other.file_name} is still being imported (since {other.started_at:%H:%M} UTC)")


def _bury(db: Session) -> list[ContactImport]:
    """Mark the imports whose process is gone as interrupted; returns those that run."""
    alive = []
    for other in db.exec(select(ContactImport).where(col(ContactImport.state) == ImportState.RUNNING)):
        if _alive(other, database_now(db)):
            alive.append(other)
        else:
            other.state, other.reason = ImportState.INTERRUPTED, PROCESS_ENDED
            db.add(other)
    return alive


def _alive(other: ContactImport, clock: datetime) -> bool:
    if other.beat_at is None or clock - other.beat_at > _STALE:
        return False
    if other.host != socket.gethostname():
        return True
    try:
        os.kill(other.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
