"""What SendGrid is asked for, and what its published answers mean for each recipient."""

import threading
import time
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest

from app.channels.base import (
    Accepted,
    ChannelError,
    EmailRecipient,
    NothingAccepted,
    Refused,
    SendResult,
    Unknown,
)
from app.channels.sendgrid import SendGrid
from tests.channels.examples import CONTENT, RECIPIENT, cases, names, send_email
from tests.channels.provider import Asked, answer, provider

VECTORS = cases("sendgrid_api_responses")


def people(count: int) -> list[EmailRecipient]:
    return [EmailRecipient(f"m{number}", f"p{number}@example.it", None, {}) for number in range(count)]


def expected_fate(vector: dict[str, Any]) -> type[SendResult]:
    if vector["status"] < 300:
        return Accepted
    if vector["status"] >= 500:
        return Unknown
    return NothingAccepted if vector["status"] in (401, 403, 429) else Refused


@pytest.mark.parametrize("vector", VECTORS, ids=names(VECTORS))
def test_published_answer(vector: dict[str, Any]) -> None:
    body = vector["body"] if vector["body"] is not None else vector["body_text"].encode()
    with provider(answer(vector["status"], body)) as serving:
        result = send_email(serving.url)
    assert type(result) is expected_fate(vector)
    if isinstance(result, NothingAccepted | Refused) and vector["body"]:
        assert all(
            error["message"] in result.reason for error in vector["body"]["errors"] if error["message"]
        )


def asked_of_sendgrid() -> Asked:
    with provider(answer(202)) as serving:
        send_email(serving.url)
    return serving.asked[0]


def test_the_request_carries_what_each_person_needs_and_our_id() -> None:
    asked = asked_of_sendgrid()
    body = asked.json
    assert asked.line == "POST /v3/mail/send HTTP/1.1"
    assert asked.headers["authorization"] == "Bearer SG.key"
    assert body["personalizations"] == [
        {
            "to": [{"email": "anna@example.it", "name": "Rossi  Anna  detta Annina"}],
            "custom_args": {"w_message": "0192-email"},
            "substitutions": {"-rv_name-": "D'Àngelo & Co", "-rv_name_html-": "D&#39;Àngelo &amp; Co"},
            "headers": {"List-Unsubscribe": "<https://azienda.example/u/t>"},
        }
    ]
    assert body["from"] == {"email": "ciao@azienda.example", "name": "Azienda"}
    assert body["reply_to"] == {"email": "reply+abc@inbound.azienda.example"}
    assert body["headers"] == {"List-Id": "<onda.azienda.example>"}
    assert body["categories"] == ["wave"]


def test_plain_text_comes_first_and_only_sendgrids_own_unsubscribe_is_off() -> None:
    body: Any = asked_of_sendgrid().json
    assert [part["type"] for part in body["content"]] == ["text/plain", "text/html"]
    tracking = {name: setting["enable"] for name, setting in body["tracking_settings"].items()}
    assert tracking == {"click_tracking": True, "open_tracking": False, "subscription_tracking": False}


def test_opens_are_tracked_only_where_the_email_says_so() -> None:
    with provider(answer(202)) as serving:
        SendGrid("k", serving.url).send(
            replace(CONTENT, opens=True), [EmailRecipient("m", "a@example.it", None, {})]
        )
    body: Any = serving.asked[0].json
    assert body["tracking_settings"]["open_tracking"] == {"enable": True}


def test_a_value_cannot_smuggle_in_another_value() -> None:
    link = "https://azienda.example/s/ab-rv_cd-ef"
    person = EmailRecipient("m", "a@example.it", None, {"name": "x-rv_link-", "link": link})
    with provider(answer(202)) as serving:
        SendGrid("k", serving.url).send(CONTENT, [person])
    body: Any = serving.asked[0].json
    assert body["personalizations"][0]["substitutions"] == {"-rv_name-": "xrv_link", "-rv_link-": link}


@pytest.mark.parametrize(
    ("errors", "indexes"),
    [
        ([{"message": "bad", "field": "personalizations.2.to.0.email"}], (2,)),
        (
            [
                {"message": "bad", "field": "personalizations.7.substitutions"},
                {"message": "bad", "field": "personalizations.2.to.0.email"},
                {"message": "bad", "field": "personalizations.2.headers"},
            ],
            (2, 7),
        ),
        (
            [{"message": "Each address of personalizations.3 must be unique", "field": "personalizations"}],
            (3,),
        ),
        ([{"message": "bad", "field": "personalizations"}], ()),
        ([{"message": "bad", "field": "personalizations.12.to"}], ()),
        ([{"message": "bad", "field": None}, "not an error", {"field": ["x"]}], ()),
        ({"not": "a list"}, ()),
    ],
)
def test_a_refusal_names_the_people_it_is_about(errors: object, indexes: tuple[int, ...]) -> None:
    with provider(answer(400, {"errors": errors})) as serving:
        result = SendGrid("k", serving.url).send(CONTENT, people(10))
    assert isinstance(result, Refused)
    assert result.indexes == indexes


def test_throttling_lasts_until_the_reset_that_sendgrid_names() -> None:
    headers = {"X-RateLimit-Reset": str(int(time.time()) + 30)}
    with provider(answer(429, {"errors": []}, headers)) as serving:
        result = send_email(serving.url)
    assert isinstance(result, NothingAccepted)
    assert result.retry_after is not None
    assert 25 < result.retry_after <= 30


def test_the_reset_is_meant_by_the_clock_of_sendgrid() -> None:
    theirs = time.time() + 7200
    headers = {"X-RateLimit-Reset": str(int(theirs) + 30), "Date": formatdate(theirs, usegmt=True)}
    with provider(answer(429, {"errors": []}, headers)) as serving:
        result = send_email(serving.url)
    assert isinstance(result, NothingAccepted)
    assert result.retry_after is not None
    assert 28 < result.retry_after <= 31


def test_each_request_has_a_connection_of_its_own() -> None:
    with provider(answer(202)) as serving:
        channel = SendGrid("SG.key", serving.url)
        for _ in range(3):
            assert channel.send(CONTENT, [RECIPIENT]) == Accepted("")
    assert serving.connections == 3
    assert [asked.headers["connection"] for asked in serving.asked] == ["close"] * 3


def test_an_empty_quota_and_a_wrong_key_are_told_apart() -> None:
    codes = []
    for message in ("Maximum credits exceeded", "The provided authorization grant is invalid"):
        with provider(answer(401, {"errors": [{"message": message}]})) as serving:
            result = send_email(serving.url)
        assert isinstance(result, NothingAccepted)
        codes.append(result.code)
    assert codes == ["quota", "credentials"]


def test_a_thousand_people_go_in_one_request_and_no_more() -> None:
    with provider(answer(202, headers={"X-Message-Id": "abc"})) as serving:
        channel = SendGrid("k", serving.url)
        assert channel.send(CONTENT, people(1000)) == Accepted("abc")
        for wrong in (0, 1001):
            with pytest.raises(ValueError, match="1 to 1000"):
                channel.send(CONTENT, people(wrong))
    body: Any = serving.asked[0].json
    assert [one["custom_args"]["w_message"] for one in body["personalizations"]] == [
        f"m{number}" for number in range(1000)
    ]
    assert len(serving.asked) == 1


def test_threads_share_one_channel() -> None:
    results: list[SendResult] = []
    with provider(answer(202, headers={"X-Message-Id": "abc"})) as serving:
        channel = SendGrid("k", serving.url)
        work = [
            threading.Thread(target=lambda: results.append(channel.send(CONTENT, [RECIPIENT])))
            for _ in range(16)
        ]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join(10)
    assert results == [Accepted("abc")] * 16


def test_the_webhook_key_is_read() -> None:
    with provider(answer(200, {"id": "1", "public_key": "MFkw"})) as serving:
        assert SendGrid("k", serving.url).webhook_public_key() == "MFkw"
    assert serving.asked[0].line == "GET /v3/user/webhooks/event/settings/signed HTTP/1.1"


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (403, {"errors": [{"message": "access forbidden"}]}, "access forbidden"),
        (200, {"public_key": ""}, "turn on the signed event webhook"),
        (200, b"<html>", "turn on the signed event webhook"),
    ],
)
def test_a_missing_webhook_key_is_explained(status: int, body: object, says: str) -> None:
    with provider(answer(status, body)) as serving, pytest.raises(ChannelError, match=says):
        SendGrid("k", serving.url).webhook_public_key()
