"""What set-based statements are made of, alike on both engines."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    any_,
    func,
    literal,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import SQLModel


def is_sqlite(db: OrmSession) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def upsert(db: OrmSession, table: Any) -> Any:
    """An INSERT that can say ON CONFLICT, in the dialect of this database."""
    return sqlite_insert(table) if is_sqlite(db) else pg_insert(table)


def among(db: OrmSession, column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column` is one of many values, as one bound array: thousands of placeholders cost more than the look-ups."""
    dialect = db.connection().dialect
    if not is_sqlite(db):
        return column == any_(literal(list(values), ARRAY(column.type)))  # type: ignore[no-any-return]
    to_wire = column.type.dialect_impl(dialect).bind_processor(dialect)
    listed = orjson.dumps([to_wire(value) for value in values] if to_wire else list(values)).decode()
    return column.in_(select(func.json_each(listed).table_valued("value").c.value))  # type: ignore[no-any-return]


def in_index_order(db: OrmSession) -> None:
    """Until this transaction ends, have PostgreSQL follow an index that is in the order asked for, row by row: of a
    table that has just grown it believes that it is small, and would sort or hash all of it to find the next thousand.
    """
    if not is_sqlite(db):
        db.execute(_ROW_BY_ROW)


_ROW_BY_ROW = text(
    "SELECT set_config('enable_sort', 'off', true), set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true)"
)


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
