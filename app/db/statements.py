"""What set-based statements are made of, alike on both engines."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    bindparam,
    func,
    literal,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.sql import coercions, roles
from sqlalchemy.sql.visitors import InternalTraversal
from sqlmodel import SQLModel


def is_sqlite(db: OrmSession) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def upsert(db: OrmSession, table: Any) -> Any:
    """An INSERT that can say ON CONFLICT, in the dialect of this database."""
    return upsert_of(table, sqlite=is_sqlite(db))


def upsert_of(table: Any, *, sqlite: bool) -> Any:
    return sqlite_insert(table) if sqlite else pg_insert(table)


def among(db: OrmSession, column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column` is one of many values, as one bound array: thousands of placeholders cost more than the look-ups."""
    given = listed(db, column, values)
    return _InList(column, literal(given, String() if is_sqlite(db) else ARRAY(column.type)))


def among_given(column: Any, name: str, *, sqlite: bool) -> ColumnElement[bool]:
    """The same for a statement that is made once and run many times: `name` is given what `listed` makes."""
    return _InList(column, bindparam(name, type_=String() if sqlite else ARRAY(column.type)))


class _InList(ColumnElement[bool]):
    """One element where a subquery over `json_each` or `any_` would be five: putting these together took longer than
    running most statements."""

    inherit_cache = True
    type = Boolean()
    _traverse_internals = [  # noqa: RUF012 -- as SQLAlchemy asks for it
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: Any, values: Any) -> None:
        self.column = coercions.expect(roles.ExpressionElementRole, column)
        self._propagate_attrs = self.column._propagate_attrs
        self.values = values

    def self_group(self, against: Any = None) -> Any:
        # Or "= 1" would follow on SQLite, and no index serve.
        return self

    @property
    def _from_objects(self) -> list[Any]:
        return self.column._from_objects  # type: ignore[no-any-return]


@compiles(_InList)
def _in_list(element: Any, compiler: Any, **asked: Any) -> str:
    column = compiler.process(element.column, **asked)
    values = compiler.process(element.values, **asked)
    if compiler.dialect.name == "sqlite":
        return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608
    return f"({column} = ANY ({values}))"


def listed(db: OrmSession, column: Any, values: Iterable[Any]) -> Any:
    """Values of this column as one parameter: an array, or on SQLite JSON."""
    if not is_sqlite(db):
        return list(values)
    return _as_json(column.type, db.get_bind().dialect, tuple(values))


@lru_cache(maxsize=4)  # one page is asked about in many statements
def _as_json(kind: Any, dialect: Dialect, values: tuple[Any, ...]) -> str:
    to_wire = kind.dialect_impl(dialect).bind_processor(dialect)
    return orjson.dumps([to_wire(value) if to_wire else value for value in values]).decode()


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


def paired(key: Any, value: Any, name: str, *, sqlite: bool) -> Any:
    """A table of given pairs with columns like these two, to update from: one statement for all of them. It takes
    what `pairs` makes."""
    if not sqlite:
        lists = (bindparam(f"{name}_{it.name}", type_=ARRAY(it.type)) for it in (key, value))
        columns = zip((key, value), lists, strict=True)
        return select(*(func.unnest(given).label(it.name) for it, given in columns)).subquery()
    each = func.json_each(bindparam(name, type_=String)).table_valued("key", "value")
    return select(
        type_coerce(each.c.key, key.type).label(key.name),
        type_coerce(each.c.value, value.type).label(value.name),
    ).subquery()


def pairs(db: OrmSession, key: Any, value: Any, name: str, given: Mapping[Any, Any]) -> dict[str, Any]:
    """Pairs as the parameters of a statement with `paired`."""
    if not is_sqlite(db):
        return {f"{name}_{key.name}": list(given), f"{name}_{value.name}": list(given.values())}
    to_wire = key.type.dialect_impl(db.get_bind().dialect).bind_processor(db.get_bind().dialect)
    wired = {to_wire(one) if to_wire else one: it for one, it in given.items()}
    return {name: orjson.dumps(wired).decode()}


def table_of(model: type[SQLModel]) -> Any:
    """The Core table behind a model, for set-based statements."""
    return model.__table__  # type: ignore[attr-defined]


def database_now(db: OrmSession) -> datetime:
    """The database's own clock: what leases are measured by, however wrong our machine's is."""
    if is_sqlite(db):
        stamp = db.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(stamp).replace(tzinfo=UTC)
    return db.execute(func.now().select()).scalar_one()
