"""The accept path of every webhook: the raw bodies in one insert, a doorbell after the commit."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Dialect

from app import runtime
from app.channels.slim import slim
from app.db import Session, table_of
from app.intake.models import RawEvent, RawState, Route
from app.intake.urgent import wants_out
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
    """A post as it is kept; made before any transaction, for it takes a while to go through a large mail.

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
    wires = _wires(dialect)
    given: list[object] = []
    for one in posts:
        kept = row(one, RawState.NEW)
        given += (wire(kept[name]) if wire else kept[name] for name, wire in wires)
    return _insert(dialect.name, len(posts)), tuple(given)


def row(post: Post, state: RawState) -> dict[str, Any]:
    """What is kept of a post, column by column."""
    return {
        "route": post.route.value,
        "content_type": post.content_type,
        "query": post.query,
        "body": post.body,
        "length": len(post.body),
        "urgent": wants_out(post.route, post.body),
        "digest": post.digest,
        "received_at": post.at,
        "state": state.value,
    }


_COLUMNS = ("route", "content_type", "query", "body", "length", "urgent", "digest", "received_at", "state")


@lru_cache
def _insert(dialect: str, rows: int) -> str:
    # Written out and never compiled: a door does nothing else all day.
    mark = "?" if dialect == "sqlite" else "%s"
    one = f"({', '.join([mark] * len(_COLUMNS))})"
    return (
        f"INSERT INTO raw_events ({', '.join(_COLUMNS)}) VALUES {', '.join([one] * rows)}"  # noqa: S608
        " ON CONFLICT DO NOTHING RETURNING digest"
    )


@lru_cache
def _wires(dialect: Dialect) -> Sequence[tuple[str, Callable[[Any], object] | None]]:
    """How each column takes its value to the driver; None: as it is."""
    kinds = ((name, table_of(RawEvent).c[name].type) for name in _COLUMNS)
    return [(name, kind.dialect_impl(dialect).bind_processor(dialect)) for name, kind in kinds]


def accept(
    db: Session, route: Route, body: bytes, *, content_type: str = "", query: str = "", now: datetime
) -> bool:
    """Keep one post and ring for it; False when exactly this was posted before."""
    new = keep(db, [post(route, body, content_type=content_type, query=query, now=now)])
    if new:
        runtime.ring_after_commit(db, "replies", "app.intake.jobs.expand", route)
    return bool(new)
