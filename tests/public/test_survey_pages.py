"""The survey on the web: one question a page, in the reader's language, and nothing a visitor sends breaks it."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select

from app import runtime
from app.conversations.models import Answer
from app.engagement.models import Interaction
from app.outcomes.models import Outcome
from app.runtime import Runtime
from app.tokens import Purpose
from tests.engagement.test_evidence import CHROME
from tests.public.conftest import stops
from tests.waves.small_wave import SmallWave, launch_wave

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def said(wave: SmallWave, name: str = "ada") -> list[tuple[str, object]]:
    with runtime.reading() as db:
        kept = select(Answer).where(Answer.contact_id == wave.contacts[name].id).order_by(col(Answer.id))
        return [(answer.question, answer.value) for answer in db.exec(kept)]


def test_from_the_first_question_to_the_thanks(reader: FlaskClient, wave: SmallWave) -> None:
    link = wave.link(Purpose.SURVEY, "ada")
    first = reader.get(f"{link}?a=9").text
    assert "quanto consiglieresti" in first
    assert re.search(r'value="9"[^>]* checked', first)
    assert said(wave) == [], "a click in an email proves no person"
    for question, value, then in (
        ("nps", "9", "Che cosa apprezzi di più"),
        ("why_high", "La gentilezza\x00 <b>&</b> \U0001f600", "restiamo in contatto?"),
        ("consent", "stay", "Siamo contenti che resti!"),
    ):
        for _ in range(2):
            answer = reader.post(link, data={"question": question, "answer": value, "lang": "it"})
            assert answer.status_code == 303
        page = reader.get(answer.headers["Location"])
        assert (page.status_code, then in page.text) == (200, True)
    assert [question for question, _ in said(wave)] == ["nps", "why_high", "consent"]
    with runtime.reading() as db:
        outcome = db.get_one(Outcome, (wave.id, wave.contacts["ada"].id))
    assert (outcome.verdict, outcome.rule) == ("reengaged", "asked_to_stay")


@ON_SQLITE
def test_the_survey_speaks_both_languages(reader: FlaskClient, wave: SmallWave) -> None:
    link = wave.link(Purpose.SURVEY, "ada")
    page = reader.get(f"{link}?lang=en&a=7").text
    assert '<html lang="en">' in page
    assert "how likely are you to recommend" in page
    assert 'name="switch" value="it"' in page
    moved = reader.post(link, data={"question": "nps", "answer": "7", "lang": "en"}).headers["Location"]
    assert "What would make it a 10?" in reader.get(moved).text
    assert '<html lang="en">' in reader.get(f"{link}?lang=xx").text, "the one they answered in"


@ON_SQLITE
def test_an_answer_that_is_none_is_explained_and_not_kept(reader: FlaskClient, wave: SmallWave) -> None:
    link = wave.link(Purpose.SURVEY, "ada")
    for wrong in (
        {},
        {"question": "nps"},
        {"question": "nps", "answer": "11"},
        {"question": "nps", "answer": "dieci?"},
    ):
        page = reader.post(link, data=wrong)
        assert page.status_code == 422, wrong
        assert 'role="alert"' in page.text
        assert "quanto consiglieresti" in page.text
    assert reader.post(link, data={"question": "no such", "answer": "1"}).status_code in (303, 422)
    assert said(wave) == []


@ON_SQLITE
def test_too_long_an_answer_gets_a_page_that_says_so(reader: FlaskClient, wave: SmallWave) -> None:
    page = reader.post(
        wave.link(Purpose.SURVEY, "ada"),
        data={"question": "nps", "answer": "a" * 70_000},
        headers={"Accept-Language": "it"},
    )
    assert page.status_code == 413
    assert "<h1>È troppo lungo</h1>" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@ON_SQLITE
def test_markup_in_names_stays_text(rt: Runtime, reader: FlaskClient) -> None:
    settings = rt.settings
    settings.organisation_name = '<img src=x onerror="alert(1)"> & Figli'
    wave = launch_wave(rt, ["ada"], first_name="<b>Ada</b>")
    for purpose in (Purpose.SURVEY, Purpose.PREFERENCES):
        page = reader.get(wave.link(purpose, "ada")).text
        assert "<img" not in page
        assert "<b>" not in page
        assert "&lt;img" in page
    page = reader.post(wave.link(Purpose.SURVEY, "ada"), data={"question": "nps", "answer": "<b>9</b>"}).text
    assert "<b>" not in page


@ON_SQLITE
def test_who_left_finds_the_survey_closed(reader: FlaskClient, wave: SmallWave) -> None:
    link = wave.link(Purpose.SURVEY, "ada")
    reader.post(wave.link(Purpose.PREFERENCES, "ada"), data={"stop": "all"})
    assert "Non ti scriviamo più" in reader.get(link).text
    reader.post(link, data={"question": "nps", "answer": "9"})
    assert said(wave) == []
    assert len(stops(wave.contacts["ada"])) == 2


@ON_SQLITE
def test_who_says_goodbye_reads_our_goodbye_and_may_think_again(reader: FlaskClient, wave: SmallWave) -> None:
    link = wave.link(Purpose.SURVEY, "ada")
    for question, answer in (("nps", "2"), ("why_low", ""), ("consent", "leave")):
        sent = reader.post(link, data={"question": question, "answer": answer, "lang": "it", "go": "1"})
    assert "Grazie per la sincerità" in reader.get(sent.headers["Location"]).text
    assert [channel for channel, _ in stops(wave.contacts["ada"])] == ["email", "sms"]
    assert 'value="leave" required checked' in reader.get(f"{link}?q=consent").text
    sent = reader.post(link, data={"question": "consent", "answer": "stay", "lang": "it"})
    assert "Siamo contenti che resti!" in reader.get(sent.headers["Location"]).text
    assert stops(wave.contacts["ada"]) == []


def forms(page: str) -> list[tuple[str, dict[str, str]]]:
    """(action, what stands in it already) of a page's forms, as a link scanner takes them down."""
    found = []
    for action, inner in re.findall(
        r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', page, re.DOTALL
    ):
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inner)
        checked = re.findall(r'name="([^"]+)" value="([^"]*)" required checked', inner)
        empty = [(name, "") for name in re.findall(r'<textarea [^>]*name="([^"]+)"', inner)]
        found.append((unescape(action), dict([*hidden, *checked, *empty])))
    return found


@ON_SQLITE
def test_a_form_sent_as_it_stands_is_no_answer(reader: FlaskClient, wave: SmallWave) -> None:
    """Not even when a link of the email has chosen the answer: scanners follow links and submit what they find."""
    link = wave.link(Purpose.SURVEY, "ada")
    for page in (link, f"{link}?a=9"):
        [(action, fields)] = forms(reader.get(page).text)
        assert ("answer" in fields) is page.endswith("9")
        sent = reader.post(action, data=fields)
        assert (sent.status_code, "premi il pulsante" in sent.text) == (422, True)
        assert said(wave) == []
    assert reader.post(action, data=fields | {"go": "1"}).status_code == 303
    [(action, fields)] = forms(reader.get(link).text)
    assert fields["answer"] == "", "their reason, in a free text"
    assert reader.post(action, data=fields).status_code == 422
    assert len(said(wave)) == 1
    assert reader.post(action, data=fields | {"go": "1"}).status_code == 303


@pytest.mark.parametrize(
    ("waits", "agent", "counts"), [(30, CHROME, 1), (1, CHROME, 0), (30, "curl/8.5.0", 0)]
)
@ON_SQLITE
def test_who_takes_their_time_and_types_is_a_person(
    rt: Runtime, reader: FlaskClient, wave: SmallWave, waits: int, agent: str, counts: int
) -> None:
    link = wave.link(Purpose.SURVEY, "ada")
    [(action, fields)] = forms(reader.get(link).text)
    runtime.install(replace(rt, clock_ahead=timedelta(seconds=waits)))
    for _ in range(2):
        reader.post(action, data=fields | {"switch": "en"}, headers={"User-Agent": agent})
    with runtime.reading() as db:
        seen = db.exec(select(Interaction).where(Interaction.contact_id == wave.contacts["ada"].id)).all()
    assert [(one.kind, one.grade, one.human) for one in seen] == [("page_view", "click", True)] * counts
    # As long as the clock was put ahead, and what the machine took for the rest.
    assert not seen or 29 <= seen[0].reasons["page"] <= 50
