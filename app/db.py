"""The database floor: engines for SQLite and PostgreSQL, the column types, and how transactions begin."""

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import orjson
import uuid_utils
from psycopg import sql
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Engine,
    Integer,
    Uuid,
    any_,
    bindparam,
    create_engine,
    event,
    func,
    literal,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import SessionTransaction
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


class _Id(Uuid[str]):
    """A UUID as text on both sides. Where the database keeps 32 digits the hyphens are put in by hand: making a
    UUID of each id took a third of reading a row."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        if dialect.supports_native_uuid:
            return super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call, no-any-return]

        def hyphenated(value: str | None) -> str | None:
            if value is None:
                return None
            return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"

        return hyphenated


IdType = _Id(as_uuid=False)
_LATER = "riattiva.later"  # key of Session.info
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
    given = make_url(url).query
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        connect_args={name: value for name, value in _SERVER_GONE.items() if name not in given},
        json_serializer=_to_json,
    )


# A server whose machine is gone answers nothing at all, and by default is waited for many minutes (libpq-connect).
_SERVER_GONE = {"connect_timeout": 10, "tcp_user_timeout": 30_000, "keepalives_idle": 30}


@contextmanager
def writing(engine: Engine, *, bulk: bool = False) -> Iterator[Session]:
    """One transaction that holds the write lock from its start (SQLite) and commits at the end.

    `bulk`: a power cut may undo the last of these whole, never half of one; for work that goes on where it stopped.
    """
    bound = engine.execution_options(riattiva_write=True, riattiva_bulk=bulk)
    with _turn(engine), Session(bound, expire_on_commit=False) as db, db.begin():
        yield db


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One transaction that only reads and never waits for a writer."""
    with Session(engine.execution_options(riattiva_write=False), expire_on_commit=False) as db:
        # Closing gives the connection back; a rollback would also empty the rows already read.
        yield db


class Wire:
    """A connection of its own on which each statement is a durable transaction by itself.

    For who writes all day with one statement: a session begins, asks whether the server is still there, and commits,
    which is more work than the writing. Takes and gives what the driver does; for one thread at a time.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._ours = engine.raw_connection()
        self._link = cast(Any, self._ours.driver_connection)
        self._ours.detach()  # never to be another's
        if engine.dialect.name == "sqlite":
            self._link.execute("PRAGMA synchronous=FULL")
        else:
            self._link.autocommit = True

    def run(self, statement: str, given: Sequence[object]) -> list[tuple[Any, ...]]:
        """The rows a statement returns, once what it wrote is on disk."""
        with _turn(self.engine), closing(self._link.cursor()) as cursor:
            return list(cursor.execute(statement, given).fetchall())

    def close(self) -> None:
        self._link.close()
        self._ours.invalidate()  # the pool must not reset what may be lost


def is_sqlite(db: OrmSession) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def upsert(db: OrmSession, table: Any) -> Any:
    """An INSERT that can say ON CONFLICT, in the dialect of this database."""
    return sqlite_insert(table) if is_sqlite(db) else pg_insert(table)


def insert_all(db: OrmSession, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows that collide with nothing, all with the same keys: COPY on PostgreSQL."""
    if not rows:
        return
    table, connection = table_of(model), db.connection()
    if is_sqlite(db):
        _insert_many(connection, table.insert(), rows)
        return
    columns = [table.c[name] for name in rows[0]]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    cursor = connection.connection.cursor()
    with cursor.copy(statement) as copy:
        for row in _wired(connection.dialect, columns, rows):
            copy.write_row(row)


def insert_new(db: OrmSession, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that collide with no unique key, all with the same keys; returns how many went in."""
    if not rows:
        return 0
    table = table_of(model)
    statement = upsert(db, table)
    if is_sqlite(db):
        return _insert_many(db.connection(), statement.on_conflict_do_nothing(), rows)
    given: Any = list(rows)
    if len(rows) > 1:
        # One statement over arrays: row by row PostgreSQL takes five times as long.
        columns = [table.c[name] for name in rows[0]]
        lists = [func.unnest(bindparam(column.name, type_=ARRAY(column.type))) for column in columns]
        statement = statement.from_select(columns, select(*lists), include_defaults=False)
        given = {column.name: [row[column.name] for row in rows] for column in columns}
    statement = statement.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return db.connection().execute(statement, given).rowcount


def _insert_many(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> int:
    """Have SQLite insert the rows, converted column by column; returns how many went in."""
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    columns = [statement.table.c[name] for name in compiled.positiontup]
    wired = list(_wired(connection.dialect, columns, rows))
    kept = {"preserve_rowcount": True}
    return connection.exec_driver_sql(str(compiled), wired, execution_options=kept).rowcount


def _wired(
    dialect: Dialect, columns: Sequence[Any], rows: Sequence[dict[str, Any]]
) -> Iterator[Sequence[Any]]:
    """The rows as the driver takes them, in the order of these columns; who is not named has its default."""
    lists = []
    for column in columns:
        wire = column.type.dialect_impl(dialect).bind_processor(dialect)
        if column.name in rows[0]:
            given = [row[column.name] for row in rows]
        else:
            default = column.default
            given = [default.arg(None) if default.is_callable else default.arg for _ in rows]
        lists.append(_as_wired(column.type, wire, given) if wire else given)
    return zip(*lists, strict=True)


def _as_wired(kind: Any, wire: Callable[[Any], Any], given: Sequence[Any]) -> list[Any]:
    if isinstance(kind, JSON):
        empty = wire({})
        return [wire(value) if value != {} else empty for value in given]
    # Few moments, groups and the like stand in many rows.
    distinct = set(given)
    if 2 * len(distinct) > len(given):
        return [wire(value) for value in given]
    known = {value: wire(value) for value in distinct}
    return [known[value] for value in given]


def later(db: OrmSession, write: Callable[[Any, list[Any]], object], row: Any) -> None:
    """Have `write(db, rows)` called once with every row given to it like this: at `settle`, or before the commit.

    For what many small steps of one transaction write and none of them reads: fifty rows cost little more than
    one. Within a savepoint it is written at once, so that a rollback takes it along.
    """
    if db.in_nested_transaction():
        write(db, [row])
    else:
        db.info.setdefault(_LATER, {}).setdefault(write, []).append(row)


def settle(db: OrmSession) -> None:
    """Write what was left for `later`, in the order in which each kind was first given."""
    while waiting := db.info.pop(_LATER, None):
        for write, rows in waiting.items():
            write(db, rows)


@event.listens_for(OrmSession, "before_commit")
def _settle(db: OrmSession) -> None:
    if not db.in_nested_transaction():
        settle(db)


@event.listens_for(OrmSession, "after_transaction_end")
def _forget(db: OrmSession, ended: SessionTransaction) -> None:
    if ended.parent is None:
        db.info.pop(_LATER, None)


def among(db: OrmSession, column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column` is one of many values, as one bound array: thousands of placeholders cost more than the look-ups."""
    dialect = db.connection().dialect
    if not is_sqlite(db):
        return column == any_(literal(list(values), ARRAY(column.type)))  # type: ignore[no-any-return]
    to_wire = column.type.dialect_impl(dialect).bind_processor(dialect)
    listed = json.dumps([to_wire(value) if to_wire else value for value in values])
    return column.in_(select(func.json_each(listed).table_valued("value").c.value))  # type: ignore[no-any-return]


def paired(db: OrmSession, given: Mapping[Any, Any], key: Any, value: Any) -> Any:
    """The given pairs as a table with columns like these two, to update from: one statement for all of them."""
    if not is_sqlite(db):
        lists = ((key, list(given)), (value, list(given.values())))
        return select(
            *(func.unnest(literal(it, ARRAY(column.type))).label(column.name) for column, it in lists)
        ).subquery()
    dialect = db.connection().dialect
    to_wire = key.type.dialect_impl(dialect).bind_processor(dialect)
    wired = {to_wire(one) if to_wire else one: it for one, it in given.items()}
    each = func.json_each(json.dumps(wired)).table_valued("key", "value")
    return select(
        type_coerce(each.c.key, key.type).label(key.name),
        type_coerce(each.c.value, value.type).label(value.name),
    ).subquery()


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


# Pages of a large index are met again and again: kept in memory (64 MB), and brought home less often.
_BULK = ("synchronous=NORMAL", "cache_size=-65536", "wal_autocheckpoint=8000")
_DURABLE = ("synchronous=FULL", "cache_size=-2000", "wal_autocheckpoint=1000")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("riattiva_write", True)
    if write:
        bulk = connection.get_execution_options().get("riattiva_bulk", False)
        for pragma in _BULK if bulk else _DURABLE:
            connection.exec_driver_sql(f"PRAGMA {pragma}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _to_json(value: Any) -> str:
    try:
        return orjson.dumps(value, default=_plain).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False, default=_plain)  # whole numbers beyond 64 bits


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into a JSON column")
