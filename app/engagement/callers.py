"""From which addresses of the network emails are opened and clicked, and which of them do it for many recipients."""

import ipaddress
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, tuple_
from sqlmodel import Session

from app.db import insert_new, is_sqlite, table_of
from app.engagement.evidence_rules import MANY
from app.engagement.models import Caller

_callers = table_of(Caller)
_ASKED = 400
"""Keys in one statement."""
_RECIPIENT = 16
"""Characters of an address's hash that tell recipients apart."""


class Call(NamedTuple):
    """One open or click: from where, when, of which message, and the hash of the recipient's address."""

    ip: str
    at: datetime
    message_id: str
    address_hash: str

    @property
    def key(self) -> tuple[str, int]:
        """The address (of IPv6 its network) and the hour."""
        return network(self.ip), int(self.at.timestamp()) // 3600


@lru_cache(maxsize=4096)
def network(ip: str) -> str:
    """An IPv4 address as it is, the /64 of an IPv6 address, which is one subscriber's; anything else unchanged."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip[:64]
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def note(db: Session, calls: Sequence[Call]) -> tuple[set[tuple[str, int]], set[str]]:
    """Keep who was called for from where. Returns which keys of these calls stand for many recipients, and the
    messages noted before whose key has just become one of them.

    The same calls in any order and number of parts leave the same behind.
    """
    by_key: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for call in calls:
        by_key[call.key][call.message_id] = call.address_hash[:_RECIPIENT]
    many = {key for key, row in _rows(db, by_key).items() if row.many}
    open_ = sorted(key for key in by_key if key not in many)
    if not open_:
        return many, set()
    new = [{"ip": ip, "hour": hour, "messages": {}, "many": False} for ip, hour in open_]
    insert_new(db, Caller, new)
    changed: list[dict[str, Any]] = []
    woken: set[str] = set()
    # Whoever adds to the same key waits here, so that of two writers the later sees what the earlier added.
    for key, row in _rows(db, open_, lock=not is_sqlite(db)).items():
        known: dict[str, str] = row.messages
        together = known | by_key[key]
        if row.many or len(set(together.values())) >= MANY:
            many.add(key)
            woken |= known.keys() - by_key[key].keys()
            together = {}
        if (together, key in many) != (known, row.many):
            changed.append({"b_ip": key[0], "b_hour": key[1], "messages": together, "many": key in many})
    if changed:
        update = _callers.update().where(
            _callers.c.ip == bindparam("b_ip"), _callers.c.hour == bindparam("b_hour")
        )
        db.connection().execute(
            update.values(messages=bindparam("messages"), many=bindparam("many")), changed
        )
    return many, woken


def forget(db: Session, before: datetime | None = None) -> int:
    """Forget what was noted of the hours before a time (all of it without one); returns how many rows."""
    rows = _callers.delete()
    if before is not None:
        rows = rows.where(_callers.c.hour < int(before.timestamp()) // 3600)
    return int(db.connection().execute(rows).rowcount)


def _rows(
    db: Session, keys: Collection[tuple[str, int]], *, lock: bool = False
) -> dict[tuple[str, int], Any]:
    found: dict[tuple[str, int], Any] = {}
    for page in _pages(sorted(keys)):
        rows = select(_callers).where(tuple_(_callers.c.ip, _callers.c.hour).in_(page))
        rows = rows.order_by(_callers.c.ip, _callers.c.hour)
        for row in db.execute(rows.with_for_update() if lock else rows):
            found[row.ip, row.hour] = row
    return found


def _pages(keys: Sequence[tuple[str, int]]) -> Iterable[Sequence[tuple[str, int]]]:
    return (keys[start : start + _ASKED] for start in range(0, len(keys), _ASKED))
