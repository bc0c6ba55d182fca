"""SendGrid at the door: what it signed is kept once, byte for byte; what it did not sign leaves no trace."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.runtime import Runtime
from tests.channels.examples import cases, names
from tests.webhooks.doors import doors, from_sendgrid, kept, sendgrid_headers

VECTORS = cases("sendgrid_event_signature")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def vector_doors(rt: Runtime, vector: dict[str, Any], late: timedelta = timedelta(minutes=1)) -> Any:
    then = datetime.fromtimestamp(int(vector["timestamp"]), UTC) + late
    keys = [VECTORS[1]["public_key"], vector["public_key"]]
    return doors(rt, sendgrid_webhook_public_keys=keys, riattiva_now=then.isoformat())


@pytest.mark.parametrize("vector", VECTORS, ids=names(VECTORS))
def test_published_vectors(rt: Runtime, vector: dict[str, Any]) -> None:
    client, body = vector_doors(rt, vector), base64.b64decode(vector["payload_b64"])
    said = [
        client.post("/webhooks/sendgrid/events", data=body, headers=vector["headers"]).status_code
        for _ in range(2)
    ]
    if vector["expect_valid"]:
        assert said == [204, 204]
        assert [bytes(raw.body) for raw in kept()] == [body]
    else:
        assert said == [403, 403]
        assert kept() == []


@pytest.mark.parametrize(("hours", "status"), [(-26, 403), (-24, 204), (24, 204), (26, 403)])
def test_an_old_signature_is_no_longer_believed(rt: Runtime, hours: int, status: int) -> None:
    vector = VECTORS[0]
    client = vector_doors(rt, vector, timedelta(hours=hours))
    body = base64.b64decode(vector["payload_b64"])
    assert (
        client.post("/webhooks/sendgrid/events", data=body, headers=vector["headers"]).status_code == status
    )
    assert len(kept()) == (status == 204)


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Twilio-Email-Event-Webhook-Signature": "no base64!"},
        {"X-Twilio-Email-Event-Webhook-Signature": "AAAA"},
        {"X-Twilio-Email-Event-Webhook-Signature": ""},
        {"X-Twilio-Email-Event-Webhook-Timestamp": "yesterday"},
        {"X-Twilio-Email-Event-Webhook-Timestamp": "9" * 40},
        {"X-Twilio-Email-Event-Webhook-Timestamp": ""},
    ],
)
def test_a_damaged_signature_is_refused_in_json(rt: Runtime, changed: dict[str, str]) -> None:
    client, body = doors(rt), b"[]"
    refused = client.post("/webhooks/sendgrid/events", data=body, headers=sendgrid_headers(body) | changed)
    assert (refused.status_code, refused.get_json()["error"]) == (403, "Forbidden")
    assert kept() == []


def test_nobody_signs_when_no_key_is_set(rt: Runtime) -> None:
    client = doors(rt, sendgrid_webhook_public_keys=[])
    assert from_sendgrid(client, b"[]").status_code == 403
    assert client.post("/webhooks/sendgrid/events", data=b"[]").status_code == 403
    assert kept() == []


def test_inbound_mail_needs_the_signature_or_the_secret(rt: Runtime) -> None:
    client = doors(rt, sendgrid_inbound_secret="parola-segreta-lunga")
    mail, kind = (
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nciao\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    )
    forged = sendgrid_headers(mail + b" ")
    assert client.post("/webhooks/sendgrid/inbound", data=mail, headers=forged).status_code == 403
    assert client.post("/webhooks/sendgrid/inbound/parola", data=mail, content_type=kind).status_code == 403
    assert client.post("/webhooks/sendgrid/inbound/è", data=mail, content_type=kind).status_code == 403
    assert kept() == []
    right = client.post("/webhooks/sendgrid/inbound/parola-segreta-lunga", data=mail, content_type=kind)
    assert right.status_code == 204
    # The same mail, retried through the signed route, is the same mail.
    assert from_sendgrid(client, mail, "inbound", kind).status_code == 204
    assert [(bytes(raw.body), raw.content_type) for raw in kept()] == [(mail, kind)]


def test_a_door_for_replies_that_is_not_set_up_asks_for_them_again(rt: Runtime) -> None:
    """SendGrid drops a reply for good on a 4xx, and nobody is told."""
    client = doors(rt, sendgrid_inbound_secret="", sendgrid_webhook_public_keys=[])
    assert client.post("/webhooks/sendgrid/inbound/None", data=b"x").status_code == 503
    assert from_sendgrid(client, b"x", "inbound").status_code == 503
    unsigned = doors(rt).post("/webhooks/sendgrid/inbound", data=b"x")
    assert (unsigned.status_code, unsigned.get_json()["error"]) == (503, "Service Unavailable")
    assert kept() == []


def test_a_reply_brought_again_for_three_days_with_its_first_signature_is_taken(rt: Runtime) -> None:
    client, then = doors(rt), int(datetime.now(UTC).timestamp())
    for hours, status in ((72, 204), (80, 403)):
        body = f"reply {hours}".encode()
        late = sendgrid_headers(body, then - hours * 3600)
        assert client.post("/webhooks/sendgrid/inbound", data=body, headers=late).status_code == status
        assert client.post("/webhooks/sendgrid/events", data=body, headers=late).status_code == 403


def test_a_reply_too_large_is_asked_for_again(rt: Runtime) -> None:
    client = doors(rt, sendgrid_inbound_secret="parola-segreta-lunga")
    door, large = "/webhooks/sendgrid/inbound/parola-segreta-lunga", b"a" * (30 * 2**20)
    assert client.post(door, data=large).status_code == 204
    assert client.post(door, data=large + b"a" * (10 * 2**20 + 1)).status_code == 503
    assert [len(raw.body) for raw in kept()] == [len(large)]


def test_a_body_beyond_what_sendgrid_posts_is_refused(rt: Runtime) -> None:
    refused = from_sendgrid(doors(rt), b" " * (4 * 2**20 + 1))
    assert (refused.status_code, refused.get_json()["error"]) == (413, "Request Entity Too Large")
    assert kept() == []
