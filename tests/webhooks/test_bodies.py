"""Whatever is posted at the doors of a real web process, nothing of it is answered with a 500."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest
import requests
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.cli.service import web_command
from app.runtime import Runtime
from app.webhooks.routes import SIGNATURE, TIMESTAMP
from tests.flows.conftest import eventually, free_port
from tests.webhooks.doors import PUBLIC_KEY, TOKEN, kept, sendgrid_headers

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]
SECRET = "parola-segreta-lunga"
EVENTS, INBOUND = "/webhooks/sendgrid/events", f"/webhooks/sendgrid/inbound/{SECRET}"
DOORS = (
    EVENTS,
    "/webhooks/sendgrid/inbound",
    INBOUND,
    "/webhooks/twilio/messages",
    "/webhooks/twilio/status",
)


@pytest.fixture
def port(rt: Runtime) -> Iterator[int]:
    """The web process as it is shipped, on the database of this test."""
    free = free_port()
    told = {"DATABASE_URL": rt.settings.database, "DATA_DIR": str(rt.settings.data_dir)}
    told |= {"SENDGRID_WEBHOOK_PUBLIC_KEYS": PUBLIC_KEY, "SENDGRID_INBOUND_SECRET": SECRET}
    told |= {"TWILIO_AUTH_TOKENS": TOKEN, "TWILIO_ACCOUNT_SID": "AC1"}
    process = subprocess.Popen(web_command(free), env=os.environ | told)
    try:
        eventually(lambda: _ready(free), 90)
        yield free
    finally:
        process.terminate()
        process.wait(20)


def _ready(port: int) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok
    return False


def said_to(port: int, raw: bytes) -> int:
    """The status with which a request, written byte for byte, is answered; 0 when the connection just ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire, suppress(ConnectionError):
        wire.sendall(raw)
        wire.shutdown(socket.SHUT_WR)
        answer = wire.makefile("rb").readline().split()
        return int(answer[1]) if len(answer) > 1 else 0
    return 0


NAMES = (
    *(
        "Content-Type",
        "Content-Length",
        "Transfer-Encoding",
        "Cookie",
        "Host",
        "Expect",
        "X-Twilio-Signature",
    ),
    *(SIGNATURE, TIMESTAMP),
)
ODD = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=12)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
    method=st.sampled_from(["POST", "POST", "POST", "GET", "OPTIONS", "get", "P\xf6ST"]),
    door=st.sampled_from(DOORS),
    query=ODD,
    name=st.sampled_from(NAMES),
    value=ODD,
    body=st.binary(max_size=40),
)
def _odd_requests(port: int, method: str, door: str, query: str, name: str, value: str, body: bytes) -> None:
    lines = [f"{method} {door}?{query} HTTP/1.1", "Connection: close", f"{name}: {value}"]
    raw = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
    assert said_to(port, raw) != 500


def test_bodies_of_every_kind(port: int) -> None:
    def head(door: str, *lines: str, method: str = "POST") -> bytes:
        return "\r\n".join(
            (f"{method} {door} HTTP/1.1", "Host: x", "Connection: close", *lines, "", "")
        ).encode()

    chunks = b"4\r\n[1,2\r\n1\r\n]\r\n0\r\n\r\n"
    signed = [f"{name}: {value}" for name, value in sendgrid_headers(b"[1,2]").items()]
    chunked = "Transfer-Encoding: chunked"
    long, huge = "Content-Length: 9", f"Content-Length: {41 * 2**20}"
    assert said_to(port, head(EVENTS, *signed, chunked) + chunks) == 204
    assert said_to(port, head(EVENTS, *signed, chunked) + b"zz\r\n[1,2]\r\n0\r\n\r\n") == 400
    assert said_to(port, head(EVENTS, *signed, chunked) + b"4\r\n[1,") == 400
    assert said_to(port, head(EVENTS, *signed, long) + b"[1,2]") == 400
    assert said_to(port, head(EVENTS, *signed, huge)) == 413
    assert said_to(port, head(EVENTS, *signed)) == 403
    assert said_to(port, head(EVENTS, "Content-Length: -1") + b"[]") == 400
    assert said_to(port, head(EVENTS, "Content-Length: 2x") + b"[]") == 400
    assert (
        said_to(port, head(EVENTS, chunked) + b"%x\r\n" % (5 * 2**20) + b" " * (5 * 2**20) + b"\r\n0\r\n\r\n")
        == 413
    )
    # A reply is asked for again, whatever is wrong with how it came.
    assert said_to(port, head(INBOUND, chunked) + b"zz\r\n\r\n") == 503
    assert said_to(port, head(INBOUND, chunked) + b"4\r\n[1,") == 503
    assert said_to(port, head(INBOUND, long) + b"[1,2]") == 503
    assert said_to(port, head(INBOUND, huge)) == 503
    assert said_to(port, head(INBOUND, "Content-Type: text/odd", "Content-Length: 2") + b"\xff\0") == 204
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"):
        assert said_to(port, head(EVENTS, method=method)) == 405
    assert [bytes(raw.body) for raw in kept()] == [b"[1,2]", b"\xff\0"]
    _odd_requests(port)
