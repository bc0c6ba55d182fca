"""What steers a running wave from its page and from the command line, and the kill switch on every page."""

import re

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlmodel import col, select

from app import runtime
from app.cli import commands
from app.db import table_of
from app.messages import halts
from app.messages.models import Message, MessageGroup, State, Tally
from app.runtime import Runtime
from app.waves.models import Wave, WaveState
from tests.web.conftest import LogIn, token
from tests.web.story import Story

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = {"code": "bounces", "share": 7.5, "of": 1200, "limit": 5.0}


def post(client: FlaskClient, path: str, **form: str) -> int:
    return client.post(path, data={"csrf": token(client.get("/")), **form}).status_code


@pytest.fixture
def page(story: Story) -> str:
    """The wave's path; its definition has the steps of a real one."""
    with runtime.session() as db:
        wave = db.get_one(Wave, story.wave_id)
        wave.definition = {
            "name": "Ondata",
            "survey": "riattivazione",
            "segment": {"dormancy": "dormant"},
            "steps": [{"name": "invite", "channels": ["email"]}],
        }
    return f"/waves/{story.wave_id}"


def test_a_marketer_changes_the_pace(as_role: LogIn, page: str, story: Story) -> None:
    client = as_role("marketer")
    assert post(client, f"{page}/pace", per_hour="500", per_day="") == 303
    assert (
        'name="per_hour" type="number" min="1" step="1" inputmode="numeric" value="500"'
        in client.get(page).text
    )
    assert post(client, f"{page}/pace", per_hour="-3") == 400
    assert post(client, f"{page}/pace", per_hour="presto") == 400
    with runtime.reading() as db:
        assert db.get_one(MessageGroup, story.wave_id).per_hour == 500


def test_a_marketer_stops_a_step(as_role: LogIn, page: str, story: Story) -> None:
    client = as_role("marketer")
    assert post(client, f"{page}/stop-step", step="invite") == 303
    assert "stopped" in client.get(page).text
    with runtime.reading() as db:
        assert State.QUEUED not in db.scalars(select(Message.state).where(Message.step == "invite")).all()


def test_the_page_says_why_it_paused_and_which_domain_is_held(
    as_role: LogIn, page: str, story: Story
) -> None:
    with runtime.session() as db:
        wave = db.get_one(Wave, story.wave_id)
        wave.state, wave.why, wave.reason = WaveState.PAUSED, WHY, "in English"
        db.add(Tally(group_id=wave.id, domain="male.example", held_at=runtime.now(), why=WHY))
    client = as_role("marketer")
    said = client.get(page).text
    assert "7.5 % of 1,200 messages bounced; the limit is 5 %" in said
    assert "Nothing goes to male.example for now." in said
    assert post(client, f"{page}/resume", domain="male.example") == 303
    assert "male.example" not in client.get(page).text


def test_unconfirmed_messages_are_sent_again_by_whoever_knows(
    as_role: LogIn, page: str, story: Story
) -> None:
    with runtime.session() as db:
        one = db.scalars(select(Message.id).where(Message.step == "invite").limit(1)).one()
        here = update(table_of(Message)).where(col(Message.id) == one)
        values = {
            "state": State.UNCONFIRMED,
            "called_at": runtime.now(),
            "once_key": "k",
            "conversation_id": None,
        }
        db.execute(here.values(**values))
    client = as_role("marketer")
    assert "the same message twice" in client.get(f"{page}/unconfirmed").text
    assert post(client, f"{page}/unconfirmed") == 400
    assert post(client, f"{page}/unconfirmed", known="yes") == 303
    with runtime.reading() as db:
        assert len(db.scalars(select(Message.id).where(col(Message.once_key).like("k%"))).all()) == 2
    assert "Send them once more" not in client.get(f"{page}/unconfirmed").text


def test_a_viewer_steers_nothing(as_role: LogIn, page: str) -> None:
    client = as_role("viewer")
    for path in (f"{page}/pace", f"{page}/stop-step", f"{page}/unconfirmed", "/stop", "/stop/end"):
        assert post(client, path) == 403
    assert client.get("/stop").status_code == 403
    assert "Stop everything" not in client.get("/").text


def test_an_admin_stops_everything_and_every_page_says_so(as_role: LogIn, page: str) -> None:
    client = as_role("admin")
    assert "Stop everything" in client.get("/").text
    assert "Stop everything now" in client.get("/stop").text
    assert post(client, "/stop", answers="keep") == 303
    for path in ("/", page, "/contacts"):
        assert "Everything is stopped since" in client.get(path).text
    with runtime.reading() as db:
        halt = halts.present(db)
    assert halt is not None
    assert not halt.answers
    assert post(client, "/stop/end") == 303
    assert "Everything is stopped since" not in client.get("/").text


def test_the_same_by_command(rt: Runtime, page: str, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(rt.settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", rt.settings.database)

    def run(*words: str) -> str:
        done = CliRunner().invoke(commands, ["waves", *words])
        assert done.exit_code == 0, done.output
        return done.output

    assert re.search(r"per hour +40\n", run("pace", story.wave_id, "--per-hour", "40"))
    assert re.search(r"per hour +no limit", run("pace", story.wave_id, "--per-hour", "0"))
    assert "invite is stopped" in run("stop-step", story.wave_id, "invite", "--yes")
    assert "nobody is answered" in run("kill")
    assert "Everything is stopped since" in run("status", story.wave_id)
    assert "may leave again" in run("unkill")
    assert "None" in run("unconfirmed", story.wave_id)
    assert "0 messages" in run("resend-unconfirmed", story.wave_id)
