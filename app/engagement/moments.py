"""Arithmetic on stored times that both databases do alike: a moment some seconds later, the day and second it is."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.db import UtcDateTime


class later(FunctionElement[Any]):
    """`later(at, seconds)`: `at` plus whole seconds, exact to the microsecond."""

    type = UtcDateTime()
    inherit_cache = True

    def __init__(self, at: ColumnElement[Any], seconds: ColumnElement[Any]) -> None:
        super().__init__(at, seconds)


class day_number(FunctionElement[Any]):
    """`day_number(at)`: the UTC day, counted from 1970."""

    type = BigInteger().with_variant(Integer(), "sqlite")
    inherit_cache = True


@compiles(later, "sqlite")
def _later_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    at, seconds = (compiler.process(clause, **kw) for clause in element.clauses)
    # Stored as text: SQLite's own arithmetic knows milliseconds only, so the fraction is carried over.
    whole = f"strftime('%Y-%m-%d %H:%M:%S', substr({at}, 1, 19), ({seconds}) || ' seconds')"
    return f"({whole} || substr({at}, 20))"


@compiles(later, "postgresql")
def _later_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    at, seconds = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({at} + make_interval(secs => {seconds}))"


@compiles(day_number, "sqlite")
def _day_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    (at,) = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(CAST(strftime('%s', substr({at}, 1, 10)) AS INTEGER) / 86400)"


@compiles(day_number, "postgresql")
def _day_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    (at,) = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(CAST(timezone('UTC', {at}) AS date) - DATE '1970-01-01')"


class seconds(FunctionElement[Any]):
    """`seconds(at)`: whole seconds since 1970."""

    type = BigInteger().with_variant(Integer(), "sqlite")
    inherit_cache = True


@compiles(seconds, "sqlite")
def _seconds_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    (at,) = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(strftime('%s', substr({at}, 1, 19)) AS INTEGER)"


@compiles(seconds, "postgresql")
def _seconds_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    (at,) = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(floor(extract(epoch FROM {at})) AS bigint)"
