"""The messages that the tests of both channels send."""

import json
from typing import Any

from app.channels.base import EmailContent, EmailRecipient, SendResult, Sms
from app.channels.sendgrid import SendGrid
from app.channels.twilio import Twilio
from tests.paths import SHARED

CONTENT = EmailContent(
    subject="-rv_name-, ci manchi",
    text="Ciao -rv_name-!",
    html="<p>Ciao -rv_name_html-!</p>",
    from_email="ciao@azienda.example",
    from_name="Azienda",
    reply_to="reply+abc@inbound.azienda.example",
    headers={"List-Id": "<onda.azienda.example>"},
    categories=("wave",),
)
RECIPIENT = EmailRecipient(
    message_id="0192-email",
    to="anna@example.it",
    name="Rossi; Anna, detta\nAnnina",
    values={"name": "D'Àngelo & Co", "-rv_name_html-": "D&#39;Àngelo &amp; Co"},
    headers={"List-Unsubscribe": "<https://azienda.example/u/t>"},
)
SMS = Sms(message_id="0192 sms/1", to="+393331234567", body="Da 0 a 10?", validity_seconds=90_000)
CALLBACK = "https://azienda.example/webhooks/twilio/status?v=1"
SID = "SM" + "a" * 32


def send_email(url: str, timeout: float = 5) -> SendResult:
    return SendGrid("SG.key", url, timeout).send(CONTENT, [RECIPIENT])


def send_sms(url: str, timeout: float = 5) -> SendResult:
    return Twilio("AC" + "1" * 32, "token", url, "+15005550006", timeout).send(SMS, CALLBACK)


def cases(name: str) -> list[dict[str, Any]]:
    return list(json.loads((SHARED / "vectors" / f"{name}.json").read_text())["cases"])


def names(vectors: list[dict[str, Any]]) -> list[str]:
    return [vector["name"] for vector in vectors]
