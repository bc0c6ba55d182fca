"""Sending against a provider that misbehaves on a real socket: what the rows say afterwards, on both databases."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from app import queue, runtime
from app.channels.base import Channel
from app.channels.sendgrid import SendGrid
from app.channels.twilio import Twilio
from app.contacts.suppression import suppress
from app.db import table_of
from app.embedded import Valkey, start_valkey
from app.messages import batches, jobs, pacing, sending, sweep
from app.messages.models import Message, MessageGroup, State
from app.runtime import Runtime
from tests.channels.provider import Behaviour, answer, hang, provider, reset
from tests.messages.conftest import Queue

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OK = answer(202, headers={"X-Message-Id": "req-1"})
QUOTA = answer(401, {"errors": [{"message": "Maximum credits exceeded", "field": None, "help": None}]})
BUSY = answer(429, {"errors": [{"field": None, "message": "too many requests"}]})
SECOND_IS_BAD = answer(
    400,
    {"errors": [{"message": "Does not contain a valid address.", "field": "personalizations.1.to.0.email"}]},
)
NAMELESS = answer(400, {"errors": [{"message": "Bad Request", "field": None}]})
SENT = answer(201, {"sid": "SM" + "a" * 32, "status": "queued"})
STOPPED = answer(400, {"code": 21610, "message": "unsubscribed", "status": 400})
SUSPENDED = answer(400, {"code": 30002, "message": "suspended", "status": 400})


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = start_valkey(tmp_path_factory.mktemp("valkey"))
    yield server
    server.stop()


def send(rt: Runtime, valkey: Valkey, channel: Channel, *behaviours: Behaviour, timeout: float = 0.5) -> int:
    """Send one batch to a provider that behaves like this; returns how many requests it got."""
    with provider(*behaviours) as said:
        redis = queue.connect(valkey.url)
        redis.flushall()
        email = SendGrid("SG.key", said.url, timeout)
        sms = Twilio("AC" + "1" * 32, "token", said.url, "+15005550006", timeout)
        runtime.install(replace(rt, redis=redis, email=email, sms=sms))
        sending.send_batch(channel)
        return len(said.asked)


def rows() -> list[Message]:
    with runtime.reading() as db:
        return list(db.exec(select(Message).order_by(Message.id)))


def states() -> list[str]:
    return [row.state for row in rows()]


def test_an_accepted_request_is_recorded_with_the_providers_id(
    rt: Runtime, valkey: Valkey, queue_up: Queue
) -> None:
    queue_up(3)
    assert send(rt, valkey, Channel.EMAIL, OK) == 1
    assert [(row.state, row.provider_id) for row in rows()] == [(State.ACCEPTED, "req-1")] * 3


@pytest.mark.parametrize(("behaviour", "paused"), [(BUSY, False), (QUOTA, True)], ids=["429", "quota"])
def test_proof_that_nothing_was_accepted_queues_them_again(
    rt: Runtime, valkey: Valkey, queue_up: Queue, behaviour: Behaviour, paused: bool
) -> None:
    queue_up(2)
    send(rt, valkey, Channel.EMAIL, behaviour)
    assert states() == [State.QUEUED, State.QUEUED]
    with runtime.reading() as db:
        group = db.exec(select(MessageGroup)).one()
    assert (group.state == "paused") is paused
    assert ("credits" in (group.reason or "")) is paused


@pytest.mark.parametrize(
    ("database_url", "channel", "behaviour"),
    [
        *(("sqlite", channel, behaviour) for channel in Channel for behaviour in (hang, reset, answer(503))),
        ("postgres", Channel.EMAIL, hang),
        ("postgres", Channel.SMS, reset),
    ],
    indirect=["database_url"],
)
def test_what_may_have_been_accepted_is_unknown_and_not_sent_again(
    rt: Runtime, valkey: Valkey, queue_up: Queue, behaviour: Behaviour, channel: Channel
) -> None:
    queue_up(1, channel)
    assert send(rt, valkey, channel, behaviour) == 1
    assert states() == [State.UNKNOWN]
    assert send(rt, valkey, channel, OK if channel is Channel.EMAIL else SENT) == 0


@ON_SQLITE
@pytest.mark.parametrize(("count", "called"), [(96, 1), (2, 0)])
def test_another_worker_is_called_when_there_is_more_than_one_batch(
    rt: Runtime, valkey: Valkey, queue_up: Queue, count: int, called: int
) -> None:
    queue_up(count, Channel.SMS)
    with provider(*[SENT] * count) as said:
        redis = queue.connect(valkey.url)
        redis.flushall()
        sms = Twilio("AC" + "1" * 32, "token", said.url, "+15005550006", 5)
        runtime.install(replace(rt, redis=redis, sms=sms))
        jobs.send(Channel.SMS)
    assert set(states()) == {State.ACCEPTED}
    assert redis.llen("rq:queue:sending") == called


@ON_SQLITE
def test_pace_is_taken_for_what_one_request_carries_and_for_its_kind(
    rt: Runtime, valkey: Valkey, queue_up: Queue
) -> None:
    for _ in range(4):
        queue_up(1)
    assert send(rt, valkey, Channel.EMAIL, OK) == 1
    left = pacing.take(runtime.current().redis, Channel.EMAIL, 1_000_000)
    assert left == pacing.of_waves(Channel.EMAIL) * pacing.WINDOW - 1
    with runtime.session() as db:
        # Somebody else was quicker: what was taken for answers is not spent on a wave.
        assert batches.claim(db, Channel.EMAIL, worker="p", size=9, now=rt.now(), answers=True) is None


@ON_SQLITE
def test_only_the_recipient_the_error_names_fails(rt: Runtime, valkey: Valkey, queue_up: Queue) -> None:
    queue_up(3)
    send(rt, valkey, Channel.EMAIL, SECOND_IS_BAD)
    assert states() == [State.QUEUED, State.FAILED, State.QUEUED]
    send(rt, valkey, Channel.EMAIL, OK)
    assert states() == [State.ACCEPTED, State.FAILED, State.ACCEPTED]


def test_an_error_that_names_nobody_is_narrowed_down(rt: Runtime, valkey: Valkey, queue_up: Queue) -> None:
    queue_up(4)
    # whole: refused; first half: accepted; second half: refused, then one good and one bad
    assert send(rt, valkey, Channel.EMAIL, NAMELESS, OK, NAMELESS, OK, NAMELESS) == 5
    assert states() == [State.ACCEPTED, State.ACCEPTED, State.ACCEPTED, State.FAILED]
    assert len({row.attempt_id for row in rows()}) == 3


def test_a_number_that_said_stop_at_the_carrier_is_suppressed(
    rt: Runtime, valkey: Valkey, queue_up: Queue
) -> None:
    queue_up(1, Channel.SMS)
    send(rt, valkey, Channel.SMS, STOPPED)
    assert states() == [State.FAILED]
    queue_up(1, Channel.SMS)  # the same number, in another group
    assert send(rt, valkey, Channel.SMS, SENT) == 0


@ON_SQLITE
def test_a_suspended_account_holds_the_group(rt: Runtime, valkey: Valkey, queue_up: Queue) -> None:
    queue_up(2, Channel.SMS)
    send(rt, valkey, Channel.SMS, SUSPENDED)
    assert states() == [State.QUEUED, State.QUEUED]
    with runtime.reading() as db:
        assert db.exec(select(MessageGroup)).one().state == "paused"


def test_twilio_may_confirm_an_unknown_text_but_never_deny_it(
    rt: Runtime, valkey: Valkey, queue_up: Queue
) -> None:
    queue_up(1, Channel.SMS)
    send(rt, valkey, Channel.SMS, hang)
    (unknown,) = rows()
    found = {
        "sid": "SM" + "b" * 32,
        "body": unknown.text,
        "to": unknown.address,
        "status": "delivered",
        "direction": "outbound-api",
        "date_sent": "Mon, 02 Nov 2099 10:00:00 +0000",
        "date_created": "Mon, 02 Nov 2099 10:00:00 +0000",
        "error_code": None,
    }
    listed = {
        "messages": [],
        "page": 0,
        "page_size": 50,
        "uri": "/x",
        "first_page_uri": "/x",
        "next_page_uri": None,
    }
    for messages, state in (([], State.UNKNOWN), ([found], State.ACCEPTED)):
        with provider(answer(200, listed | {"messages": messages})) as said:
            late = replace(rt, sms=Twilio("AC" + "1" * 32, "token", said.url, "+15005550006", 2.0))
            runtime.install(replace(late, clock_ahead=sweep.LOOK_UP_AFTER * 2))
            sweep.look_up()
        assert states() == [state]


@ON_SQLITE
def test_a_text_whose_window_closes_during_the_batch_is_not_sent_at_night(
    rt: Runtime, valkey: Valkey, queue_up: Queue
) -> None:
    queue_up(1, Channel.SMS)
    with runtime.session() as db:
        db.execute(table_of(Message).update().values(not_after=rt.now() + timedelta(seconds=0.9)))
    assert send(rt, valkey, Channel.SMS, SENT) == 0
    assert states() == [State.QUEUED]


@ON_SQLITE
def test_texts_that_twilio_never_got_do_not_hide_the_others(
    rt: Runtime, valkey: Valkey, queue_up: Queue
) -> None:
    queue_up(sweep.PAGE + 1, Channel.SMS)
    with runtime.session() as db:
        called = {"state": State.UNKNOWN, "called_at": rt.now() - sweep.LOOK_UP_AFTER * 2}
        db.execute(table_of(Message).update().values(**called))
    last = rows()[-1]
    sent = {"sid": "SM" + "c" * 32, "body": last.text, "status": "sent", "date_created": None}

    def by_number(connection: socket.socket) -> bool:
        known = last.address.removeprefix("+") in said.asked[-1].line
        return answer(200, {"messages": [sent] if known else [], "next_page_uri": None})(connection)

    with provider(answer(503), by_number) as said:
        runtime.install(replace(rt, sms=Twilio("AC" + "1" * 32, "token", said.url, "+15005550006", 2.0)))
        assert sweep.look_up() == 0, "one that fails leaves the others for later"
        assert sum(sweep.look_up() for _ in range(8)) == 1
    assert states() == [State.UNKNOWN] * sweep.PAGE + [State.ACCEPTED]


def test_a_stop_during_a_refused_call_is_heard_before_the_next(
    rt: Runtime, valkey: Valkey, queue_up: Queue
) -> None:
    queue_up(2)
    stopped = rows()[1]

    def refuse_after_a_stop(connection: socket.socket) -> bool:
        with runtime.session() as db:
            suppress(db, [("email", stopped.address_hash)], reason="one_click", source="test", at=rt.now())
        return NAMELESS(connection)

    assert send(rt, valkey, Channel.EMAIL, refuse_after_a_stop, OK) == 2
    assert states() == [State.ACCEPTED, State.WITHDRAWN]
