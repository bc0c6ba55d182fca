"""What a marketer reads on the pages of waves, and what the three buttons do for whom."""

import re

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, func, select

from app import runtime
from app.accounts import users
from app.messages.models import GroupState, Message, MessageGroup, State
from app.waves.models import Wave, WaveState
from tests.web.conftest import LogIn, add_user, log_in, token
from tests.web.story import Story

# What the door does is the same on every engine; the reads behind it are tested on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def press(client: FlaskClient, story: Story, verb: str) -> int:
    form = {"csrf": token(client.get("/"))}
    return client.post(f"/waves/{story.wave_id}/{verb}", data=form).status_code


def state(story: Story) -> str:
    with runtime.reading() as db:
        return db.get_one(Wave, story.wave_id).state


def test_an_empty_installation_says_how_to_begin(as_role: LogIn) -> None:
    page = as_role("viewer").get("/").text
    assert "riattiva waves launch FILE" in page
    assert "riattiva demo" in page


def test_the_list_shows_each_wave_in_figures(as_role: LogIn, story: Story) -> None:
    page = as_role("viewer").get("/").text
    assert "Riattivazione d’autunno: clienti fermi da un anno" in page
    figures = dict(re.findall(r"<dt>(?:<abbr[^>]*>)?([\w-]+)(?:</abbr>)?</dt><dd[^>]*>([^<]+)</dd>", page))
    assert figures == {
        "Sent": "42",
        "Delivered": "42",
        "Answered": "6",
        "NPS": "0",
        "Re-engaged": "4",
        "Removable": "1",
    }
    assert "50 of 57 messages out" in page


def test_older_waves_are_one_click_away(as_role: LogIn, story: Story) -> None:
    with runtime.session() as db:
        first = db.get_one(Wave, story.wave_id)
        for number in range(25):
            made = Wave(
                name=f"Ondata {number}",
                definition={},
                survey_version=first.survey_version,
                launched_by="system",
                launched_at=first.launched_at,
            )
            db.add(MessageGroup(id=made.id))
            db.flush()
            db.add(made)
    client = as_role("viewer")
    page = client.get("/").text
    assert "Ondata 24" in page
    assert "Riattivazione d’autunno" not in page
    more = re.search(r'href="(/\?show=\d+)"', page)
    assert more
    assert "Riattivazione d’autunno" in client.get(more[1]).text


def test_a_waves_page_says_all_figures_in_text(as_role: LogIn, story: Story) -> None:
    page = as_role("viewer").get(f"/waves/{story.wave_id}").text
    plain = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Selected people 68" in plain
    assert "Written to people 57 83.8%" in plain
    assert "Answered people 6 10.5%" in plain
    assert "Asked not to be written to 3" in plain
    assert "Score Count 0 0 1 0 2 1 3 1 4 0" in plain, "the histogram also stands in a table"
    assert "Detractors 2 Passives 2 Promoters 2" in plain
    assert "Assistenza rapidissima" in plain


def test_the_live_part_is_a_fragment_and_needs_a_log_in(
    as_role: LogIn, visitor: FlaskClient, story: Story
) -> None:
    assert visitor.get(f"/waves/{story.wave_id}/live").status_code == 401
    fragment = as_role("viewer").get(f"/waves/{story.wave_id}/live").text
    assert "<html" not in fragment
    assert 'data-state="running"' in fragment


def test_a_marketer_pauses_resumes_and_cancels(as_role: LogIn, story: Story) -> None:
    client = as_role("marketer")
    assert press(client, story, "pause") == 303
    with runtime.reading() as db:
        assert db.get_one(MessageGroup, story.wave_id).state == GroupState.PAUSED
    assert "paused by hand" in client.get(f"/waves/{story.wave_id}").text
    assert press(client, story, "resume") == 303
    assert state(story) == WaveState.RUNNING
    assert press(client, story, "cancel") == 303
    assert state(story) == WaveState.CANCELED
    with runtime.reading() as db:
        counted = select(func.count()).select_from(Message).where(col(Message.state) == State.QUEUED)
        assert db.exec(counted).one() == 0, "what had not left is taken back"
    assert "/pause" not in client.get(f"/waves/{story.wave_id}").text


def test_pressing_too_late_shows_how_things_stand(as_role: LogIn, story: Story) -> None:
    client = as_role("admin")
    page = f"http://localhost/waves/{story.wave_id}"
    form = {"csrf": token(client.get("/"))}
    answer = client.post(f"/waves/{story.wave_id}/resume", data=form, headers={"Referer": page})
    assert answer.location == f"/waves/{story.wave_id}"
    assert "Meanwhile the state has changed" in client.get(answer.location).text


def test_a_viewer_only_looks(as_role: LogIn, story: Story) -> None:
    client = as_role("viewer")
    page = client.get(f"/waves/{story.wave_id}").text
    for verb in ("pause", "resume", "cancel"):
        assert f"/{verb}" not in page
        assert press(client, story, verb) == 403
    assert state(story) == WaveState.RUNNING


def test_a_forged_button_does_nothing(as_role: LogIn, story: Story) -> None:
    client = as_role("marketer")
    assert client.post(f"/waves/{story.wave_id}/cancel").status_code == 403
    assert client.post(f"/waves/{story.wave_id}/cancel", data={"csrf": "x"}).status_code == 403
    assert state(story) == WaveState.RUNNING


def test_a_role_taken_away_counts_at_once(visitor: FlaskClient, story: Story) -> None:
    user_id = add_user("anna@example.com", "marketer")
    log_in(visitor, "anna@example.com")
    with runtime.session() as db:
        kept = users.find(db, user_id)
        assert kept
        db.delete(kept)
    form = {"csrf": token(visitor.get("/login"))}
    answer = visitor.post(f"/waves/{story.wave_id}/pause", data=form)
    assert answer.location.startswith("/login")
    assert state(story) == WaveState.RUNNING


def test_a_database_that_fails_is_a_page_too(as_role: LogIn, story: Story) -> None:
    client = as_role("viewer")
    with runtime.session() as db:
        db.connection().exec_driver_sql("ALTER TABLE wave_members RENAME TO moved_away")
    answer = client.get(f"/waves/{story.wave_id}")
    assert answer.status_code == 503
    assert "Please try again in a moment" in answer.text
    assert "wave_members" not in answer.text


def test_what_does_not_exist_is_a_page_not_a_traceback(as_role: LogIn) -> None:
    client = as_role("marketer")
    form = {"csrf": token(client.get("/"))}
    for wrong in ("01900000-0000-7000-8000-000000000000", "x", "1' OR 1=1", "%00"):
        for path in (f"/waves/{wrong}", f"/contacts/{wrong}", f"/waves/{wrong}/live"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert "There is nothing at this address" in answer.text
        assert client.post(f"/waves/{wrong}/pause", data=form).status_code == 404
