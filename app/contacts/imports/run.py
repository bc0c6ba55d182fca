"""Importing a file from its first byte to its last count: page by page, and to be finished after any end."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import SQLModel, col, select

from app.contacts import declarations
from app.contacts.imports import pages, reader, turn
from app.contacts.imports.lookup import Progress
from app.contacts.imports.plan import Plan
from app.contacts.imports.reader import Read
from app.contacts.imports.turn import Transaction
from app.contacts.models import (
    Consent,
    Contact,
    ContactChange,
    ContactImport,
    ContactKey,
    Declaration,
    ImportFinding,
    Owner,
    Suppression,
    VoidedAct,
)
from app.db import Session, insert_all, open_engine, table_of, writing
from app.files import apart
from app.files.findings import Findings, Problem
from app.journal.models import Entry

WARNINGS_KEPT = 10_000
_OUTCOMES = ("rows", "created", "updated", "merged", "unchanged", "rejected")
_ALWAYS = (*_OUTCOMES, "warnings", "stay_out", "may_email", "may_sms")


@dataclass(slots=True)
class Result:
    """What became of a file; the counts of rows add up to `rows`."""

    import_id: str
    counts: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    """Field -> on how many known contacts it changed."""
    owners_without_email: list[str] = field(default_factory=list)
    resumed_after: int = 0
    """The line after which an interrupted import went on; 0: it began anew."""
    rejects_path: str | None = None
    warnings_path: str | None = None


def run(
    planned: Plan,
    transaction: Transaction,
    *,
    hash_key: str,
    now: datetime,
    rejects: Path,
    tick: Callable[[int], None] = lambda _: None,
    under: Transaction | None = None,
    until: float = float("inf"),
    actor: str = "user:command line",
) -> Result:
    """Import a file, one transaction per page; after any end, running it again goes on behind the last page.

    `tick` is told the rows done so far. `under` opens the real database in a rehearsal. Raises Conflict while
    another import runs, BadInput where the file cannot be read on.
    """
    findings = Findings(rejects, planned.table.header, planned.source)
    with transaction() as db:
        claimed = turn.claim(
            db, "contacts", planned.table, planned.source, now, terms=planned.terms, actor=actor
        )
    after, progress = claimed.line, begun(claimed, planned, hash_key)
    with _in_hand(transaction, claimed.id):
        for _ in work(planned, transaction, claimed, progress, under=under, until=until):
            tick(progress.counts["rows"])
        with transaction() as db:
            turn.finish(db, claimed.id, tallied(progress), now)
            owners = owners_without_email(db, claimed.id)
            paths = write_findings(db, claimed.id, findings)
    return Result(claimed.id, tally(progress.counts, _ALWAYS), dict(progress.changes), owners, after, *paths)


def rehearse(
    planned: Plan,
    real: Transaction,
    *,
    hash_key: str,
    now: datetime,
    rejects: Path,
    tick: Callable[[int], None] = lambda _: None,
    until: float = float("inf"),
) -> Result:
    """What `run` would do, to the last count, without writing to the real database: that is only read.

    Stops early at `until` (monotonic seconds); then `rows` says how many were looked at.
    """
    with TemporaryDirectory(prefix="riattiva-rehearsal-") as folder:
        engine = open_engine(f"sqlite:///{folder}/rehearsal.db")
        SQLModel.metadata.create_all(engine, tables=[table_of(model) for model in _REHEARSED])
        with real() as db, writing(engine) as copy:
            if (declared := declarations.of_source(db, planned.source)) is not None:
                copy.add(Declaration(**declared.model_dump()))
        try:
            return run(
                planned,
                lambda: writing(engine, bulk=True),
                hash_key=hash_key,
                now=now,
                rejects=rejects,
                tick=tick,
                under=real,
                until=until,
            )
        finally:
            engine.dispose()


_REHEARSED = (
    Owner, Contact, ContactKey, Consent, VoidedAct, Suppression, ContactImport, ContactChange, ImportFinding, Entry,
    Declaration,
)  # fmt: skip


def work(
    planned: Plan,
    transaction: Transaction,
    claimed: ContactImport,
    progress: Progress,
    *,
    under: Transaction | None = None,
    until: float = float("inf"),
) -> Iterator[int]:
    """Bring page after page in, one transaction each, yielding the line reached.

    Stops early at `until` (monotonic seconds): whoever calls looks at whether the file came to its end. However
    it ends before, the import is marked as interrupted.
    """
    with (
        _in_hand(transaction, claimed.id),
        apart.rare_collections(),
        reader.pages(planned, after=claimed.line, now=claimed.started_at) as read,
    ):
        if not claimed.line:
            with transaction() as db:
                _note_columns(db, progress, planned)
        for page in read:
            with transaction() as db:
                if under is None:
                    _apply(db, progress, page)
                else:
                    with under() as real:
                        _apply(db, progress, page, real)
                claimed.line = page[-1][0].line
                turn.beat(db, claimed.id, tallied(progress), claimed.line)
            yield claimed.line
            if time.monotonic() > until:
                return
        progress.ended = True


def tallied(progress: Progress) -> dict[str, Any]:
    """Everything counted so far, as it is kept with the import."""
    return tally(progress.counts, _ALWAYS) | {"changes": dict(progress.changes)}


def tally(counts: dict[str, int], always: Sequence[str]) -> dict[str, int]:
    """The counts in their order, the named ones even at zero."""
    return {name: counts.get(name, 0) for name in always} | {
        k: n for k, n in counts.items() if k not in always
    }


def write_findings(db: Session, import_id: str, findings: Findings) -> tuple[str | None, str | None]:
    """Write the files of rejected rows and of warnings; returns their paths, None for one that is not needed."""
    table = table_of(ImportFinding)
    try:
        query = select(table).where(table.c.import_id == import_id).order_by(table.c.id)
        for row in db.execute(query.execution_options(yield_per=1_000)):
            file = findings.rejects if row.kind == "reject" else findings.warnings
            findings.note(file, row.line, Problem(row.field, row.value, row.reason), row.cells)
    finally:
        findings.close()
    return findings.written(findings.rejects), findings.written(findings.warnings)


def begun(claimed: ContactImport, planned: Plan, hash_key: str) -> Progress:
    """What an import carries along, from where it stands."""
    counted = dict(claimed.counts)
    changes = Counter(counted.pop("changes", {}))
    return Progress(
        claimed.id,
        planned.source,
        claimed.started_at,
        hash_key,
        planned.dated,
        counts=Counter(counted),
        changes=changes,
    )


def _apply(db: Session, progress: Progress, page: Sequence[Read], real: Session | None = None) -> None:
    good = [row for row, _ in page if row.reachable]
    progress.counts["rows"] += len(page)
    progress.counts["rejected"] += len(page) - len(good)
    pages.apply(db, progress, good, under=real)
    found = []
    for row, cells in page:
        if not row.reachable:
            worst = next((p for p in row.problems if p.field in ("email", "phone")), row.problems[0])
            found.append(_finding(progress, "reject", row.line, worst, cells))
            continue
        for problem in row.problems:
            progress.counts["warnings"] += 1
            if progress.counts["warnings"] <= WARNINGS_KEPT:
                found.append(_finding(progress, "warning", row.line, problem, cells))
    insert_all(db, ImportFinding, found)


def _finding(progress: Progress, kind: str, line: int, problem: Problem, cells: list[str]) -> dict[str, Any]:
    return {
        "import_id": progress.import_id,
        "kind": kind,
        "line": line,
        "field": problem.field,
        "value": problem.value,
        "reason": problem.reason,
        "cells": cells,
    }


def _note_columns(db: Session, progress: Progress, planned: Plan) -> None:
    table = planned.table
    progress.counts["warnings"] += len(planned.columns.notes)
    notes = [Problem("columns", "", note) for note in planned.columns.notes]
    insert_all(
        db,
        ImportFinding,
        [_finding(progress, "warning", table.header_line, note, table.header) for note in notes],
    )


def owners_without_email(db: Session, import_id: str) -> list[str]:
    """The owners of contacts of this import whom nobody could alert, for want of an address: the first hundred."""
    changes = table_of(ContactChange)
    theirs = (
        select(col(Contact.id))
        .join(changes, changes.c.contact_id == col(Contact.id))
        .where(col(Contact.owner_id) == col(Owner.id), changes.c.import_id == import_id)
    )
    query = select(Owner.name).where(col(Owner.email).is_(None), theirs.exists()).order_by(col(Owner.name))
    return list(db.exec(query.limit(100)))


@contextmanager
def _in_hand(transaction: Transaction, import_id: str) -> Iterator[None]:
    """An import that ends in whatever way before its last row is left marked as interrupted, with the reason."""
    try:
        yield
    except BaseException as error:
        turn.give_up(transaction, import_id, str(error) if isinstance(error, Exception) else turn.STOPPED)
        raise
