"""The wave's email: the first question answered by one click, in both parts, and harmless to whoever only opens."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlmodel import SQLModel

from app import runtime
from app.runtime import Runtime
from app.surveys.definition import parse
from tests.public.conftest import every_kind, letter
from tests.waves.small_wave import launch_wave

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def values(html: str) -> list[str]:
    """What the one-click links carry, in their order."""
    return re.findall(r'href="[^"]+/s/[^"?]+\?a=([^"]+)"', html)


def test_an_nps_row_has_eleven_scores_that_say_what_they_are(rt: Runtime) -> None:
    rt.settings.sendgrid_inbound_domain = "risposte.ditta.example"
    mail = letter(launch_wave(rt, ["ada"]), "ada")
    assert values(mail.html) == [str(score) for score in range(11)]
    assert 'aria-label="10 su 10"' in mail.html
    assert "<img" not in mail.html
    for part in (mail.html, mail.text):
        assert "quanto consiglieresti" in part
        assert "rispondere semplicemente a questa email" in part
    assert len(mail.links()) == 14, "eleven scores, the survey, the preferences, the way out"


@pytest.mark.parametrize(
    ("start", "offered"),
    [
        ("hello", ["1", "2", "3", "4", "5"]),
        ("sector", ["metal", "building", "food"]),
        ("consent", ["stay", "less_often", "topics", "leave"]),
        ("topics", []),
    ],
)
def test_what_can_be_answered_by_one_click_is_offered_in_both_parts(
    rt: Runtime, reader: FlaskClient, start: str, offered: list[str]
) -> None:
    rt.surveys["riattivazione"] = every_kind(start)
    mail = letter(launch_wave(rt, ["ada"]), "ada")
    assert values(mail.html) == offered
    assert re.findall(r"\?a=(\w+)", mail.text) == offered
    assert "simply" not in mail.text
    assert "rispondere semplicemente" not in mail.text, "nobody would read it"
    for value in offered[-1:]:
        [link] = [link for link in mail.links() if link.endswith(f"?a={value}")]
        assert f'value="{value}" required checked' in reader.get(link).text


def test_where_the_first_question_depends_on_the_contact_no_row_is_offered(rt: Runtime) -> None:
    branching = "    branches:\n      - {attribute: trade, is: [metal], go: score}\n    next: stars\n"
    text = (Path(__file__).parent / "every_kind.yaml").read_text("utf-8")
    rt.surveys["riattivazione"] = parse(text.replace("    next: stars\n", branching), "every_kind.yaml")
    mail = letter(launch_wave(rt, ["ada"]), "ada")
    assert values(mail.html) == []
    assert "Rispondi al sondaggio" in mail.html


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("de", "Sie erhalten diese E-Mail"),
        ("fr", "Vous recevez cet e-mail"),
        ("en", "You receive this email"),
    ],
)
def test_the_email_speaks_the_contacts_language(rt: Runtime, language: str, says: str) -> None:
    rt.surveys["riattivazione"] = every_kind()
    mail = letter(launch_wave(rt, ["ada"], language=language), "ada")
    assert f'<html lang="{language}"' in mail.html
    assert says in mail.html
    assert says in mail.text


def test_a_scanner_that_opens_every_link_changes_nothing(rt: Runtime, reader: FlaskClient) -> None:
    def rows() -> dict[str, list[tuple[object, ...]]]:
        with runtime.reading() as db:
            return {
                table.name: [tuple(row) for row in db.execute(table.select())]
                for table in SQLModel.metadata.sorted_tables
            }

    rt.surveys["riattivazione"] = every_kind("consent")
    links = letter(launch_wave(rt, ["ada"]), "ada").links()
    before = rows()
    for link in links:
        for look in (reader.head, reader.get, reader.options, reader.get):
            assert look(link, headers={"User-Agent": "LinkScan/3.1"}).status_code == 200, link
    assert rows() == before
