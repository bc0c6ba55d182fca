"""The API's description is what the API does: every route, every parameter, every answer."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app import runtime
from app.accounts import tokens
from app.db import new_id
from app.factory import create_app
from app.runtime import Runtime
from tests.waves.small_wave import launch_wave

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_description_is_whole(rt: Runtime) -> None:
    app = create_app(rt)
    answer = app.test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    described: dict[str, Any] = answer.get_json()
    assert re.fullmatch(r"3\.1\.\d+", described["openapi"])
    assert {"title", "version"} <= set(described["info"])
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(path, method) for path, verbs in described["paths"].items() for method in verbs}
    for path, verbs in described["paths"].items():
        for verb in verbs.values():
            assert verb["summary"]
            named = {
                one["name"] for one in verb.get("parameters", []) if one["in"] == "path" and one["required"]
            }
            assert named == set(re.findall(r"\{(\w+)\}", path))
            for status, said in verb["responses"].items():
                assert re.fullmatch(r"[245]\d\d", status)
                assert said["description"]
                for content in said["content"].values():
                    Draft202012Validator.check_schema(content["schema"])
    assert described["security"] == [{name: []} for name in described["components"]["securitySchemes"]]


def test_a_wave_is_read_with_any_token_and_an_unknown_one_is_not_found(rt: Runtime) -> None:
    with runtime.session() as db:
        secret = tokens.issue(db, "cruscotto", "viewer", rt.now())
    client, wave = create_app(rt).test_client(), launch_wave(rt, ["ada", "ugo"])
    headers = {"Authorization": f"Bearer {secret}"}
    figures = client.get(f"/api/v1/waves/{wave.id}", headers=headers).get_json()
    assert (figures["state"], figures["selected"], figures["planned"], figures["accepted"]) == (
        "running",
        2,
        2,
        2,
    )
    assert client.get(f"/api/v1/waves/{wave.id}").status_code == 401
    for missing in (new_id(), "none", "1"):
        answer = client.get(f"/api/v1/waves/{missing}", headers=headers)
        assert answer.status_code == 404
        assert set(answer.get_json()) == {"error", "detail"}
