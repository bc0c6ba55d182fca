"""Files that come through a page or the API: kept in pieces in the database, so that any worker can import them."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.contacts.imports import run, turn
from app.contacts.imports.columns import Mapping
from app.contacts.imports.picture import picture
from app.contacts.imports.plan import Plan, plan
from app.contacts.imports.turn import Transaction
from app.contacts.models import ContactImport, ImportState, ImportUpload
from app.db import table_of
from app.errors import BadInput, Conflict, NotFound

PIECE = 1 << 20
KEPT = timedelta(days=1)
"""How long a file that nobody confirmed is kept."""
_uploads = table_of(ImportUpload)


def receive(
    transaction: Transaction,
    stream: IO[bytes],
    *,
    file_name: str,
    source: str,
    country: str,
    zone: ZoneInfo,
    mapping: Mapping,
    actor: str,
    now: datetime,
) -> ContactImport:
    """Keep a file and recognise it; returns the import, planned. Raises BadInput when it is no contact file.

    Nothing is kept of a file that cannot be read.
    """
    name = Path(file_name.replace("\\", "/")).name or "upload.csv"
    with TemporaryDirectory(prefix="riattiva-upload-") as folder:
        file, digest = Path(folder) / name, hashlib.sha256()
        with file.open("wb") as out:
            while piece := stream.read(PIECE):
                digest.update(piece)
                out.write(piece)
        try:
            planned = plan(file, source=source, mapping=mapping, country=country, zone=zone)
        except BadInput as error:
            raise BadInput(error.what, where=name, mend=error.mend) from None
        received = ContactImport(
            kind="contacts",
            file_name=name,
            file_hash=digest.hexdigest(),
            source=planned.source,
            state=ImportState.PLANNED,
            terms=planned.terms,
            counts={"plan": picture(planned, now)},
            actor=actor,
            started_at=now,
        )
        with transaction() as db:
            db.add(received)
        with file.open("rb") as handle:
            for part, piece in enumerate(iter(lambda: handle.read(PIECE), b"")):
                with transaction() as db:
                    db.add(ImportUpload(import_id=received.id, part=part, data=piece))
    return received


def confirm(db: Session, import_id: str) -> ContactImport:
    """Let a planned import run; raises NotFound, and Conflict when it runs or is over."""
    held = db.get(ContactImport, import_id)
    if held is None:
        raise NotFound(f"there is no import {import_id!r}")
    if held.state not in (ImportState.PLANNED, ImportState.INTERRUPTED):
        raise Conflict(f"this import is {held.state}")
    held.state = ImportState.WAITING
    db.add(held)
    return held


def discard(db: Session, import_id: str) -> None:
    """Forget a planned import and its file; raises Conflict when it was begun."""
    held = db.get(ContactImport, import_id)
    if held is None or held.state != ImportState.PLANNED:
        raise Conflict("only an import that has not begun can be discarded")
    _forget_file(db, import_id)
    db.delete(held)


@contextmanager
def opened(transaction: Transaction, held: ContactImport) -> Iterator[Plan]:
    """The plan of a received file, laid out on this machine's disk for as long as it is needed."""
    with TemporaryDirectory(prefix="riattiva-upload-") as folder:
        file, digest = Path(folder) / held.file_name, hashlib.sha256()
        with file.open("wb") as out:
            for part in range(1 << 30):
                with transaction() as db:
                    piece = db.execute(_piece(held.id, part)).scalar()
                if piece is None:
                    break
                digest.update(piece)
                out.write(piece)
        if not file.stat().st_size:
            raise NotFound(f"the file of this import ({held.file_name}) is not kept any more; send it again")
        if digest.hexdigest() != held.file_hash:
            raise NotFound(f"the file of this import ({held.file_name}) did not come in whole; send it again")
        terms = held.terms
        yield plan(
            file,
            source=held.source,
            mapping=Mapping(**terms["mapping"]),
            country=terms["country"],
            zone=ZoneInfo(terms["zone"]),
        )


def bring(
    reading: Transaction,
    transaction: Transaction,
    import_id: str,
    *,
    hash_key: str,
    now: datetime,
    seconds: float,
) -> bool:
    """Work on a waiting import for about `seconds`; returns whether it came to its end.

    Raises Conflict while another import runs.
    """
    with transaction() as db:
        claimed = turn.go_on(db, import_id)
    try:
        with opened(reading, claimed) as planned:
            progress = run.begun(claimed, planned, hash_key)
            until = time.monotonic() + seconds
            for _ in run.work(planned, transaction, claimed, progress, until=until):
                pass
    except (BadInput, NotFound) as error:
        turn.give_up(transaction, import_id, str(error))
        return True
    with transaction() as db:
        if progress.ended:
            turn.finish(db, import_id, run.tallied(progress), now)
            _forget_file(db, import_id)
        else:
            turn.pause(db, import_id)
    return progress.ended


def waiting(db: Session) -> list[str]:
    """The received imports that wait for a worker, oldest first."""
    query = select(col(ContactImport.id)).where(
        col(ContactImport.state) == ImportState.WAITING, col(ContactImport.kind) == "contacts"
    )
    return list(db.execute(query.order_by(col(ContactImport.id)).limit(100)).scalars())


def left_by_dead_workers(db: Session) -> int:
    """Let received imports whose worker died go on; returns how many."""
    revived = 0
    for held in turn.interrupted(db):
        if held.reason == turn.PROCESS_ENDED and db.execute(_piece(held.id, 0)).first():
            held.state, held.reason = ImportState.WAITING, ""
            db.add(held)
            revived += 1
    return revived


def prune(db: Session, now: datetime) -> None:
    """Forget what nobody confirmed within a day."""
    old = select(col(ContactImport.id)).where(
        col(ContactImport.state) == ImportState.PLANNED, col(ContactImport.started_at) < now - KEPT
    )
    for import_id in list(db.execute(old.limit(100)).scalars()):
        discard(db, import_id)


def _forget_file(db: Session, import_id: str) -> None:
    db.execute(delete(_uploads).where(_uploads.c.import_id == import_id))


def _piece(import_id: str, part: int) -> Any:
    return select(_uploads.c.data).where(_uploads.c.import_id == import_id, _uploads.c.part == part)
