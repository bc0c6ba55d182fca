"""A received file before it is imported: what it was taken for, corrected by a person, and what it would do."""

import csv
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from app.channels.texts import storable
from app.contacts.imports import mappings, run, uploads
from app.contacts.imports.columns import Mapping
from app.contacts.imports.picture import picture
from app.contacts.imports.plan import source_of
from app.contacts.imports.run import Result
from app.contacts.imports.turn import Transaction
from app.contacts.models import ContactImport, ImportState
from app.db import new_id
from app.errors import BadInput, Conflict, NotFound
from app.files.findings import COLUMNS, as_given

AT_ONCE = 2_000_000
"""Bytes; a longer file is rehearsed by a worker, not while somebody waits for a page."""
SECONDS = 20.0
"""How long a rehearsal looks at a long file."""
REJECTS_SHOWN = 20
_NOTED_EVERY = 2.0
_AWAY = timedelta(minutes=1)
_ODD = re.compile(r"[^\w .,()+@&'-]+")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What an import would do, as it is kept with it; `complete`: the whole file was looked at."""

    id: str
    state: str
    """`waiting`, `running`, `done` or `failed`."""
    at: str
    """When it was asked for or last said how far it is, ISO."""
    rows: int = 0
    complete: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    owners: list[str] = field(default_factory=list)
    rejects: list[list[str]] = field(default_factory=list)
    """[line, field, value, reason] of the first rejected rows."""
    problem: str = ""


def receive(
    reading: Transaction,
    transaction: Transaction,
    stream: IO[bytes],
    *,
    file_name: str,
    source: str,
    country: str,
    zone: ZoneInfo,
    mapping: Mapping | None,
    actor: str,
    now: datetime,
) -> ContactImport:
    """Keep and recognise a file, by the mapping saved for its source when none is given; the import, planned.

    Raises BadInput when it is no contact file; then nothing is kept.
    """
    name, source = tidy(file_name) or "upload.csv", tidy(source).lower()
    if mapping is None:
        with reading() as db:
            known = mappings.saved(db, source or source_of(Path(name)))
        # A file of rejected rows names its own source, which the saved mapping must not outdo.
        mapping = replace(known, source="") if known else Mapping()
    return uploads.receive(
        transaction,
        stream,
        file_name=name,
        source=source,
        country=country,
        zone=zone,
        mapping=mapping,
        actor=actor,
        now=now,
    )


def tidy(name: str) -> str:
    """A name as it may be kept and shown: its last part, without control characters, at most 120 long."""
    last = _ODD.sub("_", storable(name).replace("\\", "/").rpartition("/")[2]).strip(" ._")
    return last if len(last) <= 120 else last[:100] + last[-20:]


def replan(
    reading: Transaction,
    transaction: Transaction,
    import_id: str,
    *,
    mapping: Mapping,
    source: str,
    now: datetime,
) -> ContactImport:
    """Read a planned file on other terms; raises BadInput where they do not fit it, Conflict once it began."""
    with reading() as db:
        held = _planned(db, import_id)
    held.terms = held.terms | {"mapping": asdict(mapping)}
    held.source = tidy(source).lower() or held.source
    try:
        with uploads.opened(reading, held) as planned:
            terms, seen, source = planned.terms, picture(planned, now), planned.source
    except BadInput as error:
        raise BadInput(error.what, where=held.file_name, mend=error.mend) from None
    with transaction() as db:
        kept = _planned(db, import_id)
        kept.terms, kept.source, kept.counts = terms, source, {"plan": seen}
        db.add(kept)
    return kept


def confirm(db: Session, import_id: str, *, remember: bool, now: datetime) -> ContactImport:
    """Let an import run or go on; `remember` keeps its mapping for the next file of its source.

    Raises NotFound, and Conflict when it runs or is over.
    """
    held = uploads.confirm(db, import_id)
    if "plan" in held.counts:
        looked, expected = rehearsal_of(held), held.counts["plan"]["rows"]
        rows = looked.rows if looked and looked.complete else expected
        held.counts = {"expected": rows} if rows else {}
    if remember:
        mappings.save(db, held.source, Mapping(**held.terms["mapping"]), now)
    return held


def is_short(held: ContactImport) -> bool:
    """Whether a planned file may be rehearsed while somebody waits."""
    return bool(held.counts["plan"]["size"] < AT_ONCE)


def rehearsal_of(held: ContactImport) -> Rehearsal | None:
    kept = held.counts.get("rehearsal")
    return Rehearsal(**kept) if kept else None


def ask(db: Session, import_id: str, now: datetime) -> None:
    """Note that a rehearsal is wanted: it takes the place of an earlier one, which then ends."""
    held = _planned(db, import_id)
    _keep(held, Rehearsal(new_id(), "waiting", now.isoformat()))
    db.add(held)


def rehearse(
    reading: Transaction,
    transaction: Transaction,
    import_id: str,
    *,
    hash_key: str,
    clock: Callable[[], datetime],
    seconds: float = SECONDS,
) -> None:
    """Rehearse a planned import and keep what was found with it; does nothing when that is not wanted any more."""
    with reading() as db:
        held = db.get(ContactImport, import_id)
    asked = rehearsal_of(held) if held and held.state == ImportState.PLANNED else None
    if held is None or asked is None or asked.state in ("done", "failed"):
        return
    last = time.monotonic()

    def tick(rows: int) -> None:
        nonlocal last
        if time.monotonic() > last + _NOTED_EVERY:
            last = time.monotonic()
            note(replace(asked, state="running", rows=rows))

    def note(said: Rehearsal) -> None:
        with transaction() as db:
            kept = _planned(db, import_id)
            present = rehearsal_of(kept)
            if present is None or present.id != asked.id:
                raise Conflict("another rehearsal was asked for")
            _keep(kept, replace(said, at=clock().isoformat()))
            db.add(kept)

    try:
        try:
            found = _rehearsed(reading, held, asked, hash_key, clock(), seconds, tick)
        except (BadInput, NotFound) as error:
            found = replace(asked, state="failed", problem=str(error))
        note(found)
    except (Conflict, NotFound):
        return  # confirmed, discarded or corrected meanwhile


def left(db: Session, now: datetime) -> list[str]:
    """The imports whose rehearsal was asked for a minute ago or more and that no worker seems to be at."""
    query = select(ContactImport).where(col(ContactImport.state) == ImportState.PLANNED)
    asked = ((held.id, rehearsal_of(held)) for held in db.exec(query.limit(100)))
    return [
        import_id
        for import_id, one in asked
        if one and one.state in ("waiting", "running") and now - datetime.fromisoformat(one.at) > _AWAY
    ]


def _rehearsed(
    reading: Transaction,
    held: ContactImport,
    asked: Rehearsal,
    hash_key: str,
    now: datetime,
    seconds: float,
    tick: Callable[[int], None],
) -> Rehearsal:
    with uploads.opened(reading, held) as planned:
        until = time.monotonic() + seconds
        result = run.rehearse(
            planned,
            reading,
            hash_key=hash_key,
            now=now,
            rejects=planned.table.file.with_name("rejects.csv"),
            tick=tick,
            until=until,
        )
        # A file that ended in its last page just then counts as one that went on: never the other way round.
        complete = time.monotonic() < until
        return replace(
            asked,
            state="done",
            rows=result.counts["rows"],
            complete=complete,
            counts=result.counts,
            changes=result.changes,
            owners=result.owners_without_email,
            rejects=_first_rejects(result),
        )


def _first_rejects(result: Result) -> list[list[str]]:
    if result.rejects_path is None:
        return []
    with Path(result.rejects_path).open(encoding="utf-8-sig", newline="") as handle:
        rows = islice(csv.reader(line.replace("\0", "") for line in handle), 1, REJECTS_SHOWN + 1)
        return [[storable(as_given(cell))[:200] for cell in row[: len(COLUMNS) - 1]] for row in rows]


def _planned(db: Session, import_id: str) -> ContactImport:
    held = db.get(ContactImport, import_id)
    if held is None:
        raise NotFound(f"there is no import {import_id!r}")
    if held.state != ImportState.PLANNED:
        raise Conflict(f"this import is {held.state}")
    return held


def _keep(held: ContactImport, said: Rehearsal) -> None:
    held.counts = held.counts | {"rehearsal": asdict(said)}
