"""Twilio's callbacks and people's texts: only signed ones are believed, and each is read for what it says."""

import base64
import hashlib
import hmac
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.channels.base import EventKind, MalformedBody
from app.channels.twilio import parse_inbound, parse_status, verify, verify_body
from tests.channels.examples import cases, names

SIGNED = cases("twilio_signature")
BODIES = cases("twilio_webhook_bodies")
ONE = SIGNED[0]
URL = "https://azienda.example/webhooks/twilio/status?m=0192"


def sign(url: str, params: dict[str, list[str]], token: str = "token", digest: str = "sha1") -> str:
    text = url + "".join(name + value for name in sorted(params) for value in sorted(set(params[name])))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), digest).digest()).decode()


@pytest.mark.parametrize("vector", SIGNED, ids=names(SIGNED))
def test_published_signature(vector: dict[str, Any]) -> None:
    token, signature = vector["auth_token"], vector["signature"]
    if vector["body"] is not None:
        result = verify_body(vector["url"], vector["body"].encode(), signature, [token])
    else:
        result = verify(vector["url"], vector["params"], signature, [token])
    assert result is vector["expect_valid"]


def test_a_form_as_the_web_framework_reads_it_verifies() -> None:
    pairs = [
        ("Digits", "5678"),
        ("Sid", "CA123"),
        ("Digits", "1234"),
        ("Digits", "1234"),
        ("SidAccount", "AC123"),
    ]
    vector = next(one for one in SIGNED if one["name"].startswith("duplicate values"))
    assert verify(vector["url"], MultiDict(pairs), vector["signature"], [vector["auth_token"]])


@pytest.mark.parametrize("signed", ["https://a.example", "https://a.example:443", "https://a.example:8443"])
@pytest.mark.parametrize("user", ["", "us:er:pa@"])
def test_https_is_believed_with_and_without_its_port(signed: str, user: str) -> None:
    signed = signed.replace("://", f"://{user}")
    signature = sign(f"{signed}/x?y=%27z", {"Body": [""]})
    assert verify(f"{signed}/x?y=%27z#rc=3", {"Body": ""}, signature, ["token"])
    if not signed.endswith("8443"):
        for port in ("", ":443"):
            url = f"https://{user}a.example{port}/x?y=%27z"
            assert verify(url, {"Body": [""]}, signature, ["token"])
    assert not verify(f"{signed}/x?y='z", {"Body": ""}, signature, ["token"])


def test_during_a_token_change_either_token_is_believed_and_no_token_is_nobody() -> None:
    signature = sign(URL, {}, "old")
    assert verify(URL, {}, signature, ["new", "old"])
    assert not verify(URL, {}, signature, ["new"])
    assert not verify(URL, {}, signature, [])
    assert not verify(URL, {}, sign(URL, {}, ""), [""])


def test_a_shared_key_signs_with_the_algorithm_its_header_names() -> None:
    header = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    signature = sign(URL, {"Body": ["x"]}, digest="sha256")
    assert verify(URL, {"Body": "x"}, signature, ["token"], header)
    assert not verify(URL, {"Body": "x"}, signature, ["token"])
    assert not verify(
        URL, {"Body": "x"}, sign(URL, {"Body": ["x"]}), ["token"], header.replace("SHA256", "MD5")
    )


def test_a_json_body_is_believed_only_whole() -> None:
    body = b'{"a":1}'
    url = f"{URL}&bodySHA256={hashlib.sha256(body).hexdigest()}"
    assert verify_body(url, body, sign(url, {}), ["token"])
    assert not verify_body(url, body + b" ", sign(url, {}), ["token"])
    assert not verify_body(url, body, sign(URL, {}), ["token"])
    assert not verify_body(URL, body, sign(URL, {}), ["token"])


ANY_PARAMS = st.dictionaries(st.text(max_size=10), st.lists(st.text(max_size=10), max_size=3), max_size=4)


@given(st.text(max_size=60), ANY_PARAMS, st.text(max_size=40), st.text(max_size=10), st.text(max_size=40))
def test_no_input_makes_verification_raise(
    url: str, params: dict[str, list[str]], signature: str, token: str, settings: str
) -> None:
    assert verify(url, params, signature, [token], settings) is False
    assert verify_body(url, settings.encode(), signature, [token]) is False


@given(ANY_PARAMS, st.text(max_size=10), st.text(max_size=10))
def test_another_parameter_is_noticed(params: dict[str, list[str]], name: str, value: str) -> None:
    signature = sign(URL, params)
    assert verify(URL, params, signature, ["token"])
    changed = {**params, f"{name}x": [*params.get(f"{name}x", []), f"{value}y"]}
    if sorted(set(changed[f"{name}x"])) != sorted(set(params.get(f"{name}x", []))):
        assert verify(URL, changed, signature, ["token"]) is (sign(URL, changed) == signature)


@given(st.integers(0, 27), st.characters(codec="utf-8"))
def test_a_changed_signature_is_noticed(at: int, letter: str) -> None:
    changed = ONE["signature"][:at] + letter + ONE["signature"][at + 1 :]
    result = verify(ONE["url"], ONE["params"], changed, [ONE["auth_token"]])
    assert result is (changed == ONE["signature"])


@pytest.mark.parametrize("vector", BODIES, ids=names(BODIES))
def test_captured_body(vector: dict[str, Any]) -> None:
    params = parse_qs(vector["body"], keep_blank_values=True)
    if "Body" in params:
        sms = parse_inbound(params)
        assert sms.provider_id == params["MessageSid"][0]
        assert (sms.from_number, sms.to_number) == (params["From"][0], params["To"][0])
        assert (sms.body, sms.media) == (params["Body"][0], int(params["NumMedia"][0]))
        assert sms.opt_out_type == params.get("OptOutType", [None])[0]
    else:
        event = parse_status(params, {"m": ["0192"]})
        assert event.event_id == f"{params['MessageSid'][0]}:{params['MessageStatus'][0]}"
        assert event.kind.value == params["MessageStatus"][0]
        assert (event.message_id, event.provider_id) == ("0192", params["MessageSid"][0])
        assert event.code == params.get("ErrorCode", [None])[0]
        assert event.at is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("accepted", EventKind.QUEUED),
        ("sending", EventKind.QUEUED),
        ("sent", EventKind.SENT),
        ("undelivered", EventKind.UNDELIVERED),
        ("canceled", EventKind.CANCELED),
        ("read", EventKind.DELIVERED),
        ("teleported", EventKind.OTHER),
    ],
)
def test_every_status_has_a_kind(status: str, kind: EventKind) -> None:
    event = parse_status({"MessageSid": "SM1", "MessageStatus": status, "To": "+39333"}, {})
    assert (event.kind, event.event_id, event.address) == (kind, f"SM1:{status}", "+39333")
    assert event.message_id is None


def test_an_error_code_comes_with_its_meaning() -> None:
    failed = {"MessageSid": "SM1", "MessageStatus": "failed"}
    assert "opted out" in (parse_status({**failed, "ErrorCode": "21610"}, {}).reason or "")
    assert parse_status({**failed, "ErrorCode": "1", "ErrorMessage": "odd"}, {}).reason == "odd"
    assert parse_status(failed, {}).reason is None


def test_a_text_keeps_its_own_spaces_and_lines() -> None:
    sms = parse_inbound({"MessageSid": "SM1", "From": "+39333", "To": "+39444", "Body": " sì\n8 \x00"})
    assert sms.body == " sì\n8 �"


@pytest.mark.parametrize("params", [{}, {"MessageSid": "SM1"}, {"MessageStatus": "sent", "From": "+39"}])
def test_a_post_that_names_no_message_is_malformed(params: dict[str, str]) -> None:
    with pytest.raises(MalformedBody):
        parse_status(params, {})
    with pytest.raises(MalformedBody):
        parse_inbound(params)


FIELDS = st.sampled_from(["MessageSid", "MessageStatus", "From", "Body", "NumMedia", "ErrorCode", "m"])


@given(st.dictionaries(FIELDS | st.text(), st.text() | st.lists(st.text(), max_size=2)))
def test_any_form_is_read_or_malformed(params: dict[str, str | list[str]]) -> None:
    with suppress(MalformedBody):
        parse_status(params, params)
    with suppress(MalformedBody):
        parse_inbound(params)
