"""Posts to look at again: those that were set aside, with the reason, and those that may be read once more."""

from collections.abc import Sequence
from datetime import datetime
from heapq import nlargest
from typing import NamedTuple

from sqlalchemy import select

from app.db import Session, table_of
from app.errors import NotFound
from app.intake.models import RawEvent, RawState, Route

PAGE = 200
"""Posts that one transaction has read again: a row is written anew with its body."""


class Aside(NamedTuple):
    """A post, or one event of it, that was set aside."""

    id: int
    door: str
    received_at: datetime
    reason: str
    part_of: int | None
    size: int
    """Bytes."""


def newest(
    db: Session, *, door: str | None = None, before: int | None = None, limit: int = 50
) -> list[Aside]:
    """What was set aside, newest first; `before` is the last id of the page before."""
    raws = table_of(RawEvent)
    rows: list[Aside] = []
    for route in (door,) if door else tuple(Route):
        statement = (
            select(
                raws.c.id,
                raws.c.route,
                raws.c.received_at,
                raws.c.reason,
                raws.c.part_of,
                raws.c.length,
            )
            .where(raws.c.state == RawState.QUARANTINED, raws.c.route == route)
            .order_by(raws.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            statement = statement.where(raws.c.id < before)
        rows += (Aside(*row) for row in db.execute(statement))
    return nlargest(limit, rows)


def one(db: Session, raw_id: int) -> RawEvent:
    """A post that was set aside, with its body, which holds contacts' data. Raises NotFound."""
    raw = db.get(RawEvent, raw_id)
    if raw is None or raw.state != RawState.QUARANTINED:
        raise NotFound(f"nothing with the id {raw_id} is set aside")
    return raw


def choose(
    db: Session,
    *,
    raw_id: int | None = None,
    door: str | None = None,
    since: datetime | None = None,
    expanded: bool = False,
    after: int = 0,
) -> Sequence[int]:
    """The ids of the next posts to read once more, at most PAGE of them beyond the id `after`.

    Those that were set aside and, with `expanded`, those that were read; only this one, of this door, or accepted
    since then, where that is said.
    """
    raws = table_of(RawEvent)
    states = [RawState.QUARANTINED, *([RawState.EXPANDED] if expanded else [])]
    statement = (
        select(raws.c.id).where(raws.c.state.in_(states), raws.c.id > after).order_by(raws.c.id).limit(PAGE)
    )
    for column, wanted in ((raws.c.id, raw_id), (raws.c.route, door)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return db.scalars(statement if since is None else statement.where(raws.c.received_at >= since)).all()
