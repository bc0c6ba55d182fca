"""Twilio at the door: only what it signed over the address it was told to call is believed."""

import hashlib

import pytest

from app.runtime import Runtime
from tests.webhooks.doors import FORM, TOKEN, doors, from_twilio, kept, twilio_signature

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STATUS = "MessageSid=SM1&MessageStatus=delivered&To=%2B39347000111"
PATH = "/webhooks/twilio/status"
SHARED_KEY = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}


@pytest.mark.parametrize(
    ("public_url", "called", "query"),
    [
        ("https://azienda.example", "https://azienda.example", ""),
        ("https://azienda.example", "https://azienda.example", "m=0192"),
        ("https://azienda.example", "https://azienda.example", "m=%27a%7Eb%C3%A9&x=a+b&y="),
        ("https://azienda.example", "https://azienda.example", "m='a~b"),
        ("https://azienda.example:8443", "https://azienda.example:8443", "m=1"),
        ("https://azienda.example:8443", "https://azienda.example", "m=1"),
        ("https://azienda.example", "https://azienda.example:443", "m=1"),
        ("https://azienda.example/crm/riattiva", "https://azienda.example/crm/riattiva", "m=1"),
    ],
)
def test_the_address_twilio_was_told_is_what_it_signs(
    rt: Runtime, public_url: str, called: str, query: str
) -> None:
    client = doors(rt, public_url=public_url)
    signature = twilio_signature(called + PATH + (f"?{query}" if query else ""), STATUS)
    headers = {"X-Twilio-Signature": signature}
    answer = client.post(PATH, query_string=query, data=STATUS, headers=headers, content_type=FORM)
    assert (answer.status_code, answer.data) == (204, b"")
    assert [(bytes(raw.body), raw.query) for raw in kept()] == [(STATUS.encode(), query)]
    elsewhere = {"X-Twilio-Signature": twilio_signature(f"https://altrove.example{PATH}?{query}", STATUS)}
    refused = client.post(PATH, query_string=query, data=STATUS, headers=elsewhere, content_type=FORM)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        "MessageSid=SM1&Body=&FromCity=&ToZip=&From=%2B39347",
        "MessageSid=SM1&X=2&X=1&X=2&From=%2B39347&Body=z",
        "MessageSid=SM1&From=%2B39347&Body=perch%C3%A9+no%3F+%F0%9F%98%80%0Aa%26b",
    ],
    ids=["blank values", "repeated names", "accents, emoji, line ends"],
)
def test_a_text_is_answered_with_an_empty_twiml(rt: Runtime, body: str) -> None:
    answer = from_twilio(doors(rt), "messages", body)
    assert (answer.status_code, answer.content_type) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    assert len(kept()) == 1


def test_what_is_not_signed_by_twilio_leaves_no_trace(rt: Runtime) -> None:
    client, url = doors(rt), f"https://azienda.example{PATH}"
    for headers, body in (
        ({}, STATUS),
        ({"X-Twilio-Signature": ""}, STATUS),
        ({"X-Twilio-Signature": twilio_signature(url, STATUS, "another token")}, STATUS),
        ({"X-Twilio-Signature": twilio_signature(url, STATUS)}, STATUS.replace("delivered", "failed")),
        ({"X-Twilio-Signature": twilio_signature(url, STATUS)}, STATUS + "&ErrorCode=21610"),
        ({"X-Twilio-Signature": twilio_signature(url, STATUS, digest="sha256")}, STATUS),
        ({"X-Twilio-Signature": twilio_signature(url, STATUS, digest="sha256")} | SHARED_KEY, STATUS),
    ):
        for door in ("status", "messages"):
            answer = client.post(f"/webhooks/twilio/{door}", data=body, headers=headers, content_type=FORM)
            assert (answer.status_code, answer.get_json()["error"]) == (403, "Forbidden"), headers
    assert kept() == []


def test_while_tokens_change_the_second_one_counts_too(rt: Runtime) -> None:
    assert from_twilio(doors(rt, twilio_auth_tokens=["new", TOKEN]), "status", STATUS).status_code == 204
    assert from_twilio(doors(rt, twilio_auth_tokens=["new"]), "status", STATUS).status_code == 403
    assert from_twilio(doors(rt, twilio_auth_tokens=[]), "status", STATUS).status_code == 403


def test_a_shared_key_signs_with_sha256(rt: Runtime) -> None:
    client, url = doors(rt, twilio_shared_keys=["condivisa"]), f"https://azienda.example{PATH}"
    headers = {"X-Twilio-Signature": twilio_signature(url, STATUS, "condivisa", "sha256")} | SHARED_KEY
    assert client.post(PATH, data=STATUS, headers=headers, content_type=FORM).status_code == 204
    headers["X-Twilio-Signature"] = twilio_signature(url, STATUS, TOKEN, "sha256")
    assert client.post(PATH, data=STATUS, headers=headers, content_type=FORM).status_code == 403


def test_a_json_body_is_believed_only_as_it_was_hashed(rt: Runtime) -> None:
    client, body = doors(rt), b'{"MessageSid": "SM1"}'
    query = f"m=1&bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {"X-Twilio-Signature": twilio_signature(f"https://azienda.example{PATH}?{query}")}
    for sent, status in ((body, 204), (body + b" ", 403), (b"", 403)):
        answer = client.post(
            PATH, query_string=query, data=sent, headers=headers, content_type="application/json"
        )
        assert answer.status_code == status


def test_a_text_of_a_quarter_megabyte_is_no_text(rt: Runtime) -> None:
    answer = from_twilio(doors(rt), "messages", "MessageSid=SM1&Body=" + "a" * 2**18)
    assert answer.status_code == 413
    assert kept() == []
