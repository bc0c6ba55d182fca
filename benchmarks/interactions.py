"""Importing a history of interactions, against a bare executemany of the same rows into the same indexed table."""

import csv
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app import runtime
from app.contacts.models import Contact
from app.db import insert_all, new_id, table_of
from app.engagement import bulk, history, reader
from app.engagement.models import Interaction
from app.runtime import Runtime
from benchmarks.harness import Figures, in_turns, installation, rate

DEFAULT = 200_000
_PER_CONTACT = 15
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_ROME = ZoneInfo("Europe/Rome")
_TYPES = ("email_open", "email_open", "email_open", "email_click", "page_view", "purchase", "login", "reply")


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Rows per second from a CSV file to the database: ours reads, checks, finds people and sees who woke up."""
    with tempfile.TemporaryDirectory(prefix="riattiva-bench-") as folder:
        file, ids = Path(folder) / "interactions.csv", [new_id() for _ in range(max(rows // _PER_CONTACT, 1))]
        _write(file, rows, len(ids))
        return in_turns(
            "interactions",
            engine,
            "rows/s",
            f"{rows} CSV rows in the order of time about {len(ids)} contacts, a fresh database for each run. Ceiling: "
            "the driver's own executemany of the ready rows into the table with its indexes, one transaction. Ours: "
            "the whole import with row checks, look-ups, dormancy and a commit a page",
            ours=lambda: _ours(engine, file, ids, rows),
            ceiling=lambda: _bare(engine, file, ids, rows),
            runs=runs,
        )


def _ours(engine: str, file: Path, ids: Sequence[str], rows: int) -> float:
    with _peopled(engine, ids):

        def work() -> None:
            planned = history.plan(file, country="IT", zone=_ROME)
            rejects = file.parent / "rejects.csv"
            done = history.run(planned, runtime.bulk_session, hash_key="k", now=_NOW, rejects=rejects)
            assert done.counts["added"] == rows, done.counts

        return rate(rows, work)


def _bare(engine: str, file: Path, ids: Sequence[str], rows: int) -> float:
    with _peopled(engine, ids) as rt:
        ready = _ready(engine, file, ids)
        statement = bulk.insert_of(rt.engine.dialect)

        def work() -> None:
            with rt.engine.connect() as connection, connection.begin():
                connection.connection.cursor().executemany(statement, ready)  # type: ignore[arg-type]

        measured = rate(rows, work)
        with runtime.reading() as db:
            assert db.execute(select(func.count()).select_from(table_of(Interaction))).scalar_one() == rows
        return measured


@contextmanager
def _peopled(engine: str, ids: Sequence[str]) -> Iterator[Runtime]:
    with installation(engine) as rt:
        with runtime.bulk_session() as db:
            people = [
                {"id": id_, "email": _email(n), "email_key": _email(n), "phone_kind": "unknown", "attributes": {},
                 "created_at": _NOW, "updated_at": _NOW}
                for n, id_ in enumerate(ids)
            ]  # fmt: skip
            insert_all(db, Contact, people)
        yield rt


def _email(n: int) -> str:
    return f"persona.{n}@azienda{n % 997}.example"


def _write(file: Path, rows: int, people: int) -> None:
    chance, at = random.Random(7), _NOW - timedelta(days=3650)
    step = timedelta(days=3600) / rows
    with file.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(("email", "type", "occurred_at", "value", "detail"))
        for _ in range(rows):
            at += step
            kind = chance.choice(_TYPES)
            value = f"{chance.uniform(10, 2000):.2f}" if kind == "purchase" else ""
            detail = "machine" if kind == "email_open" and chance.random() < 0.3 else ""
            out.writerow((_email(chance.randrange(people)), kind, at.isoformat(), value, detail))


def _ready(engine: str, file: Path, ids: Sequence[str]) -> list[Any]:
    """The rows as the driver takes them: tuples for SQLite, mappings for PostgreSQL."""
    planned = history.plan(file, country="IT", zone=_ROME)
    by_name = {_email(n): id_ for n, id_ in enumerate(ids)}
    rows = [
        (by_name[names[0]], *row)
        for page in reader.read(planned, history.SOURCE, 0, _NOW)
        for _, names, row, *_ in page
    ]
    if engine == "sqlite":
        return [(id_.replace("-", ""), *row) for id_, *row in rows]
    fields = ("contact_id", *bulk.Prepared._fields)
    return [dict(zip(fields, row, strict=True)) | {"at": f"{row[4]}+00"} for row in rows]
