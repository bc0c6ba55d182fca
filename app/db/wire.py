"""A connection that does one statement at a time, each a transaction by itself."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any, cast

from sqlalchemy import Engine

from app.db.transactions import turn


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
        with turn(self.engine), closing(self._link.cursor()) as cursor:
            return list(cursor.execute(statement, given).fetchall())

    def close(self) -> None:
        self._link.close()
        self._ours.invalidate()  # the pool must not reset what may be lost
