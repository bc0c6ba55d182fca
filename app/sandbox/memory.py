"""The sandbox's one SQLite file, so that a restart forgets no message, no opt-out and nothing that is due."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS mailings (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS emails (
    id TEXT PRIMARY KEY, mailing TEXT NOT NULL, personalization TEXT NOT NULL, address TEXT NOT NULL,
    custom TEXT NOT NULL, at REAL NOT NULL, status TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS emails_address ON emails (address, status);
CREATE INDEX IF NOT EXISTS emails_at ON emails (at);
CREATE TABLE IF NOT EXISTS replies (
    id TEXT PRIMARY KEY, email TEXT NOT NULL, text TEXT NOT NULL, automatic INTEGER NOT NULL,
    at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS replies_email ON replies (email);
CREATE TABLE IF NOT EXISTS texts (
    sid TEXT PRIMARY KEY, phone TEXT NOT NULL, ours TEXT NOT NULL, service TEXT NOT NULL,
    direction TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL, error INTEGER,
    segments INTEGER NOT NULL,
    callback TEXT NOT NULL, at REAL NOT NULL, sent_at REAL);
CREATE INDEX IF NOT EXISTS texts_phone ON texts (phone, at);
CREATE INDEX IF NOT EXISTS texts_ours ON texts (ours, at);
CREATE TABLE IF NOT EXISTS suppressions (
    list TEXT NOT NULL, address TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (list, address));
CREATE TABLE IF NOT EXISTS blocked (phone TEXT NOT NULL, sender TEXT NOT NULL, PRIMARY KEY (phone, sender));
CREATE TABLE IF NOT EXISTS actions (
    id INTEGER PRIMARY KEY, due REAL NOT NULL, lane TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0, claimed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS actions_due ON actions (claimed, lane, due);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, due REAL NOT NULL, born REAL NOT NULL, body TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0, claimed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS events_due ON events (claimed, due);
UPDATE actions SET claimed = 0;
UPDATE events SET claimed = 0;
"""


class Lane(StrEnum):
    """STATE steps change only this file, together with their own removal; WIRE steps talk to others."""

    STATE = "state"
    WIRE = "wire"


class Memory:
    """One connection behind one lock: transactions here are short, and SQLite has one writer anyway."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it or none."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        found = self.rows(sql, *values)
        return found[0] if found else None

    def close(self) -> None:
        with self._lock:
            self._db.close()


def plan(db: sqlite3.Connection, due: float, lane: Lane, kind: str, payload: Mapping[str, Any]) -> None:
    """Queue one step for `due` (Unix seconds of the real clock)."""
    plan_all(db, lane, kind, [(due, payload)])


def plan_all(
    db: sqlite3.Connection, lane: Lane, kind: str, steps: Sequence[tuple[float, Mapping[str, Any]]]
) -> None:
    db.executemany(
        "INSERT INTO actions (due, lane, kind, payload) VALUES (?, ?, ?, ?)",
        [(due, lane, kind, json.dumps(payload)) for due, payload in steps],
    )


def claim(db: sqlite3.Connection, table: str, where: str, now: float, limit: int) -> list[sqlite3.Row]:
    """Take up to `limit` due rows of `actions` or `events`, oldest first; a restart frees unfinished ones."""
    rows = db.execute(
        f"SELECT * FROM {table} WHERE claimed = 0 AND {where} AND due <= ? ORDER BY due LIMIT ?",  # noqa: S608
        (now, limit),
    ).fetchall()
    db.executemany(f"UPDATE {table} SET claimed = 1 WHERE id = ?", [(row["id"],) for row in rows])  # noqa: S608
    return rows
