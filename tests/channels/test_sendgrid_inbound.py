"""Replies by email: a person's words arrive whole, whatever their mail program did to them."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.base import InboundEmail, MalformedBody
from app.channels.sendgrid import parse_inbound
from tests.channels.examples import cases, names

VECTORS = cases("sendgrid_inbound_parse")
TYPE = "multipart/form-data; boundary=xYzZY"
ENVELOPE = b'{"to":["reply+token@inbound.example.com"],"from":"bounce@example.it"}'


def form(fields: dict[str, bytes], files: dict[str, bytes] | None = None) -> bytes:
    body = b""
    for name, value in fields.items():
        body += b'--xYzZY\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
    for name, value in (files or {}).items():
        head = b'--xYzZY\r\nContent-Disposition: form-data; name="%s"; filename="f"\r\n\r\n' % name.encode()
        body += head + value + b"\r\n"
    return body + b"--xYzZY--\r\n"


def raw_mode(mime: bytes, envelope: bytes = ENVELOPE) -> InboundEmail:
    return parse_inbound(TYPE, form({"email": mime, "envelope": envelope, "to": b"x@example.com"}))


@pytest.mark.parametrize("vector", VECTORS, ids=names(VECTORS))
def test_captured_post(vector: dict[str, Any]) -> None:
    mail = parse_inbound(vector["content_type"], base64.b64decode(vector["body_b64"]))
    expect = vector["expect"]
    assert "SendGrid" in mail.text or "It's a body…" in mail.text
    assert mail.attachments == 0
    for name, value in expect.get("fields", {}).items():
        if name == "from":
            assert f"<{mail.from_email}>" in value
        if name == "subject" and "subject" not in mail.headers:
            assert mail.subject == value
    if "envelope" in expect:
        assert mail.to == tuple(expect["envelope"]["to"])
    if "text" in expect:
        assert mail.text == expect["text"]


def test_a_raw_message_is_read_with_its_threads_ends() -> None:
    message = EmailMessage()
    message["From"] = "Anna Rossi <anna@example.it>"
    message["To"] = "reply+other@inbound.example.com"
    message["Subject"] = "Re: perché?"
    message["Message-ID"] = "<own@example.it>"
    message["In-Reply-To"] = "<first@sendgrid>"
    message["References"] = "<zero@sendgrid> <first@sendgrid>"
    message["Date"] = "Thu, 12 Oct 2017 18:03:30 -0700"
    message["Auto-Submitted"] = "auto-replied"
    message.set_content("Direi un 8, perché è comodo", charset="iso-8859-1")
    message.add_alternative("<p>Direi un 8</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="doc.pdf")
    mail = raw_mode(message.as_bytes())
    assert (mail.from_email, mail.to) == ("anna@example.it", ("reply+token@inbound.example.com",))
    assert (mail.subject, mail.text) == ("Re: perché?", "Direi un 8, perché è comodo\n")
    assert mail.html == "<p>Direi un 8</p>\n"
    assert mail.message_id == "<own@example.it>"
    assert (mail.in_reply_to, mail.references) == (
        "<first@sendgrid>",
        ("<zero@sendgrid>", "<first@sendgrid>"),
    )
    assert mail.headers["auto-submitted"] == "auto-replied"
    assert mail.at == datetime(2017, 10, 13, 1, 3, 30, tzinfo=UTC)
    assert mail.attachments == 1


def test_words_quoted_inside_a_bounce_are_not_the_senders() -> None:
    ours = EmailMessage()
    ours.set_content("Rispondi STOP per non ricevere altro")
    bounce = EmailMessage()
    bounce["From"] = "postmaster@example.it"
    bounce.set_content("Casella piena")
    bounce.add_attachment(ours)
    mail = raw_mode(bounce.as_bytes())
    assert "STOP" not in mail.text + mail.html
    assert mail.attachments == 1


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("windows-1252", b"8\x80 perch\xe9", "8€ perché"),
        ("cp850", b"perch\x82", "perché"),
        ("utf-8", "perché 👍".encode(), "perché 👍"),
        ("us-ascii", "perché".encode(), "perché"),
        ("klingon", b"perch\xe9", "perché"),
        ("zlib", b"perch\xe9", "perché"),
        ("punycode", b"perch\xe9", "perché"),
        ("a\x00b", b"perch\xe9", "perché"),
        ("utf-8", b"perch\xe9 no\x00", "perché no�"),
    ],
)
def test_each_field_is_decoded_in_its_own_charset(charset: str, raw: bytes, text: str) -> None:
    charsets = json.dumps({"text": charset, "subject": "UTF-8"}).encode()
    fields = {"text": raw + b"\r\nciao", "subject": "Sì".encode(), "charsets": charsets}
    mail = parse_inbound(TYPE, form(fields))
    assert (mail.text, mail.subject) == (f"{text}\nciao", "Sì")


def test_parsed_mode_reads_the_header_block_and_counts_files() -> None:
    block = b"Message-ID: <a@b>\r\nSubject: =?utf-8?q?S=C3=AC=2C?= grazie\r\nReferences: <x@y>\r\n <z@y>\r\n"
    fields = {
        "headers": block,
        "text": b"8",
        "from": b"Rossi, Anna <anna@example.it>",
        "to": b"a@x.it, B <b@x.it>",
    }
    mail = parse_inbound(TYPE, form(fields, {"attachment1": b"\xff\xd8", "attachment2": b""}))
    assert (mail.message_id, mail.references, mail.subject) == ("<a@b>", ("<x@y>", "<z@y>"), "Sì, grazie")
    assert mail.from_email == "anna@example.it"
    assert "b@x.it" in mail.to
    assert mail.attachments == 2


def test_a_display_name_cannot_pretend_to_be_the_address() -> None:
    mail = raw_mode(b'From: "ceo <ceo@example.com>" <true@example.it>\r\n\r\nciao')
    assert mail.from_email == "true@example.it"
    encoded = raw_mode(b"From: =?utf-8?q?=3Cceo=40example=2Ecom=3E?= <true@example.it>\r\n\r\nciao")
    assert encoded.from_email == "true@example.it"


def test_the_envelope_sender_stands_in_for_a_missing_from() -> None:
    assert raw_mode(b"Subject: x\r\n\r\nciao").from_email == "bounce@example.it"


@pytest.mark.parametrize("envelope", [b"", b"{", b"[]", b'{"to":[]}', b'{"to":"x"}'])
def test_without_a_usable_envelope_the_to_field_counts(envelope: bytes) -> None:
    assert raw_mode(b"From: a@example.it\r\n\r\nciao", envelope).to == ("x@example.com",)


@pytest.mark.parametrize("date", ["", "ieri", "Thu, 99 Oct 2017 18:03:30", "Fri, 31 Dec 9999 23:59:59 -2300"])
def test_a_date_that_is_none_is_not_invented(date: str) -> None:
    assert raw_mode(f"Date: {date}\r\nFrom: a@b.it\r\n\r\nciao".encode()).at is None


def test_bytes_nobody_declared_are_still_words() -> None:
    mail = raw_mode("From: a@b.it\r\nSubject: perché\r\n\r\nè così".encode())
    assert (mail.subject, mail.text) == ("perché", "è così")


def test_a_reply_of_twenty_megabytes_is_read() -> None:
    mime = b"From: a@b.it\r\n\r\nciao\r\n" + b"riga di testo\r\n" * 1_400_000
    assert raw_mode(mime).text.startswith("ciao\nriga")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", b"x"),
        ("application/json", b"{}"),
        ("multipart/form-data", form({"text": b"x"})),
        ("multipart/form-data; boundary=other", form({"text": b"x"})),
        (TYPE, form({"text": b"x"})[:-12]),
        (TYPE, form({})),
        (TYPE, b""),
        (TYPE, b"--xYzZY\r\n\r\nx\r\n--xYzZY--"),
    ],
)
def test_a_body_that_is_no_whole_form_is_malformed(content_type: str, body: bytes) -> None:
    with pytest.raises(MalformedBody):
        parse_inbound(content_type, body)


MIME_LINES = st.lists(
    st.sampled_from(
        [
            b"Content-Type: multipart/mixed; boundary=B",
            b"Content-Type: text/plain; charset*=x''%ff; charset*0=1",
            b"Content-Type: message/rfc822",
            b"Content-Transfer-Encoding: base64",
            b"Content-Transfer-Encoding: x-uuencode",
            b"Content-Disposition: attachment; filename*0*=a'b'%c3",
            b"From: =?utf-8?b?!!!?= <a@b>",
            b"Subject: =?klingon?q?x?= \\u0041 \\ud800",
            b"Date: Thu, 12 Oct 99999999999 18:03:30 +99999999",
            b"--B",
            b"--B--",
            b"begin 644 x",
            b"",
        ]
    )
    | st.binary(max_size=40),
    max_size=14,
)


@given(MIME_LINES, st.dictionaries(st.sampled_from(["envelope", "charsets", "headers", "from"]), st.binary()))
def test_any_message_is_read_or_malformed_and_can_be_stored(
    lines: list[bytes], others: dict[str, bytes]
) -> None:
    for fields in ({"email": b"\r\n".join(lines)}, {"headers": b"\r\n".join(lines)}):
        try:
            mail = parse_inbound(TYPE, form(others | fields))
        except MalformedBody:
            continue
        texts = [mail.text, mail.html, mail.subject, mail.from_email, *mail.to, *mail.headers.values()]
        assert "\x00" not in "".join(texts)
        "".join([*texts, *mail.headers, *mail.references]).encode()


@given(st.text(max_size=60) | st.just(TYPE), st.binary(max_size=300))
def test_any_bytes_are_read_or_malformed(content_type: str, raw: bytes) -> None:
    with suppress(MalformedBody):
        parse_inbound(content_type, raw)
