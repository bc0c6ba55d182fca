"""A sender that ends, sleeps or meets a stop at any point between claim and record: nobody hears a thing twice,
nothing is lost, and each final state is true, on both databases."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Session, col

from app import db as database
from app import queue, runtime
from app.channels.base import Channel, EventKind, ProviderEvent
from app.channels.sendgrid import SendGrid
from app.channels.twilio import Twilio
from app.contacts import suppression
from app.db import is_sqlite, new_id, table_of
from app.embedded import Valkey, start_valkey
from app.intake import events
from app.messages import batches, sending, sweep
from app.messages.models import Attempt, Message, State
from app.runtime import Runtime
from tests.channels.provider import Asked, Behaviour, Provider, answer, provider
from tests.messages import conftest as outboxes
from tests.messages.conftest import Queue

queue_up = outboxes.queue_up

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PROVIDERS = {Channel.EMAIL: "sendgrid", Channel.SMS: "twilio"}
TAKEN = {
    Channel.EMAIL: answer(202, headers={"X-Message-Id": "req-1"}),
    Channel.SMS: answer(201, {"sid": "SM" + "a" * 32, "status": "queued"}),
}
BUSY = answer(429, {"errors": [{"field": None, "message": "too many requests"}]})
NAMELESS = answer(400, {"errors": [{"message": "Bad Request", "field": None}]})
COMMITTED = "committed"


class Killed(BaseException):
    """What a process feels of kill -9: nothing after it is done, and its open transaction is undone."""


@dataclass
class Points:
    """What a sender writes, statement by statement, and the moments after its commits; at number `at`, `act`
    happens."""

    at: int | None
    act: Callable[[], None]
    seen: list[str] = field(default_factory=list)

    def reach(self, label: str) -> None:
        self.seen.append(label)
        if len(self.seen) - 1 == self.at:
            self.act()

    @property
    def crossing(self) -> int:
        """The number of the statement that crosses the line."""
        return next(
            n for n, said in enumerate(self.seen) if said.startswith("UPDATE") and "called_at=" in said
        )


@contextmanager
def watched(rt: Runtime, at: int | None = None, act: Callable[[], None] = lambda: None) -> Iterator[Points]:
    """Follow what is done on this engine, and do `act` once, at point `at`."""
    points = Points(at, act)

    def stated(_c: Any, _u: Any, said: str, *_more: Any) -> None:
        if said.startswith(("INSERT", "UPDATE", "DELETE")):
            points.reach(said)

    def committed(db: OrmSession) -> None:
        if db.get_bind() is not None and not db.in_nested_transaction() and db.info.get("riattiva.redis"):
            points.reach(COMMITTED)

    event.listen(rt.engine, "before_cursor_execute", stated)
    event.listen(OrmSession, "after_commit", committed)
    try:
        yield points
    finally:
        event.remove(rt.engine, "before_cursor_execute", stated)
        event.remove(OrmSession, "after_commit", committed)


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = start_valkey(tmp_path_factory.mktemp("valkey"))
    yield server
    server.stop()


@pytest.fixture
def ready(rt: Runtime, valkey: Valkey) -> Runtime:
    """The runtime with a Redis, so that pace can be taken."""
    return replace(rt, redis=queue.connect(valkey.url))


@contextmanager
def serving(rt: Runtime, channel: Channel, *refusals: Behaviour) -> Iterator[Provider]:
    """A provider that takes everything, after these refusals; the runtime speaks to it."""
    with provider(*refusals, TAKEN[channel]) as said:
        rt.redis.flushall()
        email = SendGrid("SG.key", said.url, 5)
        sms = Twilio("AC" + "1" * 32, "token", said.url, "+15005550006", 5)
        runtime.install(replace(rt, email=email, sms=sms))
        yield said


def ids_of(asked: Asked) -> list[str]:
    """Our ids in one request."""
    if asked.line.startswith("POST /v3"):
        people: Any = asked.json["personalizations"]
        return [person["custom_args"]["w_message"] for person in people]
    (callback,) = asked.form["StatusCallback"]
    return [callback.partition("m=")[2].partition("#")[0]]


def taken(said: Provider, refusals: Sequence[Behaviour]) -> list[str]:
    """The ids the provider took, as often as it took them."""
    return [one for asked in said.asked[len(refusals) :] for one in ids_of(asked)]


def lapse() -> None:
    """All leases run out."""
    with runtime.session() as db:
        db.execute(update(table_of(Attempt)).values(leased_until=LONG_AGO))


def swept(*, later: timedelta = timedelta()) -> None:
    with runtime.session() as db:
        sweep.sweep(db, now=runtime.now() + later)


def send_all(rt: Runtime, channel: Channel) -> None:
    """What another sender does until nothing is due; the waits of a busy provider are over."""
    current = runtime.current()
    for minutes in (1, 2):
        runtime.install(replace(current, clock_ahead=timedelta(minutes=minutes)))
        while sending.send_batch(channel) is not None:
            pass
    runtime.install(current)


def report(channel: Channel, ids: Sequence[str]) -> None:
    """The provider tells that these were delivered."""
    told = [
        ProviderEvent(
            event_id=new_id(),
            kind=EventKind.DELIVERED,
            message_id=one,
            provider_id=None,
            address=None,
            at=None,
            code=None,
            reason=None,
            machine=False,
            url=None,
            user_agent=None,
            ip=None,
            raw={},
        )
        for one in ids
    ]
    with runtime.session() as db:
        events.take(db, PROVIDERS[channel], told, received_at=runtime.now())


def states(ids: Sequence[str]) -> dict[str, str]:
    with runtime.reading() as db:
        found = db.execute(select(col(Message.id), col(Message.state)).where(col(Message.id).in_(ids)))
        return {row.id: row.state for row in found}


def points_of(rt: Runtime, channel: Channel, queue_up: Queue, refusals: Sequence[Behaviour]) -> list[str]:
    """Every point of a sender that nothing befalls."""
    queue_up(2, channel)
    with serving(rt, channel, *refusals), watched(rt) as points:
        sending.send_batch(channel)
        if refusals == (BUSY,):
            return points.seen
    send_all(rt, channel)
    return points.seen


CASES = [
    pytest.param("sqlite", Channel.EMAIL, (), id="sqlite-emails"),
    pytest.param("postgres", Channel.EMAIL, (), id="postgres-emails"),
    pytest.param("sqlite", Channel.SMS, (), id="sqlite-texts"),
    pytest.param("postgres", Channel.SMS, (), id="postgres-texts"),
    pytest.param("sqlite", Channel.EMAIL, (BUSY,), id="busy"),
    pytest.param("sqlite", Channel.EMAIL, (NAMELESS,), id="narrowed down"),
]


@pytest.mark.parametrize(("database_url", "channel", "refusals"), CASES, indirect=["database_url"])
def test_a_sender_killed_at_any_point(
    ready: Runtime, queue_up: Queue, channel: Channel, refusals: tuple[Behaviour, ...]
) -> None:
    def die() -> None:
        raise Killed

    count = len(points_of(ready, channel, queue_up, refusals))
    assert count >= 8
    with serving(ready, channel):
        send_all(ready, channel)
    unheard = []
    for number in range(count):
        ids = queue_up(2, channel)
        with serving(ready, channel, *refusals) as said:
            with watched(ready, number, die) as points, suppress(Killed):
                sending.send_batch(channel)
            lapse()
            swept()
            send_all(ready, channel)
            accepted = taken(said, refusals)
        where = f"killed before point {number}: {points.seen[-1]}"
        assert sorted(accepted) == sorted(set(accepted)), where
        report(channel, accepted)
        swept(later=timedelta(hours=25))
        found = states(ids)
        for one in ids:
            assert found[one] == (State.DELIVERED if one in accepted else State.UNCONFIRMED), where
        if len(accepted) < len(ids):
            unheard.append(points.seen)
    # Lost to a kill is only what had crossed the line and had no answer on record: shown, not sent again.
    assert all(any("called_at=" in said for said in seen[:-1]) for seen in unheard)
    if not refusals:
        (only,) = unheard
        assert only[-1] == COMMITTED


@pytest.mark.parametrize("channel", Channel)
def test_a_sender_that_wakes_after_its_lease_crosses_nothing(
    ready: Runtime, queue_up: Queue, channel: Channel
) -> None:
    seen = points_of(ready, channel, queue_up, ())
    for number in (n for n, label in enumerate(seen) if label == COMMITTED):
        ids = queue_up(2, channel)
        by_another: set[str] = set()
        with serving(ready, channel) as said:
            with watched(ready, number, lambda: meanwhile(ready, channel, by_another)) as points:  # noqa: B023
                sending.send_batch(channel)
            accepted = taken(said, ())
        assert sorted([*accepted, *by_another]) == sorted(ids), f"slept after {points.seen[number - 1]}"
        assert bool(by_another) == (number < points.crossing)
        lapse()
        swept()
        report(channel, ids)
        assert set(states(ids).values()) == {State.DELIVERED}


def meanwhile(rt: Runtime, channel: Channel, by_another: set[str]) -> None:
    """While one sender sleeps its lease runs out, the sweep passes and another takes what is due."""
    engine = database.open_engine(rt.engine.url.render_as_string(hide_password=False))
    with Session(engine) as db, db.begin():
        db.execute(update(table_of(Attempt)).values(leased_until=LONG_AGO))
        sweep.sweep(db, now=rt.now())
    with Session(engine) as db, db.begin():
        claimed = batches.claim(db, channel, worker="another", size=10, now=rt.now())
        if claimed is not None:
            by_another |= batches.cross(db, claimed, now=rt.now())
    engine.dispose()


@pytest.mark.parametrize("channel", Channel)
def test_nothing_leaves_after_a_stop_between_any_two_points(
    ready: Runtime, queue_up: Queue, channel: Channel
) -> None:
    seen = points_of(ready, channel, queue_up, ())
    with runtime.reading() as db:
        sqlite = is_sqlite(db)
    # SQLite has one writer: nobody can say stop while a transaction writes.
    moments = [n for n, label in enumerate(seen) if not sqlite or label == COMMITTED]
    heard = 0
    for number in moments:
        stopped, other = queue_up(2, channel)
        with serving(ready, channel) as said:
            with watched(ready, number, lambda one=stopped: say_stop(ready, channel, one)) as points:  # type: ignore[misc]
                sending.send_batch(channel)
            accepted = set(taken(said, ()))
        late = number > points.crossing
        assert accepted == ({stopped, other} if late else {other}), f"stopped before {points.seen[number]}"
        heard += not late
        swept()
        with runtime.session() as db:  # the next two have the same numbers
            db.execute(table_of(suppression.Suppression).delete())
    assert heard


def say_stop(rt: Runtime, channel: Channel, message: str) -> None:
    """Somebody's stop is committed beside the sender; only its suppression, which waits for no row of ours."""
    engine = database.open_engine(rt.engine.url.render_as_string(hide_password=False))
    with Session(engine) as db, db.begin():
        row = db.get_one(Message, message)
        address = [(str(channel), row.address_hash)]
        suppression.suppress(db, address, reason="keyword", source="test", at=rt.now())
    engine.dispose()


def test_a_record_repeated_after_a_lost_commit_does_not_queue_what_another_sends(
    ready: Runtime, queue_up: Queue
) -> None:
    """The database said goodbye after it had committed: the answer is recorded once more, on newer rows."""
    seen = points_of(ready, Channel.EMAIL, queue_up, (BUSY,))
    with serving(ready, Channel.EMAIL):
        send_all(ready, Channel.EMAIL)
    ids = queue_up(2)
    by_another: set[str] = set()

    def lose() -> None:
        engine = database.open_engine(ready.engine.url.render_as_string(hide_password=False))
        with Session(engine) as db, db.begin():
            soon = ready.now() + timedelta(seconds=60)
            claimed = batches.claim(db, Channel.EMAIL, worker="another", size=10, now=soon)
            assert claimed
            by_another.update(batches.cross(db, claimed, now=soon))
        engine.dispose()
        raise OperationalError("COMMIT", None, Exception("server closed the connection unexpectedly"))

    last = len(seen) - 1
    assert seen[last] == COMMITTED
    with serving(ready, Channel.EMAIL, BUSY), watched(ready, last, lose):
        sending.send_batch(Channel.EMAIL)
    assert by_another == set(ids)
    assert set(states(ids).values()) == {State.CALLING}, "queued again while another sender is calling"
