"""Engines for SQLite and PostgreSQL, and how transactions begin: who writes holds the lock from the start."""

import fcntl
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.abc import Buffer
from psycopg.types.array import ListDumper
from psycopg.types.string import TextLoader
from sqlalchemy import (
    Engine,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection, make_url
from sqlmodel import Session

from app.db.columns import JSON_TEXT


def open_engine(url: str) -> Engine:
    """An engine that prints no bound values in errors (they are contacts' data)."""
    if url.startswith("sqlite"):
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 30}, **JSON_TEXT)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    given = make_url(url).query
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        connect_args={name: value for name, value in _SERVER_GONE.items() if name not in given},
        **JSON_TEXT,
    )
    event.listen(engine, "connect", _prepare_postgres)
    return engine


# A server whose machine is gone answers nothing at all, and by default is waited for many minutes (libpq-connect).
_SERVER_GONE = {"connect_timeout": 10, "tcp_user_timeout": 30_000, "keepalives_idle": 30}


@contextmanager
def writing(engine: Engine, *, bulk: bool = False) -> Iterator[Session]:
    """One transaction that holds the write lock from its start (SQLite) and commits at the end.

    `bulk`: a power cut may undo the last of these whole, never half of one; for work that goes on where it stopped.
    """
    bound = engine.execution_options(riattiva_write=True, riattiva_bulk=bulk)
    with turn(engine), Session(bound, expire_on_commit=False) as db, db.begin():
        yield db


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One transaction that only reads and never waits for a writer."""
    with Session(engine.execution_options(riattiva_write=False), expire_on_commit=False) as db:
        # Closing gives the connection back; a rollback would also empty the rows already read.
        yield db


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """Queue for SQLite's one write lock in the kernel, thread by thread and process by process.

    SQLite's own busy handler polls with sleeps of up to 100 ms: under load most of a second's waiting is sleep.
    """
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if not file or file == ":memory:":
        yield
        return
    with _threads:
        if file not in _gates:
            _gates[file] = os.open(f"{file}-turn", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(_gates[file], fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(_gates[file], fcntl.LOCK_UN)


_threads = threading.Lock()
_gates: dict[str, int] = {}


# What many transactions in a row change is brought home once (from 32 MB on), not by each of them.
_ALWAYS = (
    *("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=8000"),
    *("foreign_keys=ON", "busy_timeout=30000"),
)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: we choose BEGIN or BEGIN IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _ALWAYS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgres(connection: Any, _record: Any) -> None:
    connection.adapters.register_loader("uuid", TextLoader)
    connection.adapters.register_dumper(list, _Lists)


class _Lists(ListDumper):
    """Lists of thousands of texts or ids, which stand in most statements, in one go: the driver writes them item by
    item, which took a tenth of the time of some pages of work."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        if obj and all(type(item) is str for item in obj):
            joined = _BETWEEN.join(obj)
            if joined.count(_BETWEEN) == len(obj) - 1 and joined.isascii() and not _SPECIAL.search(joined):
                return f'{{"{joined.replace(_BETWEEN, _QUOTED)}"}}'.encode()
        return super().dump(obj)


_BETWEEN, _QUOTED = "\x1f", '","'
_SPECIAL = re.compile(r'["\\\0]')
"""What the driver itself must see to; like letters beyond ASCII, which each server writes its own way."""


# Pages of a large index are met again and again: kept in memory (64 MB).
_BULK = ("synchronous=NORMAL", "cache_size=-65536")
_DURABLE = ("synchronous=FULL", "cache_size=-2000")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("riattiva_write", True)
    if write:
        bulk = connection.get_execution_options().get("riattiva_bulk", False)
        for pragma in _BULK if bulk else _DURABLE:
            connection.exec_driver_sql(f"PRAGMA {pragma}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
