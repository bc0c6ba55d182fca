"""Importing a file from its first byte to its last count: page by page, and safe to run again."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers

from app.contacts.imports import columns as recognition
from app.contacts.imports import pages, reach, rows
from app.contacts.imports.columns import Columns, Field, Mapping
from app.contacts.imports.lookup import Progress
from app.contacts.imports.rows import Row
from app.contacts.imports.turn import Transaction, beat, claim, finish, give_up
from app.errors import BadInput
from app.files import tables
from app.files.findings import Findings, Problem
from app.files.tables import Record, Table

PAGE = 1_000
# Names the ledgers use for what contacts say and do themselves.
_RESERVED = ("email", "phone", "sms", "web", "one_click", "provider", "api", "riattiva")


@dataclass(frozen=True, slots=True)
class Plan:
    """A contact file that was recognised and can be imported."""

    table: Table
    columns: Columns
    source: str
    country: str
    zone: ZoneInfo

    @property
    def reading(self) -> str:
        """What was recognised, in one line for people."""
        amounts = "1.234,56" if self.columns.decimal_comma else "1,234.56"
        days = "day first" if self.columns.day_first else "month first"
        return f"{self.table.recognised()}, dates {days}, amounts like {amounts}, source {self.source!r}"


@dataclass(slots=True)
class Result:
    """What became of a file; the counts of rows add up to `rows`."""

    import_id: str
    counts: dict[str, int] = field(default_factory=dict)
    rejects_path: str | None = None
    warnings_path: str | None = None


def plan(
    file: Path, *, source: str = "", mapping: Mapping | None = None, country: str, zone: ZoneInfo
) -> Plan:
    """Recognise a contact file; raises BadInput saying what is wrong with it and how to mend it."""
    mapping = mapping or Mapping()
    if country.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise BadInput(f"{country!r} is no country code", mend="Write two letters, like IT.")
    table = tables.open_table(file, encoding=mapping.encoding, delimiter=mapping.delimiter)
    sample = list(islice(table.records(), recognition.SAMPLE))
    if not sample:
        raise BadInput("the file has a header but no rows", where=str(file), mend="Export it again.")
    found = recognition.recognise(table, sample, mapping)
    name = (source or mapping.source or source_of(file)).strip().lower()
    if name in _RESERVED:
        raise BadInput(f"a source cannot be called {name!r}", mend="Give another --source.")
    return Plan(table, found, name, country.upper(), zone)


def run(
    planned: Plan,
    transaction: Transaction,
    *,
    hash_key: str,
    now: datetime,
    rejects: Path,
    tick: Callable[[int], None] = lambda _: None,
) -> Result:
    """Import a file, one transaction per page; running it again after any end finishes it without doubles.

    `tick` is told the rows done so far. Raises Conflict while another import runs.
    """
    findings, done = Findings(rejects), False
    with transaction() as db:
        import_id = claim(db, "contacts", planned.table, planned.source, now)
    dated = Field.CREATED_ON in planned.columns.places
    progress = Progress(planned.source, now, hash_key, dated)
    reading = rows.Reading(planned.columns, planned.country, planned.zone, now)
    try:
        _note_columns(planned, progress, findings)
        for page in in_pages(planned.table, PAGE):
            with transaction() as db:
                good = _readable(page, reading, progress, findings)
                pages.apply(db, progress, [row for row, _ in good])
                beat(db, import_id, tally(progress.counts, _OUTCOMES), page[-1].line)
            _warn(good, progress, findings)
            tick(progress.counts["rows"])
        with transaction() as db:
            progress.counts.update(reach.count(db, progress.met, hash_key=hash_key))
            finish(db, import_id, tally(progress.counts, _OUTCOMES), now)
        done = True
    finally:
        findings.close()
        if not done:
            give_up(transaction, import_id)
    found = (findings.written(findings.rejects), findings.written(findings.warnings))
    return Result(import_id, tally(progress.counts, _OUTCOMES), *found)


_OUTCOMES = (
    "rows",
    "created",
    "updated",
    "merged",
    "unchanged",
    "rejected",
    "warnings",
    "may_email",
    "may_sms",
)


def tally(counts: dict[str, int], always: Sequence[str]) -> dict[str, int]:
    """The counts in their order, the named ones even at zero."""
    return {name: counts.get(name, 0) for name in always} | {
        k: n for k, n in counts.items() if k not in always
    }


def in_pages(table: Table, size: int) -> Iterator[list[Record]]:
    records = table.records()
    while page := list(islice(records, size)):
        yield page


def source_of(file: Path) -> str:
    """The name a file gives its source: its own, without the dates exports carry."""
    return re.sub(r"[^a-z]+", "-", file.stem.lower()).strip("-") or "file"


def _note_columns(planned: Plan, progress: Progress, findings: Findings) -> None:
    table = planned.table
    for note in planned.columns.notes:
        progress.counts["warnings"] += 1
        findings.note(findings.warnings, table.header_line, Problem("columns", "", note), table.header)


def _readable(
    page: Sequence[Record], reading: rows.Reading, progress: Progress, findings: Findings
) -> list[tuple[Row, Record]]:
    good = []
    for record in page:
        progress.counts["rows"] += 1
        row = rows.read(record, reading)
        if row.reachable:
            good.append((row, record))
        else:
            progress.counts["rejected"] += 1
            worst = next((p for p in row.problems if p.field in ("email", "phone")), row.problems[0])
            findings.note(findings.rejects, row.line, worst, record.cells)
    return good


def _warn(good: Sequence[tuple[Row, Record]], progress: Progress, findings: Findings) -> None:
    for row, record in good:
        for problem in row.problems:
            progress.counts["warnings"] += 1
            findings.note(findings.warnings, row.line, problem, record.cells)
