"""Addresses that must not be written to: added by any stop, lifted only by the contact's own later opt-in."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import case, false
from sqlmodel import col, select

from app.contacts.models import Suppression
from app.db import Session, table_of, upsert

OF_THE_ADDRESS = ("hard_bounce", "bad_number", "wrong_person")
LASTING = (*OF_THE_ADDRESS, "complaint")
"""Reasons that outweigh a wish to stop: a later wish to stay does not undo them."""


def suppress(
    db: Session, addresses: Iterable[tuple[str, str]], *, reason: str, source: str, at: datetime
) -> None:
    """Suppress each (channel, address hash); one already suppressed keeps its first reason, unless a lasting one
    comes, and takes the time of the latest stop, so that only an opt-in after all of them lifts it.

    An address lifted before is suppressed again only by a stop that is no older than the lift.
    """
    table = table_of(Suppression)
    lifted = table.c.lifted_at.is_not(None)
    outweighed = table.c.reason.not_in(LASTING) if reason in LASTING else false()
    taken = lifted | outweighed
    for channel, address in addresses:
        row = {"channel": channel, "address_hash": address, "reason": reason, "source": source, "at": at}
        statement = upsert(db, table).values(**row)
        db.execute(
            statement.on_conflict_do_update(
                index_elements=["channel", "address_hash"],
                set_={
                    "lifted_at": None,
                    "reason": case((taken, reason), else_=table.c.reason),
                    "source": case((taken, source), else_=table.c.source),
                    "at": case((lifted | (table.c.at < at), at), else_=table.c.at),
                },
                where=(lifted & (table.c.lifted_at <= at)) | (~lifted & ((table.c.at < at) | outweighed)),
            )
        )


def lift(
    db: Session, channel: str, address: str, *, at: datetime, keep: Collection[str] = OF_THE_ADDRESS
) -> bool:
    """The contact opted in again on this address, later than the stop; returns whether one was lifted.

    `keep` are the reasons that such an opt-in does not undo: by default those that speak of the address.
    Never call this for an import, a merge, a sync or a provider's resubscribe event.
    """
    table = table_of(Suppression)
    result = db.execute(
        table.update()
        .where(table.c.channel == channel, table.c.address_hash == address)
        .where(table.c.lifted_at.is_(None), table.c.at < at, table.c.reason.not_in(keep))
        .values(lifted_at=at)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def held(db: Session, addresses: Sequence[tuple[str, str]]) -> list[Suppression]:
    """The suppressions that stand against these (channel, address hash), oldest first."""
    query = select(Suppression).where(
        col(Suppression.address_hash).in_([hash_ for _, hash_ in addresses]),
        col(Suppression.lifted_at).is_(None),
    )
    found = db.exec(query.order_by(col(Suppression.at)))
    return [row for row in found if (row.channel, row.address_hash) in addresses]


def suppressed(db: Session, addresses: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (channel, address hash) must not be written to."""
    if not addresses:
        return set()
    table = table_of(Suppression)
    found = db.execute(
        table.select()
        .with_only_columns(table.c.channel, table.c.address_hash)
        .where(col(Suppression.address_hash).in_([hash_ for _, hash_ in addresses]))
        .where(table.c.lifted_at.is_(None))
    )
    return {(channel, hash_) for channel, hash_ in found} & set(addresses)


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
            .where(table.c.lifted_at.is_(None), table.c.reason.not_in(OF_THE_ADDRESS))
        )
    }
    for channel, old, new in moves:
        row = stopped.get((channel, old))
        if row is not None:
            suppress(db, [(channel, new)], reason=row.reason, source=row.source, at=row.at)
