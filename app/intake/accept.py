"""The accept path of every webhook: the raw bodies in one insert, a doorbell after the commit."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy.engine import Dialect

from app import runtime
from app.channels.slim import slim
from app.db import Session, table_of
from app.intake.models import RawEvent, RawState, Route
from app.messages import outbox

BY_PEOPLE = (Route.SENDGRID_INBOUND, Route.TWILIO_MESSAGES)
"""The routes by which a person speaks, and may be waiting for an answer."""


@dataclass(frozen=True, slots=True)
class Post:
    """What was posted, byte for byte but for the files in a mail, and when (aware UTC)."""

    route: Route
    body: bytes
    content_type: str
    query: str
    at: datetime
    digest: str
    """Of route, query and the whole body: the same is the same post."""


def post(route: Route, body: bytes, *, content_type: str = "", query: str = "", now: datetime) -> Post:
    """A post as it is kept; made before any transaction, for a large mail takes a while to go through.

    NUL goes out of what is text: PostgreSQL takes none, and it means nothing there.
    """
    digest = hashlib.sha256(f"{route}?{query}\n".encode())
    digest.update(body)
    kept = slim(content_type, body) if route is Route.SENDGRID_INBOUND else body
    kind, asked = content_type.replace("\0", ""), query.replace("\0", "")
    return Post(route, kept, kind, asked, now, digest.hexdigest()[:40])


def keep(db: Session, posts: Sequence[Post]) -> set[str]:
    """Keep these posts, each once; returns the digests of those that were new."""
    statement, given = insert(db.get_bind().dialect, posts)
    new = set(db.connection().exec_driver_sql(statement, given).scalars())
    for one in posts:
        if one.route in BY_PEOPLE and one.digest in new:
            outbox.somebody_waits(db, one.digest, one.at)
    return new


def insert(dialect: Dialect, posts: Sequence[Post]) -> tuple[str, tuple[object, ...]]:
    """The statement that keeps these posts and returns the digests of those that were new, as the driver takes it.

    It is all that posts need that come from no person.
    """
    to_wire = _at(dialect)
    given: list[object] = []
    for one in posts:
        at = to_wire(one.at) if to_wire else one.at
        given += (one.route.value, one.content_type, one.query, one.body, one.digest, at, RawState.NEW.value)
    return _insert(dialect.name, len(posts)), tuple(given)


@lru_cache
def _insert(dialect: str, rows: int) -> str:
    # Written out and never compiled: a door does nothing else all day.
    columns = ("route", "content_type", "query", "body", "digest", "received_at", "state")
    mark = "?" if dialect == "sqlite" else "%s"
    row = f"({', '.join([mark] * len(columns))})"
    return (
        f"INSERT INTO raw_events ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608
        " ON CONFLICT DO NOTHING RETURNING digest"
    )


@lru_cache
def _at(dialect: Dialect) -> Callable[[datetime], object] | None:
    return table_of(RawEvent).c.received_at.type.dialect_impl(dialect).bind_processor(dialect)  # type: ignore[no-any-return]


def accept(
    db: Session, route: Route, body: bytes, *, content_type: str = "", query: str = "", now: datetime
) -> bool:
    """Keep one post and ring for it; False when exactly this was posted before."""
    new = keep(db, [post(route, body, content_type=content_type, query=query, now=now)])
    if new:
        runtime.ring_after_commit(db, "replies", "app.intake.jobs.expand", route)
    return bool(new)
