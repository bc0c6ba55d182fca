"""One table of fates, met by both channels over real sockets: a message's fate must never be a guess."""

import socket
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import pytest

from app.channels.base import Accepted, NothingAccepted, Refused, SendResult, Unknown
from app.channels.sendgrid import SendGrid
from tests.channels.examples import CONTENT, RECIPIENT, SID, send_email, send_sms
from tests.channels.provider import Behaviour, answer, close, cut_short, garbage, hang, provider, reset

Send = Callable[[str, float], SendResult]
BOTH = [pytest.param(send_email, id="sendgrid"), pytest.param(send_sms, id="twilio")]
TOO_LARGE = b"<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n</html>"


def sendgrid_error(message: str) -> dict[str, Any]:
    return {"errors": [{"message": message, "field": None}]}


def twilio_error(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "status": 400}


ANSWERS: dict[str, tuple[Behaviour, Behaviour, dict[str, Any] | type]] = {
    "success": (answer(202, headers={"X-Message-Id": "abc"}), answer(201, {"sid": SID}), Accepted),
    "refusal": (
        answer(400, sendgrid_error("Does not contain a valid address.")),
        answer(400, twilio_error(21211, "Invalid 'To' Phone Number")),
        Refused,
    ),
    "throttling": (
        answer(429, sendgrid_error("too many requests"), {"Retry-After": "7"}),
        answer(429, twilio_error(20429, "Too Many Requests"), {"Retry-After": "7"}),
        {"pause": False, "retry_after": 7.0},
    ),
    "quota": (
        answer(401, sendgrid_error("Maximum credits exceeded")),
        answer(401, b'{ "error": "out of credits" }'),
        {"pause": True, "retry_after": None},
    ),
    "bad credentials": (
        answer(401, sendgrid_error("authorization required")),
        answer(401, twilio_error(20003, "Authenticate")),
        {"pause": True, "retry_after": None},
    ),
    "forbidden": (
        answer(403, sendgrid_error("access forbidden")),
        answer(403, {"message": "no"}),
        {"pause": True},
    ),
    "provider broken": (answer(500, sendgrid_error("internal server error")), answer(503), Unknown),
    "gateway timeout": (answer(504, b"<html>"), answer(504, b"<html>"), Unknown),
    "redirected": (answer(302, b""), answer(302, b"", {"Location": "http://127.0.0.1:1/"}), Unknown),
    "redirected elsewhere": (
        answer(302, b"", {"Location": "/elsewhere"}),
        answer(307, b"", {"Location": "/elsewhere"}),
        Unknown,
    ),
    "HTML 413": (answer(413, TOO_LARGE), answer(413, TOO_LARGE), Refused),
    "a page instead of an answer": (
        answer(200, b"<html>hotel Wi-Fi</html>"),
        answer(200, b"<html>"),
        Unknown,
    ),
    "JSON of another shape": (answer(200, [1]), answer(201, [1]), Unknown),
    "connection reset after the body": (reset, reset, Unknown),
    "connection closed after the body": (close, close, Unknown),
    "malformed answer": (garbage, garbage, Unknown),
    "answer cut short": (cut_short, cut_short, Unknown),
}


@pytest.mark.parametrize("channel", [0, 1], ids=["sendgrid", "twilio"])
@pytest.mark.parametrize("fate", ANSWERS)
def test_an_answer_becomes_the_fate_it_proves(fate: str, channel: int) -> None:
    from_sendgrid, from_twilio, expected = ANSWERS[fate]
    send, behaviour = ((send_email, from_sendgrid), (send_sms, from_twilio))[channel]
    with provider(behaviour) as serving:
        result = send(serving.url)
    if isinstance(expected, dict):
        assert isinstance(result, NothingAccepted)
        assert {name: getattr(result, name) for name in expected} == expected
    else:
        assert isinstance(result, expected), result
    assert len(serving.asked) == 1, "a request may have been taken: never send it again from here"


@pytest.mark.parametrize("send", BOTH)
def test_a_timeout_after_the_body_was_sent_is_unknown(send: Send) -> None:
    with provider(hang) as serving:
        assert isinstance(send(serving.url, 0.3), Unknown)
    assert serving.asked[0].body


@pytest.mark.parametrize("send", BOTH)
def test_a_refused_connection_proves_that_nothing_was_sent(send: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result = send(f"http://127.0.0.1:{port}", 5)
    assert isinstance(result, NothingAccepted)
    assert not result.pause


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (lambda url: SendGrid("SG.k…", url).send(CONTENT, [RECIPIENT]), "settings"),
        (lambda url: SendGrid("SG.secret\nkey", url).send(CONTENT, [RECIPIENT]), "settings"),
        (lambda url: send_email(url.removeprefix("http://")), "unreachable"),
        (lambda url: send_sms(url.removeprefix("http://")), "settings"),
        (lambda url: send_sms(url.replace("http://", "gopher://")), "settings"),
    ],
    ids=["key", "key in two lines", "no scheme", "no scheme for texts", "another scheme"],
)
def test_what_cannot_even_be_written_into_a_request_was_not_sent(
    told: Callable[[str], SendResult], code: str
) -> None:
    with provider(answer(202)) as serving:
        result = told(serving.url)
    assert isinstance(result, NothingAccepted), result
    assert (result.code, result.pause) == (code, code == "settings")
    assert "secret" not in result.reason
    assert serving.asked == []


@pytest.mark.parametrize("send", BOTH)
def test_a_name_that_does_not_resolve_proves_that_nothing_was_sent(send: Send) -> None:
    assert isinstance(send("http://provider.invalid", 5), NothingAccepted)


@pytest.mark.parametrize("send", BOTH)
def test_a_failed_TLS_handshake_proves_that_nothing_was_sent(send: Send) -> None:
    with provider(garbage) as serving:
        assert isinstance(send(serving.url.replace("http:", "https:"), 5), NothingAccepted)


@pytest.mark.parametrize("send", BOTH)
def test_a_TLS_handshake_that_hangs_proves_that_nothing_was_sent(send: Send) -> None:
    with provider(deaf=True) as serving:
        assert isinstance(send(serving.url.replace("http:", "https:"), 0.3), NothingAccepted)


@pytest.mark.parametrize("send", BOTH)
def test_an_earlier_failure_to_connect_proves_nothing_about_this_request(send: Send) -> None:
    with provider(reset) as serving:
        try:
            HTTPConnection("127.0.0.1", 1).connect()
        except OSError:
            assert isinstance(send(serving.url, 5), Unknown)
