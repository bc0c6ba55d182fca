"""Double opt-in: a yes counts once it is confirmed by a pressed button or a text; never by a look at a page."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlmodel import col

from app import runtime, tokens
from app.channels.base import Channel
from app.contacts import consent
from app.contacts.models import Consent, ConsentState, Contact
from app.db import table_of
from app.messages.models import Message, State
from app.runtime import SURVEYS_FOLDER, Runtime
from app.surveys.definition import parse
from app.tokens import Purpose
from tests.never_twice.story import BY_SMS, leaves, says, somebody, under_way
from tests.waves.small_wave import SmallWave, launch_wave

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EARLIER = timedelta(days=30)
PRESSED = {"confirm": "yes"}


def twice() -> str:
    """The survey of the house, whose consent question asks for a confirmation."""
    text = (SURVEYS_FOLDER / "riattivazione.yaml").read_text("utf-8")
    return text.replace("    kind: consent\n", "    kind: consent\n    double_opt_in: true\n", 1)


@pytest.fixture
def rt(rt: Runtime) -> Runtime:
    rt.surveys["riattivazione"] = parse(twice(), "riattivazione.yaml")
    return rt


def ledger(contact: Contact, state: str) -> list[Consent]:
    with runtime.reading() as db:
        return db.query(Consent).filter_by(contact_id=contact.id, state=state).order_by(Consent.id).all()


def own(contact: Contact) -> list[Consent]:
    return [line for line in ledger(contact, "granted") if not line.source.startswith("import:")]


def says_yes(reader: FlaskClient, wave: SmallWave) -> None:
    link = wave.link(Purpose.SURVEY, "ada")
    for question, answer in (("nps", "9"), ("why_high", "tutto"), ("consent", "stay")):
        assert reader.post(link, data={"question": question, "answer": answer}).status_code == 303


def handed_over(rt: Runtime) -> None:
    """Whatever waits goes to the provider: nobody answers what they have not got."""
    left = {"state": State.ACCEPTED, "called_at": rt.now(), "accepted_at": rt.now()}
    with runtime.session() as db:
        db.execute(update(table_of(Message)).where(col(Message.state) == State.QUEUED).values(left))


def request_of(contact: Contact) -> Message:
    with runtime.reading() as db:
        return db.query(Message).filter_by(contact_id=contact.id, step="confirm").one()


def link_to_confirm(rt: Runtime, message: Message) -> str:
    return "/c/" + tokens.make(rt.settings.secret_keys, Purpose.CONFIRM, message.id)


def test_a_yes_on_the_page_is_confirmed_by_the_button_of_one_more_email(
    rt: Runtime, reader: FlaskClient
) -> None:
    wave = launch_wave(rt, ["ada"])
    ada = wave.contacts["ada"]
    says_yes(reader, wave)
    asked = ledger(ada, "requested")
    assert [line.channel for line in asked] == ["email", "sms"]
    assert (own(ada), asked[0].evidence["question"], asked[0].evidence["ip"]) == ([], "consent", "127.0.0.1")
    assert "restiamo in contatto?" in asked[0].wording
    message = request_of(ada)
    link = link_to_confirm(rt, message)
    assert {message.id} <= leaves(Channel.EMAIL, at=rt.now())
    for look in (reader.get, reader.head, reader.post):
        page = look(link)
        assert page.status_code == 200, "a form without its button is a look, too"
    assert "Possiamo continuare a scriverti?" in reader.get(link).text
    assert own(ada) == []
    for _ in range(2):
        pressed = reader.post(link, data=PRESSED, headers={"User-Agent": "Mozilla/5.0"})
        assert "È confermato" in pressed.text
    granted = own(ada)
    assert [line.channel for line in granted] == ["email", "sms"], "once, however often it is pressed"
    facts = granted[0].evidence
    assert (facts["ip"], facts["user_agent"], facts["message"]) == ("127.0.0.1", "Mozilla/5.0", message.id)
    assert (facts["request"], facts["confirmed_with"]) == (asked[0].id, "Sì, potete scrivermi")
    assert granted[0].wording == asked[0].wording


def test_a_stop_after_the_yes_outlasts_the_link_and_time_ends_it(rt: Runtime, reader: FlaskClient) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    ada = wave.contacts["ada"]
    says_yes(reader, wave)
    link = link_to_confirm(rt, request_of(ada))
    with runtime.session() as db:
        db.query(Consent).filter_by(contact_id=ada.id).update({"at": rt.now() - EARLIER})
    assert "scaduto" in reader.post(link, data=PRESSED).text
    with runtime.session() as db:
        db.query(Consent).filter_by(contact_id=ada.id).update({"at": rt.now()})
    reader.post(wave.link(Purpose.PREFERENCES, "ada"), data={"stop": "all"})
    assert "Dopo ci hai detto basta" in reader.post(link, data=PRESSED).text
    assert own(ada) == []
    assert (
        reader.post(wave.link(Purpose.PREFERENCES, "bea").replace("/p/", "/c/"), data=PRESSED).status_code
        == 404
    )


def test_a_request_to_confirm_is_marketing_and_stays_where_consent_ended(
    rt: Runtime, reader: FlaskClient
) -> None:
    wave = launch_wave(rt, ["ada"])
    ada = wave.contacts["ada"]
    says_yes(reader, wave)
    with runtime.session() as db:
        now = rt.now()
        consent.record(
            db, ada.id, ["email"], ConsentState.WITHDRAWN, at=now, recorded_at=now, source="import:crm"
        )
    assert leaves(Channel.EMAIL, at=rt.now()) == set()
    with runtime.reading() as db:
        assert db.get_one(Message, request_of(ada).id).reason == "consent_withdrawn"


@pytest.mark.parametrize("answer", ["CONFERMO", "sì", "Confirm."])
def test_a_text_confirms_by_text(rt: Runtime, answer: str) -> None:
    ada = somebody()
    under_way(rt, ada, BY_SMS)
    says(ada, answer)
    assert own(ada) == [], "nothing was asked yet"
    for words in ("9", "la cortesia di tutti", "RESTO"):
        handed_over(rt)
        says(ada, words)
    assert (len(ledger(ada, "requested")), own(ada)) == (2, [])
    assert "rispondi CONFERMO" in request_of(ada).text
    handed_over(rt)
    says(ada, answer)
    granted = own(ada)
    assert [line.source for line in granted] == ["sms", "sms"]
    assert granted[0].evidence["provider_id"].startswith("SM")
    assert granted[0].evidence["confirmed_with"] == answer


def test_the_preferences_show_what_holds_and_write_each_change_once(rt: Runtime, reader: FlaskClient) -> None:
    wave = launch_wave(rt, ["ada"])
    ada, link = wave.contacts["ada"], wave.link(Purpose.PREFERENCES, "ada")
    for _ in range(3):
        reader.post(link, data={"stop": "email"})
    (line,) = ledger(ada, "withdrawn")
    assert (line.wording, line.evidence["language"]) == ("Niente più email", "it")
    assert line.evidence["message"] == wave.messages["ada"].id
    shown = reader.get(link).text
    assert re.findall(r'name="stop" value="(\w+)"', shown) == ["sms", "all"]
    assert "Non ricevi nostre email" in shown
    for _ in range(2):
        reader.post(link, data={"stop": "all"})
    assert [one.channel for one in ledger(ada, "withdrawn")] == ["email", "email", "sms"]
    assert "Non ricevi più nulla da noi" in reader.get(link).text
    assert "<button" not in reader.get(link).text
    for _ in range(2):
        assert reader.post(wave.link(Purpose.UNSUBSCRIBE, "ada")).status_code == 200
    assert len(ledger(ada, "withdrawn")) == 3
