"""Addresses that must not be written to: added by any stop, lifted only by the contact's own later opt-in."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, or_
from sqlmodel import col, select

from app.contacts.models import Suppression
from app.db import Session, among, table_of, upsert

OF_THE_ADDRESS = ("hard_bounce", "bad_number", "wrong_person")
LASTING = (*OF_THE_ADDRESS, "complaint")
"""Reasons that outweigh a wish to stop: a later wish to stay does not undo them."""
SOFT = "soft_bounces"
"""Messages failed again and again, each for a passing reason: any other reason outweighs it, and the contact's own
later opt-in undoes it, because somebody who opts in can be reached."""
UNREACHABLE = (*OF_THE_ADDRESS, SOFT)
"""What speaks of an address and not of the person: it goes to no other address of theirs."""
PERSON_WIDE = ("complaint", "asked_to_stop", "left", "preferences_all")
"""Stops that take every address of a person, on every channel, also one that is learned only later."""


class Stop(NamedTuple):
    """Why an address (as its keyed hash) must not be written to on a channel, who told it, and since when."""

    channel: str
    address_hash: str
    reason: str
    source: str
    at: datetime


def suppress(
    db: Session, addresses: Iterable[tuple[str, str]], *, reason: str, source: str, at: datetime
) -> None:
    """Suppress each (channel, address hash) for one reason; see `add`."""
    add(db, [Stop(channel, address, reason, source, at) for channel, address in addresses])


def add(db: Session, stops: Iterable[Stop]) -> None:
    """Suppress these addresses; one already suppressed keeps its first reason, unless a weightier one comes, and
    takes the time of the latest stop, so that only an opt-in after all of them lifts it.

    An address lifted before is suppressed again only by a stop that is no older than the lift.
    """
    table = table_of(Suppression)
    statement = upsert(db, table)
    new = statement.excluded
    lifted = table.c.lifted_at.is_not(None)
    taken = lifted | _outweighs(new)
    _insert(
        db,
        statement.on_conflict_do_update(
            index_elements=["channel", "address_hash"],
            set_={
                "lifted_at": None,
                "lifted_by": None,
                "reason": case((taken, new.reason), else_=table.c.reason),
                "source": case((taken, new.source), else_=table.c.source),
                "at": case((lifted | (table.c.at < new.at), new.at), else_=table.c.at),
            },
            where=(lifted & (table.c.lifted_at <= new.at))
            | (~lifted & ((table.c.at < new.at) | _outweighs(new))),
        ),
        stops,
    )


def add_undated(db: Session, stops: Iterable[Stop]) -> None:
    """Stops that prove no time of their own (`at` is only when they were heard of): they add what was never
    there and make an older stop last, but say nothing against an address that was lifted."""
    table = table_of(Suppression)
    statement = upsert(db, table)
    _insert(
        db,
        statement.on_conflict_do_update(
            index_elements=["channel", "address_hash"],
            set_={"reason": statement.excluded.reason, "source": statement.excluded.source},
            where=table.c.lifted_at.is_(None) & _outweighs(statement.excluded),
        ),
        stops,
    )


def lift(
    db: Session,
    channel: str,
    address: str,
    *,
    at: datetime,
    by: str = "contact",
    keep: Collection[str] = OF_THE_ADDRESS,
) -> Stop | None:
    """The contact opted in again on this address, later than the stop; returns what was lifted, if anything.

    `by` is the door they came through; `keep` are the reasons that such an opt-in does not undo: by default those
    that speak of the address. Call it through `consent.opt_in`, which also writes the ledger; never for an
    import, a merge, a sync or a provider's resubscribe event.
    """
    table = table_of(Suppression)
    result = db.execute(
        table.update()
        .where(table.c.channel == channel, table.c.address_hash == address)
        .where(table.c.lifted_at.is_(None), table.c.at < at, table.c.reason.not_in(keep))
        .values(lifted_at=at, lifted_by=by)
        .returning(table.c.channel, table.c.address_hash, table.c.reason, table.c.source, table.c.at)
    ).first()
    return Stop(*result) if result else None


def held(db: Session, addresses: Sequence[tuple[str, str]]) -> list[Suppression]:
    """The suppressions that stand against these (channel, address hash), oldest first."""
    return [row for row in history(db, addresses) if row.lifted_at is None]


def suppressed(db: Session, addresses: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (channel, address hash) must not be written to."""
    if not addresses:
        return set()
    table = table_of(Suppression)
    found = db.execute(
        table.select()
        .with_only_columns(table.c.channel, table.c.address_hash)
        .where(among(db, table.c.address_hash, [hash_ for _, hash_ in addresses]))
        .where(table.c.lifted_at.is_(None))
    )
    return {(channel, hash_) for channel, hash_ in found} & set(addresses)


def history(db: Session, addresses: Sequence[tuple[str, str]]) -> list[Suppression]:
    """Every suppression of these (channel, address hash), also those that were lifted, oldest first."""
    query = select(Suppression).where(col(Suppression.address_hash).in_([hash_ for _, hash_ in addresses]))
    # Set-based writes of this very session are seen too.
    query = query.order_by(col(Suppression.at)).execution_options(populate_existing=True)
    found = db.exec(query)
    return [row for row in found if (row.channel, row.address_hash) in addresses]


def follow(db: Session, moves: Sequence[tuple[str, str, str]]) -> None:
    """A stop follows the person: for each (channel, address that was stopped, other address of theirs).

    What says something about the address and not about the person does not follow.
    """
    if not moves:
        return
    table = table_of(Suppression)
    stopped = {
        (row.channel, row.address_hash): row
        for row in db.execute(
            table.select()
            .where(table.c.address_hash.in_({old for _, old, _ in moves}))
            .where(table.c.lifted_at.is_(None), table.c.reason.not_in(UNREACHABLE))
        )
    }
    for channel, old, new in moves:
        row = stopped.get((channel, old))
        if row is not None:
            suppress(db, [(channel, new)], reason=row.reason, source=row.source, at=row.at)


def _outweighs(new: Any) -> ColumnElement[bool]:
    """Whether a new stop's reason replaces that of the one already there, whichever of them is heard of first."""
    return _weight(new.reason) > _weight(table_of(Suppression).c.reason)


def _weight(reason: Any) -> ColumnElement[int]:
    # Spelled out, since a list that expands cannot be executed for many rows at once.
    of_the_address = or_(*(reason == one for one in OF_THE_ADDRESS))
    return case((reason == "complaint", 3), (of_the_address, 2), (reason == SOFT, 0), else_=1)


def _insert(db: Session, statement: Any, stops: Iterable[Stop]) -> None:
    # In one order for everybody, so that two writers of the same addresses do not wait for each other in a ring.
    rows = [stop._asdict() for stop in sorted(set(stops))]
    if rows:
        db.connection().execute(statement, rows)
