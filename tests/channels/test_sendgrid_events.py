"""Event batches: only SendGrid's own are believed, and each event says the same thing every time it comes."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from app.channels.base import EventKind, MalformedBody, ProviderEvent
from app.channels.sendgrid import parse_events, verify
from tests.channels.examples import cases, names

SIGNED = cases("sendgrid_event_signature")
BATCHES = cases("sendgrid_events")
ONE = SIGNED[0]
RAW = base64.b64decode(ONE["payload_b64"])
THEN = datetime.fromtimestamp(int(ONE["timestamp"]), UTC)

KINDS = {
    "processed": EventKind.PROCESSED,
    "deferred": EventKind.DEFERRED,
    "delivered": EventKind.DELIVERED,
    "dropped": EventKind.DROPPED,
    "open": EventKind.OPENED,
    "click": EventKind.CLICKED,
    "spamreport": EventKind.COMPLAINED,
    "unsubscribe": EventKind.UNSUBSCRIBED,
    "group_unsubscribe": EventKind.UNSUBSCRIBED,
    "group_resubscribe": EventKind.RESUBSCRIBED,
    "account_status_change": EventKind.ACCOUNT,
}


def accepts(raw: bytes = RAW, now: datetime = THEN, **changes: str) -> bool:
    vector = ONE | changes
    return verify(raw, vector["signature"], vector["timestamp"], [vector["public_key"]], now)


@pytest.mark.parametrize("vector", SIGNED, ids=names(SIGNED))
def test_published_signature(vector: dict[str, Any]) -> None:
    raw = base64.b64decode(vector["payload_b64"])
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    result = verify(raw, vector["signature"], vector["timestamp"], [vector["public_key"]], now)
    assert result is vector["expect_valid"]


def test_during_a_key_change_either_key_is_believed() -> None:
    other, broken = SIGNED[1]["public_key"], "not a key"
    assert verify(RAW, ONE["signature"], ONE["timestamp"], [broken, other, ONE["public_key"]], THEN)
    assert not verify(RAW, ONE["signature"], ONE["timestamp"], [broken, other], THEN)
    assert not verify(RAW, ONE["signature"], ONE["timestamp"], [], THEN)


@pytest.mark.parametrize("hours", [-26, -24, 0, 24, 26])
def test_a_retry_within_a_day_is_believed_and_an_older_one_is_not(hours: int) -> None:
    assert accepts(now=THEN + timedelta(hours=hours)) is (abs(hours) < 25)


@pytest.mark.parametrize(
    "timestamp", ["", "x", "-1", "1600112502.0", "1" * 5000, "١٦٠٠١١٢٥٠٢", " 1600112502"]
)
def test_a_strange_timestamp_is_refused(timestamp: str) -> None:
    assert not accepts(timestamp=timestamp)


@given(st.binary(max_size=200), st.text(max_size=120), st.text(max_size=20), st.text(max_size=120))
def test_no_input_makes_verification_raise(raw: bytes, signature: str, timestamp: str, key: str) -> None:
    assert verify(raw, signature, timestamp, [key], THEN) is False
    assert verify(raw, signature, ONE["timestamp"], [ONE["public_key"], key], THEN) is False


@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, change: int) -> None:
    assert not accepts(raw=RAW[:at] + bytes([RAW[at] ^ change]) + RAW[at + 1 :])


@given(st.integers(0, len(ONE["signature"]) - 1), st.characters(codec="ascii"))
def test_a_changed_signature_is_noticed(at: int, letter: str) -> None:
    changed = ONE["signature"][:at] + letter + ONE["signature"][at + 1 :]
    assert accepts(signature=changed) is (changed == ONE["signature"])


def test_another_spelling_of_the_same_signature_is_refused() -> None:
    assert ONE["signature"].endswith("M=")
    assert not accepts(signature=ONE["signature"][:-2] + "N=")
    assert not accepts(signature=ONE["signature"] + "\n")


@given(st.binary(max_size=300))
def test_whatever_is_signed_is_believed(raw: bytes) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    signature = base64.b64encode(private.sign(b"1600112502" + raw, ec.ECDSA(SHA256()))).decode()
    assert verify(raw, signature, "1600112502", [base64.b64encode(public).decode()], THEN)


@pytest.mark.parametrize("vector", BATCHES, ids=names(BATCHES))
def test_published_batch(vector: dict[str, Any]) -> None:
    events = parse_events(json.dumps(vector["events"]).encode())
    assert len(events) == len(vector["events"])
    for event, said in zip(events, vector["events"], strict=True):
        if said["event"] == "bounce":
            blocked = said.get("type") == "blocked"
            assert event.kind is (EventKind.BLOCKED if blocked else EventKind.BOUNCED)
        else:
            assert event.kind is KINDS[said["event"].lower()]
        assert event.at == datetime.fromtimestamp(int(said["timestamp"]), UTC)
        assert event.address == said.get("email")
        assert event.url == said.get("url")
        assert event.event_id == said.get("sg_event_id", event.event_id)
        assert event.raw == said


def parsed(**said: object) -> ProviderEvent:
    return parse_events(json.dumps([{"event": "delivered"} | said]).encode())[0]


def test_our_own_id_comes_back() -> None:
    event = parsed(w_message="0192", sg_message_id=" abc.filter.0", response="250 OK ")
    assert (event.message_id, event.provider_id, event.reason) == ("0192", "abc.filter.0", "250 OK")
    assert parsed().message_id is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"type": "bounce", "status": "5.1.1"}, EventKind.BOUNCED),
        ({"type": "blocked", "status": "5.2.2"}, EventKind.BLOCKED),
        ({"type": "expired"}, EventKind.BLOCKED),
        ({"status": "5.1.1"}, EventKind.BOUNCED),
        ({"status": "4.2.2"}, EventKind.BLOCKED),
        ({}, EventKind.BOUNCED),
    ],
)
def test_only_a_permanent_bounce_counts_as_one(said: dict[str, str], kind: EventKind) -> None:
    event = parsed(event="bounce", reason="550 unknown", **said)
    assert (event.kind, event.reason, event.code) == (kind, "550 unknown", said.get("status"))


@pytest.mark.parametrize(
    ("said", "machine"), [(True, True), ("true", True), (1, True), (False, False), (None, False)]
)
def test_a_machine_open_is_marked(said: object, machine: bool) -> None:
    assert parsed(event="open", sg_machine_open=said).machine is machine


@pytest.mark.parametrize("said", [1513299569, "1513299569", 1513299569000, "1513299569000", 1513299569.0])
def test_time_comes_in_seconds_or_milliseconds_as_number_or_string(said: object) -> None:
    assert parsed(timestamp=said).at == datetime(2017, 12, 15, 0, 59, 29, tzinfo=UTC)


@pytest.mark.parametrize("said", [None, True, "", "soon", [], 10**30, -(10**30), "nan", "1e999"])
def test_a_time_that_is_none_is_not_invented(said: object) -> None:
    assert parsed(timestamp=said).at is None


def test_an_unknown_event_is_kept() -> None:
    event = parsed(event="read_by_cat", email="a@example.it")
    assert (event.kind, event.address) == (EventKind.OTHER, "a@example.it")


def test_an_event_without_an_id_gets_the_same_one_however_it_is_written() -> None:
    first = parse_events(b'[{"event":"open","email":"a@example.it"}]')[0]
    again = parse_events(b'[\r\n{"email": "a@example.it", "event": "open"}\r\n]\r\n')[0]
    other = parse_events(b'[{"event":"open","email":"b@example.it"}]')[0]
    assert first.event_id == again.event_id != other.event_id


def test_what_a_database_cannot_store_is_replaced_and_the_rest_kept() -> None:
    event = parse_events(rb'[{"event":"open","useragent":"a\u0000b\ud800c","n":NaN}]')[0]
    assert event.user_agent == "a�b�c"
    json.dumps(event.raw, allow_nan=False).encode()


def test_crlf_between_objects_and_a_byte_order_mark_do_no_harm() -> None:
    assert len(parse_events(b'\xef\xbb\xbf[{"event":"open"},\r\n{"event":"click"}]\r\n')) == 2


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b'"x"', b"[1]", b'[{"event":"open"},null]', b"[" * 100_000, b"[{}"]
)
def test_a_body_that_is_no_array_of_objects_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedBody):
        parse_events(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["event", "timestamp", "email", "type", "status", "sg_event_id", "w_message", "sg_machine_open", "url"]
)


@given(st.lists(st.dictionaries(FIELDS | st.text(), JSON), max_size=4))
def test_any_array_of_objects_is_read_and_stable(events: list[dict[str, object]]) -> None:
    raw = json.dumps(events).encode()
    first = parse_events(raw)
    assert len(first) == len(events)
    assert [event.event_id for event in first] == [event.event_id for event in parse_events(raw)]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_malformed(raw: bytes) -> None:
    with suppress(MalformedBody):
        parse_events(raw)
