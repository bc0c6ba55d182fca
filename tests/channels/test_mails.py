"""Over a hundred mails as people's programs write them: whose words they are, who wrote them, when they are back."""

import base64
import os
import time
from datetime import date

import pytest

from app.channels.sendgrid import parse_inbound
from app.channels.slim import slim
from app.language.replies import html_to_text, strip_reply
from app.language.transport import automatic, return_date
from tests.channels.mails import EXAMPLES, Example
from tests.channels.mails.build import OURS, OURS_EN
from tests.channels.mails.post import CONTENT_TYPE, parsed_form, raw_form

WORDS = [
    "Da parte mia 8",
    "On time, always",
    "10",
    "A me va bene così, grazie.",
    "Il servizio mi ha deluso: 3.\n\nRichiamatemi allo 0422 555010.",
    "Le consegne? Ottime. 9",
    "Data la situazione direi 6",
    "Toglietemi dalla lista per favore",
    "Buongiorno,\n\nsette.\n\nGrazie",
    "Ho scritto a info@officinerossi.example alle 10:30 e nessuno ha risposto",
    "Oggetto: reclamo\nnon sono soddisfatto",
    "In data 12/10 ho ricevuto la merce rotta. Chi mi ha scritto non sa niente",
]
FORMS = {"raw": raw_form, "parsed": parsed_form}
every = pytest.mark.parametrize("mail", EXAMPLES.values(), ids=list(EXAMPLES))


def own_words(whole: str, mail: Example, ours: str | None = None) -> str:
    letter = OURS_EN if mail.language == "en" else OURS
    return strip_reply(whole, mail.language, letter if ours is None else ours)


@every
@pytest.mark.parametrize("form", FORMS)
def test_what_its_writer_said_and_whether_it_was_a_person(mail: Example, form: str) -> None:
    body = FORMS[form](mail.raw)
    email = parse_inbound(CONTENT_TYPE, body)
    whole = email.text or html_to_text(email.html)
    words, robot = own_words(whole, mail), automatic(email.headers, whole)
    assert (robot or (None if words else "no_words")) == mail.verdict
    if mail.verdict in (None, "no_words"):
        assert words == mail.words
    if mail.verdict == "auto_reply":
        day = return_date(f"{email.subject}\n{whole}", date(2025, 11, 3))
        assert (day.isoformat() if day else None) == mail.back
    if email.report:
        assert (email.report.status, email.report.action) == (mail.facts["status"], mail.facts["action"])
    if form == "raw" and "attachments" in mail.facts:
        assert str(email.attachments) == mail.facts["attachments"]


def test_other_words_in_the_same_mails_are_left_whole_too() -> None:
    wrong = []
    for mail in EXAMPLES.values():
        email = parse_inbound(CONTENT_TYPE, raw_form(mail.raw))
        whole = email.text or html_to_text(email.html)
        if mail.verdict is None and whole.count(mail.words) == 1:
            for words in WORDS:
                left = own_words(whole.replace(mail.words, words), mail)
                wrong += [(mail.name, words, left)] if left != words else []
    assert wrong == []


@every
@pytest.mark.parametrize("form", FORMS)
def test_what_is_kept_of_a_mail_says_the_same(mail: Example, form: str) -> None:
    body = FORMS[form](mail.raw)
    kept = slim(CONTENT_TYPE, body)
    assert parse_inbound(CONTENT_TYPE, kept) == parse_inbound(CONTENT_TYPE, body)
    assert slim(CONTENT_TYPE, kept) == kept
    assert b"iVBORw0KGgo" not in kept
    assert b"AAAAAAAAAAAAAAAA" not in kept


@pytest.mark.parametrize("form", FORMS)
def test_twenty_megabytes_of_files_are_not_kept(form: str) -> None:
    photo = EXAMPLES["text and html within a mixed mail with a picture"]
    lines = base64.encodebytes(os.urandom(15 * 2**20)).replace(b"\n", b"\r\n")
    head, mark, tail = photo.raw.partition(b"iVBORw0KGgo" if b"iVBORw0KGgo" in photo.raw else b"iVBOR")
    body = FORMS[form](head + lines + mark + tail)
    began = time.monotonic()
    kept = slim(CONTENT_TYPE, body)
    assert time.monotonic() - began < 5
    assert len(body) > 15 * 2**20
    assert len(kept) < 3000
    assert "voto 4" in parse_inbound(CONTENT_TYPE, kept).text


def test_a_text_without_end_is_cut() -> None:
    raw = EXAMPLES["no quotation, greeting and name"].raw + b"bla bla bla\r\n" * 100_000
    kept = slim(CONTENT_TYPE, raw_form(raw))
    assert len(kept) < 600_000
    assert parse_inbound(CONTENT_TYPE, kept).text.startswith("Buongiorno,\nil mio voto è 9.")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", b"--x\r\n"),
        ("application/json", b"[]"),
        ("multipart/form-data", b"--x\r\n\r\n"),
        (CONTENT_TYPE, b""),
        (CONTENT_TYPE, b"nothing of the kind"),
        (CONTENT_TYPE, b"--xYzZY\r\nContent-Disposition"),
        (CONTENT_TYPE, b"--xYzZY\r\nContent-Type: multipart/mixed; boundary*0*=\xff\r\n\r\n--\r\n"),
    ],
)
def test_what_is_no_form_is_kept_as_it_is(content_type: str, body: bytes) -> None:
    assert slim(content_type, body) == body
