"""A program tells what contacts did elsewhere: all that can be read is kept, the rest is named, nothing breaks."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from sqlmodel import select
from werkzeug.test import TestResponse

from app import runtime
from app.accounts import tokens
from app.contacts import consent
from app.conversations.models import Conversation
from app.engagement.models import Interaction
from app.factory import create_app
from app.outcomes.models import Outcome
from app.runtime import Runtime
from tests.waves.small_wave import launch_wave

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/api/v1/interactions"
Tell = Callable[..., TestResponse]


@pytest.fixture
def client(rt: Runtime) -> FlaskClient:
    """A program that holds a marketer's token."""
    with runtime.session() as db:
        secret = tokens.issue(db, "crm", "marketer", rt.now())
    program = create_app(rt).test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return program


@pytest.fixture
def tell(client: FlaskClient) -> Tell:
    """Post these items; the answer must be as the API's own description says."""
    described = client.get("/api/v1/openapi.json").get_json()["paths"]["/interactions"]["post"]["responses"]

    def post(*items: Any, raw: str | None = None) -> TestResponse:
        body = raw if raw is not None else json.dumps({"interactions": items})
        answer = client.post(PATH, data=body.encode(), content_type="application/json")
        schema = described[str(answer.status_code)]["content"]["application/json"]["schema"]
        Draft202012Validator(schema).validate(answer.get_json())
        return answer

    return post


def login(email: str, **more: Any) -> dict[str, Any]:
    return {"email": email, "type": "login", "occurred_at": datetime.now(UTC).isoformat()} | more


def test_coming_back_unasked_reengages(rt: Runtime, tell: Tell) -> None:
    wave = launch_wave(rt, ["ada"], ["ugo"])
    ada, ugo = wave.contacts["ada"], wave.contacts["ugo"]
    later = (rt.now() + timedelta(minutes=1)).isoformat()
    items = [
        login(str(ada.email).upper(), occurred_at=later, type="acquisto", value="120.5"),
        login("", phone=ugo.phone, occurred_at=later),
    ]
    assert tell(*items).get_json() == {"added": 2, "unchanged": 0, "rejected": []}
    assert tell(*items).get_json() == {"added": 0, "unchanged": 2, "rejected": []}
    with runtime.reading() as db:
        for contact in (ada, ugo):
            outcome = db.get_one(Outcome, (wave.id, contact.id))
            assert (outcome.verdict, outcome.rule) == ("reengaged", "came_back_unasked")
        kept = sorted((one.kind, str(one.amount), one.currency) for one in db.exec(select(Interaction)))
    assert kept == [("login", "None", None), ("purchase", "120.50", "EUR")]


@ON_SQLITE
def test_lists_and_lines_ids_and_stops(rt: Runtime, tell: Tell) -> None:
    wave = launch_wave(rt, ["ada"], ["ugo"])
    email, at = str(wave.contacts["ada"].email), "2026-01-02T10:00:00Z"
    review = {
        "email": email,
        "type": "review",
        "at": at,
        "stars": 4,
        "text": "Bene",
        "id": 7,
        "source": "negozio",
    }
    buy = {"email": email, "type": "purchase", "at": at, "amount": "12.50", "currency": "chf", "id": "A"}
    sold_again = buy | {"id": "B"}
    lines = "\n".join(json.dumps(item) for item in (review, buy, sold_again)) + "\nno json\n"
    assert tell(raw=lines).get_json() == {
        "added": 3,
        "unchanged": 0,
        "rejected": [{"index": 3, "reason": "an interaction is an object"}],
    }
    assert tell(raw=json.dumps([review, buy])).get_json()["unchanged"] == 2
    stop = {"email": email, "type": "unsubscribe", "at": datetime.now(UTC).isoformat()}
    assert tell(stop, review | {"stars": 11, "id": 8}).get_json()["rejected"] == [
        {"index": 1, "reason": "stars must be from 0 to 10"}
    ]
    with runtime.reading() as db:
        kept = {
            (one.kind, str(one.amount), one.currency, one.detail, one.source)
            for one in db.exec(select(Interaction))
        }
        (conversation,) = db.exec(
            select(Conversation).where(Conversation.contact_id == wave.contacts["ada"].id)
        )
        assert consent.present(db, wave.contacts["ada"].id)["email"] == "withdrawn"
    assert ("review", "4.00", None, "Bene", "api:negozio") in kept
    assert ("purchase", "12.50", "CHF", "", "api") in kept
    assert conversation.state == "stopped"


@ON_SQLITE
def test_what_was_done_before_the_wave_reengages_nobody(rt: Runtime, tell: Tell) -> None:
    wave = launch_wave(rt, ["ada"])
    assert (
        tell(login(str(wave.contacts["ada"].email), occurred_at="2020-01-01T00:00:00Z")).get_json()["added"]
        == 1
    )
    with runtime.reading() as db:
        assert db.get_one(Outcome, (wave.id, wave.contacts["ada"].id)).verdict == "undecided"


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"email": ""}, "email or phone is missing"),
        ({"email": 7}, "email must be a text"),
        ({"type": "dance"}, "type: 'dance' is no kind of interaction"),
        ({"occurred_at": "2026-11-01T09:00:00"}, "occurred_at needs an offset"),
        ({"occurred_at": "yesterday"}, "'yesterday' is no ISO 8601 time"),
        ({"occurred_at": None}, "'' is no ISO 8601 time"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at lies in the future"),
        ({"value": "much"}, "value: 'much' is no number"),
        ({"value": float("nan")}, "value is out of range"),
        ({"value": float("-inf")}, "value is out of range"),
        ({"value": 10**30}, "value is out of range"),
        ({"value": "sNaN"}, "value is out of range"),
        ({"value": True}, "value: 'True' is no number"),
        ({"email": "nobody@ditta.example"}, "no contact has this address"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_kept(
    rt: Runtime, tell: Tell, change: dict[str, Any], reason: str
) -> None:
    email = str(launch_wave(rt, ["ada"]).contacts["ada"].email)
    answer = tell(login(email), login(email) | change, login(email, type="review", value=5))
    assert (answer.status_code, answer.get_json()["added"]) == (200, 2)
    [rejected] = answer.get_json()["rejected"]
    assert rejected["index"] == 1
    assert reason in rejected["reason"]


@ON_SQLITE
def test_when_nothing_can_be_read_the_call_is_wrong(tell: Tell) -> None:
    answer = tell({"email": "a@b.example"}, 7, [])
    assert answer.status_code == 400
    assert [one["index"] for one in answer.get_json()["rejected"]] == [0, 1, 2]
    for raw in (
        "",
        "no json",
        "[]",
        "{}",
        '{"interactions": []}',
        '{"interactions": {}}',
        "[" * 100_000,
        "\x00",
    ):
        refused = tell(raw=raw)
        assert refused.status_code == 400, raw[:20]
        assert "interactions" in refused.get_json()["detail"]
    assert tell(*[login("a@b.example")] * 1001).status_code == 400


@ON_SQLITE
def test_only_a_good_token_may_write(rt: Runtime, client: FlaskClient) -> None:
    with runtime.session() as db:
        viewer = tokens.issue(db, "cruscotto", "viewer", rt.now())
        revoked = tokens.issue(db, "vecchio", "admin", rt.now())
        tokens.revoke(db, "vecchio", rt.now())
    for header, status, detail in (
        ("", 401, "riattiva users tokens issue"),
        ("Bearer", 401, "riattiva users tokens issue"),
        ("Bearer rv_wrong", 401, "riattiva users tokens issue"),
        (f"Basic {viewer}", 401, "riattiva users tokens issue"),
        (f"Bearer {revoked}", 401, "riattiva users tokens issue"),
        (f"Bearer {viewer}", 403, "this token's role is viewer"),
    ):
        refused = client.post(
            PATH, json={"interactions": [login("a@b.example")]}, headers={"Authorization": header}
        )
        assert refused.status_code == status, header
        assert detail in refused.get_json()["detail"]


@ON_SQLITE
def test_a_call_beyond_a_megabyte_is_refused_in_json(client: FlaskClient) -> None:
    refused = client.post(PATH, data=b" " * (2**20 + 1), content_type="application/json")
    assert (refused.status_code, refused.get_json()["error"]) == (413, "Request Entity Too Large")


ANY_TEXT = st.text(st.characters(), max_size=12)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
TIMES = st.datetimes(timezones=st.timezones()).map(datetime.isoformat) | st.just("2026-01-01T10:00:00Z")
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from(["ada@ditta.example", "\ud800@x.example", "a\x00@b.example"]) | ANYTHING,
        "phone": st.sampled_from(["+39347000111", "\udfff"]) | ANYTHING,
        "type": st.sampled_from(["login", "purchase", "review"]) | ANYTHING,
        "occurred_at": TIMES | ANYTHING,
        "value": st.sampled_from(["1e999999999", "1e-999999999", "NaN", "-0", "9" * 500]) | ANYTHING,
        "detail": st.sampled_from(["\ud800", "a\x00b", "d" * 600]) | ANYTHING,
    },
)


@settings(
    max_examples=50,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    document=ANYTHING
    | st.fixed_dictionaries({"interactions": ANYTHING | st.lists(NEARLY | ANYTHING, max_size=3)})
)
def test_whatever_is_sent_the_answer_says_what_is_wrong(rt: Runtime, tell: Tell, document: Any) -> None:
    answer = tell(raw=json.dumps(document))
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.get_json()["error"] == "Bad Request"


def test_text_that_postgresql_refuses_is_kept_readable(rt: Runtime, tell: Tell) -> None:
    email = str(launch_wave(rt, ["ada"]).contacts["ada"].email)
    assert tell(login(email, detail="a\x00b\ud800c")).get_json()["added"] == 1
    with runtime.reading() as db:
        assert (
            db.exec(select(Interaction.detail)).one()
            == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
        )
