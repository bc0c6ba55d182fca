"""The rows of a contact file in pages, understood but not yet compared with anybody."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice

from app.contacts.imports import rows
from app.contacts.imports.plan import Plan
from app.contacts.imports.rows import Row
from app.files import apart

PAGE = 1_000

Read = tuple[Row, list[str]]
"""A row as it was understood, and its cells as they were given."""


def pages(planned: Plan, *, after: int, now: datetime) -> AbstractContextManager[Iterator[list[Read]]]:
    """The rows that start after line `after`, in pages; raises BadInput where the file cannot be read on."""
    return apart.pages(planned.table.file, read, planned, after, now)


def read(planned: Plan, after: int, now: datetime) -> Iterator[list[Read]]:
    """The same, in this process."""
    reading = rows.Reading(planned.columns, planned.country, planned.zone, now)
    records = (record for record in planned.table.records() if record.line > after)
    while page := [(rows.read(record, reading), record.cells) for record in islice(records, PAGE)]:
        yield page
