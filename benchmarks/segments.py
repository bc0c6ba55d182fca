"""Counting a segment: the compiled rule beside the same question asked in SQL written by hand."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app import runtime
from app.contacts.models import Contact
from app.db import new_id, table_of
from app.engagement.dormancy import Policy
from app.engagement.models import Interaction
from app.runtime import Runtime
from app.segments import preview
from benchmarks.harness import Figures, in_turns, installation, rate

DEFAULT = 100_000
EACH = 5
RULE: dict[str, Any] = {
    "language": "it",
    "attributes": {"settore": "Meccanica"},
    "not": {"did": {"what": "purchase", "within_days": 365}},
    "total": {"at_least": 300},
}
METHOD = (
    "contacts per second looked through while counting one rule (a language, an attribute, no purchase for a year, "
    "at least 300 spent before) over contacts with five interactions each; the ceiling is one statement by hand"
)
_BY_HAND = {
    "sqlite": "json_extract(c.attributes, '$.settore')",
    "postgres": "c.attributes ->> 'settore'",
}
_KINDS = ("purchase", "login", "open", "click", "webinar")


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Fill a fresh database with `rows` contacts once, then count by both in turns."""
    with installation(engine) as rt:
        fill(rt, rows)
        now = rt.now()
        by_hand = text(
            "SELECT count(*) FROM contacts c WHERE c.language = 'it' AND "
            + _BY_HAND[engine]
            + " = 'Meccanica' AND NOT EXISTS (SELECT 1 FROM interactions i WHERE i.contact_id = c.id"
            " AND i.kind = 'purchase' AND i.at BETWEEN :since AND :now)"
            " AND (SELECT sum(i.amount) FROM interactions i WHERE i.contact_id = c.id AND i.kind = 'purchase'"
            " AND i.at <= :now) >= 300"
        ).bindparams(now=_moment(now, engine), since=_moment(now - timedelta(days=365), engine))
        found: dict[str, int] = {}

        def ours() -> None:
            with runtime.reading() as db:
                found["ours"] = preview.count(db, RULE, as_of=now, policy=Policy())

        def hand() -> None:
            with runtime.reading() as db:
                found["by hand"] = db.execute(by_hand).scalar_one()

        figures = in_turns(
            "segments", engine, "contacts/s", METHOD,
            ours=lambda: rate(rows, ours), ceiling=lambda: rate(rows, hand), runs=runs,
        )  # fmt: skip
        assert found["ours"] == found["by hand"] > 0, found
        return figures


def fill(rt: Runtime, rows: int) -> None:
    """`rows` contacts with attributes, and `EACH` interactions for each."""
    luck, now = random.Random(1), rt.now()
    for start in range(0, rows, 20_000):
        size = min(20_000, rows - start)
        contacts = [_contact(luck, start + n, now) for n in range(size)]
        events = [_event(luck, one["id"], now) for one in contacts for _ in range(EACH)]
        with runtime.session() as db:
            db.execute(table_of(Contact).insert(), contacts)
            db.execute(table_of(Interaction).insert(), events)
    with rt.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _contact(luck: random.Random, number: int, now: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "email": f"p{number}@ditta.example",
        "email_key": f"p{number}@ditta.example",
        "language": luck.choice(["it", "it", "en", "de"]),
        "company": f"Ditta {number // 7}",
        "attributes": {
            "settore": luck.choice(["Meccanica", "Tessile", "Edilizia", "Altro"]),
            "provincia": luck.choice(["MI", "TO", "RM"]),
            "fatturato": luck.randrange(100_000),
            "data ultimo acquisto": f"202{luck.randrange(6)}-0{luck.randrange(1, 10)}-15",
            **{f"campo {n}": "un valore" for n in range(6)},
        },
        "created_at": now,
        "updated_at": now,
    }


def _event(luck: random.Random, contact_id: str, now: Any) -> dict[str, Any]:
    kind = luck.choice(_KINDS)
    return {
        "contact_id": contact_id,
        "kind": kind,
        "grade": "act",
        "human": True,
        "at": now - timedelta(days=luck.randrange(1_500), seconds=luck.randrange(86_400)),
        "amount": luck.randrange(10, 500) if kind == "purchase" else None,
        "currency": "EUR" if kind == "purchase" else None,
        "detail": "",
        "source": "crm",
        "dedupe_key": new_id(),
    }


def _moment(at: Any, engine: str) -> Any:
    return at.replace(tzinfo=None).isoformat(" ") if engine == "sqlite" else at
