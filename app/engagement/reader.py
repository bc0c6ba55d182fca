"""The rows of a history file as they will be written, page by page; needs no database, so it may run apart."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from app.engagement import bulk, rows, stops
from app.engagement.bulk import Prepared
from app.engagement.columns import History
from app.engagement.models import Kind
from app.engagement.rows import Event
from app.files.findings import Problem

PAGE = 10_000
_SPECIAL = (*stops.KINDS, Kind.SENT)


class Read(NamedTuple):
    """One row as it was understood, and its cells as they were given."""

    line: int
    names: tuple[str, ...]
    prepared: Prepared | None
    event: Event | None
    """Where writing the row is not all there is to do."""
    problem: Problem | None
    cells: list[str]


def read(history: History, source: str, after: int, now: datetime) -> Iterator[list[tuple]]:  # type: ignore[type-arg]
    """The rows that start after line `after`, in pages of plain tuples in the order of `Read`."""
    records = (record for record in history.table.records() if record.line > after)
    terms = history.terms
    while page := list(islice(records, PAGE)):
        told: list[tuple] = []  # type: ignore[type-arg]
        for record in page:
            event = rows.read(record, terms, now)
            if isinstance(event, Problem):
                told.append((record.line, (), None, None, event, record.cells))
                continue
            special = event if event.kind in _SPECIAL else None
            told.append(
                (record.line, event.names, tuple(bulk.prepare(event, source)), special, None, record.cells)
            )
        yield told
