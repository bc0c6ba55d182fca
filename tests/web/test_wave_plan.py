"""A marketer makes a wave by form or file, looks at its plan, and launches it once."""

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import func, select
from werkzeug.test import TestResponse

from app import runtime
from app.contacts import consent
from app.contacts.models import ConsentState, Contact
from app.runtime import Runtime
from app.waves.definition import from_source, parse
from app.waves.models import Wave
from tests.web.conftest import LogIn, token

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FILE = """\
name: Da file
survey: riattivazione
segment: {company: [Prova Srl]}
control: 0
steps:
  - {name: invite, channels: [email]}
"""


def people(rt: Runtime, count: int) -> None:
    now = rt.now()
    with runtime.session() as db:
        made = [
            Contact(
                email=f"p{number}@ditta.example",
                email_key=f"p{number}@ditta.example",
                first_name="Ada" if number else "Mariantonietta",
                company="Prova Srl",
                language="it",
                created_at=now,
                updated_at=now,
            )
            for number in range(count)
        ]
        db.add_all(made)
        db.flush()
        for contact in made[:-2]:
            consent.record(
                db, contact.id, ["email"], ConsentState.GRANTED, at=now, recorded_at=now, source="import:crm"
            )


def send(client: FlaskClient, path: str, **form: Any) -> TestResponse:
    return client.post(path, data={"csrf": token(client.get("/waves/new")), **form})


def plain(page: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def waves() -> int:
    with runtime.reading() as db:
        return db.exec(select(func.count()).select_from(Wave)).one()


def of_plan(page: TestResponse) -> dict[str, str]:
    """What the plan's launch form sends along."""
    found = re.search(r'name="wave_id" value="([^"]+)"', page.text)
    assert found
    return {"wave_id": found[1], "text": FILE}


def text_of(page: TestResponse) -> str:
    """The wave file that the plan shows."""
    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page.text, re.S)
    assert found
    return html.unescape(found[1])


def test_a_file_is_planned_and_launched_once(as_role: LogIn, rt: Runtime) -> None:
    people(rt, 12)
    client = as_role("marketer")
    assert "/waves/new" in client.get("/").text
    page = send(client, "/waves/new", do="file", text=FILE)
    assert page.status_code == 200
    said = plain(page)
    assert "Selected 12" in said
    assert "No recorded consent 2" in said
    assert "There is no control group" in said
    assert "PUBLIC_URL is not https" in said
    assert "Mariantonietta" in said, "the longest name is shown"
    assert waves() == 0
    form = of_plan(page)
    first = send(client, "/waves/launch", **form)
    assert (first.status_code, first.location) == (303, f"/waves/{form['wave_id']}")
    assert send(client, "/waves/launch", **form).location == first.location
    assert waves() == 1
    again = send(client, "/waves/new", do="file", text=FILE)
    assert "The same file was launched on" in plain(again)
    refused = send(client, "/waves/launch", **of_plan(again))
    assert refused.status_code == 422
    assert "tick the box" in plain(refused)
    assert send(client, "/waves/launch", again="yes", **of_plan(again)).status_code == 303
    assert waves() == 2


def test_many_contacts_are_launched_to_by_typing_their_number(as_role: LogIn, rt: Runtime) -> None:
    people(rt, 1_001)
    client = as_role("marketer")
    page = send(client, "/waves/new", do="file", text=FILE)
    form = of_plan(page)
    for typed in ("", "999", "mille"):
        answer = send(client, "/waves/launch", number=typed, **form)
        assert answer.status_code == 422
        assert "Type the number of selected contacts: 1,001" in plain(answer)
    assert waves() == 0
    assert send(client, "/waves/launch", number="1.001", **form).status_code == 303


def test_the_form_is_a_file_too(as_role: LogIn, rt: Runtime) -> None:
    people(rt, 3)
    client = as_role("marketer")
    form = {
        "do": "form",
        "name": "Autunno",
        "survey": "riattivazione",
        "segment": "",
        "order": "sms, email",
        "sms": "link",
        "control": "15",
        "reminder": "4",
        "last_call": "",
        "opens": "10:00",
        "closes": "18:30",
        "days": ["mon", "tue"],
        "holidays": "skip",
        "per_hour": "500",
        "rest": "30",
        "budget": "99,50",
        "currency": "EUR",
        "bounces": "4,5",
    }
    page = send(client, "/waves/new", **form)
    assert page.status_code == 200, plain(page)
    assert "Nobody would be written to" in plain(page), "nobody is dormant here"
    kept = send(client, "/waves/file", text=text_of(page))
    assert 'filename="wave.yaml"' in kept.headers["Content-Disposition"]
    read = parse(kept.text, "wave.yaml")
    assert [(step.name, step.by_link) for step in read.steps] == [("invite", True), ("reminder", True)]
    assert (read.control, read.days, read.skip_holidays) == (15, frozenset({0, 1}), True)
    assert (read.pace.per_hour, read.rest.days, read.brakes.bounces) == (500, 30, 4.5)
    assert str(read.budget and read.budget.amount) == "99.50"


@pytest.mark.parametrize(
    ("given", "trigger"),
    [
        (
            {"when": "did", "did": "page_view", "page": "/prezzi*", "wait": "2", "again_after": "90"},
            ({"what": "page_view", "page": "/prezzi*"}, None, 2, 90),
        ),
        ({"when": "quiet", "did": "purchase", "quiet_for": "60", "page": ""}, ("purchase", 60, 0, None)),
    ],
)
def test_the_form_makes_an_automation(
    as_role: LogIn, rt: Runtime, given: dict[str, str], trigger: tuple[Any, ...]
) -> None:
    people(rt, 2)
    client = as_role("marketer")
    form = {"do": "form", "name": "Prezzi", "survey": "riattivazione", "order": "email", "control": "0"}
    hours = {"opens": "00:00", "closes": "24:00", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}
    page = send(client, "/waves/new", **form, **hours, **given)
    assert page.status_code == 200, plain(page)
    assert "They enter with" in plain(page)
    assert send(client, "/waves/launch", **{**of_plan(page), "text": text_of(page)}).status_code == 303
    with runtime.reading() as db:
        read = from_source(db.exec(select(Wave)).one().definition).trigger
    assert read is not None
    quiet_for, again_after = (span and span.days for span in (read.quiet_for, read.again_after))
    assert (read.did, quiet_for, read.wait.days, again_after) == trigger


def test_everything_that_is_wrong_is_said_at_once(as_role: LogIn, rt: Runtime) -> None:
    client = as_role("marketer")
    page = send(
        client, "/waves/new", do="file", text=FILE.replace("control: 0", "control: lots\nsurprise: yes")
    )
    assert page.status_code == 422
    said = plain(page)
    assert "Line 4" in said
    assert "Line 5" in said
    assert "surprise" in said
    form = send(
        client, "/waves/new", do="form", name="", order="email", control="x", opens="9", closes="18:00"
    )
    assert form.status_code == 422
    assert "things to mend" in plain(form)
    assert 'value="x"' in form.text, "what was typed is still there"
    for broken in (
        "",
        "a: [",
        "survey: nothing",
        "name: x\nsurvey: none\nsegment: Nobody\nsteps: [{name: invite}]\n",
    ):
        assert send(client, "/waves/new", do="file", text=broken).status_code == 422


def test_who_may_only_look_makes_no_wave(as_role: LogIn, rt: Runtime) -> None:
    client = as_role("viewer")
    assert "/waves/new" not in client.get("/").text
    assert client.get("/waves/new").status_code == 403
    form = {"csrf": token(client.get("/")), "text": FILE, "do": "file"}
    for path in ("/waves/new", "/waves/launch", "/waves/file"):
        assert client.post(path, data=form).status_code == 403


def test_it_is_said_in_italian(as_role: LogIn, rt: Runtime) -> None:
    people(rt, 4)
    client = as_role("marketer")
    client.set_cookie("language", "it")
    assert "Mostra il piano" in client.get("/waves/new").text
    said = plain(send(client, "/waves/new", do="file", text=FILE))
    assert "Da guardare prima" in said
    assert "Non c’è un gruppo di controllo" in said
