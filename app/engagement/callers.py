"""From which addresses of the network emails are opened and clicked, and which of them do it for many recipients."""

import ipaddress
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, tuple_
from sqlmodel import Session

from app.db import insert_new, is_sqlite, table_of
from app.engagement.evidence_rules import MANY
from app.engagement.models import Caller

_callers = table_of(Caller)
KEPT = timedelta(days=7)
"""What comes later than that is graded without a look at who else was called for; `webhooks regrade` sees all."""
PAGE = 2_000
_ASKED = 400
"""Keys in one statement."""
_RECIPIENT = 16
"""Characters of an address's hash that tell recipients apart."""


_Key = tuple[int, str]


class Call(NamedTuple):
    """One open or click: from where, when, of which message, and the hash of the recipient's address."""

    ip: str
    at: datetime
    message_id: str
    address_hash: str

    @property
    def key(self) -> _Key:
        """The hour, and the address (of IPv6 its network)."""
        return int(self.at.timestamp()) // 3600, network(self.ip)


@lru_cache(maxsize=4096)
def network(ip: str) -> str:
    """An IPv4 address as it is, the /64 of an IPv6 address, which is one subscriber's; anything else unchanged."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip[:64]
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def note(db: Session, calls: Sequence[Call]) -> tuple[set[_Key], set[str]]:
    """Keep who was called for from where. Returns which keys of these calls stand for many recipients, and the
    messages noted before whose key has just become one of them.

    The same calls in any order and number of parts leave the same behind.
    """
    by_key: dict[_Key, dict[str, str]] = defaultdict(dict)
    for call in calls:
        by_key[call.key][call.message_id] = call.address_hash[:_RECIPIENT]
    known = _rows(db, by_key)
    many = {key for key, row in known.items() if row.many}
    new = sorted(key for key in by_key if key not in known)
    made = insert_new(db, Caller, [_row(key, by_key[key]) for key in new])
    many.update(key for key in new if _too_many(by_key[key]))
    # Of two writers of the same key the later waits here, and sees what the earlier added.
    again = [key for key, row in known.items() if not row.many] + (new if made < len(new) else [])
    woken: set[str] = set()
    changed: list[dict[str, Any]] = []
    for key, row in _rows(db, again, lock=not is_sqlite(db)).items():
        held: dict[str, str] = row.messages
        after = _row(key, held | by_key[key], many=row.many)
        if after["many"]:
            many.add(key)
            woken |= held.keys() - by_key[key].keys()
        if (after["messages"], after["many"]) != (held, row.many):
            changed.append({f"b_{name}": value for name, value in after.items()})
    if changed:
        rows = (_callers.c.ip == bindparam("b_ip")) & (_callers.c.hour == bindparam("b_hour"))
        update = _callers.update().where(rows)
        update = update.values(messages=bindparam("b_messages"), many=bindparam("b_many"))
        db.connection().execute(update, changed)
    return many, woken


def _row(key: _Key, messages: dict[str, str], *, many: bool = False) -> dict[str, Any]:
    """Once there were many, who they were is of no more use."""
    many = many or _too_many(messages)
    return {"hour": key[0], "ip": key[1], "messages": {} if many else messages, "many": many}


def _too_many(messages: dict[str, str]) -> bool:
    return len(set(messages.values())) >= MANY


def forget(db: Session, before: datetime | None = None) -> bool:
    """Forget the next rows of hours before a time (of all, without one); False when there are no more."""
    oldest = select(_callers.c.hour, _callers.c.ip).order_by(_callers.c.hour, _callers.c.ip).limit(PAGE)
    if before is not None:
        oldest = oldest.where(_callers.c.hour < int(before.timestamp()) // 3600)
    keys = db.execute(oldest).all()
    for page in _pages([(hour, ip) for hour, ip in keys]):
        db.execute(_callers.delete().where(tuple_(_callers.c.hour, _callers.c.ip).in_(page)))
    return len(keys) == PAGE


def _rows(db: Session, keys: Collection[_Key], *, lock: bool = False) -> dict[_Key, Any]:
    found: dict[_Key, Any] = {}
    for page in _pages(sorted(keys)):
        rows = select(_callers).where(tuple_(_callers.c.hour, _callers.c.ip).in_(page))
        rows = rows.order_by(_callers.c.hour, _callers.c.ip)
        for row in db.execute(rows.with_for_update() if lock else rows):
            found[row.hour, row.ip] = row
    return found


def _pages(keys: Sequence[_Key]) -> Iterable[Sequence[_Key]]:
    return (keys[start : start + _ASKED] for start in range(0, len(keys), _ASKED))
