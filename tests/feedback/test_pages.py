"""What the marketer sees and says: the doubtful replies, the contact's opinion and alerts, the command."""

import json
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlmodel import col, select

from app import runtime
from app.cli.main import main
from app.db import settle
from app.feedback import record as feedback
from app.feedback.models import SentimentReading
from app.intake.alerts import alert
from app.language.reading import read
from app.runtime import Runtime
from tests.never_twice.story import says, somebody, under_way
from tests.web.conftest import LogIn, as_role, token, visitor

__all__ = ["as_role", "visitor"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def doubtful(rt: Runtime, many: int) -> list[str]:
    """So many doubtful replies of one person; their texts, oldest first."""
    ada, texts = somebody(), [f"mah, insomma {number:02d}" for number in range(many)]
    with runtime.session() as db:
        for number, text in enumerate(texts):
            feedback.sentiment(
                db, ada.id, read(text, lang="it"), text=text, source="sms", source_key=str(number), at=rt.now()
            )  # fmt: skip
        settle(db)
        for row in db.exec(select(SentimentReading)):
            row.needs_review = True
            db.add(row)
    return texts


def quoted(page: str) -> list[str]:
    return re.findall(r"<blockquote>([^<]+)</blockquote>", page)


def say(client: FlaskClient, path: str, reading: int, label: str, **more: str) -> int:
    form = {"csrf": token(client.get(path)), "label": label, "next": path} | more
    return client.post(f"/feedback/{reading}", data=form).status_code


def test_doubtful_replies_are_listed_newest_first_and_settled_with_one_button(
    rt: Runtime, as_role: LogIn
) -> None:
    texts = doubtful(rt, 27)
    client = as_role("marketer")
    first = client.get("/feedback").text
    assert quoted(first) == texts[:1:-1]
    assert "27 replies" in first
    more = re.search(r'href="(/feedback\?before=\d+)" rel="next"', first)
    assert more
    assert quoted(client.get(more[1]).text) == texts[1::-1]
    with runtime.reading() as db:
        ids = db.exec(select(SentimentReading.id).order_by(col(SentimentReading.id))).all()
    newest = int(ids[-1] or 0)
    assert say(client, "/feedback", newest, "positive") == 303
    assert quoted(client.get("/feedback").text)[0] == texts[-2]
    with runtime.reading() as db:
        held = db.get_one(SentimentReading, newest)
        assert (held.present_label, held.corrected_by) == ("positive", "user:marketer@example.com")
        assert held.label != "positive"


def test_a_doubtful_opt_out_is_told_to_be_a_stop_that_only_the_contact_lifts(
    rt: Runtime, as_role: LogIn
) -> None:
    doubtful(rt, 1)
    ada = somebody()
    under_way(rt, ada)
    says(ada, "no grazie lasciate stare")
    client = as_role("marketer")
    page = client.get("/feedback").text
    cards = page.split("<section")[1:]
    (stopped,) = [card for card in cards if "lasciate stare" in card]
    assert "Taken as a stop" in stopped
    assert "only the contact can lift it" in stopped
    assert f'href="/contacts/{ada.id}#consent"' in stopped
    assert page.count("Taken as a stop") == 1
    reading = re.search(r'action="/feedback/(\d+)"', stopped)
    assert reading
    assert say(client, "/feedback", int(reading[1]), "positive") == 303
    shown = client.get(f"/contacts/{ada.id}").text
    assert "Do not write" in shown
    assert "by writing START" in shown


def test_only_who_may_change_settles_and_only_with_their_own_form(rt: Runtime, as_role: LogIn) -> None:
    doubtful(rt, 1)
    client = as_role("viewer")
    page = client.get("/feedback")
    assert "<form" in page.text
    assert "/feedback/1" not in page.text
    assert say(client, "/feedback", 1, "negative") == 403
    assert client.post("/feedback/1", data={"label": "negative"}).status_code == 403
    with runtime.reading() as db:
        assert db.exec(select(SentimentReading)).one().corrected_at is None


def test_what_makes_no_sense_is_refused_kindly(rt: Runtime, as_role: LogIn) -> None:
    doubtful(rt, 1)
    client = as_role("marketer")
    assert say(client, "/feedback", 1, "splendid") == 400
    assert say(client, "/feedback", 99, "neutral") == 404
    assert client.get("/feedback?before=x").status_code == 400
    assert say(client, "/feedback", 1, "neutral", next="//evil.example") == 303


def test_the_contacts_page_and_command_tell_rating_trend_and_alerts(rt: Runtime, as_role: LogIn) -> None:
    ada = somebody()
    with runtime.session() as db:
        at = rt.now() - timedelta(days=60)
        feedback.rating(db, ada.id, kind="nps", value=9, source="web", source_key="before", at=at)
    under_way(rt, ada)
    says(ada, "3")
    says(ada, "La consegna è arrivata tardi e rotta, un disastro")
    with runtime.session() as db:
        alert(db, ada.id, "a_reason_of_a_survey", at=rt.now(), conversation="x")
    client = as_role("marketer")
    page = client.get(f"/contacts/{ada.id}").text
    for words in (
        "Detractor",
        "Declining",
        "from 9 to 3",
        "Gave a low rating",
        "a reason of a survey",
        "9, 3",
    ):
        assert words in page, words
    reading = re.search(r'action="/feedback/(\d+)"', page)
    assert reading
    assert say(client, f"/contacts/{ada.id}", int(reading[1]), "neutral") == 303
    told = CliRunner().invoke(
        main, ["contacts", "show", str(ada.email), "--json"],
        env={"DATA_DIR": str(rt.settings.data_dir), "DATABASE_URL": rt.settings.database},
    )  # fmt: skip
    runtime.install(rt)
    known = json.loads(told.stdout)
    assert known["sentiment"] == "neutral"
    assert (known["rating"]["nps"], known["rating"]["nps_class"], known["rating"]["trend"]) == (
        3, "detractor", "declining",
    )  # fmt: skip
