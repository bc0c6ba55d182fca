"""Everything others captured from the providers is taken in and read; what cannot be read holds nobody up."""

import base64
import json
from urllib.parse import parse_qs

import pytest
from sqlmodel import col, select

from app import runtime
from app.messages.models import Message, Receipt
from app.runtime import Runtime
from tests.channels.examples import cases
from tests.webhooks.doors import (
    doors,
    expand_all,
    from_sendgrid,
    from_twilio,
    kept,
)

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_every_captured_event_batch_is_read(rt: Runtime) -> None:
    client, ids = doors(rt), set()
    for case in cases("sendgrid_events"):
        ids |= {event.get("sg_event_id") or json.dumps(event, sort_keys=True) for event in case["events"]}
        assert from_sendgrid(client, json.dumps(case["events"]).encode()).status_code == 204, case["name"]
    assert expand_all() == {}
    with runtime.reading() as db:
        assert len(db.exec(select(Receipt)).all()) == len(ids)


@ON_SQLITE
def test_every_captured_twilio_post_is_read(rt: Runtime) -> None:
    client = doors(rt)
    texts: dict[str, str] = {}
    reports = set()
    for case in cases("twilio_webhook_bodies"):
        said = {name: values[0] for name, values in parse_qs(case["body"]).items()}
        door = "messages" if "Body" in said else "status"
        assert from_twilio(client, door, case["body"]).status_code in (200, 204), case["name"]
        if door == "messages":
            texts.setdefault(said["MessageSid"], said["Body"])
        else:
            reports.add((said["MessageSid"], said["MessageStatus"]))
    assert expand_all() == {}
    with runtime.reading() as db:
        heard = db.exec(select(Message).where(Message.direction == "in")).all()
        assert len(db.exec(select(Receipt)).all()) == len(reports)
    assert {str(one.provider_id): one.text for one in heard} == texts


@ON_SQLITE
def test_every_captured_email_is_read(rt: Runtime) -> None:
    client, captured = doors(rt), cases("sendgrid_inbound_parse")
    for case in captured:
        body = base64.b64decode(case["body_b64"])
        assert from_sendgrid(client, body, "inbound", case["content_type"]).status_code == 204, case["name"]
    assert expand_all() == {}
    with runtime.reading() as db:
        heard = db.exec(select(Message).order_by(col(Message.created_at))).all()
    assert len(heard) == len(captured)
    assert all(one.text.strip() and "@" in one.address and one.state == "read" for one in heard)


@ON_SQLITE
def test_a_long_email_with_a_text_field_beyond_flasks_own_limit_is_read(rt: Runtime) -> None:
    words = ("Va bene, risentiamoci a settembre. " * 60_000).strip()
    fields = {"from": "Ada <ada@ditta.example>", "to": "ciao@azienda.example", "text": words}
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n'
        for name, said in fields.items()
    ]
    body = ("".join(parts) + "--b--\r\n").encode()
    assert from_sendgrid(doors(rt), body, "inbound", "multipart/form-data; boundary=b").status_code == 204
    assert expand_all() == {}
    with runtime.reading() as db:
        assert db.exec(select(Message.address)).one() == "ada@ditta.example"


def test_what_cannot_be_read_is_set_aside_with_the_reason_and_the_next_is_read(rt: Runtime) -> None:
    client = doors(rt)
    broken = [b"", b"no JSON", b"{}", b"[1]", b'["a"', b"\xff\xfe\x00", b"[" * 60_000]
    good = [{"event": "delivered", "sg_event_id": "e1", "email": "ada@ditta.example", "timestamp": 1}]
    for body in (*broken, json.dumps(good).encode()):
        assert from_sendgrid(client, body).status_code == 204
    aside = expand_all()
    assert [raw.state for raw in kept()] == ["quarantined"] * len(broken) + ["expanded"]
    assert all(reason and "batch" in reason for reason in aside.values())
    with runtime.reading() as db:
        assert [one.kind for one in db.exec(select(Receipt))] == ["delivered"]


def test_odd_characters_and_numbers_spoil_no_batch(rt: Runtime) -> None:
    """PostgreSQL refuses NUL, lone surrogates and NaN; the events beside them must not be lost."""
    odd = '[{"event":"open","sg_event_id":"o\\u0000\\ud800","email":"a","timestamp":NaN,"x":Infinity},'
    fine = '{"event":"delivered","sg_event_id":"e2","timestamp":"1e99","email":"b"}]'
    assert from_sendgrid(doors(rt), (odd + fine).encode()).status_code == 204
    assert expand_all() == {}
    with runtime.reading() as db:
        assert sorted(db.exec(select(Receipt.kind))) == ["delivered", "opened"]


@ON_SQLITE
def test_a_twilio_post_that_names_no_message_is_set_aside(rt: Runtime) -> None:
    client = doors(rt)
    for door, body in (("status", ""), ("messages", "Body=ciao"), ("status", "m=%FF&a=%00")):
        assert from_twilio(client, door, body).status_code in (200, 204)
    aside = expand_all()
    assert len(aside) == 3
    assert all(reason and "MalformedBody" in reason for reason in aside.values())
