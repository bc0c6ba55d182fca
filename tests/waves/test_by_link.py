"""Texts that lead to the survey's page: for senders that are a name, and wherever a wave file asks for it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from app import runtime
from app.channels.base import Channel
from app.channels.segments import segments
from app.contacts.models import Consent
from app.db import new_id, table_of
from app.errors import BadInput
from app.messages import short_links
from app.messages.models import Message
from app.reports import timeline
from app.runtime import SURVEYS_FOLDER, Runtime
from app.surveys import engine
from app.surveys.by_link import by_link
from app.surveys.check.lengths import SAMPLE
from app.surveys.definition import load_all
from app.surveys.definition import parse as survey_of
from app.tokens import Purpose
from app.waves import batches, launch
from app.waves.definition import from_source, parse
from app.waves.forecast import plan
from tests.conversations.talk import Talk, asked, at_local, later, sweeps
from tests.never_twice.story import leaves
from tests.public.conftest import stops

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LINKED = {"name": "invite", "channels": ["sms"], "sms": "link"}
REMINDED = {"name": "reminder", "after": "2 days", "only": "no_answer"}


def wave(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    start = {"name": "Autunno", "survey": "riattivazione", "segment": {"dormancy": "dormant"}}
    return start | {"steps": list(steps), "window": {"from": "00:00", "to": "24:00"}} | more


def invited(talk: Talk, step: str = "invite") -> str:
    """The text of a step of their wave."""
    ours = select(Message).where(Message.group_id == talk.wave_id, Message.step == step)
    with runtime.reading() as db:
        return db.exec(ours).one().text


def link(text: str, purpose: Purpose) -> str:
    """The path of our link of this kind in a text."""
    found = re.search(rf"{re.escape(runtime.current().settings.public_url)}(/{purpose}/\w+)$", text, re.M)
    assert found, text
    return found[1]


@pytest.mark.parametrize("step", [{"name": "invite"}, LINKED | {"sms": "question"}])
def test_a_name_asks_no_questions(rt: Runtime, step: dict[str, Any]) -> None:
    rt.settings.twilio_from = "RIATTIVA"
    definition = from_source(wave(step))
    with runtime.session() as db, pytest.raises(BadInput, match="RIATTIVA is a name, and nobody"):
        launch.launch(db, rt, definition, by="prova", now=rt.now())
    with runtime.reading() as db:
        found = plan.plan(db, rt, definition, now=rt.now())
        linked = plan.plan(db, rt, from_source(wave(LINKED, REMINDED)), now=rt.now())
    assert "RIATTIVA is a name" in next(str(one.values["why"]) for one in found.concerns if one.stops)
    assert "not_ready" not in {one.code for one in linked.concerns}


@pytest.mark.parametrize("sender", ["+393400000000", "43434", "MG" + "0a" * 16, ""])
def test_a_number_or_a_service_asks_them(rt: Runtime, sender: str) -> None:
    rt.settings.twilio_from = sender
    with runtime.session() as db:
        assert launch.launch(db, rt, from_source(wave({"name": "invite"})), by="prova", now=rt.now()).id


def test_links_that_lead_to_this_machine_are_refused_outside_the_sandbox(rt: Runtime) -> None:
    real = {"sendgrid_api_key": "SG.x", "sendgrid_from_email": "a@ditta.example", "twilio_from": "RIATTIVA"}
    about = {
        "organisation_name": "Ditta",
        "postal_address": "Via Roma 1",
        "privacy_url": "https://ditta.example",
    }
    for name, value in (real | about | {"twilio_account_sid": "AC1"}).items():
        setattr(rt.settings, name, value)
    with runtime.session() as db, pytest.raises(BadInput, match="PUBLIC_URL"):
        launch.launch(db, rt, from_source(wave(LINKED)), by="prova", now=rt.now())


def test_the_page_and_the_way_out_are_reached_from_the_text(rt: Runtime) -> None:
    rt.settings.twilio_from = "RIATTIVA"
    talk = asked(rt, survey="riattivazione", steps=[LINKED])
    text = invited(talk)
    page, way_out = link(text, Purpose.SURVEY), link(text, Purpose.PREFERENCES)
    assert ("Officine Aurora" in text, "STOP" in text, "numero" in text) == (True, False, False)
    for path in (page, way_out):
        assert talk.client.get(path).status_code == 200
    assert (talk.given(), stops(talk.contact)) == ([], []), "looking at a page does nothing"
    assert "quanto consiglieresti" in talk.client.get(page).text
    for question, answer in (("nps", "9"), ("why_high", "puntuali"), ("consent", "stay")):
        assert talk.client.post(page, data={"question": question, "answer": answer}).status_code == 303
    assert talk.given() == [("nps", 9), ("why_high", "puntuali"), ("consent", "stay")]
    assert talk.outbox() == []
    assert talk.client.post(way_out, data={"stop": "sms"}).status_code == 200
    assert ("sms", "preferences_sms") in stops(talk.contact)
    with runtime.reading() as db:
        quoted = " ".join(one.text for one in timeline.timeline(db, talk.contact.id))
    assert page.rpartition("/")[2] not in quoted
    assert "/s/…" in quoted


def test_a_reminder_leads_there_too_and_a_step_may_ask_again(rt: Runtime) -> None:
    last = {"name": "last_call", "after": "4 days", "only": "no_answer", "sms": "question"}
    talk = asked(rt, survey="riattivazione", steps=[LINKED, REMINDED, last])
    later(days=5)
    for _ in range(4):
        with runtime.session() as db:
            batches.plan_page(db, runtime.current(), talk.wave_id, now=runtime.now())
    assert link(invited(talk, "reminder"), Purpose.SURVEY) == link(invited(talk), Purpose.SURVEY)
    assert "Rispondi STOP" in invited(talk, "last_call")
    assert "/s/" not in invited(talk, "last_call")
    talk.texts("8")
    assert talk.given() == [("nps", 8)], "to a number they may text all the same"


def test_who_fell_silent_on_the_page_is_led_back_to_it(rt: Runtime) -> None:
    talk = asked(rt, steps=[LINKED])
    page = link(invited(talk), Purpose.SURVEY)
    at_local(11)
    assert talk.client.post(page, data={"question": "nps", "answer": "9"}).status_code == 303
    later(hours=25)
    sweeps()
    (text,) = talk.hands_over()
    assert link(text, Purpose.SURVEY) == page
    assert "Come mai" in talk.client.get(link(text, Purpose.SURVEY)).text
    assert talk.client.get(link(text, Purpose.PREFERENCES)).status_code == 200


def test_a_yes_to_a_name_is_confirmed_by_a_link(rt: Runtime) -> None:
    rt.settings.twilio_from = "RIATTIVA"
    text = (SURVEYS_FOLDER / "riattivazione.yaml").read_text("utf-8")
    twice = text.replace("    kind: consent\n", "    kind: consent\n    double_opt_in: true\n", 1)
    rt.surveys["riattivazione"] = survey_of(twice, "riattivazione.yaml")
    talk = asked(rt, survey="riattivazione", steps=[LINKED])
    page = link(invited(talk), Purpose.SURVEY)
    for question, answer in (("nps", "9"), ("why_high", "tutto"), ("consent", "stay")):
        talk.client.post(page, data={"question": question, "answer": answer})
    (request,) = talk.said()
    later(seconds=1)
    leaves(Channel.SMS, at=runtime.now())
    assert talk.client.post(link(request, Purpose.CONFIRM), data={"confirm": "yes"}).status_code == 200
    mine = select(Consent).where(Consent.contact_id == talk.contact.id, Consent.state == "granted")
    with runtime.reading() as db:
        assert "web" in {line.source for line in db.exec(mine)}


def test_a_plan_counts_the_parts_that_are_paid_for(rt: Runtime) -> None:
    talk = asked(rt, survey="riattivazione", steps=[LINKED])
    definition = from_source(
        wave(LINKED, survey="riattivazione", segment={"company": [talk.contact.company]}, control=0)
    )
    with runtime.session() as db:
        held = update(table_of(Message)).where(col(Message.group_id) == talk.wave_id)
        db.execute(held.values(created_at=runtime.now() - timedelta(days=300)))
        launch.control.cancel(db, talk.wave_id, by="prova", now=runtime.now())
    with runtime.reading() as db:
        found = plan.plan(db, runtime.current(), definition, now=runtime.now())
    text = invited(talk)
    assert [line.parts for line in found.texts] == [segments(text).count] == [2]
    assert found.previews[0].text == short_links.hidden(text)


def test_the_first_text_names_the_sender_and_the_way_out_in_every_language(rt: Runtime) -> None:
    for survey in load_all(SURVEYS_FOLDER).values():
        for lang in survey.languages:
            values = dict(SAMPLE)
            first = engine.opening(survey, lang=lang, channel="sms", values=values)
            assert SAMPLE["organisation"] in first
            assert "STOP" in first
            linked = engine.opening(by_link(survey), lang=lang, channel="sms", values=values)
            ids = {"message_id": new_id(), "conversation_id": new_id()}
            rt.settings.public_url = "https://contatti.officine-rossi.example"
            text = short_links.fill(rt.settings, linked, **ids)
            assert SAMPLE["organisation"] in text
            assert link(text, Purpose.SURVEY)
            assert link(text, Purpose.PREFERENCES)
            assert "STOP" not in text
            assert segments(text).count <= 3, (survey.slug, lang, text)


def test_a_step_goes_on_as_the_one_before_it(rt: Runtime) -> None:
    again = {"name": "again", "after": "3 days", "only": "no_answer", "sms": "question"}
    assert [step.by_link for step in from_source(wave(LINKED, REMINDED, again)).steps] == [True, True, False]
    with pytest.raises(BadInput, match="'url' will not do; choose one of question, link"):
        parse(
            "name: A\nsurvey: riattivazione\nsegment: {dormancy: dormant}\nsteps: [{name: a, sms: url}]", "w"
        )
