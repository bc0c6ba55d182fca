"""The few pieces of SQL that SQLite and PostgreSQL say differently; what a rule brings is bound, never spelt out."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Numeric,
    String,
    TableValuedAlias,
    and_,
    cast,
    column,
    func,
    literal,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement, GenericFunction

from app.db import UtcDateTime


class fold(GenericFunction[str]):
    """Text as it is compared: A–Z as a–z, on both engines alike; accented letters stay as they are."""

    type = String()
    inherit_cache = True


class domain_of(GenericFunction[str]):
    """What follows the @ of an address."""

    type = String()
    inherit_cache = True


class path_of(GenericFunction[str]):
    """The path of an address on the web, without host, query, fragment and closing slash; of the front page nothing."""

    type = String()
    inherit_cache = True


class reads_as_day(GenericFunction[bool]):
    """Whether a text begins as a date does: 2026-11-01."""

    inherit_cache = True


class items(FunctionElement[Any]):
    """The value of a JSON document, or of one name in it, as rows (text, number): a list gives one row per item."""

    inherit_cache = True


def items_of(document: ColumnElement[Any], name: str | None = None) -> TableValuedAlias:
    """`items` to select from; a number has no text and a text no number, null and what is missing have no row."""
    arguments = [document] if name is None else [document, text(name)]
    return items(*arguments).table_valued(column("text", String()), column("number", Numeric()))


def number(value: float) -> ColumnElement[Any]:
    """A bound number, compared exactly on both engines."""
    return cast(literal(value, Float()), Numeric())


def text(value: str) -> ColumnElement[str]:
    """A bound text."""
    return literal(value, String())


def moment(value: datetime) -> ColumnElement[datetime]:
    """A bound time."""
    return literal(value, UtcDateTime())


def day_of(text: ColumnElement[str]) -> tuple[ColumnElement[bool], ColumnElement[str]]:
    """Whether a text is an ISO date or time, and its date as text, which sorts as dates do."""
    alone = func.substr(text, 11, 1).in_(("", "T", " "))
    return and_(reads_as_day(text), alone), fold(func.substr(text, 1, 10))


def _arguments(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> list[str]:
    return [compiler.process(clause, **kw) for clause in element.clauses]


@compiles(fold, "sqlite")
def _fold_sqlite(element: fold, compiler: SQLCompiler, **kw: Any) -> str:
    return f"lower({_arguments(element, compiler, **kw)[0]})"


@compiles(fold, "postgresql")
def _fold_postgres(element: fold, compiler: SQLCompiler, **kw: Any) -> str:
    return f'(lower(({_arguments(element, compiler, **kw)[0]}) COLLATE "C") COLLATE "C")'


@compiles(domain_of, "sqlite")
def _domain_sqlite(element: domain_of, compiler: SQLCompiler, **kw: Any) -> str:
    (address,) = _arguments(element, compiler, **kw)
    return f"substr({address}, instr({address}, '@') + 1)"


@compiles(domain_of, "postgresql")
def _domain_postgres(element: domain_of, compiler: SQLCompiler, **kw: Any) -> str:
    (address,) = _arguments(element, compiler, **kw)
    return f"substr({address}, strpos({address}, '@') + 1)"


@compiles(path_of, "sqlite")
def _path_sqlite(element: path_of, compiler: SQLCompiler, **kw: Any) -> str:
    text = f"lower(trim({_arguments(element, compiler, **kw)[0]}))"
    for sign in "?#":
        text = f"substr({text}, 1, instr({text} || '{sign}', '{sign}') - 1)"
    rest = f"substr({text}, instr({text}, '://') + 3)"
    path = f"substr({rest}, instr({rest} || '/', '/'))"
    return f"rtrim(CASE WHEN instr({text}, '://') THEN {path} ELSE {text} END, '/')"


@compiles(path_of, "postgresql")
def _path_postgres(element: path_of, compiler: SQLCompiler, **kw: Any) -> str:
    text = f"regexp_replace(trim({_arguments(element, compiler, **kw)[0]}), '[?#].*$', '')"
    path = f"regexp_replace({text}, '^[^/]*://[^/]*', '')"
    return f'(lower(rtrim({path}, \'/\') COLLATE "C") COLLATE "C")'


@compiles(reads_as_day, "sqlite")
def _day_sqlite(element: reads_as_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({_arguments(element, compiler, **kw)[0]} GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]*')"


@compiles(reads_as_day, "postgresql")
def _day_postgres(element: reads_as_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({_arguments(element, compiler, **kw)[0]} ~ '^[0-9]{{4}}-[0-1][0-9]-[0-3][0-9]')"


@compiles(items, "sqlite")
def _items_sqlite(element: items, compiler: SQLCompiler, **kw: Any) -> str:
    document, *names = _arguments(element, compiler, **kw)
    # A name is quoted as JSON quotes it; the path is put together from the bound name inside the database.
    path = f", '$.' || json_quote({names[0]})" if names else ""
    return (
        "(SELECT CASE type WHEN 'text' THEN value WHEN 'true' THEN type WHEN 'false' THEN type END AS text,"  # noqa: S608
        " CASE WHEN type IN ('integer', 'real') THEN value END AS number"
        f" FROM json_each({document}{path}) WHERE type NOT IN ('null', 'object', 'array'))"
    )


@compiles(items, "postgresql")
def _items_postgres(element: items, compiler: SQLCompiler, **kw: Any) -> str:
    document, *names = _arguments(element, compiler, **kw)
    held = f"({document} -> {names[0]})" if names else f"({document})"
    rows = (
        f"jsonb_array_elements(CASE WHEN jsonb_typeof({held}) = 'array' THEN {held}"
        f" WHEN {held} IS NULL THEN '[]' ELSE jsonb_build_array({held}) END)"
    )
    return (
        "(SELECT CASE WHEN jsonb_typeof(value) IN ('string', 'boolean') THEN value #>> '{}' END AS text,"  # noqa: S608
        " CASE WHEN jsonb_typeof(value) = 'number' THEN (value #>> '{}')::numeric END AS number"
        f" FROM {rows} AS held(value) WHERE jsonb_typeof(value) NOT IN ('null', 'object', 'array'))"
    )
