"""Importing a file from its first byte to its last count: one at a time, page by page, safe to run again."""

import csv
import os
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from app.contacts import columns as recognition
from app.contacts import pages, rows, tables
from app.contacts.columns import Columns, Field, Mapping
from app.contacts.models import ContactImport, ImportState
from app.contacts.rows import Problem, Row
from app.contacts.tables import Record, Table
from app.db import Session, database_now, is_sqlite
from app.errors import BadInput, Conflict
from app.journal import record as journal

PAGE = 1_000
_STALE = timedelta(hours=1)
_LOCK = 7_266_001  # any number that no other advisory lock of ours has
_RESERVED = ("email", "phone")
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")

Transaction = Callable[[], AbstractContextManager[Session]]


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


class Findings:
    """The two files an import leaves for people: rows it could not take, and cells it left empty."""

    def __init__(self, rejects: Path) -> None:
        self.rejects, self.warnings = rejects, rejects.with_name(f"{rejects.stem}-warnings.csv")
        self._open: dict[Path, TextIO] = {}
        self._stack = ExitStack()
        try:
            rejects.parent.mkdir(parents=True, exist_ok=True)
            for stale in (self.rejects, self.warnings):
                stale.unlink(missing_ok=True)
        except OSError as error:
            raise BadInput(f"rejects cannot be written here: {error.strerror}", where=str(rejects)) from None

    def note(self, file: Path, line: int, problem: Problem, cells: Sequence[str]) -> None:
        if file not in self._open:
            self._open[file] = self._stack.enter_context(file.open("w", encoding="utf-8-sig", newline=""))
            csv.writer(self._open[file]).writerow(("line", "field", "value", "reason", "row"))
        given = (str(line), problem.field, problem.value, problem.reason, tables.as_line(cells))
        csv.writer(self._open[file]).writerow([_harmless(cell) for cell in given])

    def written(self, file: Path) -> str | None:
        return str(file) if file in self._open else None

    def close(self) -> None:
        self._stack.close()


def plan(
    file: Path, *, source: str = "", mapping: Mapping | None = None, country: str, zone: ZoneInfo
) -> Plan:
    """Recognise a contact file; raises BadInput saying what is wrong with it and how to mend it."""
    mapping = mapping or Mapping()
    if len(country) != 2 or not country.isalpha():
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
    progress = pages.Progress(planned.source, now, hash_key, dated)
    reading = rows.Reading(planned.columns, planned.country, planned.zone, now)
    try:
        for page in in_pages(planned.table, PAGE):
            with transaction() as db:
                good = _readable(page, reading, progress, findings)
                pages.apply(db, progress, [row for row, _ in good])
                beat(db, import_id, tally(progress.counts, _OUTCOMES), page[-1].line)
            _warn(good, progress, findings)
            tick(progress.counts["rows"])
        with transaction() as db:
            finish(db, import_id, tally(progress.counts, _OUTCOMES), now)
        done = True
    finally:
        findings.close()
        if not done:
            give_up(transaction, import_id)
    found = (findings.written(findings.rejects), findings.written(findings.warnings))
    return Result(import_id, tally(progress.counts, _OUTCOMES), *found)


_OUTCOMES = ("rows", "created", "updated", "merged", "unchanged", "rejected")


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


def claim(db: Session, kind: str, table: Table, source: str, now: datetime) -> str:
    """Note that an import runs; raises Conflict while another does that is alive."""
    if not is_sqlite(db):
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    clock = database_now(db)
    for other in db.exec(select(ContactImport).where(col(ContactImport.state) == ImportState.RUNNING)):
        if _alive(other, clock):
            raise Conflict(f"{other.file_name} is still being imported (since {other.started_at:%H:%M} UTC)")
        other.state = ImportState.FAILED
        db.add(other)
    running = ContactImport(
        kind=kind,
        file_name=table.file.name,
        file_hash=tables.file_hash(table.file),
        source=source,
        state=ImportState.RUNNING,
        counts={"beat": clock.isoformat(), "pid": os.getpid(), "host": socket.gethostname()},
        started_at=now,
    )
    db.add(running)
    db.flush()
    return running.id


def beat(db: Session, import_id: str, counts: dict[str, int], line: int) -> None:
    """Say that the import lives, how far it is (the line of the file) and what it counted."""
    running = db.get_one(ContactImport, import_id)
    running.counts = running.counts | counts | {"line": line, "beat": database_now(db).isoformat()}
    db.add(running)


def finish(db: Session, import_id: str, counts: dict[str, int], now: datetime) -> None:
    running = db.get_one(ContactImport, import_id)
    running.state, running.counts, running.finished_at = ImportState.DONE, dict(counts), now
    db.add(running)
    journal.record(
        db,
        at=now,
        actor="system",
        verb="imported",
        subject=("import", import_id),
        kind=running.kind,
        **counts,
    )


def give_up(transaction: Transaction, import_id: str) -> None:
    """Say that an import ended in an error, so that the next need not wait for this process to end."""
    with suppress(SQLAlchemyError), transaction() as db:
        running = db.get(ContactImport, import_id)
        if running is not None:
            running.state = ImportState.FAILED
            db.add(running)


def _alive(other: ContactImport, clock: datetime) -> bool:
    if clock - datetime.fromisoformat(other.counts["beat"]) > _STALE:
        return False
    if other.counts["host"] != socket.gethostname():
        return True
    try:
        os.kill(other.counts["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _readable(
    page: Sequence[Record], reading: rows.Reading, progress: pages.Progress, findings: Findings
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


def _warn(good: Sequence[tuple[Row, Record]], progress: pages.Progress, findings: Findings) -> None:
    for row, record in good:
        for problem in row.problems:
            progress.counts["warnings"] += 1
            findings.note(findings.warnings, row.line, problem, record.cells)


def _harmless(cell: str) -> str:
    # A spreadsheet runs what begins so; an apostrophe makes it text again.
    return f"'{cell}" if cell.startswith(_ACTIVE) else cell
