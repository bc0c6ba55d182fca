"""Providers in front of the doors: they sign as their documentation says, with keys of their own."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from app import runtime
from app.factory import create_app
from app.intake.expand import expand_next
from app.intake.models import RawEvent, Route
from app.runtime import Runtime
from app.settings import clock_start

TOKEN = "prova-token"
PUBLIC_URL = "https://azienda.example"
FORM = "application/x-www-form-urlencoded"
_KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC_KEY = base64.b64encode(
    _KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


def doors(rt: Runtime, **given: object) -> FlaskClient:
    """The application of this runtime with other settings, open to whoever signs like the providers here."""
    known: dict[str, object] = {
        "public_url": PUBLIC_URL,
        "twilio_auth_tokens": [TOKEN],
        "sendgrid_webhook_public_keys": [PUBLIC_KEY],
    }
    settings = rt.settings.model_copy(update=known | given)
    opened = replace(rt, settings=settings, clock_ahead=clock_start(settings.riattiva_now))
    runtime.install(opened)
    return create_app(opened).test_client()


def sendgrid_headers(body: bytes, timestamp: int | None = None) -> dict[str, str]:
    stamp = str(int(runtime.now().timestamp()) if timestamp is None else timestamp)
    signature = _KEY.sign(stamp.encode() + body, ec.ECDSA(SHA256()))
    return {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
    }


def from_sendgrid(
    client: FlaskClient, body: bytes, door: str = "events", content_type: str = "application/json"
) -> TestResponse:
    return client.post(
        f"/webhooks/sendgrid/{door}", data=body, headers=sendgrid_headers(body), content_type=content_type
    )


def twilio_signature(url: str, body: str = "", key: str = TOKEN, digest: str = "sha1") -> str:
    """Twilio's published algorithm: the URL, then every parameter's name and values, sorted."""
    params: dict[str, set[str]] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        params.setdefault(name, set()).add(value)
    signed = url + "".join(name + value for name in sorted(params) for value in sorted(params[name]))
    return base64.b64encode(hmac.new(key.encode(), signed.encode(), digest).digest()).decode()


def from_twilio(client: FlaskClient, door: str, body: str, query: str = "") -> TestResponse:
    path = f"/webhooks/twilio/{door}"
    url = PUBLIC_URL + path + (f"?{query}" if query else "")
    headers = {"X-Twilio-Signature": twilio_signature(url, body)}
    return client.post(path, query_string=query, data=body, headers=headers, content_type=FORM)


def kept() -> Sequence[RawEvent]:
    with runtime.reading() as db:
        return db.exec(select(RawEvent).order_by(col(RawEvent.id))).all()


def expand_all() -> dict[str, str | None]:
    """Expand whatever came in; raw id and state of what was set aside -> why."""
    for route in Route:
        while expand_next(route):
            pass
    return {f"{raw.id} {raw.route}": raw.reason for raw in kept() if raw.state != "expanded"}
