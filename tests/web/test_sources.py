"""Signing a declaration on the page: an admin may, what was typed is not lost, and it can be withdrawn."""

from pathlib import Path

import pytest

from app import runtime
from app.contacts.models import Declaration
from app.runtime import Runtime
from tests.contacts.importing import bring
from tests.contacts.test_consent import FILE, STATEMENT, states
from tests.web.conftest import LogIn, token

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_page_takes_a_signature_and_gives_it_back(rt: Runtime, tmp_path: Path, as_role: LogIn) -> None:
    bring(tmp_path, FILE)
    admin = as_role("admin")
    shown = admin.get("/contacts/sources")
    form = {"csrf": token(shown), "source": "gestionale", "statement": STATEMENT, "basis": "consent"}
    assert admin.post("/contacts/sources", data={**form, "csrf": "x", "by": "Maria Bo"}).status_code == 403
    refused = admin.post("/contacts/sources", data={**form, "by": ""})
    assert refused.status_code == 400
    assert STATEMENT in refused.text, "what was typed is not lost"
    assert states()["boh@uno.example"] == "unknown"
    assert admin.post("/contacts/sources", data={**form, "by": "Maria Bo"}).status_code == 303
    assert states()["boh@uno.example"] == "granted"
    assert STATEMENT in admin.get("/contacts/sources").text
    with runtime.reading() as db:
        made = db.query(Declaration).one()
    assert (made.signed_by, made.contacts) == ("Maria Bo", 1)
    withdrawn = admin.post(f"/contacts/sources/{made.id}/withdraw", data={"csrf": form["csrf"]})
    assert withdrawn.status_code == 303
    assert states()["boh@uno.example"] == "unknown"


def test_a_marketer_may_look_and_not_sign(rt: Runtime, tmp_path: Path, as_role: LogIn) -> None:
    bring(tmp_path, FILE)
    marketer = as_role("marketer")
    shown = marketer.get("/contacts/sources")
    assert "gestionale" in shown.text
    assert "<textarea" not in shown.text
    form = {
        "csrf": token(shown),
        "source": "gestionale",
        "statement": STATEMENT,
        "by": "X",
        "basis": "consent",
    }
    assert marketer.post("/contacts/sources", data=form).status_code == 403
    assert states()["boh@uno.example"] == "unknown"
