"""Which message of ours a provider speaks of: by our own id, else by the provider's, else by the address."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from app import runtime
from app.channels.base import Channel, EventKind, ProviderEvent
from app.contacts.addresses import address_hash
from app.db import Session, among, table_of
from app.messages.models import Direction, Known, Message

OF_THE_ADDRESS = (
    EventKind.BOUNCED,
    EventKind.BLOCKED,
    EventKind.DROPPED,
    EventKind.COMPLAINED,
    EventKind.UNSUBSCRIBED,
)
"""What a provider may tell of an address alone: a bounce that came by mail a day later names no request."""
SAYS_NOTHING = frozenset((EventKind.QUEUED, EventKind.PROCESSED, EventKind.SENT, EventKind.DELIVERED))
"""What speaks of the message alone, and not of whom it was for."""
SKEW = timedelta(minutes=1)
"""How far a provider's clock, which counts whole seconds, may be behind ours."""
_OURS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Told(NamedTuple):
    """An event, when we were told of it, and the message it is about (None: not known, or no message at all)."""

    event: ProviderEvent
    received_at: datetime
    message: Known | None = None

    @property
    def at(self) -> datetime:
        """When it happened, as far as the provider says."""
        return self.event.at or self.received_at


def find(db: Session, told: Sequence[Told]) -> list[Told]:
    """The same events, in their order, each with its message."""
    ids = [our_id(one.event) for one in told]
    whole = {id_ for id_, one in zip(ids, told, strict=True) if id_ and one.event.kind not in SAYS_NOTHING}
    known = _load(db, among(db, table_of(Message).c.id, whole)) if whole else []
    if quiet := {id_ for id_ in ids if id_} - whole:
        known += _load(db, among(db, table_of(Message).c.id, quiet), _FIRST)
    by_id = {message.id: message for message in known}
    found = [Told(event, at, by_id.get(id_ or "")) for id_, (event, at, _) in zip(ids, told, strict=True)]
    if nameless := [one for one in found if one.message is None and findable(one.event)]:
        others = _Others(db, nameless)
        found = [one if one.message else one._replace(message=others.meant(one)) for one in found]
    return found


def our_id(event: ProviderEvent) -> str | None:
    """Our own id as the event carries it, where it is one: what a stranger wrote there is none."""
    id_ = (event.message_id or "").lower()
    return id_ if _OURS.fullmatch(id_) else None


def findable(event: ProviderEvent) -> bool:
    """Whether a message of this event may be found without our id, now or later."""
    return bool(event.provider_id or (event.address and event.kind in OF_THE_ADDRESS))


def foreign(one: Told) -> bool:
    """Whether this new event is about no message of ours, and never will be."""
    about = one.message or one.event.kind is EventKind.ACCOUNT or our_id(one.event) or findable(one.event)
    return not about


class _Others:
    """The messages that events without our id may mean."""

    def __init__(self, db: Session, told: Sequence[Told]) -> None:
        table = table_of(Message)
        self._key = runtime.current().settings.suppression_key
        hashes = {hashed for one in told if (hashed := self._hash(one.event))}
        requests = {_request_id(one.event) for one in told}
        alone = {_request_id(one.event) for one in told if not self._hash(one.event)} - {""}
        conditions: list[ColumnElement[bool]] = []
        if hashes:
            # From the address: a request stands in a thousand messages.
            there = among(db, table.c.address_hash, hashes)
            conditions.append(
                and_(table.c.channel == Channel.EMAIL, there, table.c.direction == Direction.OUT)
            )
        if alone:
            conditions.append(among(db, table.c.provider_id, alone))
        self._by_request: dict[str, list[Known]] = defaultdict(list)
        self._by_address: dict[str, list[Known]] = defaultdict(list)
        for message in _load(db, or_(*conditions)) if conditions else ():
            if message.provider_id in requests:
                self._by_request[message.provider_id or ""].append(message)
            self._by_address[message.address_hash].append(message)

    def meant(self, one: Told) -> Known | None:
        """The message of the named request to that address; else the newest to it that left before the event."""
        event, hashed = one.event, self._hash(one.event)
        same = self._by_request.get(_request_id(event), [])
        if hashed is None:
            return same[0] if len(same) == 1 else None
        for message in same:
            if message.address_hash == hashed:
                return message
        if event.kind not in OF_THE_ADDRESS:
            return None
        before = [
            message
            for message in self._by_address.get(hashed, ())
            # One whose request is known was not sent by the other that the event names.
            if message.called_at and message.called_at <= one.at + SKEW
            and not (event.provider_id and message.provider_id)
        ]  # fmt: skip
        return max(before, key=lambda message: (message.called_at, message.id), default=None)

    def _hash(self, event: ProviderEvent) -> str | None:
        if not event.address or "@" not in event.address:
            return None
        return address_hash(self._key, Channel.EMAIL, event.address)


def _request_id(event: ProviderEvent) -> str:
    # sg_message_id is "<X-Message-Id>.<server part>"; Twilio's SIDs have no dot.
    return (event.provider_id or "").split(".", 1)[0]


def _load(db: Session, condition: ColumnElement[bool], names: Sequence[str] = Known._fields) -> list[Known]:
    columns = table_of(Message).c
    rows = db.execute(select(*(columns[name] for name in names)).where(condition)).all()
    return [Known(*row) for row in rows]


_FIRST = Known._fields[:5]
