"""What went out to contacts: the sender only notes it, and a sweep counts what stays unanswered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, String, cast, false, select
from sqlmodel import Session

from app.db import is_sqlite, table_of, upsert, upsert_of
from app.engagement import dormancy
from app.engagement.models import Send

_sends = table_of(Send)
PAGE = 1_000
NOTHING: Mapping[str, Any] = MappingProxyType({})


def note(db: Session, sent: Select[Any], given: Mapping[str, Any] = NOTHING) -> None:
    """Remember the (contact id, key, time) that `sent` selects with these parameters: messages that went out. A known
    key is the same.

    Touches no row that anybody else writes, so that it may stand in any transaction of the sender.
    """
    db.connection().execute(_noted(sent, sqlite=is_sqlite(db)), given)


@lru_cache(maxsize=8)
def _noted(sent: Select[Any], *, sqlite: bool) -> Any:
    id_, key, at = sent.subquery().c
    rows = select(id_, cast(key, String), at, false()).where(id_.is_not(None))
    names = ("contact_id", "key", "at", "counted")
    return upsert_of(_sends, sqlite=sqlite).from_select(names, rows).on_conflict_do_nothing()


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
