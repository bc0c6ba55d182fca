"""Webhooks out other than events: inbound email, texts, status callbacks, retried as their provider does."""

import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag

import requests

from app.sandbox.signing import sendgrid_headers, twilio_signature
from app.sandbox.world import World

TIMEOUT = 15.0
_mine = threading.local()


class TryAgain(Exception):
    """The other side did not take it; do it again after so many human seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """A contact's email to us: `raw` MIME, and what SMTP and the headers say of it."""

    raw: bytes
    subject: str
    sender: str
    to: str
    charset: str
    automatic: bool


def session() -> requests.Session:
    """This thread's keep-alive connections; the environment's proxies and netrc have no say."""
    if not hasattr(_mine, "session"):
        _mine.session = requests.Session()
        _mine.session.trust_env = False
    found: requests.Session = _mine.session
    return found


def call(url: str, body: bytes, headers: Mapping[str, str]) -> requests.Response:
    """POST without following redirects. Raises requests.RequestException when no answer came."""
    return session().post(url, data=body, headers=dict(headers), timeout=TIMEOUT, allow_redirects=False)


def twilio_post(world: World, url: str, form: Mapping[str, str], token: str, attempt: int) -> None:
    """A signed form POST. Raises TryAgain as the URL's fragment allows (Twilio: connection overrides)."""
    bare, fragment = urldefrag(url)
    rules = parse_qs(fragment)
    retries = int(rules.get("rc", ["1"])[0] or 0)
    policy = set(rules.get("rp", ["ct"])[0].split(","))
    headers = {
        "X-Twilio-Signature": twilio_signature(world.config.twilio_auth_token, bare, form),
        "I-Twilio-Idempotency-Token": token,
        "User-Agent": "TwilioProxy/1.1",
    }
    try:
        answer = session().post(
            bare, data=dict(form), headers=headers, timeout=TIMEOUT, allow_redirects=False
        )
        again = bool(policy & {"all", f"{answer.status_code // 100}xx"}) and answer.status_code >= 400
    except requests.ConnectionError:
        again = bool(policy & {"all", "ct"})
    except requests.Timeout:
        again = bool(policy & {"all", "rt"})
    if again and attempt < min(retries, 5):
        raise TryAgain(5.0 * (attempt + 1))


def inbound_parse(world: World, reply: Reply, attempt: int) -> None:
    """SendGrid's Inbound Parse in raw mode: 5xx and silence are tried again for 72 h, all else ends it."""
    envelope = {"to": [reply.to], "from": "" if reply.automatic else reply.sender}
    charsets = {"to": "UTF-8", "from": "UTF-8", "subject": reply.charset}
    fields = {
        "dkim": f"{{@{reply.sender.rpartition('@')[2]} : pass}}".encode(),
        "email": reply.raw,
        "to": reply.to.encode(),
        "from": reply.sender.encode(),
        "sender_ip": b"203.0.113.25",
        "envelope": json.dumps(envelope).encode(),
        "subject": reply.subject.encode(reply.charset, "replace"),
        "charsets": json.dumps(charsets).encode(),
        "SPF": b"pass",
    }
    boundary = "xYzZY" + secrets.token_hex(8)
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    )
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "User-Agent": "SendGrid Parse API",
    }
    headers |= sendgrid_headers(world.key, int(world.now()), body)
    try:
        again = call(world.config.inbound_email_url, body, headers).status_code >= 500
    except requests.RequestException:
        again = True
    if again and attempt < 60:
        raise TryAgain(300.0 if attempt < 12 else 3 * 3600.0)
