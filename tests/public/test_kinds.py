"""Each kind of question as a page: what it offers, what it refuses kindly, what it keeps, and the way back."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlmodel import col, select

from app import runtime
from app.conversations.models import Answer, Conversation, ConversationState
from app.db import table_of
from app.runtime import Runtime
from app.tokens import Purpose
from tests.public.conftest import every_kind
from tests.waves.small_wave import launch_wave

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Form = Mapping[str, str | Sequence[str]]


@pytest.fixture
def link(rt: Runtime) -> str:
    """Ada's survey of every kind."""
    rt.surveys["riattivazione"] = every_kind()
    return launch_wave(rt, ["ada"]).link(Purpose.SURVEY, "ada")


def answers() -> dict[str, Any]:
    """The latest answer to each question."""
    with runtime.reading() as db:
        return {answer.question: answer.value for answer in db.exec(select(Answer).order_by(col(Answer.id)))}


def send(reader: FlaskClient, link: str, question: str, **form: str | Sequence[str]) -> str:
    """Post a form as the page does and look at where that leads."""
    sent = reader.post(link, data={"question": question, "lang": "it", **form})
    assert sent.status_code == 303, sent.text
    return reader.get(sent.headers["Location"]).text


def tomorrow() -> str:
    return (runtime.now() + timedelta(days=1)).date().isoformat()


STEPS: list[tuple[str, list[str], Form | None, list[str], Form, Any]] = [
    # question, what its page must hold, a wrong form, what is kept of it, a right form, what is stored
    (
        "stars",
        [
            "Ciao Ada, bastano due minuti.",
            "stelle su 5, Molto contento",
            'type="radio" name="answer" value="5"',
        ],
        {"answer": "6"},
        [],
        {"answer": "4"},
        4,
    ),
    ("score", ['value="10"', "<legend><h1>", "Per niente"], {"answer": "dieci"}, [], {"answer": "9"}, 9),
    ("sector", ["Metalli</span>"], {"answer": "wine"}, [], {"answer": "metal"}, "metal"),
    (
        "topics",
        ['type="checkbox"', "Scegline al massimo 2."],
        {"answer": ["news", "prices", "courses"]},
        ['role="alert">Scegline al massimo 2.<', 'value="news" checked', 'value="prices" checked'],
        {"answer": ["courses", "news"]},
        ["news", "courses"],
    ),
    (
        "machines",
        ['inputmode="numeric"', 'min="0"', 'max="500"', "Un numero da 0 a 500."],
        {"answer": "900"},
        ['value="900"', 'aria-invalid="true"', "autofocus"],
        {"answer": "12"},
        12,
    ),
    (
        "visit",
        ['type="date"', ' min="20'],
        {"answer": "2001-01-01"},
        ['value="2001-01-01"'],
        {"answer": "TOMORROW"},
        None,
    ),
    (
        "why",
        ["<textarea", "Puoi anche lasciare vuoto."],
        None,
        [],
        {"answer": "I tempi di <b>consegna</b>"},
        None,
    ),
    (
        "self",
        ['autocomplete="email"', 'autocomplete="tel"', "Va tutto bene così", "Adesso: a•••@ditta.example"],
        {"email": "ada chiocciola", "phone": "", "name": "", "company": ""},
        ['value="ada chiocciola"', "nome@esempio.it"],
        {"email": "ada@nuova.example", "phone": " ", "name": "", "company": ""},
        {"email": "ada@nuova.example"},
    ),
    (
        "successor",
        ['autocomplete="off"'],
        {"name": "Ugo Neri", "email": "", "phone": "34"},
        ['value="Ugo Neri"', "con il prefisso"],
        {"name": "Ugo Neri", "email": "", "phone": "347 1234567"},
        {"name": "Ugo Neri", "phone": "347 1234567"},
    ),
    (
        "consent",
        ["Resto</span>", "Meno spesso</span>"],
        {"answer": "forse"},
        ['role="alert">Scegli una delle risposte.<'],
        {"answer": "less_often"},
        "less_often",
    ),
]


def test_every_kind_is_asked_refused_kindly_kept_and_shown_again(reader: FlaskClient, link: str) -> None:
    page = reader.get(link).text
    for question, holds, wrong, kept, right, stored in STEPS:
        assert f'name="question" value="{question}"' in page
        assert [one for one in holds if one not in page] == [], question
        assert ("<script" in page, "style=" in page) == (False, False), "the policy would refuse it"
        if wrong is not None:
            refused = reader.post(link, data={"question": question, "lang": "it", **wrong})
            assert refused.status_code == 422
            assert [one for one in ['role="alert"', *kept] if one not in refused.text] == [], question
            assert "Controlla la risposta" in refused.text.split("</title>")[0]
        assert question not in answers()
        form = {name: tomorrow() if value == "TOMORROW" else value for name, value in right.items()}
        for _ in range(2):  # a double click
            page = send(reader, link, question, **form)
        assert stored is None or answers()[question] == stored
    assert "Grazie del tuo tempo." in page
    with runtime.reading() as db:
        assert len(db.exec(select(Answer.id)).all()) == len(STEPS), "pressed twice, kept once"
    last = re.search(r'href="([^"]+q=consent[^"]*)"', page)
    assert last, "the last answer may be changed"
    seen = reader.get(last[1].replace("&amp;", "&")).text
    assert 'value="less_often" required checked' in seen
    for question, mark in (
        ("topics", 'value="courses" checked'),
        ("machines", 'value="12"'),
        ("why", "I tempi di &lt;b&gt;consegna&lt;/b&gt;</textarea>"),
        ("self", 'value="ada@nuova.example"'),
    ):
        assert mark in reader.get(f"{link}?q={question}").text
    assert "Grazie del tuo tempo." in send(reader, link, "machines", answer="40")
    assert answers()["machines"] == 40


def test_all_right_as_it_is_takes_one_press(rt: Runtime, reader: FlaskClient) -> None:
    rt.surveys["riattivazione"] = every_kind(start="self")
    link = launch_wave(rt, ["ada"]).link(Purpose.SURVEY, "ada")
    page = send(reader, link, "self", same="1", email="half typ")
    assert 'value="successor"' in page
    assert answers() == {"self": {}}


def test_what_one_does_not_know_is_skipped_but_not_a_consent(rt: Runtime, reader: FlaskClient) -> None:
    rt.surveys["riattivazione"] = every_kind(start="machines")
    link = launch_wave(rt, ["ada"]).link(Purpose.SURVEY, "ada")
    assert "Salta questa domanda" in reader.get(link).text
    for question, following in (
        ("machines", "visit"),
        ("visit", "why"),
        ("why", "self"),
        ("self", "successor"),
    ):
        page = send(reader, link, question, skip="1", answer="12")
        assert f'value="{following}"' in page
    assert "Salta questa domanda" not in send(reader, link, "successor", skip="1")
    assert reader.post(link, data={"question": "consent", "skip": "1", "lang": "it"}).status_code == 422
    assert answers() == {}


def test_back_leads_to_the_question_before_with_its_answer(reader: FlaskClient, link: str) -> None:
    assert "Indietro" not in reader.get(link).text
    send(reader, link, "stars", answer="4")
    page = send(reader, link, "score", answer="9")
    [back] = re.findall(r'class="back" href="([^"]+)"', page)
    earlier = reader.get(back.replace("&amp;", "&")).text
    assert 'value="9" required checked' in earlier
    [further] = re.findall(r'class="back" href="([^"]+)"', earlier)
    assert 'value="4" required checked' in reader.get(further.replace("&amp;", "&")).text
    assert 'value="sector"' in send(reader, link, "stars", answer="2"), (
        "amended, and on from where they stood"
    )
    assert answers() == {"stars": 2, "score": 9}
    assert 'value="sector"' in reader.get(link).text, "the link of the email leads to where they stand"


def test_another_language_keeps_what_was_filled_in_and_answers_nothing(
    reader: FlaskClient, link: str
) -> None:
    send(reader, link, "stars", answer="4")
    for language, asks in (("de", "Wie wahrscheinlich"), ("fr", "recommanderiez-vous"), ("en", "how likely")):
        page = reader.post(link, data={"question": "score", "lang": "it", "answer": "7", "switch": language})
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
        assert asks in page.text
        assert 'value="7" required checked' in page.text
        assert f'name="lang" value="{language}"' in page.text
    assert answers() == {"stars": 4}
    moved = reader.post(link, data={"question": "score", "lang": "fr", "answer": "7"})
    assert "Dans quel secteur" in reader.get(moved.headers["Location"]).text
    assert "Dans quel secteur" in reader.get(link).text, "the one they answered in"
    typed = {"question": "machines", "answer": "1"} | {"switch": "de"}
    assert "In welcher Branche" in reader.post(link, data=typed).text, "a form that is not theirs yet"


def test_a_click_in_the_email_chooses_and_only_a_press_answers(reader: FlaskClient, link: str) -> None:
    page = reader.get(f"{link}?a=5").text
    assert 'value="5" required checked' in page
    assert "vale quando premi il pulsante" in page
    assert ">Conferma</button>" in page
    assert answers() == {}
    send(reader, link, "stars", answer="5")
    send(reader, link, "score", answer="9")
    again = reader.get(f"{link}?a=2").text
    assert 'name="question" value="stars"' in again, "a second click is about the question the email asked"
    assert 'value="2" required checked' in again
    for same_or_odd in ("5", "9", "metal", "<b>"):
        assert 'name="question" value="sector"' in reader.get(link, query_string={"a": same_or_odd}).text
    assert " checked" not in reader.get(f"{link}?a=metal&q=nonsense").text


def test_an_old_tab_is_told_where_they_had_got_to(rt: Runtime, reader: FlaskClient) -> None:
    wave = launch_wave(rt, ["ada"])
    link = wave.link(Purpose.SURVEY, "ada")
    send(reader, link, "nps", answer="3")
    send(reader, link, "why_low", answer="I ritardi")
    send(reader, link, "nps", answer="10")
    page = reader.post(link, data={"question": "why_low", "answer": "I ritardi, dicevo"})
    assert page.status_code == 422
    assert "ecco dove eravamo" in page.text
    assert 'name="question" value="why_high"' in page.text
    assert "I ritardi, dicevo" not in page.text
    assert answers() == {"nps": 10, "why_low": "I ritardi"}


def test_after_expiry_the_page_still_takes_answers(rt: Runtime, reader: FlaskClient, link: str) -> None:
    with runtime.session() as db:
        over = {"state": ConversationState.EXPIRED, "expires_at": rt.now()}
        db.execute(update(table_of(Conversation)).values(over))
    assert "Quante stelle" in reader.get(link).text
    assert 'value="score"' in send(reader, link, "stars", answer="4")
    assert answers() == {"stars": 4}
