"""Many rows at once, as each engine takes them fastest."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy import (
    JSON,
    func,
    select,
)
from sqlalchemy.engine import Connection, CursorResult, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import SQLModel

from app.db.statements import among, is_sqlite, table_of, upsert, upsert_of


def insert_all(db: OrmSession, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows that collide with nothing, all with the same keys: COPY on PostgreSQL."""
    if not rows:
        return
    table, connection = table_of(model), db.connection()
    if is_sqlite(db):
        insert_ready(db, _for_sqlite(connection.dialect, table, rows))
    else:
        _copy(connection, table.name, [table.c[name] for name in rows[0]], rows)


def insert_new(db: OrmSession, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that collide with no unique key, all with the same keys; returns how many went in."""
    if not rows:
        return 0
    if is_sqlite(db):
        return insert_ready(db, made_ready(db, model, rows))
    table = table_of(model)
    if len(rows) > 1:
        return _copy_new(db.connection(), table, rows).rowcount
    statement = upsert(db, table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return db.connection().execute(statement, rows[0]).rowcount


class Ready(NamedTuple):
    """Rows for `insert_new` as SQLite's driver takes them."""

    statement: str
    rows: list[Sequence[Any]]


def made_ready(db: OrmSession, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> Ready:
    """At least one row, converted before the transaction that inserts it begins and keeps everybody waiting."""
    return _for_sqlite(db.connection().dialect, table_of(model), rows, new=True)


def insert_ready(db: OrmSession, ready: Ready) -> int:
    """Returns how many went in."""
    kept = {"preserve_rowcount": True}
    return db.connection().exec_driver_sql(*ready, execution_options=kept).rowcount


def insert_naming(
    db: OrmSession, model: type[SQLModel], rows: Sequence[dict[str, Any]], name: str
) -> set[Any]:
    """`insert_new` for tables with a growing `id`; returns this column, which differs in all rows, of those that went
    in."""
    if not rows:
        return set()
    table, given = table_of(model), {row[name] for row in rows}
    if not is_sqlite(db):
        if not _any_held(db, table.c[name], given) and _copied(db, table, rows):
            return given
        return set(_copy_new(db.connection(), table, rows, name).scalars())
    last = db.execute(select(func.max(table.c.id))).scalar() or 0
    if insert_new(db, model, rows) == len(rows):
        return given
    # Nobody else writes meanwhile.
    return set(db.scalars(select(table.c[name]).where(table.c.id > last)))


def _copy(connection: Connection, table: str, columns: Sequence[Any], rows: Sequence[dict[str, Any]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    try:
        with connection.connection.cursor().copy(statement) as copy:
            for row in _wired(connection.dialect, columns, rows):
                copy.write_row(row)
    except (
        psycopg.OperationalError
    ) as error:  # as everywhere else: the database is away, or asks to try again
        raise OperationalError("COPY", None, error, hide_parameters=True) from None


def _any_held(db: OrmSession, column: Any, values: set[Any]) -> bool:
    return db.execute(select(column).where(among(db, column, values)).limit(1)).first() is not None


def _copied(db: OrmSession, table: Any, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether all of these rows went in. Where nothing collides they need no temporary table; who brings the same at
    the same moment is found out by the server, which writes it in its log."""
    try:
        with db.begin_nested():
            _copy(db.connection(), table.name, [table.c[name] for name in rows[0]], rows)
    except psycopg.errors.UniqueViolation:
        return False
    return True


def _copy_new(
    connection: Connection, table: Any, rows: Sequence[dict[str, Any]], name: str | None = None
) -> CursorResult[Any]:
    """COPY knows no ON CONFLICT, so the rows pass through a temporary table: as one statement over arrays they take
    PostgreSQL twice as long and us four times, row by row ten times."""
    columns = [table.c[name] for name in rows[0]]
    digest = hashlib.blake2b(" ".join(column.name for column in columns).encode(), digest_size=4).hexdigest()
    passage = f"new_{table.name}_{digest}"
    parts = {
        "passage": sql.Identifier(passage),
        "table": sql.Identifier(table.name),
        "names": _names(columns),
        "told": sql.SQL(" RETURNING {}").format(sql.Identifier(name)) if name else sql.SQL(""),
    }
    made = sql.SQL(
        "CREATE TEMP TABLE IF NOT EXISTS {passage} ON COMMIT DELETE ROWS"
        " AS SELECT {names} FROM {table} WITH NO DATA"
    )
    # Taken out as they go in: a second page of the same transaction passes here too.
    moved = sql.SQL(
        "WITH given AS (DELETE FROM {passage} RETURNING {names})"
        " INSERT INTO {table} ({names}) SELECT {names} FROM given ON CONFLICT DO NOTHING{told}"
    )
    connection.exec_driver_sql(made.format(**parts).as_string())
    _copy(connection, passage, columns, rows)
    kept = {"preserve_rowcount": True}
    return connection.exec_driver_sql(moved.format(**parts).as_string(), execution_options=kept)


def update_each(db: OrmSession, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Run this UPDATE (the same object every time) for each of these rows of bound values, all with the same keys."""
    if not rows:
        return
    connection = db.connection()
    if not is_sqlite(db):
        connection.execute(statement, rows)
        return
    text, names, types = _compiled(statement, connection.dialect)
    lists = []
    for name, kind in zip(names, types, strict=True):
        wire = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        given = [row[name] for row in rows]
        lists.append(_as_wired(kind, wire, given) if wire else given)
    connection.exec_driver_sql(text, list(zip(*lists, strict=True)))


@lru_cache(maxsize=32)
def _compiled(statement: Any, dialect: Dialect) -> tuple[str, list[str], list[Any]]:
    """An UPDATE as SQLite takes it: the text, and the names and types of what it is given, in its order."""
    compiled = statement.compile(dialect=dialect)
    names = list(compiled.positiontup)
    return str(compiled), names, [compiled.binds[name].type for name in names]


def _names(columns: Sequence[Any]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)


def _for_sqlite(dialect: Dialect, table: Any, rows: Sequence[dict[str, Any]], *, new: bool = False) -> Ready:
    text, columns = _insertion(dialect, table, tuple(rows[0]), new)
    return Ready(text, list(_wired(dialect, columns, rows)))


@lru_cache(maxsize=256)
def _insertion(dialect: Dialect, table: Any, names: tuple[str, ...], new: bool) -> tuple[str, list[Any]]:
    """An INSERT as SQLite takes it: the text, and the columns it is given, in its order; `new`: of what collides with
    nothing."""
    made = upsert_of(table, sqlite=True)
    made = made.on_conflict_do_nothing() if new else made
    compiled = made.compile(dialect=dialect, column_keys=list(names))
    return str(compiled), [table.c[name] for name in compiled.positiontup]


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
