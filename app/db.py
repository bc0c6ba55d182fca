"""The database floor: engines for SQLite and PostgreSQL, the column types, and how transactions begin."""

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import uuid_utils
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Engine,
    Integer,
    Uuid,
    create_engine,
    event,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Session as Session
from sqlmodel import SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; a naive one is refused, because nobody knows when that was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


IdType = Uuid(as_uuid=False)
JsonType: TypeEngine[Any] = JSON().with_variant(JSONB(), "postgresql")
BigId: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")


def new_id() -> str:
    """A UUIDv7 as text: unique everywhere, and in the order of making."""
    return str(uuid_utils.uuid7())


def open_engine(url: str) -> Engine:
    """An engine that prints no bound values in errors (they are contacts' data)."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url, hide_parameters=True, connect_args={"timeout": 30}, json_serializer=_to_json
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url, hide_parameters=True, pool_pre_ping=True, pool_size=10, json_serializer=_to_json
    )


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction that holds the write lock from its start (SQLite) and commits at the end."""
    bound = engine.execution_options(riattiva_write=True)
    with _turn(engine), Session(bound, expire_on_commit=False) as db, db.begin():
        yield db


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One transaction that only reads and never waits for a writer."""
    with Session(engine.execution_options(riattiva_write=False), expire_on_commit=False) as db:
        # Closing gives the connection back; a rollback would also empty the rows already read.
        yield db


def is_sqlite(db: OrmSession) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def upsert(db: OrmSession, table: Any) -> Any:
    """An INSERT that can say ON CONFLICT, in the dialect of this database."""
    return sqlite_insert(table) if is_sqlite(db) else pg_insert(table)


def insert_new(db: OrmSession, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that collide with no unique key; returns how many went in."""
    if not rows:
        return 0
    statement = upsert(db, table_of(model)).on_conflict_do_nothing()
    kept = db.connection().execute(statement.execution_options(preserve_rowcount=True), list(rows))
    return kept.rowcount


def table_of(model: type[SQLModel]) -> Any:
    """The Core table behind a model, for set-based statements."""
    return model.__table__  # type: ignore[attr-defined]


def database_now(db: OrmSession) -> datetime:
    """The database's own clock: what leases are measured by, however wrong our machine's is."""
    if is_sqlite(db):
        stamp = db.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(stamp).replace(tzinfo=UTC)
    return db.execute(func.now().select()).scalar_one()


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
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


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: we choose BEGIN or BEGIN IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("riattiva_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into a JSON column")
