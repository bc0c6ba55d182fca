"""Twilio's side, met through Twilio's own SDK and checked by its own validator."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug.wrappers import Response

from app.sandbox.segments import count_segments
from tests.paths import SHARED
from tests.sandbox.conftest import Product, Running, Start

OURS = "+15005550006"
SERVICE = "MG" + "a" * 32
VECTORS = json.loads((SHARED / "vectors" / "sms_segments.json").read_text())["cases"]


def client(sandbox: Running, token: str | None = None) -> Client:
    found = Client(sandbox.config.twilio_account_sid, token or sandbox.config.twilio_auth_token)
    found.api.base_url = sandbox.url
    return found


def say(sandbox: Running, phone: str, body: str) -> None:
    requests.post(f"{sandbox.url}/phones/{phone}/reply", data={"body": body}, timeout=5).raise_for_status()


def test_a_text_is_accepted_sent_and_delivered_with_signed_callbacks(start: Start, product: Product) -> None:
    sandbox = start()
    callback = f"{product.url}/status?message=m-1&w=%C3%A9#rc=3&rp=all"
    sent = client(sandbox).messages.create(
        to="+393331234567", from_=OURS, body="Ciao ^", status_callback=callback
    )
    assert (sent.status, sent.num_segments, sent.error_code) == ("queued", "1", None)
    taken = product.waits_for("/status", 2)
    assert {one.form["MessageStatus"] for one in taken} == {"sent", "delivered"}
    validator = RequestValidator(sandbox.config.twilio_auth_token)
    for one in taken:
        url = f"{product.url}{one.target}"
        assert one.target == "/status?message=m-1&w=%C3%A9"
        assert validator.validate(url, one.form, one.headers["X-Twilio-Signature"])
        assert not validator.validate(url, {**one.form, "To": "+1"}, one.headers["X-Twilio-Signature"])
    assert client(sandbox).messages(sent.sid).fetch().status == "delivered"
    (line,) = (sandbox.config.data / "accepted.jsonl").read_text().splitlines()
    assert json.loads(line)["custom"] == {"message": "m-1", "w": "é"}


def test_a_messaging_service_picks_the_number_later(start: Start) -> None:
    sandbox = start()
    sent = client(sandbox).messages.create(to="+393331234567", messaging_service_sid=SERVICE, body="Ciao")
    assert (sent.status, sent.from_, sent.num_segments) == ("accepted", None, "0")


@pytest.mark.parametrize(
    ("to", "ours", "body", "code"),
    [
        ("", OURS, "x", 21604),
        ("+39", OURS, "x", 21211),
        ("3331234567", OURS, "x", 21211),
        ("+390612345678", OURS, "x", 21614),
        ("+393331234567", OURS, "", 21602),
        ("+393331234567", OURS, "x" * 1601, 21617),
        ("+393331234567", "", "x", 21603),
        ("+393331234567", "+15005550007", "x", 21606),
        ("+15005550001", OURS, "x", 21211),
        ("+15005550004", OURS, "x", 21610),
        ("+15005550009", OURS, "x", 21614),
    ],
)
def test_a_refusal_has_twilios_code(start: Start, to: str, ours: str, body: str, code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client(start()).messages.create(to=to, from_=ours, body=body)
    assert (refused.value.status, refused.value.code) == (400, code)


def test_a_wrong_token_is_20003(start: Start) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client(start(), token="no").messages.create(to="+393331234567", from_=OURS, body="x")
    assert (refused.value.status, refused.value.code) == (401, 20003)


@pytest.mark.parametrize("word", ["STOP", " stop ", "Revoke", "OPTOUT", "stopall"])
def test_a_keyword_blocks_the_number_is_forwarded_and_start_lifts_it(
    start: Start, product: Product, word: str
) -> None:
    sandbox, phone = start(), "+393331234567"
    texts = client(sandbox).messages
    texts.create(to=phone, from_=OURS, body="Ciao")
    say(sandbox, phone, word)
    (taken,) = product.waits_for("/messages")
    assert taken.form["Body"] == word.strip()
    assert "OptOutType" not in taken.form
    validator = RequestValidator(sandbox.config.twilio_auth_token)
    assert validator.validate(product.url + taken.target, taken.form, taken.headers["X-Twilio-Signature"])
    with pytest.raises(TwilioRestException) as refused:
        texts.create(to=phone, from_=OURS, body="Ancora")
    assert refused.value.code == 21610
    sandbox.stop()
    again = start()
    with pytest.raises(TwilioRestException):
        client(again).messages.create(to=phone, from_=OURS, body="Ancora")
    say(again, phone, "START")
    assert client(again).messages.create(to=phone, from_=OURS, body="Ancora").status == "queued"


def test_words_around_a_keyword_are_only_forwarded(start: Start, product: Product) -> None:
    sandbox = start(advanced_opt_out=True)
    client(sandbox).messages.create(to="+393331234567", from_=OURS, body="Ciao")
    say(sandbox, "+393331234567", "stop please")
    say(sandbox, "+393331234567", "STOP")
    forms = {one.form["Body"]: one.form for one in product.waits_for("/messages", 2)}
    assert "OptOutType" not in forms["stop please"]
    assert forms["STOP"]["OptOutType"] == "STOP"


def test_messages_are_found_by_number_and_time_page_by_page(start: Start) -> None:
    texts = client(start()).messages
    for n in range(5):
        texts.create(to="+393331234567", from_=OURS, body=f"n {n}")
    texts.create(to="+393337654321", from_=OURS, body="other")
    now = datetime.now(UTC)
    found = texts.list(to="+393331234567", date_sent_after=now - timedelta(minutes=1), page_size=2)
    assert sorted(one.body for one in found) == [f"n {n}" for n in range(5)]
    assert texts.list(to="+393331234567", date_sent_before=now - timedelta(minutes=1)) == []
    assert len(texts.list(to="+393331234567", date_sent=now.date())) == 5


def test_a_5xx_is_repeated_only_where_the_url_asks_for_it(start: Start, product: Product) -> None:
    product.answer = lambda taken: Response(status=500)
    texts = client(start()).messages
    texts.create(
        to="+393331234567", from_=OURS, body="x", status_callback=f"{product.url}/keen#rc=2&rp=5xx,ct"
    )
    texts.create(to="+393331234567", from_=OURS, body="x", status_callback=f"{product.url}/plain")
    assert len(product.waits_for("/keen", 6)) == 6
    assert len(product.waits_for("/plain", 2)) == 2


@pytest.mark.parametrize("case", VECTORS, ids=[case["name"] for case in VECTORS])
def test_segments_are_counted_as_twilio_counts(case: dict[str, object]) -> None:
    assert count_segments(str(case["body"])) == case["segments"]
