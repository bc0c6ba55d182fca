"""The review list: both records, why, and the two buttons; and the list that undoes."""

import re

import pytest

from app import runtime
from app.contacts import doubles
from app.contacts.models import Contact
from app.db import new_id
from app.dossier.settle import settle
from app.runtime import Runtime
from tests.web.conftest import LogIn, token

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def two(company: str) -> tuple[str, str]:
    now, ids = runtime.now(), (new_id(), new_id())
    with runtime.session() as db:
        for id_, last in zip(ids, ("Bruni <b>", "Brunini <b>"), strict=True):
            email = f"{id_[-6:]}@{last[:6].lower()}.it"
            db.add(
                Contact(
                    id=id_, first_name="Ada", last_name=last, company=company, email=email, email_key=email,
                    attributes={"settore": last}, created_at=now, updated_at=now,
                )
            )  # fmt: skip
    settle(runtime.session, hash_key="k" * 32, now=now)
    return ids


def test_a_marketer_decides_and_undoes(rt: Runtime, as_role: LogIn) -> None:
    ada, other = two("Bruni Srl")
    client = as_role("marketer")
    assert 'href="/contacts/doubles"' in client.get("/contacts").text
    page = client.get("/contacts/doubles")
    assert "1 pair to look at." in page.text
    assert "Same company: Bruni Srl" in page.text
    assert '<tr class="differs"><th scope="row">Last name' in page.text
    assert "<b>" not in page.text.replace("<b>A", "")
    (action,) = re.findall(r'action="(/contacts/doubles/[^"]+)"', page.text)
    done = client.post(action, data={"csrf": token(page), "decision": "merge"}, follow_redirects=True)
    assert "Nothing to look at" in done.text
    assert client.get(f"/contacts/{other}").headers["Location"].endswith(ada)
    merges = client.get("/contacts/merges")
    assert "Last name Brunini &lt;b&gt;" in merges.text, "what was not kept, by name"
    (undo,) = re.findall(r'action="(/contacts/merges/[^"]+/undo)"', merges.text)
    again = client.post(undo, data={"csrf": token(merges)}, follow_redirects=True)
    assert "They are two contacts again." in again.text
    assert "Undone" in again.text
    assert client.get(f"/contacts/{other}").status_code == 200
    assert client.post(undo, data={"csrf": token(merges)}).status_code == 303, "too late, and said so"


def test_two_people_are_never_asked_about_again_and_a_viewer_only_looks(rt: Runtime, as_role: LogIn) -> None:
    two("Bruni Srl")
    with runtime.reading() as db:
        (pair,) = doubles.listed(db)
    viewer = as_role("viewer")
    page = viewer.get("/contacts/doubles")
    form = {"csrf": token(page), "decision": "reject"}
    assert viewer.post(f"/contacts/doubles/{pair.id}", data=form).status_code == 403
    marketer = as_role("marketer")
    form["csrf"] = token(marketer.get("/contacts/doubles"))
    assert marketer.post(f"/contacts/doubles/{pair.id}", data=form | {"decision": "?"}).status_code == 400
    assert marketer.post(f"/contacts/doubles/{pair.id}", data=form).status_code == 303
    settle(runtime.session, hash_key="k" * 32, now=runtime.now())
    assert "Nothing to look at" in marketer.get("/contacts/doubles").text
    assert marketer.get("/contacts/doubles?after=x~y").status_code == 400
