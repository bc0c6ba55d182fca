"""Who is left alone: who heard from another wave lately, who heard often enough, and who asked for less."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlmodel import col

from app import runtime
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session, insert_all, new_id, table_of
from app.messages import outbox
from app.messages.ladder import OPEN, SAID
from app.messages.models import Direction, Message, State
from app.reports import wave as report
from app.runtime import Runtime
from app.waves import batches, launch
from app.waves.definition import Definition, from_source
from app.waves.planning.rest import rested
from tests.waves.small_wave import launch_wave

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OURS, OTHER = new_id(), new_id()


def rules(**keys: Any) -> Definition:
    plain = {"name": "n", "survey": "s", "segment": {"email": {"known": True}}, "steps": [{"name": "invite"}]}
    return from_source(plain | {"rest": "14 days"} | keys)


def person(db: Session, **attributes: str) -> str:
    held = Contact(attributes=attributes, created_at=runtime.now(), updated_at=runtime.now())
    db.add(held)
    db.flush()
    return held.id


def wrote(db: Session, contact_id: str, days: float, **given: Any) -> None:
    """A message that left so many days ago."""
    at = runtime.now() - timedelta(days=days)
    row = {
        "id": new_id(), "direction": Direction.OUT, "channel": "email", "state": State.DELIVERED,
        "contact_id": contact_id, "group_id": OTHER, "step": "invite", "values_": {}, "headers": {},
        "address": "a@ditta.example", "address_hash": "", "not_before": at, "called_at": at, "created_at": at,
        "subject": "", "text": "",
    }  # fmt: skip
    insert_all(db, Message, [row | given])


@pytest.fixture
def groups(rt: Runtime) -> Runtime:
    with runtime.session() as db:
        for group in (OURS, OTHER):
            outbox.open_group(db, group)
    return rt


def told(rt: Runtime, ids: list[str], definition: Definition) -> dict[str, str]:
    with runtime.reading() as db:
        return rested(db, ids, wave_id=OURS, definition=definition, now=rt.now())


def test_who_heard_from_another_wave_lately_is_left_alone(groups: Runtime) -> None:
    with runtime.session() as db:
        lately, longer_ago, never, asked, asked_long_ago = (
            person(db), person(db), person(db), person(db, frequency="less_often"),
            person(db, frequency="less_often"),
        )  # fmt: skip
        wrote(db, lately, 13)
        wrote(db, lately, 40)
        wrote(db, longer_ago, 15)
        wrote(db, asked, 41)
        wrote(db, asked_long_ago, 43)
    everybody = [lately, longer_ago, never, asked, asked_long_ago]
    assert told(groups, everybody, rules()) == {lately: "rested", asked: "rested"}
    # Their own wish holds whatever the wave says.
    assert told(groups, everybody, rules(rest="0 days")) == {asked: "rested"}
    assert told(groups, [never, longer_ago], rules()) == {}
    assert told(groups, [], rules()) == {}


@on_sqlite
def test_what_counts_as_hearing_from_us(groups: Runtime) -> None:
    now = groups.now()
    with runtime.session() as db:
        counts = {name: person(db) for name in ("queued", "spread", "unknown", "late")}
        wrote(db, counts["queued"], 0, state=State.QUEUED, called_at=None)
        wrote(
            db, counts["spread"], 20, state=State.QUEUED, called_at=None, not_before=now + timedelta(days=1)
        )
        wrote(db, counts["unknown"], 2, state=State.UNKNOWN)
        wrote(db, counts["late"], 30, called_at=now - timedelta(days=3))
        for given in (
            {"state": State.WITHDRAWN}, {"state": State.FAILED}, {"state": State.EXPIRED},
            {"step": "conversation"}, {"step": "silence"}, {"step": "confirm"}, {"group_id": None},
            {"direction": Direction.IN, "state": State.READ}, {"group_id": OURS},
        ):  # fmt: skip
            wrote(db, person(db), 2, **given)
        everybody = list(db.scalars(select(table_of(Contact).c.id)))
    assert told(groups, everybody, rules()) == dict.fromkeys(counts.values(), "rested")


def test_who_heard_often_enough_is_left_alone_at_later_steps_too(groups: Runtime) -> None:
    often = rules(cap={"messages": 2, "within": "30 days"})
    with runtime.session() as db:
        twice, once, ours, both = person(db), person(db), person(db), person(db)
        for one, days, group in (
            (twice, 20, OTHER), (twice, 25, OTHER), (once, 20, OTHER), (once, 31, OTHER),
            (ours, 3, OURS), (ours, 1, OURS), (both, 1, OURS), (both, 3, OTHER),
        ):  # fmt: skip
            wrote(db, one, days, group_id=group)
    assert told(groups, [twice, once, ours, both], often) == dict.fromkeys([twice, ours, both], "too_often")
    weekly = rules(rest="0 days", cap={"messages": 1, "within": "7 days"})
    assert told(groups, [twice, once, ours, both], weekly) == dict.fromkeys([ours, both], "too_often")


MESSAGE = st.tuples(
    st.sampled_from(list(State)), st.booleans(), st.sampled_from(["invite", "last_call", "conversation"]),
    st.integers(0, 60),
)  # fmt: skip


@on_sqlite
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(MESSAGE, max_size=6),
    st.booleans(),
    st.sampled_from([0, 5, 14]),
    st.sampled_from([None, (2, 30)]),
)
def test_rest_and_cap_as_they_are_written(
    groups: Runtime, said: list[Any], seldom: bool, rest: int, cap: tuple[int, int] | None
) -> None:
    """Against the rule in plain words."""
    with runtime.session() as db:
        db.execute(delete(table_of(Message)))
        one = person(db, **({"frequency": "less_often"} if seldom else {}))
        for state, ours, step, days in said:
            wrote(db, one, days, state=state, group_id=OURS if ours else OTHER, step=step)
    heard = [
        (ours, days) for state, ours, step, days in said if state in (*OPEN, *SAID) and step != "conversation"
    ]
    length = max(rest * 3, 42) if seldom else rest
    expected = None
    if not any(ours for ours, _ in heard) and any(days < length for _, days in heard):
        expected = "rested"
    elif cap and sum(days < cap[1] for _, days in heard) >= cap[0]:
        expected = "too_often"
    limits: dict[str, Any] = {"cap": {"messages": cap[0], "within": f"{cap[1]} days"}} if cap else {}
    found = told(groups, [one], rules(rest=f"{rest} days", **limits))
    assert found.get(one) == expected


@on_sqlite
def test_a_wave_leaves_them_alone_and_says_so(rt: Runtime) -> None:
    before, now = launch_wave(rt, ["ada", "bea"]), rt.now()
    with runtime.session() as db:
        walks.close(db, ConversationState.EXPIRED, now=now, group_id=before.id)
        db.get_one(Contact, before.contacts["bea"].id).attributes = {"frequency": "less_often"}
    company = str(before.contacts["ada"].company)

    def launched(after: int) -> tuple[dict[str, int], list[str]]:
        """Who was left out of a wave so many days later, and who got its reminder."""
        at = now + timedelta(days=after)
        steps = [{"name": "invite"}, {"name": "reminder", "after": "3 days", "only": "no_answer"}]
        wave = rules(
            survey="riattivazione", segment={"company": [company]}, steps=steps, control=0,
            cap={"messages": 2, "within": "30 days"},
        )  # fmt: skip
        with runtime.session() as db:
            wave_id = launch.launch(db, rt, wave, by="prova", now=at).id
            batches.plan_page(db, rt, wave_id, now=at)
        with runtime.session() as db:
            batches.plan_page(db, rt, wave_id, now=at + timedelta(days=3))
            walks.close(db, ConversationState.EXPIRED, now=at, group_id=wave_id)
        with runtime.reading() as db:
            reminders = select(col(Message.contact_id)).where(
                col(Message.group_id) == wave_id, col(Message.step) == "reminder"
            )
            reminded = set(db.scalars(reminders))
            names = [name for name, contact in before.contacts.items() if contact.id in reminded]
            return report.status(db, wave_id)["left_out"], names

    assert launched(after=3) == ({"rested": 2}, [])
    assert launched(after=20) == ({"rested": 1}, []), (
        "one asked to hear less often, two messages are enough for the other"
    )
    assert launched(after=43) == ({}, ["bea"]), "and for them a third within the month"
