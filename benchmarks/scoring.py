"""Scoring everybody anew against the bare query that gives the three RFM quintiles alone."""

import random
import resource
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, text

from app import runtime
from app.contacts.models import Contact
from app.db import new_id, table_of
from app.engagement.models import Interaction
from app.feedback.models import Rating
from app.runtime import Runtime
from app.scoring import recompute
from app.scoring.models import ScoreBounds, ScoreRow
from benchmarks import harness
from benchmarks.harness import Figures, rate

DEFAULT = 200_000
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_KINDS = ("open", "click", "page_view", "login", "reply", "review")

# The quintiles as anybody would write them, read to the end so that no row is left unreckoned.
_BARE = """
SELECT count(*), sum(r), sum(f), sum(m) FROM (
  SELECT contact_id, ntile(5) OVER (ORDER BY last) AS r, ntile(5) OVER (ORDER BY n) AS f,
         ntile(5) OVER (ORDER BY spent) AS m
  FROM (SELECT contact_id, max(at) AS last, count(*) AS n, sum(amount) AS spent
        FROM interactions WHERE kind = 'purchase' GROUP BY contact_id) AS bought
) AS tiles
"""


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Contacts scored per second by a full pass, over contacts whose quintiles the bare query reckons per second."""
    with harness.installation(engine) as rt:
        _fill(rt, rows)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        figures = harness.in_turns(
            "scoring",
            engine,
            "contacts/s",
            "",
            ours=lambda: _ours(rt, rows),
            ceiling=lambda: rate(rows, lambda: _bare(rt)),
            runs=runs,
        )
        again = _ours(rt, rows, fresh=False)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    method = (
        f"{rows} contacts with 5 interactions each (60 % bought), attributes, ratings for a tenth; ours: a full "
        "pass into an empty table (seven parts, stage and value of everybody; quintiles measured, then applied), "
        "page by page in its own transactions; ceiling: one NTILE query over the purchases, nothing written; "
        f"the same pass again, nothing having changed, does {again:.0f} contacts/s; peak memory grew by {grown:.0f} MB"
    )
    return Figures(**{**_plain(figures), "method": method})


def _plain(figures: Figures) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in Figures.__slots__}


def _bare(rt: Runtime) -> None:
    with rt.engine.connect() as connection:
        connection.execute(text(_BARE)).all()


def _ours(rt: Runtime, rows: int, *, fresh: bool = True) -> float:
    if fresh:
        with runtime.session() as db:
            db.execute(delete(ScoreRow))
            db.execute(delete(ScoreBounds))
    _settle(rt)
    return rate(rows, lambda: recompute.run(runtime.session, now=NOW))


def _fill(rt: Runtime, rows: int) -> None:
    drawn = random.Random(7)
    people = _people(rows, drawn)
    while page := list(islice(people, 10_000)):
        ids = [one["id"] for one in page]
        with runtime.session() as db:
            db.connection().execute(table_of(Contact).insert(), page)
            db.connection().execute(table_of(Interaction).insert(), list(_acts(ids, drawn)))
            db.connection().execute(table_of(Rating).insert(), list(_ratings(ids[::10], drawn)))
    _settle(rt)


def _settle(rt: Runtime) -> None:
    """Dead rows and old statistics are the run before's, not this one's."""
    sqlite = rt.engine.dialect.name == "sqlite"
    with rt.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE" if sqlite else "VACUUM ANALYZE")


def _people(rows: int, drawn: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(rows):
        attributes: dict[str, Any] = {
            "settore": "Edilizia",
            "città": "Torino",
            "cap": str(drawn.randint(10_000, 99_999)),
            "note": "x",
        }
        if number % 50 == 0:
            attributes |= {"followers": drawn.randint(100, 90_000), "insoluti": number % 400 == 0}
        yield {
            "id": new_id(), "email": f"p{number}@example.com", "phone_kind": "unknown",
            "attributes": attributes, "created_at": NOW, "updated_at": NOW,
        }  # fmt: skip


def _acts(ids: list[str], drawn: random.Random) -> Iterator[dict[str, Any]]:
    for id_ in ids:
        buys = drawn.random() < 0.6
        for number in range(5):
            kind = "purchase" if buys and number < 2 else drawn.choice(_KINDS)
            machine = kind == "open" and drawn.random() < 0.5
            amount = {"purchase": round(drawn.lognormvariate(5, 1), 2), "review": drawn.randint(1, 5)}.get(
                kind
            )
            yield {
                "contact_id": id_, "kind": kind, "grade": "machine_open" if machine else "act",
                "human": not machine, "at": NOW - timedelta(seconds=drawn.randrange(90_000_000)),
                "amount": amount, "currency": "EUR" if kind == "purchase" else None, "detail": "",
                "source": "bench", "dedupe_key": f"{id_}{number}",
            }  # fmt: skip


def _ratings(ids: list[str], drawn: random.Random) -> Iterator[dict[str, Any]]:
    for id_ in ids:
        yield {
            "contact_id": id_, "kind": "nps", "value": drawn.randint(0, 10), "source": "bench",
            "at": NOW - timedelta(days=30), "source_key": id_,
        }  # fmt: skip
