"""Reading what is kept of imports: the list, one of them, its file, and the rows it could not take."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from app.contacts.imports.run import tally
from app.contacts.imports.turn import Transaction
from app.contacts.models import ContactImport, ImportFinding, ImportUpload
from app.errors import NotFound
from app.files.findings import COLUMNS, harmless

_PAGE = 1_000
_SOURCES = 50
CONTRACT = ("rows", "created", "updated", "merged", "unchanged", "rejected")
BESIDE = ("warnings", "stay_out", "may_email", "may_sms")


def newest(db: Session, limit: int, before: str | None = None) -> Sequence[ContactImport]:
    """The imports made before the one named, newest first."""
    query = select(ContactImport).order_by(col(ContactImport.id).desc()).limit(limit)
    return db.exec(query.where(col(ContactImport.id) < before) if before else query).all()


def one(db: Session, import_id: str) -> ContactImport:
    """Raises NotFound."""
    held = db.get(ContactImport, import_id)
    if held is None:
        raise NotFound(f"there is no import {import_id!r}")
    return held


def with_file(db: Session, ids: Sequence[str]) -> set[str]:
    """Those of these imports whose file is still kept here: we can go on with them ourselves."""
    query = select(ImportUpload.import_id).where(
        col(ImportUpload.import_id).in_(ids), col(ImportUpload.part) == 0
    )
    return set(db.exec(query))


def sources(db: Session) -> list[str]:
    """The sources contacts were imported from, by name."""
    query = select(ContactImport.source).where(ContactImport.kind == "contacts").distinct()
    return list(db.exec(query.order_by(col(ContactImport.source)).limit(_SOURCES)))


def told(held: ContactImport) -> dict[str, Any]:
    """What became of the rows so far, as programs read it: every count of an import and the fields it changed."""
    counts = {name: count for name, count in held.counts.items() if isinstance(count, int)}
    expected = counts.pop("expected", None)
    return {
        **tally(counts, (*CONTRACT, *BESIDE)),
        "changes": held.counts.get("changes", {}),
        "undone": held.counts.get("undone", {}),
        "expected": expected,
    }


def findings(
    db: Session, import_id: str, kind: str, *, after: int = 0, limit: int = _PAGE
) -> Sequence[ImportFinding]:
    """The rejected rows (`reject`) or the cells left empty (`warning`) of an import, in the order of the file."""
    query = select(ImportFinding).where(
        col(ImportFinding.import_id) == import_id,
        col(ImportFinding.kind) == kind,
        col(ImportFinding.id) > after,
    )
    return db.exec(query.order_by(col(ImportFinding.id)).limit(limit)).all()


def as_csv(reading: Transaction, held: ContactImport, kind: str) -> Iterator[bytes]:
    """The same as the file a command leaves: to be mended in a spreadsheet and imported again."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow([harmless(name) for name in (*COLUMNS, *held.terms.get("header", ()))])
    after = 0
    while True:
        with reading() as db:
            page = findings(db, held.id, kind, after=after)
        for found in page:
            said = [harmless(cell) for cell in (found.field, found.value, found.reason, held.source)]
            writer.writerow([str(found.line), *said, *map(harmless, found.cells)])
            after = found.id or 0
        yield out.getvalue().encode(errors="replace")
        out.seek(0)
        out.truncate()
        if len(page) < _PAGE:
            return
