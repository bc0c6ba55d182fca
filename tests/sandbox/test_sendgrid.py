"""SendGrid's side, met through SendGrid's own SDK and checked by its own validator."""

import json
from typing import Any

import pytest
import requests
from python_http_client.exceptions import BadRequestsError
from sendgrid import SendGridAPIClient
from sendgrid.helpers.eventwebhook import EventWebhook
from werkzeug.wrappers import Response

from tests.sandbox.conftest import Product, Running, Start, Taken


def mail(*addresses: str, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "from": {"email": "ciao@acme.example", "name": "Acme"},
        "subject": "Ciao -name-",
        "content": [
            {"type": "text/plain", "value": "Ciao -name-, come va?"},
            {
                "type": "text/html",
                "value": '<p>Ciao -name-</p><a href="http://acme.example/s/-t-?score=8">8</a>',
            },
        ],
        "personalizations": [
            {
                "to": [{"email": address}],
                "custom_args": {"w_message": f"m-{n}"},
                "substitutions": {"-name-": address},
            }
            for n, address in enumerate(addresses)
        ],
    }
    return {**body, **changes}


def send(sandbox: Running, body: dict[str, Any]) -> Any:
    client = SendGridAPIClient(sandbox.config.sendgrid_api_key, host=sandbox.url)
    return client.client.mail.send.post(request_body=body)


def events_of(taken: list[Taken]) -> list[dict[str, Any]]:
    return [event for one in taken for event in json.loads(one.body)]


def distinct(product: Product, count: int) -> list[dict[str, Any]]:
    """Wait until `count` different events came, whatever the batches."""
    for batches in range(1, 50):
        events = {event["sg_event_id"]: event for event in events_of(product.waits_for("/events", batches))}
        if len(events) >= count:
            return list(events.values())
    raise AssertionError(f"fewer than {count} events")


def test_a_message_is_accepted_and_its_events_carry_our_arguments(start: Start, product: Product) -> None:
    sandbox = start()
    response = send(sandbox, mail("anna@uno.example", "bea@due.example"))
    assert response.status_code == 202
    assert response.body == b""
    events = distinct(product, 4)
    assert {(e["email"], e["event"], e["w_message"]) for e in events} == {
        ("anna@uno.example", "processed", "m-0"),
        ("anna@uno.example", "delivered", "m-0"),
        ("bea@due.example", "processed", "m-1"),
        ("bea@due.example", "delivered", "m-1"),
    }
    accepted = response.headers["X-Message-Id"]
    assert all(event["sg_message_id"].startswith(accepted + ".") for event in events)


def test_sendgrids_own_validator_takes_the_signature_and_no_other_body(
    start: Start, product: Product
) -> None:
    sandbox = start()
    send(sandbox, mail("anna@uno.example", "bea@due.example"))
    taken = product.waits_for("/events")[0]
    shown = requests.get(
        f"{sandbox.url}/v3/user/webhooks/event/settings/signed",
        headers={"Authorization": f"Bearer {sandbox.config.sendgrid_api_key}"},
        timeout=5,
    ).json()
    webhook = EventWebhook(shown["public_key"])
    signature = taken.headers["X-Twilio-Email-Event-Webhook-Signature"]
    timestamp = taken.headers["X-Twilio-Email-Event-Webhook-Timestamp"]
    body = taken.body.decode()
    assert body.endswith("]\r\n")
    assert webhook.verify_signature(body, signature, timestamp)
    assert not webhook.verify_signature(body.replace("anna", "anya"), signature, timestamp)


def test_every_accepted_message_is_on_the_bill(start: Start) -> None:
    sandbox = start()
    send(sandbox, mail(*(f"p{n}@uno.example" for n in range(1000))))
    lines = [json.loads(line) for line in (sandbox.config.data / "accepted.jsonl").read_text().splitlines()]
    assert [line["custom"]["w_message"] for line in lines] == [f"m-{n}" for n in range(1000)]
    assert lines[7]["to"] == "p7@uno.example"
    assert lines[7]["provider"] == "sendgrid"


def test_a_refused_webhook_is_posted_again_until_taken(start: Start, product: Product) -> None:
    refusals = iter([503, 302, 400])
    product.answer = lambda taken: Response(status=next(refusals, 204))
    sandbox = start(speed=1_000.0)  # 24 hours of trying last 86 seconds
    send(sandbox, mail("anna@uno.example"))
    first = product.waits_for("/events", 4)[0]
    again = {event["sg_event_id"] for event in events_of(product.taken[1:])}
    assert {event["sg_event_id"] for event in json.loads(first.body)} <= again


def test_suppressed_addresses_are_accepted_then_dropped_with_the_documented_reason(
    start: Start, product: Product
) -> None:
    sandbox = start()
    client = SendGridAPIClient(sandbox.config.sendgrid_api_key, host=sandbox.url)
    client.client.asm.suppressions._("global").post(request_body={"recipient_emails": ["Bea@due.example"]})
    assert send(sandbox, mail("bea@due.example")).status_code == 202
    (event,) = distinct(product, 1)
    assert (event["event"], event["reason"]) == ("dropped", "Unsubscribed Address")
    listed = json.loads(client.client.suppression.unsubscribes.get().body)
    assert [row["email"] for row in listed] == ["bea@due.example"]


def test_a_wrong_key_is_refused_in_sendgrids_words(start: Start) -> None:
    url = start().url
    answer = requests.post(f"{url}/v3/mail/send", json={}, headers={"Authorization": "Bearer no"}, timeout=5)
    assert answer.status_code == 401
    assert answer.json()["errors"][0] == {
        "message": "The provided authorization grant is invalid, expired, or revoked",
        "field": None,
        "help": None,
    }


def test_several_errors_come_at_once(start: Start) -> None:
    with pytest.raises(BadRequestsError) as refused:
        send(start(), {})
    fields = [error["field"] for error in json.loads(refused.value.body)["errors"]]
    assert fields == ["personalizations", "from.email", "subject", "content"]


def person(**changes: Any) -> dict[str, Any]:
    return {"to": [{"email": "anna@uno.example"}], **changes}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"personalizations": [person()] * 1001}, "personalizations"),
        (
            {"personalizations": [{"to": [{"email": f"p{n}@uno.example"} for n in range(1001)]}]},
            "personalizations",
        ),
        (
            {"personalizations": [person()] * 3 + [person(to=[{"email": "no at sign"}])]},
            "personalizations.3.to.0.email",
        ),
        ({"personalizations": [person(cc=[{"email": "ANNA@uno.example"}])]}, "personalizations.0"),
        ({"personalizations": [person(custom_args={"a": "x" * 10_000})]}, "personalizations.0.custom_args"),
        (
            {"personalizations": [person(substitutions={"-a-": "x" * 10_001})]},
            "personalizations.0.substitutions",
        ),
        ({"personalizations": [person(substitutions={"-a-": 7})]}, "personalizations.0.substitutions"),
        (
            {"personalizations": [person(headers={"DKIM-Signature": "x"})]},
            "personalizations.0.headers.DKIM-Signature",
        ),
        ({"headers": {"Subject": "x"}}, "headers.Subject"),
        ({"personalizations": [{"to": {"email": "anna@uno.example"}}]}, "personalizations.0.to"),
        ({"send_at": 4_000_000_000}, "send_at"),
        ({"from": {"email": "nobody"}}, "from.email"),
        ({"content": [{"type": "text/html", "value": "a"}] * 2}, "content"),
        ({"attachments": [{"content": "NOT_BASE64"}]}, "attachments.0.content"),
    ],
)
def test_a_broken_rule_names_its_field(start: Start, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRequestsError) as refused:
        send(start(), mail("anna@uno.example", **changes))
    assert [error["field"] for error in json.loads(refused.value.body)["errors"]] == [field]


def test_wrong_type_and_too_large(start: Start) -> None:
    sandbox = start()
    headers = {"Authorization": f"Bearer {sandbox.config.sendgrid_api_key}", "Content-Type": "text/plain"}
    url = f"{sandbox.url}/v3/mail/send"
    assert requests.post(url, data="{}", headers=headers, timeout=5).status_code == 415
    large = requests.post(url, data=b" " * (30 * 1024 * 1024), headers=headers, timeout=10)
    assert large.status_code == 413
    assert large.text.startswith("<html>")


def test_what_was_due_is_done_after_a_restart_and_opt_outs_are_kept(start: Start, product: Product) -> None:
    slow = start(speed=2)
    send(slow, mail("anna@uno.example"))
    slow.stop()
    quick = start(speed=2000.0)
    product.waits_for("/events")
    # Arrival was planned in slow time, at most 2 seconds ahead: it must still happen, once.
    events = distinct(product, 2)
    assert sorted(event["event"] for event in events) == ["delivered", "processed"]
    assert quick.config.data == slow.config.data
