"""People who wait for an answer come first: while one has waited a minute, nothing new is claimed."""

from datetime import timedelta

from app import runtime
from app.channels.base import Channel
from app.messages import outbox, sending
from app.runtime import Runtime
from tests.messages.conftest import Queue


def test_nothing_is_claimed_while_somebody_waits_for_an_answer(rt: Runtime, queue_up: Queue) -> None:
    queue_up(1)
    with runtime.session() as db:
        outbox.somebody_waits(db, "a post", rt.now() - timedelta(seconds=90))
        outbox.somebody_waits(db, "a post", rt.now())
    assert sending.send_batch(Channel.EMAIL) is None
    with runtime.reading() as db:
        assert outbox.longest_wait(db)
    with runtime.session() as db:
        outbox.attended(db, ["a post"])
    with runtime.reading() as db:
        assert outbox.longest_wait(db) is None
