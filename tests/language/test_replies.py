"""What is left of a mail after each client's quotation, signature and footer."""

import re
from pathlib import Path

import pytest

from app.language.reading import Intent, read
from app.language.replies import html_to_text, strip_reply

FOOTER = "Ricevi questa email perché sei cliente. Disiscriviti | Unsubscribe here"
QUOTED = f"> Come valuti il servizio?\n> {FOOTER}\n"

MAILS = {
    "gmail it": f"Tutto bene\n\nIl giorno lun 3 nov 2025 alle ore 10:12 Ditta Rossi <a@b.example> "
    f"ha scritto:\n\n{QUOTED}",
    "gmail it folded": f"Tutto bene\n\nIl giorno lun 3 nov 2025 alle ore 10:12 Ditta Rossi <\n"
    f"a@b.example> ha scritto:\n\n{QUOTED}",
    "gmail en": f"Tutto bene\n\nOn Mon, Nov 3, 2025 at 10:12 AM Ditta Rossi <a@b.example> wrote:\n\n{QUOTED}",
    "gmail en folded": f"Tutto bene\n\nOn Mon, Nov 3, 2025 at 10:12 AM Ditta Rossi <a@b.example>\n"
    f"wrote:\n\n{QUOTED}",
    "outlook it": f"Tutto bene\n\nDa: Ditta Rossi <a@b.example>\nInviato: lunedì 3 novembre "
    f"2025 10:12\nA: Me\nOggetto: Sondaggio\n\n{FOOTER}",
    "outlook en": f"Tutto bene\n\nFrom: Ditta Rossi <a@b.example>\nSent: Monday, November 3, "
    f"2025 10:12\nTo: Me\nSubject: Survey\n\n{FOOTER}",
    "outlook line": f"Tutto bene\n\n________________________________\nDa: Ditta Rossi "
    f"<a@b.example>\nInviato: lunedì\nOggetto: X\n\n{FOOTER}",
    "outlook bold": f"Tutto bene\n\n*Da:* Ditta Rossi <a@b.example>\n*Inviato:* lunedì 3 novembre\n"
    f"*A:* Me\n*Oggetto:* X\n\n{FOOTER}",
    "apple it": f"Tutto bene\n\nIl giorno 3 nov 2025, alle ore 10:12, Ditta Rossi <a@b.example> ha "
    f"scritto:\n\n{FOOTER}",
    "apple en": f"Tutto bene\n\n> On 3 Nov 2025, at 10:12, Ditta Rossi <a@b.example> wrote:\n> \n{QUOTED}",
    "thunderbird": f"Tutto bene\n\nIl 03/11/25 10:12, Ditta Rossi ha scritto:\n{QUOTED}",
    "libero": "Tutto bene\n\nIl 3 novembre 2025 alle 10.12 "
    f'"Ditta Rossi" <a@b.example> ha scritto:\n\n{FOOTER}',
    "original it": f"Tutto bene\n\n-----Messaggio originale-----\nDa: a@b.example\nData: 3 nov\n\n{FOOTER}",
    "original en": f"Tutto bene\n\n-----Original Message-----\nFrom: a@b.example\n\n{FOOTER}",
    "forward": f"Tutto bene\n\n---------- Forwarded message ---------\nDa: x\n{FOOTER}",
    "in data": f"Tutto bene\n\nIn data lunedì 3 novembre 2025 10:12:00 CET, Ditta Rossi ha "
    f"scritto:\n{QUOTED}",
    "iphone": f"Tutto bene\n\nInviato da iPhone\n\n> Il giorno 3 nov 2025, alle ore 10:12, Ditta "
    f"<a@b.example> ha scritto:\n> \n> {FOOTER}",
    "iphone en": "Tutto bene\n\nSent from my iPhone",
    "samsung": f"Tutto bene\n\nInviato dal mio Galaxy\n\n-------- Messaggio originale --------\nDa: "
    f"a@b.example\nData: 03/11/25 10:12\nOggetto: X\n\n{FOOTER}",
    "outlook mobile": "Tutto bene\n\nOttieni Outlook per iOS<https://aka.ms/o0ukef>",
    "yahoo": f"Tutto bene\n\nInviato da Yahoo Mail su Android\n\n  Il lun, nov 3, 2025 alle 10:12, "
    f"Ditta Rossi<a@b.example> ha scritto:   {FOOTER}",
    "dashes": "Tutto bene\n-- \nMario Bianchi\nTel. 333 1234567",
    "closing": "Tutto bene\n\nCordiali saluti\nMario Bianchi\nVia Roma 8",
    "legal": "Tutto bene\n\nAi sensi del Regolamento UE 2016/679 le informazioni... se ricevuto "
    "per errore cancellatelo.",
    "legal en": "Tutto bene\n\nThis email and any attachments are confidential. If you are not the "
    "recipient delete it.",
    "windows lines": f"Tutto bene\r\n\r\nIl giorno lun 3 nov 2025 Ditta <a@b.example> ha "
    f"scritto:\r\n\r\n> {FOOTER}\r\n",
    "below the quotation": f"Il giorno 3 nov 2025 Ditta <a@b.example> ha scritto:\n{QUOTED}\nTutto bene",
}


# Whole mails as clients write them: "=== client (language)", the mail, "--- reply", the words that count.
RAW = {
    head: whole.partition("--- reply\n")
    for head, _, whole in (
        mail.partition("\n")
        for mail in re.split(
            r"^=== ", Path(__file__).with_name("mails.txt").read_text("utf-8"), flags=re.MULTILINE
        )[1:]
    )
}


@pytest.mark.parametrize("client", RAW)
def test_of_a_whole_mail_the_persons_own_words_are_left(client: str) -> None:
    mail, _, own = RAW[client]
    left = strip_reply(mail, lang=client[-3:-1])
    assert left == own.strip()
    assert read(left).has(Intent.UNSUBSCRIBE) == ("chiedo la cancellazione" in own or "mi oppongo" in own)


@pytest.mark.parametrize("client", MAILS)
def test_only_the_new_words_are_left_and_the_footer_is_no_opt_out(client: str) -> None:
    left = strip_reply(MAILS[client])
    assert left == "Tutto bene"
    assert not read(left, lang="it").has(Intent.UNSUBSCRIBE)


def test_an_opt_out_above_the_quotation_is_kept() -> None:
    mail = f"Cancellatemi\n\nInviato da iPhone\n\n> Il giorno 3 nov 2025 Ditta ha scritto:\n> {FOOTER}"
    assert read(strip_reply(mail)).has(Intent.UNSUBSCRIBE)


@pytest.mark.parametrize(
    "text",
    ["Cordiali saluti", "Il mio voto è 9", "Da parte mia tutto ok", "On time, always", "Grazie,\nMario"],
)
def test_a_mail_without_quotation_loses_nothing(text: str) -> None:
    assert strip_reply(text) == text


def test_a_mail_of_nothing_but_our_own_words_says_nothing() -> None:
    assert strip_reply(f"Il giorno 3 nov 2025 Ditta <a@b.example> ha scritto:\n> {FOOTER}") == ""


@pytest.mark.parametrize(
    "html",
    [
        f'<div dir="ltr">Tutto &egrave; ok</div><div class="gmail_quote"><div>Il giorno X ha '
        f"scritto:</div><blockquote>{FOOTER}</blockquote></div>",
        f"<html><head><style>p{{}}</style></head><body><p>Tutto è ok</p><blockquote "
        f"type=cite>{FOOTER}</blockquote></body></html>",
        f'<div>Tutto è ok</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Da:</b> '
        f"Ditta</div><div>{FOOTER}</div>",
        f'<p>Tutto è ok</p><div style="display: none">{FOOTER}</div><script>var x = "8"</script>',
        f'<div class="WordSection1"><p class="MsoNormal">Tutto è ok<o:p></o:p></p><div style="border:none;border-top:'
        f'solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>Da:</b> Ditta &lt;a@b.example&gt; <br><b>Inviato:</b> lunedì 3 '
        f"novembre 2025 10:12<br><b>A:</b> Me<br><b>Oggetto:</b> Come va?</p></div><p>{FOOTER}</p></div>",
        f'<div>Tutto è ok</div><div class="gmail_signature">Mario Bianchi<br>Via Roma 8</div><div id="yahoo_quoted_1" '
        f'class="yahoo_quoted">{FOOTER}</div>',
    ],
)
def test_html_keeps_the_new_words_alone(html: str) -> None:
    assert strip_reply(html_to_text(html)) == "Tutto è ok"
