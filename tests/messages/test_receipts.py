"""Receipts: in any order, doubled or split, the same events leave the same state, on both databases."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select, update

from app import runtime
from app.channels.base import EventKind, ProviderEvent
from app.db import table_of
from app.messages import receipts
from app.messages.models import Attempt, Message, Receipt, State
from app.runtime import Runtime
from tests.messages.conftest import NOW, Queue


def event(message_id: str | None, kind: EventKind, number: int, **more: object) -> ProviderEvent:
    facts = {
        "provider_id": None,
        "address": None,
        "code": None,
        "reason": f"because {kind}",
        "machine": False,
        "url": None,
        "user_agent": None,
        "ip": None,
        "raw": {},
    }
    return ProviderEvent(
        event_id=f"{message_id}:{kind}:{number}",
        kind=kind,
        message_id=message_id,
        at=NOW + timedelta(seconds=number),
        **{**facts, **more},  # type: ignore[arg-type]
    )


STORIES = (
    (EventKind.PROCESSED, EventKind.DEFERRED, EventKind.DELIVERED, EventKind.OPENED),
    (EventKind.PROCESSED, EventKind.DELIVERED, EventKind.BOUNCED),
    (EventKind.DROPPED,),
    (EventKind.SENT, EventKind.DELIVERED),
    (EventKind.QUEUED, EventKind.SENT, EventKind.UNDELIVERED),
)
EXPECTED = (State.DELIVERED, State.FAILED, State.FAILED, State.DELIVERED, State.FAILED)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_doubling_and_splitting_ends_the_same(
    rt: Runtime, queue_up: Queue, data: st.DataObject
) -> None:
    with runtime.session() as db:
        db.execute(delete(table_of(Receipt)))
        db.execute(delete(table_of(Message)))
    ids = queue_up(len(STORIES))
    with runtime.session() as db:
        db.execute(update(table_of(Message)).values(state=State.CALLING))
    events = [
        event(message_id, kind, number)
        for message_id, story in zip(ids, STORIES, strict=True)
        for number, kind in enumerate(story)
    ]
    shuffled = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events)))))
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        page, shuffled = shuffled[:size], shuffled[size:]
        with runtime.session() as db:
            receipts.record(db, "test", page, received_at=NOW)
    with runtime.reading() as db:
        rows = {message.id: message for message in db.exec(select(Message))}
        assert [rows[message_id].state for message_id in ids] == list(EXPECTED)
        assert rows[ids[0]].delivered_at == NOW + timedelta(seconds=2)
        assert rows[ids[1]].delivered_at == NOW + timedelta(seconds=1)
        assert len(db.exec(select(Receipt)).all()) == len(events)


def test_an_event_without_our_id_finds_its_row_by_request_and_address(rt: Runtime, queue_up: Queue) -> None:
    first, second = queue_up(2)
    with runtime.session() as db:
        db.execute(update(table_of(Message)).values(state=State.ACCEPTED, provider_id="req-1"))
        to = db.get_one(Message, second).address
    bounce = event(None, EventKind.BOUNCED, 1, provider_id="req-1.filter0001.16648.0", address=to.upper())
    with runtime.session() as db:
        ((_, found),) = receipts.record(db, "sendgrid", [bounce], received_at=NOW)
        assert found is not None
        assert found.id == second
    with runtime.reading() as db:
        assert db.get_one(Message, first).state == State.ACCEPTED
        assert db.get_one(Message, second).state == State.FAILED


def test_one_event_of_a_request_settles_the_unknown_rest(rt: Runtime, queue_up: Queue) -> None:
    first, second = queue_up(2)
    with runtime.session() as db:
        attempt = Attempt(channel="email", worker="w", started_at=NOW, leased_until=NOW)
        db.add(attempt)
        db.flush()
        db.execute(update(table_of(Message)).values(state=State.UNKNOWN, attempt_id=attempt.id))
    with runtime.session() as db:
        receipts.record(db, "sendgrid", [event(first, EventKind.DELIVERED, 1)], received_at=NOW)
    with runtime.reading() as db:
        assert db.get_one(Message, first).state == State.DELIVERED
        assert db.get_one(Message, second).state == State.ACCEPTED


def test_a_foreign_event_is_kept_and_changes_nothing(rt: Runtime, queue_up: Queue) -> None:
    (only,) = queue_up(1)
    strange = event("0190e0d2-0000-7000-8000-000000000000", EventKind.DELIVERED, 1)
    with runtime.session() as db:
        assert receipts.record(db, "sendgrid", [strange], received_at=NOW) == [(strange, None)]
        assert receipts.record(db, "sendgrid", [strange], received_at=NOW) == []
    with runtime.reading() as db:
        assert db.get_one(Message, only).state == State.QUEUED
