"""Addresses that fail again and again, each time for a passing reason: removed by policy, like those that are dead."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from app.channels import sendgrid_reasons, twilio_errors
from app.channels.base import Channel, EventKind
from app.contacts.suppression import SOFT, Stop, add
from app.db import Session, among, table_of
from app.messages import outbox
from app.messages.ladder import SAID
from app.messages.models import Direction, Message, Receipt, State

LIMIT, OF_LAST = 3, 5
"""The policy: so many soft bounces among so many messages in a row to one address suppress it."""
KINDS = (EventKind.BLOCKED, EventKind.UNDELIVERED, EventKind.FAILED)
Address = tuple[str, str]


def soft(kind: str, code: str | None, facts: Mapping[str, object]) -> bool:
    """Whether a report says that this address could not be reached this time, for a passing reason of its own."""
    if kind == EventKind.BLOCKED:
        return sendgrid_reasons.blocked(code, facts).of_address
    return kind in KINDS and twilio_errors.meaning(code).of_address


def weigh(db: Session, addresses: Collection[Address]) -> set[str]:
    """Suppress those of these (channel, address hash) that the policy gives up; returns whom we wrote to there.

    Any OF_LAST messages in a row count, in the order they left and not in that of the reports, so that every order
    of the same reports ends the same. What was delivered in between pushes older failures out of the row.
    """
    stops: list[Stop] = []
    touched: set[str] = set()
    sends = _sends(db, addresses)
    failures = _failures(db, [row.id for rows in sends.values() for row in rows if row.state == State.FAILED])
    for (channel, address), rows in sends.items():
        at = given_up_at([failures.get(row.id) for row in rows])
        if at is not None:
            stops.append(Stop(channel, address, SOFT, "policy", at))
            touched |= {row.contact_id for row in rows if row.contact_id}
    if stops:
        add(db, stops)
        outbox.withdraw(db, SOFT, addresses=[stop[:2] for stop in stops])
    return touched


def given_up_at(failed_at: Sequence[datetime | None]) -> datetime | None:
    """When the policy gave an address up: the latest soft bounce of any row of messages that has too many. `failed_at`:
    of each message, oldest first, when it bounced softly, or None."""
    found: list[datetime] = []
    for last in range(1, len(failed_at) + 1):
        row = [at for at in failed_at[max(0, last - OF_LAST) : last] if at is not None]
        if len(row) >= LIMIT:
            found += row
    return max(found, default=None)


def _sends(db: Session, addresses: Collection[Address]) -> dict[Address, list[Any]]:
    """What left for each of these addresses, oldest first."""
    table = table_of(Message)
    theirs = [
        and_(table.c.channel == channel, among(db, table.c.address_hash, hashes))
        for channel in Channel
        if (hashes := [hash_ for of, hash_ in addresses if of == channel])
    ]
    if not theirs:
        return {}
    left = func.coalesce(table.c.called_at, table.c.created_at)
    rows = db.execute(
        select(table.c.id, table.c.channel, table.c.address_hash, table.c.contact_id, table.c.state)
        .where(or_(*theirs), table.c.direction == Direction.OUT, table.c.state.in_((*SAID, State.FAILED)))
        .order_by(left, table.c.id)
    )
    found: dict[Address, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.channel, row.address_hash].append(row)
    return found


def _failures(db: Session, ids: Sequence[str]) -> dict[str, datetime]:
    """Of these messages, those that bounced softly, and when."""
    if not ids:
        return {}
    told = select(Receipt).where(
        among(db, col(Receipt.message_id), ids), col(Receipt.kind).in_([str(kind) for kind in KINDS])
    )
    return {
        str(receipt.message_id): receipt.at
        for receipt in db.scalars(told.order_by(col(Receipt.at)))
        if soft(receipt.kind, receipt.code, receipt.facts)
    }
