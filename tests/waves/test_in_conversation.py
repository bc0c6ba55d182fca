"""A second wave and somebody in a conversation of the first: they wait, are left out, or the first one gives way."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app import runtime
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.models import Conversation, ConversationState
from app.errors import BadInput
from app.messages.models import Message
from app.reports import wave as report
from app.runtime import Runtime
from app.waves import batches, jobs, launch, sweep
from app.waves.definition import from_source, parse
from app.waves.models import Wave, WaveMember
from app.waves.steering import control
from tests.never_twice.story import REMINDED, plan, says, somebody, under_way

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def second(rt: Runtime, contact: Contact, how: str | None, **more: Any) -> str:
    """Another wave to the same person, planned as far as it goes now; returns its id."""
    definition = {
        "name": "Seconda",
        "survey": "riconquista",
        "segment": {"company": [contact.company]},
        "control": 0,
        "steps": [
            {"name": "invite", "channels": ["sms"]},
            {"name": "reminder", "after": "3 days", "channels": ["sms"], "only": "no_answer"},
        ],
        "window": {"from": "00:00", "to": "24:00"},
    } | more
    if how:
        definition["in_conversation"] = how
    with runtime.session() as db:
        wave_id = launch.launch(db, rt, from_source(definition), by="prova", now=rt.now()).id
    plan(rt, wave_id)
    return wave_id


def member(wave_id: str) -> tuple[str, str | None]:
    with runtime.reading() as db:
        row = db.exec(select(WaveMember).where(WaveMember.wave_id == wave_id)).one()
        return row.arm, row.reason


def said(wave_id: str) -> list[tuple[str, str, str | None]]:
    """(step, state, reason) of every message of a wave, in the order of planning."""
    with runtime.reading() as db:
        rows = db.exec(select(Message).where(Message.group_id == wave_id).order_by(col(Message.id)))
        return [(row.step, row.state, row.reason) for row in rows]


def over(wave_id: str) -> None:
    """The conversation of this wave has come to its end."""
    with runtime.session() as db:
        walks.close(db, ConversationState.COMPLETED, now=runtime.now(), group_id=wave_id)


def conversation(wave_id: str) -> str | None:
    with runtime.reading() as db:
        return db.exec(select(Conversation.state).where(Conversation.group_id == wave_id)).first()


def test_whoever_is_talking_waits_for_the_end_of_it(rt: Runtime) -> None:
    ada = somebody()
    first = under_way(rt, ada, REMINDED)
    wave = second(rt, ada, None)
    assert (member(wave), said(wave)) == (("waiting", "in_another_conversation"), [])
    with runtime.reading() as db:
        figures = report.status(db, wave)
        assert (figures["selected"], figures["waiting"], figures["treated"]) == (1, 1, 0)
        assert not batches.somebody_is_free(db, wave, rt.now())
    over(first)
    with runtime.reading() as db:
        assert batches.somebody_is_free(db, wave, rt.now())
    jobs.sweep()
    jobs.plan(wave)
    jobs.plan(wave)
    assert member(wave)[0] == "treated"
    assert said(wave) == [("invite", "queued", None)]
    assert conversation(wave) == "waiting"


@ON_SQLITE
def test_who_was_invited_late_is_not_reminded_too_soon(rt: Runtime) -> None:
    ada = somebody()
    first = under_way(rt, ada, REMINDED)
    wave = second(rt, ada, "wait", answers_until="14 days")
    with runtime.session() as db:
        control.cancel(db, first, by="prova", now=rt.now())
    plan(rt, wave, after=timedelta(days=2))
    assert [step for step, *_ in said(wave)] == ["invite"]
    with runtime.session() as db:
        held = db.exec(select(Conversation).where(Conversation.group_id == wave)).one()
        held.created_at = rt.now() + timedelta(days=2)
    plan(rt, wave, after=timedelta(days=3, minutes=1))
    assert [step for step, *_ in said(wave)] == ["invite"], "a day after the invitation is too soon"


@ON_SQLITE
def test_who_never_came_free_was_left_out(rt: Runtime) -> None:
    ada = somebody()
    under_way(rt, ada, REMINDED)
    wave = second(rt, ada, "wait")
    with runtime.reading() as db:
        held = db.get_one(Wave, wave)
        assert not batches.somebody_is_free(db, wave, batches.last_call_at(held) - timedelta(seconds=1))
    plan(rt, wave, after=timedelta(days=4))  # the reminder, to nobody
    with runtime.session() as db:
        sweep.sweep(db, rt, wave, now=rt.now() + timedelta(days=11))
    assert member(wave) == ("excluded", "in_another_conversation")
    with runtime.reading() as db:
        assert report.status(db, wave)["left_out"] == {"in_another_conversation": 1}


@ON_SQLITE
def test_skip_leaves_them_out_at_once(rt: Runtime) -> None:
    ada = somebody()
    under_way(rt, ada, REMINDED)
    wave = second(rt, ada, "skip")
    assert (member(wave), said(wave)) == (("excluded", "in_another_conversation"), [])


def test_replace_closes_the_first_and_takes_back_what_it_had_to_say(rt: Runtime) -> None:
    ada = somebody()
    first = under_way(rt, ada, REMINDED)
    plan(rt, first, after=timedelta(seconds=5))
    wave = second(rt, ada, "replace")
    assert (conversation(first), conversation(wave)) == ("expired", "waiting")
    assert said(first)[1] == ("reminder", "withdrawn", "replaced")
    assert said(wave) == [("invite", "queued", None)]
    assert member(wave) == ("treated", None)


@ON_SQLITE
def test_replace_never_cuts_off_somebody_who_is_answering(rt: Runtime) -> None:
    ada = somebody()
    first = under_way(rt, ada, REMINDED)
    says(ada, "9")
    wave = second(rt, ada, "replace")
    assert (conversation(first), member(wave)[0], said(wave)) == ("running", "waiting", [])


@ON_SQLITE
def test_who_became_unhappy_meanwhile_is_not_invited(rt: Runtime) -> None:
    ada = somebody()
    first = under_way(rt, ada, REMINDED)
    wave = second(rt, ada, "wait")
    says(ada, "1")
    over(first)
    plan(rt, wave, after=timedelta(seconds=5))
    assert (member(wave), said(wave)) == (("excluded", "unhappy"), [])


def test_the_file_names_one_of_three_ways() -> None:
    text = "name: x\nsurvey: y\nsegment: {language: it}\nsteps: [{name: a, channels: [sms]}]\nin_conversation: %s\n"
    assert parse(text % "replace", "x.yaml").in_conversation == "replace"
    assert parse(text.rpartition("in_")[0], "x.yaml").in_conversation == "wait"
    with pytest.raises(BadInput, match="yaml:5"):
        parse(text % "push", "x.yaml")
