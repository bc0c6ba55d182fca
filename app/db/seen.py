"""What a transaction has read, so that another can tell whether it would read the same."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.orm import Session as OrmSession


class Seen:
    """The statements of a transaction, and the rows that the driver gave for each."""

    def __init__(self) -> None:
        self._asked: list[tuple[str, Any, list[Any]]] = []

    def note(
        self, _connection: Connection, cursor: Any, statement: str, given: Any, context: Any, _many: bool
    ) -> None:
        """SQLAlchemy's hook behind each statement: its rows are taken here, and given on from memory."""
        rows = cursor.fetchall()
        self._asked.append((statement, given, rows))
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
            cursor.description, initial_buffer=rows
        )

    def stands(self, db: OrmSession) -> bool:
        """Whether every statement gives the same rows in this transaction."""
        with closing(db.connection().connection.cursor()) as cursor:
            for statement, given, rows in self._asked:
                cursor.execute(statement, given)
                if cursor.fetchall() != rows:
                    return False
        return True


@contextmanager
def watching(db: OrmSession) -> Iterator[Seen]:
    """Everything that a transaction reads while this lasts."""
    seen, connection = Seen(), db.connection()
    event.listen(connection, "after_cursor_execute", seen.note)
    try:
        yield seen
    finally:
        event.remove(connection, "after_cursor_execute", seen.note)
