"""Claim, cross the line, record: the three statements between the outbox and a provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlmodel import col

from app.channels.base import Channel
from app.contacts import consent
from app.contacts.models import Suppression
from app.db import Session, UtcDateTime, database_now, is_sqlite, new_id, table_of
from app.engagement import sends
from app.messages.ladder import below
from app.messages.models import (
    ANSWERING,
    WAITING_ANSWER,
    Attempt,
    Direction,
    GroupState,
    Message,
    MessageGroup,
    State,
)

_QUEUED = col(Message.state) == State.QUEUED
LEASE = timedelta(seconds=120)
"""Longer than any provider call may take (its timeout is 30 s)."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one attempt holds: the rows share one content when they are emails."""

    attempt_id: str
    messages: tuple[Message, ...]


def claim(
    db: Session, channel: Channel, *, worker: str, size: int, now: datetime, answers: bool | None = None
) -> Claimed | None:
    """Give a new attempt up to `size` due, open, unsuppressed messages; None when nothing is due.

    Answers to people who wait are claimed before, and apart from, all that a wave has due; `answers` says which
    of them the pace was taken for.
    """
    if answers is None:
        answers = db.execute(_due(channel, now, 1, answers=True)).first() is not None
    first = db.execute(_due(channel, now, 1, answers=answers)).first()
    if first is None:
        return None
    attempt = _open_attempt(db, channel, worker)
    due = _due(channel, now, size, answers=answers, lock=not is_sqlite(db))
    if channel is Channel.EMAIL:
        due = due.where(col(Message.content_id) == first.content_id)
    chosen = [row.id for row in db.execute(due)]
    if not chosen:
        return None
    messages = db.scalars(
        update(Message)
        .where(col(Message.id).in_(chosen), col(Message.state) == State.QUEUED)
        .values(state=State.CLAIMED, attempt_id=attempt)
        .returning(Message)
        .execution_options(synchronize_session=False)
    ).all()
    return Claimed(attempt, tuple(sorted(messages, key=lambda m: m.id)))


def due_now(db: Session, channel: Channel, *, answers: bool, most: int, now: datetime) -> int:
    """How many answers to people, or other messages, one claim would get now, counted up to `most`."""
    due = _due(channel, now, most, answers=answers)
    if channel is Channel.EMAIL:
        first = db.execute(_due(channel, now, 1, answers=answers)).first()
        # Each answer by email is a letter of its own: pace taken for the others would be lost.
        due = due.where(col(Message.content_id) == (first.content_id if first else None))
    return int(db.execute(select(func.count()).select_from(due.subquery())).scalar_one())


def cross(db: Session, attempt_id: str, *, now: datetime) -> set[str]:
    """Cross the line: from here on a message counts as said. Only the ids returned may be sent.

    A row goes back or away when a stop withdrew it, its address was suppressed, the person's consent no longer
    holds, its group was paused or the lease ran out in the meantime.
    """
    lease = select(col(Attempt.id)).where(
        col(Attempt.id) == attempt_id, col(Attempt.leased_until) > database_now(db)
    )
    crossed = db.execute(
        update(table_of(Message))
        .where(col(Message.attempt_id) == attempt_id, col(Message.state) == State.CLAIMED)
        .where(exists(lease), ~suppressed_address(), _permitted(), _group_open())
        .values(state=State.CALLING, called_at=now)
        .returning(col(Message.id))
    )
    ids = set(crossed.scalars())
    db.execute(
        update(table_of(Message))
        .where(col(Message.attempt_id) == attempt_id, col(Message.state) == State.CLAIMED)
        .where(or_(suppressed_address(), ~_permitted()))
        .values(state=State.WITHDRAWN, reason=_why_not(), attempt_id=None)
    )
    db.execute(
        update(table_of(Message))
        .where(col(Message.attempt_id) == attempt_id, col(Message.state) == State.CLAIMED)
        .values(state=State.QUEUED, attempt_id=None)
    )
    return ids


def still_wanted(db: Session, ids: Sequence[str]) -> set[str]:
    """Of messages whose request was refused whole: those to be called again; what was stopped meanwhile is
    withdrawn."""
    table = table_of(Message)
    ours = update(table).where(table.c.id.in_(ids), table.c.state == State.CALLING)
    stopped = table.c.recalled.is_not(None) | suppressed_address() | ~_permitted()
    db.execute(
        ours.where(stopped).values(state=State.WITHDRAWN, reason=func.coalesce(table.c.recalled, _why_not()))
    )
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
    _each(
        db,
        [
            {"m": message, "provider_id": provider, "accepted_at": now}
            for message, provider in provider_ids.items()
        ],
        keep=("provider_id", "accepted_at"),
    )
    _climb(db, list(provider_ids), State.ACCEPTED)
    sends.note(db, went_out(list(provider_ids), now))


def went_out(ids: Sequence[str], at: datetime) -> Select[Any]:
    """Whom these messages went to, and when, for the count of what stays unanswered: answers to them do not."""
    table = table_of(Message)
    sent = select(
        table.c.contact_id, table.c.id, func.coalesce(table.c.called_at, literal(at, UtcDateTime()))
    )
    return sent.where(table.c.id.in_(ids), table.c.step != ANSWERING)


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
    db.execute(
        update(table_of(Attempt))
        .where(col(Attempt.id) == attempt_id)
        .values(ended_at=now, result=result[:200])
    )


def suppressed_address() -> ColumnElement[bool]:
    """SQL: this message's address is suppressed now."""
    table = table_of(Message)
    return exists(
        select(col(Suppression.id)).where(
            col(Suppression.channel) == table.c.channel,
            col(Suppression.address_hash) == table.c.address_hash,
            col(Suppression.lifted_at).is_(None),
        )
    )


def _permitted() -> ColumnElement[bool]:
    """SQL: consent holds now, or the message answers somebody who wrote to us, which asks for none."""
    table = table_of(Message)
    return or_(table.c.step == ANSWERING, consent.granted_to(table.c.contact_id, table.c.channel))


def _why_not() -> ColumnElement[str]:
    table = table_of(Message)
    said_no = consent.withdrawn_by(table.c.contact_id, table.c.channel)
    return case((suppressed_address(), "suppressed"), (said_no, "consent_withdrawn"), else_="no_consent")


def _due(
    channel: Channel, now: datetime, size: int, *, answers: bool, lock: bool = False
) -> Select[str, str | None]:
    statement = (
        select(col(Message.id), col(Message.content_id))
        .where(
            col(Message.channel) == channel,
            WAITING_ANSWER if answers else and_(_QUEUED, col(Message.step) != ANSWERING),
            col(Message.not_before) <= now,
            col(Message.direction) == Direction.OUT,
            or_(col(Message.not_after).is_(None), col(Message.not_after) > now),
            _group_open(),
            ~suppressed_address(),
        )
        .order_by(col(Message.not_before), col(Message.id))
        .limit(size)
    )
    return statement.with_for_update(skip_locked=True, of=Message) if lock else statement


def _group_open() -> ColumnElement[bool]:
    table = table_of(Message)
    return or_(
        table.c.group_id.is_(None),
        exists(
            select(col(MessageGroup.id)).where(
                and_(col(MessageGroup.id) == table.c.group_id, col(MessageGroup.state) == GroupState.OPEN)
            )
        ),
    )


def _open_attempt(db: Session, channel: Channel, worker: str) -> str:
    started = database_now(db)
    attempt = Attempt(
        id=new_id(), channel=channel, worker=worker, started_at=started, leased_until=started + LEASE
    )
    db.add(attempt)
    db.flush()
    return attempt.id


def _climb(db: Session, ids: Sequence[str], state: State) -> None:
    db.execute(
        update(table_of(Message))
        .where(col(Message.id).in_(ids), col(Message.state).in_(below(state)))
        .values(state=state)
    )


def _each(db: Session, rows: Sequence[dict[str, object]], keep: Sequence[str]) -> None:
    """Set columns row by row (`m` is the id), where they are still empty."""
    if not rows:
        return
    table = table_of(Message)
    db.connection().execute(
        update(table)
        .where(table.c.id == bindparam("m"), table.c[keep[0]].is_(None))
        .values({name: bindparam(name) for name in keep}),
        list(rows),
    )
