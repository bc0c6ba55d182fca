"""What Twilio is asked for, what its published answers mean, and what a look-up can confirm."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from app.channels.base import Accepted, ChannelError, NothingAccepted, Refused, SendResult, Sms, Unknown
from app.channels.twilio import ERRORS, Action, Twilio, meaning
from tests.channels.examples import CALLBACK, SID, SMS, cases, names, send_sms
from tests.channels.provider import Asked, answer, provider, reset

VECTORS = cases("twilio_api_responses")


def expected_fate(vector: dict[str, Any]) -> type[SendResult]:
    if vector["status"] == 401:
        return NothingAccepted
    if vector["status"] >= 400:
        return Refused
    return Accepted if vector.get("body") else Unknown


@pytest.mark.parametrize("vector", VECTORS, ids=names(VECTORS))
def test_published_answer(vector: dict[str, Any]) -> None:
    body = vector.get("body") or vector["body_text"].encode()
    with provider(answer(vector["status"], body)) as serving:
        result = send_sms(serving.url)
    assert type(result) is expected_fate(vector)
    if isinstance(result, Accepted):
        assert result.provider_id == vector["body"]["sid"]


def asked_of_twilio(sender: str) -> Asked:
    with provider(answer(201, {"sid": SID})) as serving:
        Twilio("AC1", "token", serving.url, sender).send(SMS, CALLBACK)
    return serving.asked[0]


def test_the_request_carries_the_text_and_our_id_in_the_callback() -> None:
    asked = asked_of_twilio("+15005550006")
    assert asked.line == "POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1"
    assert asked.form == {
        "To": ["+393331234567"],
        "From": ["+15005550006"],
        "Body": ["Da 0 a 10?"],
        "ValidityPeriod": ["36000"],
        "StatusCallback": [
            "https://azienda.example/webhooks/twilio/status?v=1&m=0192%20sms%2F1#rc=3&rp=ct,rt,5xx"
        ],
    }


def test_a_messaging_service_sends_in_place_of_a_number() -> None:
    form = asked_of_twilio("MG" + "0" * 32).form
    assert form["MessagingServiceSid"] == ["MG" + "0" * 32]
    assert "From" not in form


def test_a_path_in_the_base_url_stays() -> None:
    with provider(answer(201, {"sid": SID})) as serving:
        Twilio("AC1", "t", serving.url + "/twilio/", "+15005550006").send(SMS, CALLBACK)
    assert serving.asked[0].line.startswith("POST /twilio/2010-04-01/Accounts/AC1/Messages.json ")


def test_connections_are_kept_and_a_reset_on_a_kept_one_is_unknown() -> None:
    with provider(answer(201, {"sid": SID}), reset) as serving:
        channel = Twilio("AC1", "t", serving.url, "+15005550006")
        assert channel.send(SMS, CALLBACK) == Accepted(SID)
        assert isinstance(channel.send(SMS, CALLBACK), Unknown)
    assert len(serving.asked) == 2


def test_a_connection_that_idled_is_not_written_to_again() -> None:
    with provider(answer(201, {"sid": SID})) as serving:
        channel = Twilio("AC1", "t", serving.url, "+15005550006", idle=0.2)
        for pause in (0.0, 0.0, 0.3):
            time.sleep(pause)
            assert channel.send(SMS, CALLBACK) == Accepted(SID)
    assert serving.connections == 2


def test_throttling_without_a_time_says_none() -> None:
    with provider(answer(429, {"code": 20429, "message": "Too Many Requests"})) as serving:
        result = send_sms(serving.url)
    assert isinstance(result, NothingAccepted)
    assert (result.code, result.retry_after, result.pause) == ("20429", None, False)


def test_threads_share_the_pool_and_open_no_more_than_it_holds() -> None:
    with provider(answer(201, {"sid": SID})) as serving:
        channel = Twilio("AC1", "t", serving.url, "+15005550006", pool=2)
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(lambda _: channel.send(SMS, CALLBACK), range(24)))
    assert results == [Accepted(SID)] * 24
    assert serving.connections <= 2


@pytest.mark.parametrize(
    ("status", "code", "fate"),
    [
        (400, 21610, Refused),
        (403, 21610, Refused),
        (400, 21614, Refused),
        (400, 99999, Refused),
        (400, 21611, NothingAccepted),
        (400, 21606, NothingAccepted),
        (404, 20404, NothingAccepted),
        (500, 20500, Unknown),
    ],
)
def test_an_error_code_decides_who_is_to_blame(status: int, code: int, fate: type[SendResult]) -> None:
    with provider(answer(status, {"code": code, "message": "words"})) as serving:
        result = send_sms(serving.url)
    assert type(result) is fate
    assert "words" in getattr(result, "reason", "")
    if isinstance(result, NothingAccepted):
        assert result.code == str(code)
        assert result.pause is (code != 21611)
    if isinstance(result, Refused):
        assert result.code == str(code)


def test_a_problem_document_is_understood() -> None:
    problem = {"type": "https://x", "title": "Bad", "status": 400, "code": 21211, "detail": "no such number"}
    with provider(answer(400, problem)) as serving:
        result = send_sms(serving.url)
    assert isinstance(result, Refused)
    assert result.code == "21211"
    assert "no such number" in result.reason


def test_the_error_table_says_what_to_do() -> None:
    assert meaning("21610").action is Action.SUPPRESS
    assert meaning("30005").action is Action.BAD_ADDRESS
    assert meaning("30007").action is Action.PAUSE
    assert meaning("30008").action is Action.RETRY
    assert meaning("12345").action is Action.FAIL
    assert meaning(None).action is Action.FAIL
    assert all(one.text for one in ERRORS.values())


def message(**changes: object) -> dict[str, object]:
    return {
        "sid": SID,
        "body": "Da 0 a 10?",
        "status": "delivered",
        "date_sent": "Thu, 24 Aug 2023 05:01:45 +0000",
        "date_created": "Thu, 24 Aug 2023 05:01:40 +0000",
        "error_code": None,
    } | changes


def test_a_look_up_finds_what_was_sent() -> None:
    more = "/2010-04-01/Accounts/AC1/Messages.json?Page=1"
    first = {"messages": [message()], "next_page_uri": more}
    second = {"messages": [message(date_sent=None, status="failed", error_code=30005)], "next_page_uri": None}
    since = datetime(2023, 8, 24, 7, 0, tzinfo=timezone(timedelta(hours=2)))
    with provider(answer(200, first), answer(200, second)) as serving:
        found = Twilio("AC1", "t", serving.url, "+15005550006").find("+393331234567", since)
    assert "To=%2B393331234567" in serving.asked[0].line
    assert "DateSent%3E=2023-08-24T05%3A00%3A00Z" in serving.asked[0].line
    assert [(one.sid, one.body, one.status, one.error_code) for one in found] == [
        (SID, "Da 0 a 10?", "delivered", None),
        (SID, "Da 0 a 10?", "failed", "30005"),
    ]
    assert found[0].at == datetime(2023, 8, 24, 5, 1, 45, tzinfo=UTC)
    assert found[1].at == datetime(2023, 8, 24, 5, 1, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "behaviour", [answer(401, {"code": 20003}), answer(200, b"<html>"), answer(200, []), reset]
)
def test_a_failed_look_up_is_an_error_not_an_empty_list(behaviour: Any) -> None:
    with provider(behaviour) as serving, pytest.raises(ChannelError):
        Twilio("AC1", "t", serving.url, "+15005550006").find("+39333", datetime.now(UTC))


def test_a_validity_within_bounds_is_passed_on() -> None:
    with provider(answer(201, {"sid": SID})) as serving:
        channel = Twilio("AC1", "t", serving.url, "+15005550006")
        channel.send(Sms("m", "+39333", "x", validity_seconds=600), CALLBACK)
        channel.send(Sms("m", "+39333", "x"), CALLBACK)
    assert serving.asked[0].form["ValidityPeriod"] == ["600"]
    assert "ValidityPeriod" not in serving.asked[1].form
