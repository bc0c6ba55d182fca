"""Two workers at one contact in the same instant: who asks, who stops and who judges take turns (PostgreSQL)."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from app import runtime
from app.channels.base import Channel
from app.conversations import turns, walks
from app.conversations.models import Answer
from app.db import settle
from app.dossier import merge as merging
from app.intake import replies
from app.intake.expand import expand_next
from app.intake.models import RawEvent, Route
from app.outcomes import decide
from app.runtime import Runtime
from app.waves import batches
from tests.never_twice.story import (
    BY_EMAIL,
    REMINDER_DUE,
    conversation,
    finish,
    launched,
    leaves,
    messages,
    plan,
    says,
    somebody,
    texted,
    under_way,
    verdict,
)
from tests.webhooks.doors import doors, expand_all, from_twilio

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
def other() -> Iterator[ThreadPoolExecutor]:
    """The other worker."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def as_far_as_it_gets(rt: Runtime, work: Future[Any]) -> None:
    """Let the other worker run until it is through, or waits for a row that we hold."""
    # Each look in a transaction of its own: within one, PostgreSQL shows the activity of its beginning.
    with rt.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        for _ in range(1500):
            if work.done() or watching.scalar(WAITING):
                return
            time.sleep(0.01)
    pytest.fail("the other worker neither ended nor waited")


@pytest.mark.parametrize("words", ["STOP", "9"])
def test_a_reply_while_their_reminder_is_planned(rt: Runtime, other: ThreadPoolExecutor, words: str) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    due = rt.now() + REMINDER_DUE
    with runtime.session() as db:
        batches.plan_page(db, rt, wave_id, now=due)
        reply = other.submit(says, ada, words)
        as_far_as_it_gets(rt, reply)
    reply.result()
    assert leaves(Channel.EMAIL, at=due + REMINDER_DUE) == set()


@pytest.mark.parametrize("words", ["STOP", "9"])
def test_a_reminder_planned_while_their_reply_is_read(
    rt: Runtime, other: ThreadPoolExecutor, words: str
) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    says(ada, "ma chi siete?")
    with runtime.session() as db:
        replies.hear(db, texted(ada, words))
        planner = other.submit(plan, rt, wave_id, after=REMINDER_DUE)
        as_far_as_it_gets(rt, planner)
    planner.result()
    assert leaves(Channel.EMAIL, at=rt.now() + 2 * REMINDER_DUE) == set()


def test_a_reply_and_the_planner_never_wait_for_each_other(rt: Runtime, other: ThreadPoolExecutor) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    with runtime.session() as db:
        walk = walks.open_walk(db, conversation(wave_id, ada).id)
        assert walk is not None
        turns.submit(db, walk, "nps", "9", now=rt.now())
        planner = other.submit(plan, rt, wave_id, after=REMINDER_DUE)
        as_far_as_it_gets(rt, planner)
        settle(db)
        decide.redecide(db, ada.id, now=rt.now())
    planner.result()
    assert verdict(wave_id, ada) == ("reengaged", "answered")


def test_two_waves_planned_at_once_ask_a_person_once(rt: Runtime, other: ThreadPoolExecutor) -> None:
    ada = somebody()
    one, two = launched(rt, ada, BY_EMAIL), launched(rt, ada, BY_EMAIL)
    with runtime.session() as db:
        batches.plan_page(db, rt, one, now=rt.now())
        planner = other.submit(plan, rt, two)
        as_far_as_it_gets(rt, planner)
    planner.result()
    assert (len(messages(one, "invite")), len(messages(two, "invite"))) == (1, 0)


def test_who_becomes_part_of_another_while_they_are_planned(rt: Runtime, other: ThreadPoolExecutor) -> None:
    ada, bea = somebody(), somebody()
    wave_id, key = launched(rt, ada, BY_EMAIL), rt.settings.suppression_key
    with runtime.session() as db:
        merging.merge(db, bea.id, ada.id, hash_key=key, at=rt.now(), actor="user:prova")
        planner = other.submit(plan, rt, wave_id)
        as_far_as_it_gets(rt, planner)
    planner.result()
    assert messages(wave_id, "invite") == []


def test_the_last_verdict_knows_the_last_answer(rt: Runtime, other: ThreadPoolExecutor) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada, BY_EMAIL)
    finish(wave_id)
    with runtime.session() as db:
        replies.submit(db, conversation(wave_id, ada).id, "nps", "9", evidence={})
        last = other.submit(judge)
        as_far_as_it_gets(rt, last)
    last.result()
    assert verdict(wave_id, ada) == ("reengaged", "answered")


def judge() -> None:
    """Decide for the ended waves, as the sweep does."""
    with runtime.session() as db:
        decide.decide_page(db, now=runtime.now())


def test_a_second_text_does_not_overtake_the_first(rt: Runtime, other: ThreadPoolExecutor) -> None:
    client, ada = doors(rt), somebody()
    wave_id = under_way(runtime.current(), ada)
    for number, words in enumerate(("3", "Consegne sempre in ritardo")):
        form = {"MessageSid": f"SM{number}{wave_id}", "From": ada.phone, "To": "+390", "Body": words}
        assert from_twilio(client, "messages", urlencode(form)).status_code == 200
    with runtime.session() as db:
        # A worker that has taken the first text, and is slow.
        db.exec(select(RawEvent).order_by(col(RawEvent.id)).limit(1).with_for_update()).one()
        reader = other.submit(expand_next, Route.TWILIO_MESSAGES)
        as_far_as_it_gets(rt, reader)
    reader.result()
    assert expand_all() == {}
    with runtime.reading() as db:
        answers = [(a.question, a.value) for a in db.exec(select(Answer).order_by(col(Answer.id)))]
    assert answers == [("nps", 3), ("why_low", "Consegne sempre in ritardo")]
