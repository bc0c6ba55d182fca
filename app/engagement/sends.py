"""What went out to contacts: the sender only notes it, and a sweep counts what stays unanswered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, false, select
from sqlmodel import Session

from app.db import table_of, upsert
from app.engagement import dormancy
from app.engagement.models import Send

_sends = table_of(Send)
PAGE = 1_000


def note(db: Session, sent: Select[Any]) -> None:
    """Remember the (contact id, key, time) that `sent` selects: messages that went out. A known key is the same.

    Touches no row that anybody else writes, so that it may stand in any transaction of the sender.
    """
    chosen = sent.subquery()
    id_, key, at = chosen.c
    rows = select(id_, cast(key, String), at, false()).where(id_.is_not(None))
    names = ("contact_id", "key", "at", "counted")
    db.execute(upsert(db, _sends).from_select(names, rows).on_conflict_do_nothing())


def told(db: Session, sent: Sequence[tuple[str, str, datetime]]) -> int:
    """The same for what another tool sent: of one key the earliest stands. Returns how many changed anything.

    The caller recomputes the contacts' dormancy, with whatever else it writes.
    """
    first: dict[tuple[str, str], datetime] = {}
    for id_, key, at in sent:
        first[id_, key] = min(at, first.get((id_, key), at))
    rows = [{"contact_id": id_, "key": key, "at": at, "counted": True} for (id_, key), at in first.items()]
    if not rows:
        return 0
    statement = upsert(db, _sends)
    statement = statement.on_conflict_do_update(
        index_elements=["contact_id", "key"],
        set_={"at": statement.excluded.at},
        where=_sends.c.at > statement.excluded.at,
    )
    kept = db.connection().execute(statement.execution_options(preserve_rowcount=True), rows)
    return kept.rowcount


def count_page(db: Session) -> bool:
    """Count what was noted for the next contacts; False when nothing waits."""
    waiting = select(_sends.c.contact_id).where(_sends.c.counted == false()).distinct()
    ids = list(db.scalars(waiting.order_by(_sends.c.contact_id).limit(PAGE)))
    if not ids:
        return False
    # First marked, then counted: what is noted in between is counted now, and looked at once more.
    db.execute(
        _sends.update().where(_sends.c.contact_id.in_(ids), _sends.c.counted == false()).values(counted=True)
    )
    dormancy.recompute_for(db, ids)
    return True
