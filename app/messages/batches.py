"""Claim, cross the line, record: the three statements between the outbox and a provider."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlmodel import col

from app.channels.base import Channel
from app.contacts import consent
from app.db import (
    Session,
    UtcDateTime,
    among_given,
    database_now,
    in_index_order,
    is_sqlite,
    listed,
    new_id,
    paired,
    pairs,
    table_of,
)
from app.engagement import sends
from app.engagement.models import Grade, Interaction
from app.messages import caps, due, halts
from app.messages.ladder import below
from app.messages.models import (
    ANSWERING,
    CONFIRMING,
    Attempt,
    Held,
    Message,
    MessageGroup,
    State,
)

LEASE = timedelta(seconds=120)
"""Longer than any provider call may take (its timeout is 30 s)."""


def claim(
    db: Session,
    channel: Channel,
    *,
    worker: str,
    size: int,
    now: datetime,
    answers: bool | None = None,
    lot: due.Lot | None = None,
) -> str | None:
    """Give a new attempt up to `size` due, open, unsuppressed messages, of one content when they are emails; returns
    its id, or None when nothing is due.

    Answers to people who wait are claimed before, and apart from, all that a wave has due; `answers` says which
    of them the pace was taken for, and `lot` of which group (None: of any, in its turn).
    """
    if answers is None:
        answers = bool(due.answers(db, channel, most=1, now=now))
    if not answers and lot is None and (lot := next(due.lots(db, channel, most=size, now=now), None)) is None:
        return None
    chosen = _answers(db, channel, size, now) if lot is None else _of_lot(db, channel, size, lot, now)
    if not chosen:
        return None
    attempt = _open_attempt(db, channel, worker)
    given = {"attempt": attempt, "ids": listed(db, table_of(Message).c.id, chosen)}
    db.connection().execute(_claim(is_sqlite(db)), given)
    return attempt


# Statements are built once: putting one together takes as long as fifty messages to look at by it.
@cache
def _claim(sqlite: bool) -> Update:
    table = table_of(Message)
    return (
        update(table)
        .where(among_given(table.c.id, "ids", sqlite=sqlite), table.c.state == State.QUEUED)
        .values(state=State.CLAIMED, attempt_id=bindparam("attempt"))
    )


def held(db: Session, attempt_id: str) -> list[Held]:
    """What an attempt has claimed, for a transaction of its own: rows are made while others may write."""
    return sorted(map(Held._make, db.execute(_HELD, {"attempt": attempt_id})))


_HELD = select(
    *(table_of(Message).c["values_" if name == "values" else name] for name in Held._fields)
).where(table_of(Message).c.attempt_id == bindparam("attempt"))


def _answers(db: Session, channel: Channel, size: int, now: datetime) -> list[str]:
    found = due.waiting(channel, now, size)
    first = found.first(db)
    return [row.id for row in _alike(db, first.content_id, found)] if first else []


def _of_lot(db: Session, channel: Channel, size: int, lot: due.Lot, now: datetime) -> list[str]:
    """The ids of what leaves of a group, within its caps; counted as gone."""
    group, room = lot.group, lot.room
    if group is not None and caps.capped(group):
        # Two senders that look at once must not each find the same room.
        group = db.get_one(
            MessageGroup, group.id, with_for_update={"key_share": True}, populate_existing=True
        )
        room = caps.room(db, group, now)
        size = size if room.left is None else min(size, room.left)
    rows = _alike(db, lot.content_id, due.of_group(channel, now, size, group, room)) if size else []
    fits = room.fit(row.domain for row in rows)
    chosen = [row for row, fit in zip(rows, fits, strict=True) if fit]
    if group is not None:
        caps.count(db, group, [row.domain for row in chosen], now)
    return [row.id for row in chosen]


def _alike(db: Session, content_id: str | None, found: due.Sought) -> Sequence[Any]:
    """What of these one request may carry, locked against other senders."""
    in_index_order(db)
    return found.alike(content_id).held(db)


def cross(db: Session, attempt_id: str, *, now: datetime, held: Collection[str] | None = None) -> set[str]:
    """Cross the line: from here on a message counts as said. Only the ids returned may be sent; `held` are those that
    the attempt has claimed, where they are at hand.

    A row goes back or away when a stop withdrew it, its address was suppressed, the person's consent no longer
    holds, they came back by themselves, its group was paused or the lease ran out in the meantime.
    """
    given = {"attempt": attempt_id, "now": now, "clock": database_now(db)}
    count = db.connection().execute(_cross(), given).rowcount
    if held is not None and count == len(held):
        return set(held)
    _let_go(db, attempt_id)
    table = table_of(Message)
    ours = table.c.attempt_id == attempt_id
    return set(db.scalars(select(table.c.id).where(ours, table.c.state == State.CALLING)))


@cache
def _cross() -> Update:
    table, attempts = table_of(Message), table_of(Attempt)
    ours = attempts.c.id == bindparam("attempt")
    lease = select(attempts.c.id).where(ours, attempts.c.leased_until > bindparam("clock"))
    return (
        update(table)
        .where(table.c.attempt_id == bindparam("attempt"), table.c.state == State.CLAIMED)
        .where(exists(lease), ~_needless(), _may_leave())
        .values(state=State.CALLING, called_at=bindparam("now"))
    )


def _let_go(db: Session, attempt_id: str) -> None:
    """Take back for good what must not leave any more, and queue what may leave later."""
    db.execute(
        update(table_of(Message))
        .where(col(Message.attempt_id) == attempt_id, col(Message.state) == State.CLAIMED)
        .where(_needless())
        .values(state=State.WITHDRAWN, reason=_why_not(), attempt_id=None)
    )
    db.execute(
        update(table_of(Message))
        .where(col(Message.attempt_id) == attempt_id, col(Message.state) == State.CLAIMED)
        .values(state=State.QUEUED, attempt_id=None)
    )


def still_wanted(db: Session, ids: Sequence[str], *, now: datetime) -> set[str]:
    """Of messages whose request was refused whole: those to be called again; what was stopped meanwhile is
    withdrawn, what is held is queued."""
    table = table_of(Message)
    ours = update(table).where(table.c.id.in_(ids), table.c.state == State.CALLING)
    stopped = table.c.recalled.is_not(None) | _needless()
    db.execute(
        ours.where(stopped).values(state=State.WITHDRAWN, reason=func.coalesce(table.c.recalled, _why_not()))
    )
    db.execute(ours.where(~_may_leave()).values(state=State.QUEUED, attempt_id=None), {"now": now})
    wanted = select(table.c.id).where(table.c.id.in_(ids), table.c.state == State.CALLING)
    return set(db.scalars(wanted))


def split(db: Session, ids: Sequence[str], channel: Channel, worker: str) -> str:
    """Give part of a refused request an attempt of its own, so that each attempt stays one request."""
    attempt = _open_attempt(db, channel, worker)
    db.execute(
        update(table_of(Message))
        .where(col(Message.id).in_(ids), col(Message.state) == State.CALLING)
        .values(attempt_id=attempt)
    )
    return attempt


def accepted(db: Session, provider_ids: Mapping[str, str], *, now: datetime) -> None:
    """The provider took these messages (ours -> its id); one that climbed higher meanwhile stays there."""
    if not provider_ids:
        return
    table = table_of(Message)
    given: dict[str, Any] = {"now": now}
    names = set(provider_ids.values())
    if len(names) == 1:  # all of a request
        given |= {"ids": listed(db, table.c.id, provider_ids), "name": names.pop()}
        db.connection().execute(_accepted_as_one(is_sqlite(db)), given)
    else:
        given |= pairs(db, table.c.id, table.c.provider_id, "told", provider_ids)
        db.connection().execute(_accepted(is_sqlite(db)), given)
    went_out(db, list(provider_ids), now)


@cache
def _accepted_as_one(sqlite: bool) -> Update:
    table = table_of(Message)
    return _taken(among_given(table.c.id, "ids", sqlite=sqlite), bindparam("name"))


@cache
def _accepted(sqlite: bool) -> Update:
    table = table_of(Message)
    told = paired(table.c.id, table.c.provider_id, "told", sqlite=sqlite)
    return _taken(table.c.id == told.c.id, told.c.provider_id)


def _taken(these: ColumnElement[bool], name: ColumnElement[str]) -> Update:
    table = table_of(Message)
    nameless = table.c.provider_id.is_(None)
    return (
        update(table)
        .where(these)
        .values(
            provider_id=case((nameless, name), else_=table.c.provider_id),
            accepted_at=case((nameless, bindparam("now", type_=UtcDateTime())), else_=table.c.accepted_at),
            state=case((table.c.state.in_(below(State.ACCEPTED)), State.ACCEPTED), else_=table.c.state),
        )
    )


def went_out(db: Session, ids: Sequence[str], at: datetime) -> None:
    """Note whom these messages went to, and when, for the count of what stays unanswered: answers to them do not."""
    given = {"at": at, "ids": listed(db, table_of(Message).c.id, ids)}
    sends.note(db, _went_out(is_sqlite(db)), given)


@cache
def _went_out(sqlite: bool) -> Select[Any]:
    table = table_of(Message)
    called = func.coalesce(table.c.called_at, bindparam("at", type_=UtcDateTime()))
    sent = select(table.c.contact_id, table.c.id, called)
    return sent.where(among_given(table.c.id, "ids", sqlite=sqlite), table.c.step != ANSWERING)


def back(db: Session, attempt_id: str, ids: Sequence[str], *, not_before: datetime, reason: str) -> None:
    """Nothing of this attempt was accepted, and that is proven: queue these again, not before that time, unless a
    stop, an answer or a cancel took them back during the call."""
    table = table_of(Message)
    kept = table.c.recalled.is_(None)
    db.execute(
        update(table)
        # Another attempt may be calling by now, when this is written once more after a commit nobody heard of.
        .where(col(Message.id).in_(ids), col(Message.attempt_id) == attempt_id)
        # Unknown too: a sweep may have given up on a slow call that now turns out to have been refused.
        .where(col(Message.state).in_((State.CALLING, State.UNKNOWN)))
        .values(
            state=case((kept, State.QUEUED), else_=State.WITHDRAWN),
            reason=case((kept, reason), else_=table.c.recalled),
            attempt_id=None,
            not_before=not_before,
        )
    )


def failed(db: Session, ids: Sequence[str], *, code: str, reason: str) -> None:
    """The provider refused these for good."""
    db.execute(
        update(table_of(Message))
        .where(col(Message.id).in_(ids), col(Message.state).in_(below(State.FAILED)))
        .values(state=State.FAILED, code=code, reason=reason)
    )


def unknown(db: Session, ids: Sequence[str], *, reason: str) -> None:
    """They may have been accepted: only the provider's own events or look-up can tell."""
    db.execute(
        update(table_of(Message))
        .where(col(Message.id).in_(ids), col(Message.state) == State.CALLING)
        .values(state=State.UNKNOWN, reason=reason)
    )


def end(db: Session, attempt_id: str, result: str, *, now: datetime) -> None:
    db.connection().execute(_END, {"attempt": attempt_id, "now": now, "how": result[:200]})


_END = (
    update(table_of(Attempt))
    .where(table_of(Attempt).c.id == bindparam("attempt"))
    .values(ended_at=bindparam("now"), result=bindparam("how"))
)


@cache
def _may_leave() -> ColumnElement[bool]:
    """SQL: neither the message's group, nor its domain, nor everything is held at `now`, a parameter."""
    return and_(due.group_open(), ~due.domain_held(), ~halts.halted())


@cache
def _permitted() -> ColumnElement[bool]:
    """SQL: consent holds now, or the message answers somebody who wrote to us, which asks for none."""
    table = table_of(Message)
    return or_(table.c.step == ANSWERING, consent.granted_to(table.c.contact_id, table.c.channel))


@cache
def _needless() -> ColumnElement[bool]:
    """SQL: this message must not leave any more, now or later; `_why_not` says why."""
    return or_(due.suppressed_address(), ~_permitted(), _came_back())


def _came_back() -> ColumnElement[bool]:
    """SQL: the contact logged in, bought something or the like since this message of a sequence was planned."""
    table = table_of(Message)
    acted = exists(
        select(col(Interaction.id))
        .where(col(Interaction.contact_id) == table.c.contact_id, col(Interaction.human).is_(True))
        .where(col(Interaction.at) > table.c.created_at, col(Interaction.grade) == Grade.ACT)
    )
    return and_(table.c.group_id.is_not(None), table.c.step.not_in((ANSWERING, CONFIRMING)), acted)


@cache
def _why_not() -> ColumnElement[str]:
    table = table_of(Message)
    said_no = consent.withdrawn_by(table.c.contact_id, table.c.channel)
    return case(
        (due.suppressed_address(), "suppressed"),
        (and_(~_permitted(), said_no), "consent_withdrawn"),
        (~_permitted(), "no_consent"),
        else_="came_back",
    )


def _open_attempt(db: Session, channel: Channel, worker: str) -> str:
    started, attempt = database_now(db), new_id()
    given: dict[str, Any] = {"id": attempt, "channel": channel, "worker": worker}
    given |= {"started_at": started, "leased_until": started + LEASE}
    db.connection().execute(table_of(Attempt).insert(), given)
    return attempt
