"""A program brings contacts in: a file that is imported, reported and undone, or a list taken at once."""

import gzip
import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from sqlmodel import func, select
from werkzeug.test import TestResponse

from app import runtime
from app.accounts import tokens
from app.contacts import jobs
from app.contacts.models import Contact, ContactImport
from app.db import new_id
from app.dossier import jobs as dossier_jobs
from app.factory import create_app
from app.runtime import Runtime

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FILE = """id,email,nome,cognome,azienda,consenso email
1,ada@rossi.example.it,Ada,Rossi,Rossi srl,si
2,ugo@bianchi.example.it,Ugo,Bianchi,=1+1,no
3,,Eva,Neri,Neri,si
"""
Call = Callable[..., TestResponse]


@pytest.fixture
def call(rt: Runtime) -> Call:
    """Call as a marketer's program; every answer must be as the API's own description says."""
    with runtime.session() as db:
        secret = tokens.issue(db, "crm", "marketer", rt.now())
    client: FlaskClient = create_app(rt).test_client()
    described = client.get("/api/v1/openapi.json").get_json()["paths"]

    def make(method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {secret}"} | more.pop("headers", {})
        form = more.get("content_type") == "multipart/form-data"
        data = body if form or isinstance(body, bytes | None) else json.dumps(body).encode()
        answer = client.open(f"/api/v1{path}", method=method, data=data, headers=headers, **more)
        named = re.sub(r"[0-9a-f-]{36}", "{import_id}", path.partition("?")[0])
        [content] = described[named][method.lower()]["responses"][str(answer.status_code)]["content"].items()
        assert answer.mimetype == content[0]
        if answer.is_json:
            Draft202012Validator(content[1]["schema"]).validate(answer.get_json())
        return answer

    return make


def post(call: Call, body: bytes, query: str = "source=crm", kind: str = "text/csv") -> TestResponse:
    return call("POST", f"/imports?{query}", body, content_type=kind)


def people() -> int:
    with runtime.reading() as db:
        return db.exec(select(func.count()).select_from(Contact)).one()


def test_a_file_is_imported_reported_and_undone(call: Call) -> None:
    dry = post(call, FILE.encode(), "source=crm&dry_run=true").get_json()
    assert (dry["created"], dry["rejected"], dry["may_email"], dry["complete"]) == (2, 1, 1, True)
    assert dry["rejects"][0]["line"] == "4"
    assert dry["columns"]["cognome"] == "last_name"
    assert call("GET", "/imports").get_json() == {"imports": [], "next": None}
    sent = post(call, gzip.compress(FILE.encode()), kind="application/gzip")
    assert sent.status_code == 202
    assert sent.get_json()["state"] == "waiting"
    path = sent.location.removeprefix("/api/v1")
    jobs.bring(sent.get_json()["id"])
    done = call("GET", path).get_json()
    assert {name: done[name] for name in ("state", "rows", "created", "rejected", "warnings", "may_email")} == {
        "state": "done", "rows": 3, "created": 2, "rejected": 1, "warnings": 0, "may_email": 1,
    }  # fmt: skip
    rejects = call("GET", done["rejects_url"].removeprefix("/api/v1")).data.decode("utf-8-sig").splitlines()
    assert rejects == [
        "riattiva_line,riattiva_field,riattiva_value,riattiva_reason,riattiva_source,id,email,nome,cognome,azienda,"
        "consenso email",
        "4,email,,no email address and no phone number,crm,3,,Eva,Neri,Neri,si",
    ]
    again = post(call, FILE.encode())
    jobs.bring(again.get_json()["id"])
    assert call("GET", again.location.removeprefix("/api/v1")).get_json()["unchanged"] == 2
    assert call("POST", f"{path}/undo").status_code == 202
    dossier_jobs.undo_import(done["id"], "token:x")
    assert call("GET", path).get_json()["state"] == "undone"
    assert call("POST", f"{path}/undo").status_code == 409
    assert call("POST", f"{path}/confirm").status_code == 409


@ON_SQLITE
def test_a_file_waits_for_a_word_and_pages_lead_on(call: Call) -> None:
    held = post(call, FILE.encode(), "filename=clienti.csv&confirm=false").get_json()
    assert (held["state"], held["source"], held["expected"]) == ("planned", "clienti", None)
    form = {"file": (BytesIO(FILE.encode()), "altri.csv")}
    assert (
        call("POST", "/imports?confirm=0", form, content_type="multipart/form-data").get_json()["source"]
        == "altri"
    )
    assert call("POST", f"/imports/{held['id']}/confirm").get_json()["expected"] == 3
    first = call("GET", "/imports?limit=1").get_json()
    assert first["imports"][0]["file"] == "altri.csv"
    following = call("GET", first["next"].removeprefix("/api/v1")).get_json()
    assert ([one["id"] for one in following["imports"]], following["next"]) == ([held["id"]], None)


@ON_SQLITE
def test_what_cannot_be_taken_is_refused_in_words(call: Call) -> None:
    for body, query, kind, status, said in (
        (b"", "source=crm", "text/csv", 400, "empty"),
        (b"a;b\n1;2", "source=crm", "text/csv", 400, "no column holds an email address"),
        (b'[{"email": "a@b.it"}]', "source=crm", "application/json", 400, "JSON"),
        (FILE.encode(), "", "text/csv", 400, "?source=NAME"),
        (FILE.encode(), "source=crm&dry_run=maybe", "text/csv", 400, "dry_run is true or false"),
        (FILE.encode(), "source=crm&country=Italy", "text/csv", 400, "no country code"),
        (FILE.encode(), "source=crm", "application/x-www-form-urlencoded", 415, "--data-binary"),
    ):
        answer = post(call, body, query, kind)
        assert (answer.status_code, said in answer.get_json()["detail"]) == (status, True), answer.get_json()
    for path in ("", "/rejects"):
        assert call("GET", f"/imports/{new_id()}{path}").status_code == 404
    for verb in ("confirm", "undo"):
        assert call("POST", f"/imports/{new_id()}/{verb}").status_code == 404
    for method, path in (("POST", "/imports"), ("POST", "/contacts?source=a"), ("GET", "/imports")):
        assert call(method, path, b"", headers={"Authorization": "Bearer no"}).status_code == 401
    with runtime.reading() as db:
        assert db.exec(select(ContactImport)).all() == []


def test_a_list_is_taken_at_once_and_problems_are_named_by_index(call: Call) -> None:
    items = [
        {"id": "1", "email": "ada@rossi.example.it", "first_name": "Ada\u2028\n\x00", "consent_email": "yes"},
        7,
        {"id": "2", "email": "no address"},
        {"id": "3", "email": "ugo@bianchi.example.it", "phone": "abc", "properties": {"settore": "tessile"}},
        {},
    ]
    answer = call("POST", "/contacts?source=crm", items, content_type="application/json")
    told = answer.get_json()
    assert {name: told[name] for name in ("rows", "created", "rejected")} == {
        "rows": 5,
        "created": 2,
        "rejected": 3,
    }
    assert [(one["index"], one["rejected"]) for one in told["problems"]] == [
        (1, True), (2, True), (3, False), (4, True),
    ]  # fmt: skip
    again = call(
        "POST", "/contacts?source=crm", {"contacts": items}, content_type="application/json"
    ).get_json()
    assert (again["unchanged"], again["created"], people()) == (2, 0, 2)
    call("POST", f"/imports/{told['import_id']}/undo")
    for missing in (items * 300, [], {}, "x", None):
        assert (
            call("POST", "/contacts?source=crm", missing, content_type="application/json").status_code == 400
        )
    assert call("POST", "/contacts", items, content_type="application/json").status_code == 400
    nested = '{"a":' * 700 + "1" + "}" * 700
    lines = f'{{"email": "a@b.it"}}\n{{"email": "c@d.it", "x": [{nested}]}}\n'.encode()
    assert post(call, lines, "source=crm&dry_run=1", "application/x-ndjson").get_json()["rejected"] == 1
    deep = b"[" * 100_000
    assert call("POST", "/contacts?source=crm", deep, content_type="application/json").status_code == 400


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CONTACT = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from(["ada@ditta.example", "\ud800@x.example", "a\x00@b.example", ""]) | ANYTHING,
        "phone": st.sampled_from(["+39347000111", "\udfff"]) | ANYTHING,
        "consent_email": st.sampled_from(["yes", "unsubscribed"]) | ANYTHING,
        "x": ANYTHING,
    },
)


@ON_SQLITE
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(items=st.lists(CONTACT | ANYTHING, max_size=3))
def test_whatever_is_sent_the_answer_says_what_became_of_it(
    rt: Runtime, call: Call, items: list[Any]
) -> None:
    answer = call("POST", "/contacts?source=crm", items, content_type="application/json")
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        told = answer.get_json()
        assert told["rows"] == len(items)
        assert sum(told[n] for n in ("created", "updated", "merged", "unchanged", "rejected")) == len(items)
