"""Claim, cross, record: who may be sent to is decided by rows, at the last moment, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

from app import runtime
from app.channels.base import Channel
from app.contacts.suppression import suppress
from app.db import table_of
from app.messages import batches, outbox, sweep
from app.messages.models import ANSWERING, Attempt, GroupState, Held, Message, State
from app.runtime import Runtime
from tests.messages.conftest import NOW, Queue, states

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def claim(size: int = 100, channel: Channel = Channel.EMAIL) -> str | None:
    with runtime.session() as db:
        return batches.claim(db, channel, worker="w", size=size, now=NOW)


def held(claimed: str) -> list[Held]:
    with runtime.reading() as db:
        return batches.held(db, claimed)


def cross(claimed: str) -> set[str]:
    with runtime.session() as db:
        return batches.cross(db, claimed, now=NOW)


def test_what_is_claimed_once_is_not_claimed_again(rt: Runtime, queue_up: Queue) -> None:
    ids = queue_up(5)
    first, second = claim(3), claim(3)
    assert first
    assert second
    got = [m.id for m in held(first)] + [m.id for m in held(second)]
    assert sorted(got) == sorted(ids)
    assert claim(3) is None


def test_a_batch_of_emails_shares_one_content(rt: Runtime, queue_up: Queue) -> None:
    queue_up(2)
    queue_up(2)
    first = claim()
    assert first
    assert len(held(first)) == 2
    assert len({m.content_id for m in held(first)}) == 1


def test_an_answer_to_somebody_waiting_leaves_before_a_wave_that_was_due_earlier(
    rt: Runtime, queue_up: Queue
) -> None:
    *_, answer = queue_up(5)
    with runtime.session() as db:
        table = table_of(Message)
        later = {"step": ANSWERING, "not_before": NOW - timedelta(seconds=1)}
        db.execute(table.update().where(table.c.id != answer).values(not_before=NOW - timedelta(hours=1)))
        db.execute(table.update().where(table.c.id == answer).values(later))
    first, second = claim(3), claim(10)
    assert first
    assert second
    assert [message.id for message in held(first)] == [answer]
    assert len(held(second)) == 4


def test_a_stop_between_claim_and_crossing_wins(rt: Runtime, queue_up: Queue) -> None:
    stopped, other = queue_up(2)
    claimed = claim()
    assert claimed
    victim = next(m for m in held(claimed) if m.id == stopped)
    with runtime.session() as db:
        suppress(db, [("email", victim.address_hash)], reason="keyword", source="test", at=NOW)
    assert cross(claimed) == {other}
    with runtime.reading() as db:
        assert states(db) == {stopped: State.WITHDRAWN, other: State.CALLING}


def test_withdrawing_takes_claimed_rows_too(rt: Runtime, queue_up: Queue) -> None:
    ids = queue_up(2)
    claimed = claim()
    assert claimed
    first, second = held(claimed)
    with runtime.session() as db:
        assert outbox.withdraw(db, "answered", contacts=[first.contact_id]) == 1
    assert cross(claimed) == {second.id}
    assert len(ids) == 2


def test_a_suppressed_address_is_never_claimed(rt: Runtime, queue_up: Queue) -> None:
    (only,) = queue_up(1)
    with runtime.session() as db:
        row = db.get_one(Message, only)
        suppress(db, [("email", row.address_hash)], reason="import", source="test", at=NOW)
    assert claim() is None


def test_a_paused_group_is_neither_claimed_nor_crossed(rt: Runtime, queue_up: Queue) -> None:
    ids = queue_up(2)
    claimed = claim(1)
    assert claimed
    with runtime.session() as db:
        group = db.get_one(Message, ids[0]).group_id
        outbox.set_group(db, str(group), GroupState.PAUSED)
    assert cross(claimed) == set()
    assert claim() is None
    with runtime.session() as db:
        outbox.set_group(db, str(group), GroupState.OPEN)
    again = claim()
    assert again
    assert len(held(again)) == 2


def lapse(attempt_id: str) -> None:
    with runtime.session() as db:
        db.execute(
            update(table_of(Attempt))
            .where(table_of(Attempt).c.id == attempt_id)
            .values(leased_until=datetime(2020, 1, 1, tzinfo=UTC))
        )


def test_a_worker_that_died_before_crossing_loses_nothing(rt: Runtime, queue_up: Queue) -> None:
    (only,) = queue_up(1)
    claimed = claim()
    assert claimed
    lapse(claimed)
    assert cross(claimed) == set(), "a lapsed lease must not cross"
    again = claim()
    assert again
    assert [m.id for m in held(again)] == [only]


def test_a_worker_that_died_after_crossing_is_unknown_and_never_sent_again(
    rt: Runtime, queue_up: Queue
) -> None:
    (only,) = queue_up(1)
    claimed = claim()
    assert claimed
    assert cross(claimed) == {only}
    lapse(claimed)
    with runtime.session() as db:
        sweep.sweep(db, now=NOW)
    with runtime.reading() as db:
        assert states(db) == {only: State.UNKNOWN}
    assert claim() is None
    with runtime.session() as db:
        sweep.sweep(db, now=NOW + timedelta(hours=25))
    with runtime.reading() as db:
        assert states(db) == {only: State.UNCONFIRMED}
    assert claim() is None


def test_the_sweep_returns_stale_claims(rt: Runtime, queue_up: Queue) -> None:
    (only,) = queue_up(1)
    claimed = claim()
    assert claimed
    lapse(claimed)
    with runtime.session() as db:
        sweep.sweep(db, now=NOW)
    with runtime.reading() as db:
        assert states(db) == {only: State.QUEUED}


def test_recording_acceptance_never_pulls_a_receipt_down(rt: Runtime, queue_up: Queue) -> None:
    (only,) = queue_up(1)
    claimed = claim()
    assert claimed
    cross(claimed)
    with runtime.session() as db:
        db.execute(update(table_of(Message)).values(state=State.DELIVERED))
        batches.accepted(db, {only: "req-1"}, now=NOW)
    with runtime.reading() as db:
        row = db.exec(select(Message)).one()
        assert (row.state, row.provider_id) == (State.DELIVERED, "req-1")


def test_nothing_accepted_goes_back_and_waits(rt: Runtime, queue_up: Queue) -> None:
    (only,) = queue_up(1)
    claimed = claim()
    assert claimed
    cross(claimed)
    with runtime.session() as db:
        later = NOW + timedelta(seconds=30)
        batches.back(db, claimed, [only], not_before=later, reason="429")
    assert claim() is None
    with runtime.session() as db:
        later = batches.claim(db, Channel.EMAIL, worker="w", size=5, now=NOW + timedelta(seconds=31))
    assert later


def test_the_same_once_key_is_kept_once(rt: Runtime, queue_up: Queue) -> None:
    (only,) = queue_up(1)
    with runtime.session() as db:
        row = db.get_one(Message, only)
        twin = {
            "channel": "email",
            "contact_id": row.contact_id,
            "address": row.address,
            "address_hash": row.address_hash,
            "once_key": row.once_key,
            "not_before": NOW,
            "created_at": NOW,
        }
        assert outbox.put(db, [twin, twin]) == 0


@ON_SQLITE
def test_withdraw_refuses_to_take_back_everything(rt: Runtime) -> None:
    with runtime.session() as db, pytest.raises(ValueError, match="told what"):
        outbox.withdraw(db, "oops")
