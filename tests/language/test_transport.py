"""Robots' mail is told from people's, and the day of return is found."""

from datetime import date

import pytest

from app.language.transport import Automatic, automatic, return_date

REPLY, REPORT = Automatic.AUTO_REPLY, Automatic.DELIVERY_REPORT


@pytest.mark.parametrize(
    ("headers", "text", "kind"),
    [
        ({"Auto-Submitted": "auto-replied"}, "", REPLY),
        ({"auto-submitted": "auto-generated; owner-email=x"}, "", REPLY),
        ({"Auto-Submitted": "no"}, "ciao", None),
        ({"X-Autoreply": "yes"}, "", REPLY),
        ({"Precedence": "auto_reply"}, "", REPLY),
        ({"Precedence": "bulk"}, "9, bravi", None),
        ({"X-Auto-Response-Suppress": "All"}, "", REPLY),
        ({"X-Auto-Response-Suppress": "DR, OOF"}, "8", None),
        ({"Return-Path": "<>"}, "", REPLY),
        ({"Return-Path": "<mario@b.example>"}, "ok", None),
        ({"Content-Type": "multipart/report; report-type=delivery-status; boundary=x"}, "", REPORT),
        ({"Return-Path": "<>", "From": "MAILER-DAEMON@mx.example"}, "", REPORT),
        ({"Subject": "Undelivered Mail Returned to Sender", "Auto-Submitted": "auto-replied"}, "", REPORT),
        ({"Subject": "Automatic reply: Sondaggio"}, "", REPLY),
        ({"Subject": "Risposta automatica: Sondaggio"}, "", REPLY),
        ({"Subject": "R: Sondaggio"}, "9", None),
        ({"Subject": "Re: fuori sede produttiva"}, "9", None),
        ({}, "Questa è una risposta automatica, si prega di non rispondere", REPLY),
        ({}, "Sono contento", None),
        ({"Subject": "Abwesenheitsnotiz: Umfrage"}, "", REPLY),
        ({"Subject": "Réponse automatique : Enquête"}, "", REPLY),
        ({"Subject": "Absence du bureau"}, "", REPLY),
        ({"Subject": "Unzustellbar: Umfrage", "Return-Path": "<>"}, "", REPORT),
        ({"Subject": "Non remis : Enquête", "From": "postmaster@mx.example"}, "", REPORT),
        ({"Subject": "Re: mancato recapito della merce"}, "il pacco non è arrivato", None),
        ({}, "Ich bin derzeit nicht im Büro und ab 5. Januar wieder da.", REPLY),
        ({}, "Ceci est un message automatique, merci de ne pas répondre.", REPLY),
        ({}, "Der Urlaub war schön, danke der Nachfrage", None),
    ],
)
def test_who_wrote_it(headers: dict[str, str], text: str, kind: Automatic | None) -> None:
    assert automatic(headers, text) is kind


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Sono in ferie, rientro il 5 dicembre", date(2025, 12, 5)),
        ("Sarò assente dal 1/12 al 20/12/2025", date(2025, 12, 20)),
        ("back on January 7th", date(2026, 1, 7)),
        ("out of office until 5 January 2026", date(2026, 1, 5)),
        ("returning 2025-12-01", date(2025, 12, 1)),
        ("torno lunedì", date(2025, 11, 24)),
        ("rientro domani", date(2025, 11, 21)),
        ("rientro il 32/13", None),
        ("Siamo chiusi", None),
        ("Ich bin ab dem 5. Januar wieder im Büro", date(2026, 1, 5)),
        ("absent jusqu'au 5 janvier", date(2026, 1, 5)),
    ],
)
def test_when_they_are_back(text: str, day: date | None) -> None:
    assert return_date(text, date(2025, 11, 20)) == day
