"""The rows of a history file as they will be written, page by page; needs no database, so it may run apart."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from app.engagement import bulk, rows, stops
from app.engagement.columns import History
from app.engagement.models import Kind
from app.engagement.rows import Event
from app.files.findings import Problem

PAGE = 10_000
APART = "\x1f"
_SPECIAL = (*stops.KINDS, Kind.SENT)


Read = tuple[int, tuple[str, ...], tuple[Any, ...] | None, Event | None, Problem | None, str]
"""Line; names; the row as `Prepared` has it; the event, where writing it is not all there is to do; what is wrong with
it; and its cells as they were given, joined by `APART`: plain values, which go fast from one process to another."""


def read(history: History, source: str, after: int, now: datetime) -> Iterator[list[Read]]:
    """The rows that start after line `after`, in pages."""
    records = (record for record in history.table.records() if record.line > after)
    terms = history.terms
    while page := list(islice(records, PAGE)):
        told: list[Read] = []
        for record in page:
            event, cells = rows.read(record, terms, now), APART.join(record.cells)
            if isinstance(event, Problem):
                told.append((record.line, (), None, None, event, cells))
                continue
            special = event if event.kind in _SPECIAL else None
            told.append((record.line, event.names, tuple(bulk.prepare(event, source)), special, None, cells))
        yield told
