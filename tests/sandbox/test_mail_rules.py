"""Whatever a client sends, it gets an answer; and what is accepted can be shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sandbox.config import Config
from app.sandbox.mail_rules import good_address
from app.sandbox.server import close, create_app
from tests.sandbox.test_sendgrid import mail

FIELDS = [
    "from", "subject", "content", "personalizations", "headers", "custom_args", "categories", "attachments",
    "reply_to", "reply_to_list", "send_at", "tracking_settings", "mail_settings", "template_id",
]  # fmt: skip
INSIDE = [
    "email",
    "name",
    "type",
    "value",
    "to",
    "cc",
    "substitutions",
    "subject",
    "enable",
    "click_tracking",
    "headers",
]
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("a@b.example"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INSIDE), inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Any:
    data: Path = tmp_path_factory.mktemp("rules")
    app = create_app(Config(data=data, silent=True, speed=5000))
    yield app.test_client()
    close(app)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(FIELDS), junk, max_size=4), junk, junk)
def test_junk_is_answered_and_what_is_accepted_can_be_shown(
    door: FlaskClient, changes: dict[str, Any], inside: Any, wrapped: Any
) -> None:
    body = {**mail("anna@uno.example"), **changes}
    for personalization in body["personalizations"] if isinstance(body["personalizations"], list) else []:
        if isinstance(personalization, dict):
            personalization |= {"subject": inside, "headers": wrapped}
    key = {"Authorization": "Bearer SG.sandbox", "Content-Type": "application/json"}
    answer = door.post("/v3/mail/send", data=json.dumps(body), headers=key)
    assert answer.status_code in (200, 202, 400)
    if answer.status_code == 400:
        assert all({"message", "field", "help"} == set(error) for error in answer.get_json()["errors"])
    assert door.get("/").status_code == 200


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("anna@uno.example", True),
        ("anna+tag@sub.uno.example", True),
        ("mario.rossi@", False),
        ("a@b", False),
        ("@azienda.example", False),
        ("nome cognome@x.example", False),
        ("mario..rossi@ditta.example", False),
        ("info(at)ditta.example", False),
    ],
)
def test_addresses(address: str, good: bool) -> None:
    assert good_address(address) is good
