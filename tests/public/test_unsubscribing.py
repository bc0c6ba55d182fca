"""The way out: one POST from a mail client, or one button on the page; never a mere look at it."""

import re

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from app import runtime
from app.contacts.consent import present
from app.contacts.models import Consent
from app.conversations.models import Conversation
from app.dossier.merge import merge
from app.messages import letters, outbox
from app.messages.models import Message
from app.outcomes.models import Outcome
from app.runtime import Runtime
from app.surveys.faces import faces
from app.tokens import Purpose
from app.waves.steering import control
from tests.channels.examples import cases
from tests.public.conftest import stops
from tests.waves.small_wave import SmallWave, launch_wave

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_mail_client_unsubscribes_with_one_post(rt: Runtime, reader: FlaskClient) -> None:
    for vector in cases("list_unsubscribe"):
        wave, asked = launch_wave(rt, ["ada", "ugo"]), vector["request"]
        _one_click(reader, wave, asked["body"].encode(), asked["content_type"])


def _one_click(reader: FlaskClient, wave: SmallWave, body: bytes, content_type: str) -> None:
    for _ in range(2):
        answer = reader.post(wave.link(Purpose.UNSUBSCRIBE, "ada"), data=body, content_type=content_type)
        assert (answer.status_code, answer.text) == (200, "unsubscribed\n")
        assert "Set-Cookie" not in answer.headers
    assert stops(wave.contacts["ada"]) == [("email", "one_click")]
    assert stops(wave.contacts["ugo"]) == []
    with runtime.reading() as db:
        assert db.get_one(Outcome, (wave.id, wave.contacts["ada"].id)).rule == "asked_to_stop"
        assert db.get_one(Conversation, wave.conversations["ada"].id).state == "stopped"


@ON_SQLITE
def test_any_post_will_do_even_an_empty_one(reader: FlaskClient, wave: SmallWave) -> None:
    assert reader.post(wave.link(Purpose.UNSUBSCRIBE, "ugo")).status_code == 200
    assert stops(wave.contacts["ugo"]) == [("sms", "one_click")]


_WITH_BOUNDARY = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", None),
        (b"", "application/x-www-form-urlencoded"),
        (b"List-Unsubscribe=One-Click", None),
        (b"list-unsubscribe=one-click", "text/plain; charset=utf-7"),
        (b'{"List-Unsubscribe": "One-Click"}', "application/json"),
        (b"not json at all", "application/json"),
        (b"\xff\xfe\x00%zz&=&", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"no boundary in it", "multipart/form-data"),
        (b"--b\r\nContent-Disposition: form-data; na", _WITH_BOUNDARY),
        (b"--c\r\n\r\nOne-Click\r\n--c--", _WITH_BOUNDARY),
        (b"x" * (3 * 2**20), "application/octet-stream"),
        (b"List-Unsubscribe=" + b"a" * (3 * 2**20), "application/x-www-form-urlencoded"),
        (b"--b\r\n\r\n" * 200_000, _WITH_BOUNDARY),
    ],
)
@ON_SQLITE
def test_whatever_the_body_is_the_post_alone_says_it(
    reader: FlaskClient, wave: SmallWave, body: bytes, content_type: str | None
) -> None:
    link = wave.link(Purpose.UNSUBSCRIBE, "ada")
    answer = reader.post(link, data=body, content_type=content_type, headers={"Cookie": "session=forged"})
    assert (answer.status_code, answer.text) == (200, "unsubscribed\n")
    assert not {"Set-Cookie", "Location"} & set(answer.headers.keys())
    assert stops(wave.contacts["ada"]) == [("email", "one_click")]


@ON_SQLITE
def test_at_once_means_in_every_wave_and_the_ledger_says_how(
    rt: Runtime, reader: FlaskClient, wave: SmallWave
) -> None:
    contact, message = wave.contacts["ada"], wave.messages["ada"]
    with runtime.session() as db:
        queued = {
            name: value
            for name, value in message.model_dump().items()
            if name in ("contact_id", "address", "address_hash", "content_id", "not_before", "created_at")
        }
        outbox.put(db, [{**queued, "id": "other", "channel": "email", "once_key": "another wave"}])
    for _ in range(3):
        assert reader.post(wave.link(Purpose.UNSUBSCRIBE, "ada")).status_code == 200
    with runtime.reading() as db:
        other = db.get_one(Message, "other")
        assert (other.state, other.reason) == ("withdrawn", "one_click")
        lines = db.exec(select(Consent).where(Consent.contact_id == contact.id, Consent.state == "withdrawn"))
        [line] = lines
        assert (line.channel, line.source, line.wording) == (
            "email",
            "one_click",
            "List-Unsubscribe=One-Click",
        )
        assert line.evidence["message"] == message.id


@ON_SQLITE
def test_a_wave_that_was_cancelled_is_left_all_the_same(
    rt: Runtime, reader: FlaskClient, wave: SmallWave
) -> None:
    with runtime.session() as db:
        control.cancel(db, wave.id, by="prova", now=rt.now())
    assert reader.post(wave.link(Purpose.UNSUBSCRIBE, "ada")).status_code == 200
    assert stops(wave.contacts["ada"]) == [("email", "one_click")]


@ON_SQLITE
def test_a_link_outlives_the_key_that_signed_it_while_that_is_kept(
    rt: Runtime, reader: FlaskClient, wave: SmallWave
) -> None:
    link, old = wave.link(Purpose.UNSUBSCRIBE, "ada"), list(rt.settings.secret_keys)
    rt.settings.secret_keys[:] = ["a new key, thirty-two letters long", *old]
    assert reader.post(link).status_code == 200
    assert stops(wave.contacts["ada"]) == [("email", "one_click")]
    rt.settings.secret_keys[:] = ["a new key, thirty-two letters long"]
    assert reader.post(link).status_code == 404


def test_who_became_part_of_another_is_stopped_as_that_other(rt: Runtime, reader: FlaskClient) -> None:
    wave, key = launch_wave(rt, ["ada", "bea"]), rt.settings.suppression_key
    ada, bea = wave.contacts["ada"], wave.contacts["bea"]
    with runtime.session() as db:
        merge(db, bea.id, ada.id, hash_key=key, at=rt.now(), actor="user:prova")
    assert reader.post(wave.link(Purpose.UNSUBSCRIBE, "ada")).status_code == 200
    assert ("email", "one_click") in stops(ada)
    with runtime.reading() as db:
        assert present(db, bea.id)["email"] == "withdrawn"


@ON_SQLITE
def test_of_whom_nothing_is_left_the_address_still_is_stopped(
    rt: Runtime, reader: FlaskClient, wave: SmallWave
) -> None:
    message, link = wave.messages["ada"], wave.link(Purpose.UNSUBSCRIBE, "ada")
    with runtime.session() as db:
        db.get_one(Message, message.id).contact_id = None
    assert reader.post(link).status_code == 200
    assert stops(wave.contacts["ada"]) == [("email", "one_click")]
    with runtime.session() as db:
        db.delete(db.get_one(Message, message.id))
    assert (reader.post(link).status_code, reader.get(link).status_code) == (200, 404)


@ON_SQLITE
def test_the_one_click_address_stands_in_no_body(rt: Runtime) -> None:
    for survey in list(rt.surveys.values()):
        for emails in survey.emails.values():
            for language, said in emails.items():
                words = letters.words_of(survey, said, language, next(iter(faces(said))))
                mail = letters.lay_out(rt.settings, words, language, list_id="x", layout=survey.layout)
                assert "/u/" in mail.headers["List-Unsubscribe"]
                for body in (mail.subject, mail.text, mail.html):
                    assert "/u/" not in body
                    assert "rv_unsubscribe" not in body


@ON_SQLITE
def test_looking_never_unsubscribes(reader: FlaskClient, wave: SmallWave) -> None:
    for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES, Purpose.SURVEY):
        for ask in (reader.get, reader.head, reader.options):
            assert ask(wave.link(purpose, "ada")).status_code == 200
    assert stops(wave.contacts["ada"]) == []
    shown = reader.get(wave.link(Purpose.UNSUBSCRIBE, "ada")).text
    [action] = re.findall(r'action="([^"]+)"', shown)
    assert action.startswith("/p/"), "a button there is the contact's own act"
    assert reader.post(action, data={"stop": "email"}).status_code == 200
    assert stops(wave.contacts["ada"]) == [("email", "preferences_email")]


@pytest.mark.parametrize(
    ("pressed", "channels", "says"),
    [
        ("email", ["email"], "Non riceverai altre email da noi."),
        ("sms", ["sms"], "Non riceverai altri SMS da noi."),
        ("all", ["email", "sms"], "Non riceverai altri messaggi da noi."),
        # No button of the page: a scanner's form.
        (None, [], "Che cosa possiamo inviarti?"),
        ("nonsense", [], "Che cosa possiamo inviarti?"),
    ],
)
@ON_SQLITE
def test_a_button_stops_what_it_says(
    reader: FlaskClient, wave: SmallWave, pressed: str | None, channels: list[str], says: str
) -> None:
    link = wave.link(Purpose.PREFERENCES, "ada")
    for _ in range(2):
        page = reader.post(link, data={"stop": pressed} if pressed else {})
        assert page.status_code == 200
        assert says in page.text
    assert [channel for channel, _ in stops(wave.contacts["ada"])] == channels
    with runtime.reading() as db:
        withdrawn = db.exec(
            select(Consent).where(Consent.contact_id == wave.contacts["ada"].id, Consent.state == "withdrawn")
        ).all()
    assert {line.channel for line in withdrawn} == set(channels)
    assert all(line.source == "web" and line.evidence["ip"] == "127.0.0.1" for line in withdrawn)


@ON_SQLITE
def test_the_page_offers_what_the_contact_has_in_their_language(reader: FlaskClient, wave: SmallWave) -> None:
    shown = reader.get(wave.link(Purpose.PREFERENCES, "ada")).text
    assert '<html lang="it">' in shown
    assert all(word in shown for word in ("Niente più email", "Niente più SMS", "Nessun messaggio"))
    english = reader.get(wave.link(Purpose.PREFERENCES, "ada") + "?lang=en").text
    assert '<html lang="en">' in english
    assert "No more emails" in english
    by_phone_only = reader.get(wave.link(Purpose.PREFERENCES, "ugo")).text
    assert "Niente più email" not in by_phone_only


@ON_SQLITE
def test_a_link_serves_its_own_purpose_only(reader: FlaskClient, wave: SmallWave) -> None:
    token = wave.link(Purpose.SURVEY, "ada").rsplit("/", 1)[1]
    for link in (
        f"/u/{token}",
        f"/p/{token}",
        "/u/x",
        "/p/x",
        "/s/x",
        wave.link(Purpose.UNSUBSCRIBE, "ada") + "x",
    ):
        for ask in (reader.get, reader.post):
            answer = ask(link)
            assert answer.status_code == 404
            assert "Traceback" not in answer.text
    assert stops(wave.contacts["ada"]) == []


@ON_SQLITE
def test_no_page_leaks_or_is_kept_or_framed(rt: Runtime, reader: FlaskClient, wave: SmallWave) -> None:
    for link in [wave.link(purpose, "ada") for purpose in (Purpose.SURVEY, Purpose.PREFERENCES)] + ["/s/x"]:
        page = reader.get(link)
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Cache-Control"] == "no-store"
        assert {"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= set(
            page.headers["Content-Security-Policy"].split("; ")
        )
        assert "<script" not in page.text
        assert "style=" not in page.text, "the policy would refuse it"
