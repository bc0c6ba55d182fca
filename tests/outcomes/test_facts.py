"""What the facts of a verdict are gathered from."""

import io
import json
from datetime import datetime, timedelta

import pytest

from app import runtime
from app.channels import sendgrid
from app.channels.base import EventKind
from app.db import new_id
from app.exports import files
from app.intake import events, replies
from app.outcomes import decide
from app.outcomes.models import Outcome
from app.reports import wave as report
from app.runtime import Runtime
from app.waves.models import Wave, WaveState
from tests.waves.small_wave import SmallWave, launch_wave


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("told", "verdict"), [({"revenue": 12000.5}, "recover"), ({}, "undecided")])
def test_an_unhappy_customer_whose_purchases_only_the_crm_tells_of_is_to_be_recovered(
    rt: Runtime, told: dict[str, float], verdict: str
) -> None:
    wave = launch_wave(rt, ["ada"])
    with runtime.session() as db:
        db.add(wave.contacts["ada"])
        wave.contacts["ada"].attributes = told
    with runtime.session() as db:
        replies.submit(db, wave.conversations["ada"].id, "nps", "2", evidence={})
    with runtime.reading() as db:
        assert db.get_one(Outcome, (wave.id, wave.contacts["ada"].id)).verdict == verdict


def verdict(wave: SmallWave, name: str) -> tuple[str, str, list[str]]:
    with runtime.reading() as db:
        found = db.get_one(Outcome, (wave.id, wave.contacts[name].id))
    return found.verdict, found.rule, [sign["what"] for sign in found.evidence]


def answers(wave: SmallWave, name: str, **given: str) -> None:
    for question, value in given.items():
        with runtime.session() as db:
            replies.submit(db, wave.conversations[name].id, question, value, evidence={})


def finish(wave: SmallWave, now: datetime) -> None:
    with runtime.session() as db:
        held = db.get_one(Wave, wave.id)
        held.state, held.finished_at = WaveState.FINISHED, now
    with runtime.session() as db:
        assert decide.decide_page(db, now=now)


def reported(wave: SmallWave, name: str, kind: EventKind, at: datetime, *, machine: bool = False) -> None:
    """SendGrid tells of this person's email."""
    message = wave.messages[name].id
    facts: dict[str, object] = {
        "event": "open" if kind is EventKind.OPENED else "delivered",
        "w_message": message,
        "sg_event_id": new_id(),
        "timestamp": int(at.timestamp()),
        "sg_machine_open": machine,
    }
    event = sendgrid.event_of(facts)
    with runtime.session() as db:
        events.take(db, "sendgrid", [event], received_at=at)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_stays_but_less_often_is_set_aside_into_the_newsletter(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "ugo"], survey="ultima-chiamata")
    answers(wave, "ada", consent="less_often")
    found = verdict(wave, "ada")
    assert found[:2] == ("newsletter", "wants_less_often")
    assert found[2][0] == "answer:consent"
    assert set(found[2][1:]) == {"consent_granted"}
    with runtime.reading() as db:
        figures = report.status(db, wave.id)
        written = io.BytesIO()
        key = rt.settings.suppression_key
        files.write(db, written, "newsletter", wave_id=None, file_format="jsonl", suppression_key=key)
    assert (figures["outcomes"]["newsletter"], figures["reengaged"]) == (1, 0)
    (row,) = map(json.loads, written.getvalue().decode().splitlines())
    assert (row["email"], row["outcome"]) == (wave.contacts["ada"].email, "newsletter")
    assert "less_often (web)" in row["evidence"]
    answers(wave, "ada", consent="stay")
    assert verdict(wave, "ada")[:2] == ("reengaged", "asked_to_stay"), "a plain yes takes the wish back"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("late", [False, True])
def test_who_reads_and_never_answers_is_no_dead_address(rt: Runtime, late: bool) -> None:
    wave, now = launch_wave(rt, ["opens", "machine", "silent"]), rt.now() + timedelta(minutes=1)
    for name in wave.messages:
        reported(wave, name, EventKind.DELIVERED, now)
    if late:
        finish(wave, now)
    hours = now + timedelta(hours=3)
    reported(wave, "opens", EventKind.OPENED, hours)
    reported(wave, "machine", EventKind.OPENED, hours, machine=True)
    if not late:
        finish(wave, hours)
    assert verdict(wave, "opens") == ("newsletter", "reads_without_answering", ["open:invite"])
    for name in ("machine", "silent"):
        assert verdict(wave, name)[:2] == ("removable", "silent_to_the_end")
