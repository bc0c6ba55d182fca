"""Pace, caps, budget and the kill switch: what leaves, what waits, and that nobody waits for somebody else's limit."""

import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from app import queue, runtime
from app.channels.base import Channel
from app.channels.sendgrid import SendGrid
from app.channels.twilio import Twilio
from app.db import table_of
from app.embedded import Valkey, start_valkey
from app.journal.models import Entry
from app.messages import batches, halts, outbox, pacing, sending
from app.messages.models import ANSWERING, Departure, GroupState, Message, MessageGroup, State, Tally
from app.runtime import Runtime
from tests.channels.provider import Behaviour, answer, provider
from tests.messages.conftest import NOW, Queue

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OK = answer(202, headers={"X-Message-Id": "req-1"})
NAMELESS = answer(400, {"errors": [{"message": "Bad Request", "field": None}]})
SENT = answer(201, {"sid": "SM" + "a" * 32, "status": "queued"})
BUSY = answer(429, {"errors": [{"field": None, "message": "too many requests"}]}, {"Retry-After": "30"})


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = start_valkey(tmp_path_factory.mktemp("valkey"))
    yield server
    server.stop()


@pytest.fixture
def ready(rt: Runtime, valkey: Valkey) -> Runtime:
    """A runtime whose Redis is there and empty."""
    redis = queue.connect(valkey.url)
    redis.flushall()
    ours = replace(rt, redis=redis)
    runtime.install(ours)
    return ours


def send(ready: Runtime, channel: Channel, *behaviours: Behaviour, batches: int = 1) -> int:
    """Send so many batches to a provider that behaves like this; returns how many requests it got."""
    with provider(*behaviours) as said:
        email = SendGrid("SG.key", said.url, 20.0)
        sms = Twilio("AC" + "1" * 32, "token", said.url, "+15005550006", 20.0)
        runtime.install(replace(ready, email=email, sms=sms))
        for _ in range(batches):
            sending.send_batch(channel)
        return len(said.asked)


def group_of(message_id: str) -> str:
    with runtime.reading() as db:
        return str(db.get_one(Message, message_id).group_id)


def limit(group_id: str, **limits: Any) -> None:
    with runtime.session() as db:
        db.execute(update(table_of(MessageGroup)).where(col(MessageGroup.id) == group_id).values(**limits))


def leave(channel: Channel, at: datetime) -> list[Message]:
    """What one batch takes over the line at that time."""
    with runtime.session() as db:
        claimed = batches.claim(db, channel, worker="p", size=1_000, now=at)
        if claimed is None:
            return []
        messages = batches.held(db, claimed)
        crossed = batches.cross(db, claimed, now=at)
    return [message for message in messages if message.id in crossed]


def states() -> Counter[str]:
    with runtime.reading() as db:
        return Counter(db.scalars(select(Message.state)).all())


def test_no_hour_takes_more_than_its_cap_and_it_is_spread(rt: Runtime, queue_up: Queue) -> None:
    limit(group_of(queue_up(40)[0]), per_hour=24)
    left = [len(leave(Channel.EMAIL, NOW + timedelta(minutes=minute))) for minute in range(70)]
    assert [minute for minute, count in enumerate(left) if count] == list(range(0, 70, 5))
    assert set(left) == {0, 2}
    assert all(sum(left[start : start + 60]) <= 24 for start in range(11))


@ON_SQLITE
def test_a_day_and_a_domain_have_caps_of_their_own(rt: Runtime, queue_up: Queue) -> None:
    ids = queue_up(30)
    limit(group_of(ids[0]), per_day=20, domain_per_hour=12)
    with runtime.session() as db:
        db.execute(
            update(table_of(Message)).where(col(Message.id).in_(ids[25:])).values(domain="altra.example")
        )
    left = [Counter(message.domain for message in leave(Channel.EMAIL, NOW)) for _ in range(3)]
    assert left == [{"ditta.example": 12}, {"altra.example": 5}, {}], "a full domain does not hold up another"
    assert len(leave(Channel.EMAIL, NOW + timedelta(hours=2))) == 3
    assert leave(Channel.EMAIL, NOW + timedelta(hours=4)) == []
    assert len(leave(Channel.EMAIL, NOW + timedelta(days=1, minutes=1))) == 10


@ON_SQLITE
def test_what_did_not_leave_takes_no_part_of_the_cap(ready: Runtime, queue_up: Queue) -> None:
    group = group_of(queue_up(3)[0])
    limit(group, per_day=3)
    send(ready, Channel.EMAIL, answer(429, {"errors": []}))
    with runtime.reading() as db:
        assert sum(db.scalars(select(Departure.count)).all()) == 0
    assert states() == {State.QUEUED: 3}


@ON_SQLITE
def test_neither_a_slow_nor_a_full_wave_holds_up_another(ready: Runtime, queue_up: Queue) -> None:
    slow, full, free = (group_of(queue_up(20)[0]) for _ in range(3))
    limit(slow, per_second=2)
    limit(full, per_day=1)
    send(ready, Channel.EMAIL, *[OK] * 12, batches=12)
    with runtime.reading() as db:
        taken = Counter(db.scalars(select(Message.group_id).where(Message.state == State.ACCEPTED)).all())
    assert taken[free] == 20
    assert taken[full] == 1
    assert 2 <= taken[slow] < 20


@ON_SQLITE
def test_a_provider_that_names_a_time_is_left_alone_until_then(ready: Runtime, queue_up: Queue) -> None:
    queue_up(1)
    assert send(ready, Channel.EMAIL, BUSY) == 1
    queue_up(1)
    assert send(ready, Channel.EMAIL, OK, batches=3) == 0, "nor is another wave's message tried"
    assert 20_000 < ready.redis.pttl("riattiva:resting:email") <= 30_000
    queue_up(1, Channel.SMS)
    assert send(ready, Channel.SMS, SENT) == 1, "the other provider is not meant"
    ready.redis.delete("riattiva:resting:email")
    assert send(ready, Channel.EMAIL, OK) == 1


def test_texts_stop_where_the_budget_ends(ready: Runtime, queue_up: Queue) -> None:
    group = group_of(queue_up(5, Channel.SMS)[0])
    limit(group, budget=Decimal("0.25"), prices={"IT": "0.10", "": "9"})
    assert send(ready, Channel.SMS, *[SENT] * 5, batches=3) == 2
    assert states() == {State.ACCEPTED: 2, State.QUEUED: 3}
    with runtime.reading() as db:
        held = db.get_one(MessageGroup, group)
    assert (held.state, held.reason, held.spent) == (GroupState.PAUSED, "budget", Decimal("0.20"))


@ON_SQLITE
def test_a_refused_text_costs_nothing(ready: Runtime, queue_up: Queue) -> None:
    group = group_of(queue_up(1, Channel.SMS)[0])
    limit(group, budget=Decimal("0.25"), prices={"": "0.10"})
    send(ready, Channel.SMS, answer(429, {"code": 20429, "message": "slow", "status": 429}))
    with runtime.reading() as db:
        assert db.get_one(MessageGroup, group).spent == 0


@ON_SQLITE
def test_a_pause_ends_with_the_batch_that_is_being_sent(ready: Runtime, queue_up: Queue) -> None:
    group = group_of(queue_up(120, Channel.SMS)[0])

    def pause(connection: socket.socket) -> bool:
        with runtime.session() as db:
            outbox.set_group(db, group, GroupState.PAUSED, "by hand")
        return SENT(connection)

    assert send(ready, Channel.SMS, pause, *[SENT] * 120, batches=3) == pacing.LARGEST[Channel.SMS]
    assert states()[State.QUEUED] == 120 - pacing.LARGEST[Channel.SMS]


@ON_SQLITE
@pytest.mark.parametrize("how", ["pause", "kill"])
def test_a_refused_request_is_not_tried_in_halves_once_it_is_held(
    ready: Runtime, queue_up: Queue, how: str
) -> None:
    group = group_of(queue_up(4)[0])

    def refuse(connection: socket.socket) -> bool:
        with runtime.session() as db:
            if how == "pause":
                outbox.set_group(db, group, GroupState.PAUSED, "by hand")
            else:
                halts.stop(db, by="user:a", reason="", answers=True, now=NOW)
        return NAMELESS(connection)

    assert send(ready, Channel.EMAIL, refuse, OK, OK) == 1
    assert states() == {State.QUEUED: 4}


def test_the_kill_switch_stops_claims_and_what_was_claimed(rt: Runtime, queue_up: Queue) -> None:
    queue_up(2)
    (answered,) = queue_up(1, Channel.SMS)
    with runtime.session() as db:
        to_answer = update(table_of(Message)).where(col(Message.id) == answered)
        db.execute(to_answer.values(step=ANSWERING, group_id=None))
    with runtime.session() as db:
        claimed = batches.claim(db, Channel.EMAIL, worker="p", size=9, now=NOW)
    assert claimed
    with runtime.session() as db:
        halts.stop(db, by="user:a", reason="wrong text", answers=False, now=NOW)
    with runtime.session() as db:
        assert batches.cross(db, claimed, now=NOW) == set()
    assert sending.send_batch(Channel.EMAIL) is None
    assert [message.id for message in leave(Channel.SMS, NOW)] == [answered], "people are answered"
    with runtime.session() as db:
        halts.stop(db, by="user:a", reason="all of it", answers=True, now=NOW)
        assert halts.present(db)
    assert sending.send_batch(Channel.SMS) is None
    with runtime.session() as db:
        assert halts.go(db, by="user:a", now=NOW)
    with runtime.session() as db:
        assert not halts.go(db, by="user:a", now=NOW)
        verbs = db.scalars(select(Entry.verb).order_by(col(Entry.id))).all()
    assert verbs == ["sending.stopped", "sending.stopped", "sending.resumed"]
    assert len(leave(Channel.EMAIL, NOW)) == 2


def test_a_held_domain_waits_and_the_others_go(rt: Runtime, queue_up: Queue) -> None:
    ids = queue_up(4)
    group = group_of(ids[0])
    with runtime.session() as db:
        db.execute(
            update(table_of(Message)).where(col(Message.id).in_(ids[:1])).values(domain="altra.example")
        )
        claimed = batches.claim(db, Channel.EMAIL, worker="p", size=9, now=NOW)
    assert claimed
    with runtime.session() as db:
        db.add(Tally(group_id=group, domain="ditta.example", held_at=NOW))
    with runtime.session() as db:
        assert batches.cross(db, claimed, now=NOW) == {ids[0]}, "claimed before it was held"
    assert leave(Channel.EMAIL, NOW) == []
    with runtime.session() as db:
        db.execute(update(table_of(Tally)).values(held_at=None))
    assert len(leave(Channel.EMAIL, NOW)) == 3


@ON_SQLITE
def test_nothing_leaves_a_group_that_nobody_looked_at(rt: Runtime, queue_up: Queue) -> None:
    group = group_of(queue_up(1)[0])
    limit(group, awake_until=NOW)
    assert leave(Channel.EMAIL, NOW) == []
    limit(group, awake_until=NOW + timedelta(hours=1))
    assert len(leave(Channel.EMAIL, NOW)) == 1


@ON_SQLITE
def test_the_pace_is_the_installations_and_all_processes_share_it(ready: Runtime, valkey: Valkey) -> None:
    ready.settings.emails_per_second, ready.settings.texts_per_second = 20, 3
    assert pacing.take(ready.redis, Channel.EMAIL, 60) == 60
    assert pacing.take(queue.connect(valkey.url), Channel.EMAIL, 60) == 40, "of five seconds, whoever asks"
    assert pacing.take(ready.redis, Channel.SMS, 60) == 15
    assert pacing.take(ready.redis, Channel.SMS, 1) == 0
    assert pacing.take(ready.redis, Channel.SMS, 1, answers=True) == 1, "people do not wait behind a wave"
