"""A page of a thousand dormant contacts from the kept table, against the bare index it is read from."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app import runtime
from app.contacts.models import Contact
from app.db import Session, insert_all, new_id, table_of
from app.engagement import dormancy, keep, policies
from app.engagement.models import Dormancy, Interaction
from app.engagement.policy import Policy
from benchmarks.harness import Figures, installation, rate

DEFAULT = 200_000
_PAGE = 1_000
_CHUNK = 20_000
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_kept, _contacts = table_of(Dormancy), table_of(Contact)


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Pages of 1,000 dormant contacts a second at `rows` contacts, with the pass of a new policy as a note."""
    with installation(engine):
        _people(rows)
        with runtime.session() as db:
            policies.set_(db, Policy(handling_days=60), now=_NOW, actor="benchmark")
        whole_pass = rate(rows, _pass)
        with runtime.reading() as db:
            counted = _timed(lambda: dormancy.count_kept(db, _NOW), 3)
            pairs = []
            for run in range(runs):
                start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=30 * run)
                pairs.append((_timed(lambda: _bare(db, start)), _timed(lambda: _page(db, start))))  # noqa: B023
        ours, ceiling = (
            statistics.median(times)
            for times in (list(zip(*pairs, strict=True))[1], next(zip(*pairs, strict=True)))
        )
        return Figures(
            name="dormancy",
            engine=engine,
            ours=round(1 / ours, 1),
            ceiling=round(1 / ceiling, 1),
            ratio=round(statistics.median(bare / own for bare, own in pairs), 3),
            unit="pages/s",
            runs=runs,
            method=f"{rows} contacts. Ours: a page of 1,000 dormant contacts, the longest asleep first, from anywhere "
            f"in the list ({ours * 1000:.1f} ms). Ceiling: the same query by the driver alone. Beside it: all four "
            f"states counted in {counted * 1000:.0f} ms; a new policy brought to everybody at "
            f"{whole_pass:,.0f} contacts/s",
        )


def _query(after: datetime) -> Any:
    query = select(_kept.c.contact_id, _kept.c.dormant_at)
    query = query.where(_kept.c.dormant_at <= _NOW, _kept.c.dormant_at >= after)
    return query.order_by(_kept.c.dormant_at, _kept.c.contact_id).limit(_PAGE)


def _page(db: Session, after: datetime) -> Any:
    rows = db.execute(_query(after)).all()
    assert rows
    return rows


def _bare(db: Session, after: datetime) -> Any:
    connection = db.connection()
    compiled = _query(after).compile(dialect=connection.dialect)
    processors = compiled._bind_processors
    given = {
        name: processors[name](value) if name in processors else value
        for name, value in compiled.params.items()
    }
    wanted = [given[name] for name in compiled.positiontup] if compiled.positional else given
    started = time.perf_counter()
    cursor = connection.connection.cursor()
    cursor.execute(str(compiled), wanted)
    cursor.fetchall()
    return time.perf_counter() - started


def _timed(work: Callable[[], Any], times: int = 9) -> float:
    """Median seconds of one call, the first left out; what a call says of its own time goes before."""
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        said = work()
        taken.append(said if isinstance(said, float) else time.perf_counter() - started)
    return statistics.median(taken)


def _pass() -> None:
    more = keep.PAGE
    while more == keep.PAGE:
        with runtime.session() as db:
            more = keep.page(db, now=_NOW)


def _people(rows: int) -> None:
    chance = random.Random(3)
    for start in range(0, rows, _CHUNK):
        ids = [new_id() for _ in range(min(_CHUNK, rows - start))]
        people = [
            {"id": id_, "email": f"{id_}@a.example", "phone_kind": "unknown", "attributes": {},
             "created_at": _NOW, "updated_at": _NOW}
            for id_ in ids
        ]  # fmt: skip
        acts = [
            {"contact_id": id_, "kind": "open", "grade": "open", "human": True, "source": "test",
             "at": _NOW - timedelta(seconds=chance.randrange(1_500 * 86_400)), "detail": "", "dedupe_key": new_id()}
            for id_ in ids
            for _ in range(chance.choice((0, 1, 3, 8)))
        ]  # fmt: skip
        with runtime.bulk_session() as db:
            insert_all(db, Contact, people)
            insert_all(db, Interaction, acts)
    with runtime.bulk_session() as db:
        assert db.execute(select(func.count()).select_from(_contacts)).scalar_one() == rows
