"""An automation on the pages and at the command line: planned from its file, in words, launched, marked, ended."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlmodel import select

from app import runtime
from app.cli.main import main
from app.contacts.models import Contact
from app.engagement.models import Kind
from app.engagement.record import record_many
from app.engagement.words import grade_of
from app.runtime import Runtime
from app.waves import definition, entering, repeat
from app.waves.models import Arm, Wave
from tests.never_twice.story import somebody
from tests.paths import ROOT
from tests.web.conftest import LogIn
from tests.web.test_wave_plan import plain, send

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("automation-*.yaml"))
FILE = """\
name: Ha guardato i prezzi
survey: riattivazione
segment: {email: {known: true}}
control: 0
trigger:
  did: {what: page_view, page: "/prezzi*"}
  wait: 2 days
  unless: {did: purchase}
  again_after: 90 days
steps:
  - {name: invite, channels: [email]}
"""


def saw(who: Contact, days_ago: int, kind: Kind = Kind.PAGE_VIEW, page: str = "/prezzi") -> None:
    at = runtime.now() - timedelta(days=days_ago)
    row = {"contact_id": who.id, "kind": kind, "grade": grade_of(kind), "at": at, "source": "sito"}
    with runtime.session() as db:
        record_many(db, [row | {"detail": page, "dedupe_key": f"{who.id}:{days_ago}:{kind}"}])


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: str(file.stem))
def test_the_examples_are_good(rt: Runtime, file: Path) -> None:
    made = definition.load(file)
    assert made.trigger is not None
    assert all(step.words in rt.surveys[made.survey].emails for step in made.steps)


def test_from_the_plan_to_the_page_of_an_automation(rt: Runtime, as_role: LogIn) -> None:
    ada, old, bought = somebody(), somebody(), somebody()
    saw(ada, 10)
    saw(old, 40)
    saw(bought, 10)
    saw(bought, 9, Kind.PURCHASE)
    client = as_role("marketer")
    shown = send(client, "/waves/new", do="file", text=FILE)
    assert shown.status_code == 200, plain(shown)
    words = plain(shown)
    assert "Viewed a page (page: /prezzi*)" in words
    assert "2 days later" in words
    assert "would have entered in the last 30 days" in words
    assert "What the automation excepts was so 1" in words
    assert "Selected 2" in words, "not who saw it so long ago"
    wave_id = shown.text.split('name="wave_id" value="')[1].split('"')[0]
    assert send(client, "/waves/launch", text=FILE, wave_id=wave_id).status_code == 303
    saw(ada, 0)
    with runtime.session() as db:
        entering.look(db, wave_id, now=runtime.now())
    assert "Automation" in plain(client.get("/"))
    page = plain(client.get(f"/waves/{wave_id}"))
    assert "1 person has entered and waits for the first message." in page
    assert "90 days later at the earliest" in page
    assert send(client, f"/waves/{wave_id}/end-repeat").status_code == 303
    assert "Nobody enters this edition any more" in plain(client.get(f"/waves/{wave_id}"))


def test_from_the_command_line(rt: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", rt.settings.database)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    file = tmp_path / "prezzi.yaml"
    file.write_text(FILE)
    ada = somebody()
    saw(ada, 3)

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["waves", *words])
        assert done.exit_code == 0, done.output
        return done.output

    said = run("plan", str(file))
    assert "They enter with: Viewed a page (page: /prezzi*)" in said
    assert json.loads(run("plan", str(file), "--json"))["selected"] == 1
    wave_id = json.loads(run("launch", str(file), "--json"))["wave_id"]
    figures = json.loads(run("status", wave_id, "--json"))
    assert (figures["selected"], figures["entered"], figures["trigger"]["wait"]) == (0, 0, "2 days")
    with runtime.reading() as db:
        first = db.exec(select(Wave)).one()
        assert first.next_at is not None
        begins = first.next_at
    with runtime.session() as db:
        second = repeat.begin(db, rt, wave_id, now=begins)
        assert second is not None
        second_id = second.id
    run("pause", second_id)
    states = [json.loads(run("status", one, "--json"))["state"] for one in (wave_id, second_id)]
    assert states == ["paused", "paused"], "held as a whole"
    run("cancel", wave_id, "--yes")
    assert json.loads(run("status", second_id, "--json"))["state"] == "canceled"
    assert Arm.ENTERED in json.loads(run("status", second_id, "--json"))
