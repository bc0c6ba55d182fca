"""Twilio, our SMS provider: one text per call over pooled connections, and a look-up for lost answers."""

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from app.channels.base import (
    Accepted,
    ChannelError,
    NothingAccepted,
    Refused,
    SendResult,
    Sms,
    Unknown,
)
from app.channels.twilio_errors import ERRORS, Action, Meaning, meaning
from app.channels.twilio_posts import MESSAGE_KEY, parse_inbound, parse_status, verify, verify_body
from app.channels.wire import unsent
from app.settings import MESSAGING_SERVICE

__all__ = [
    "ERRORS",
    "Action",
    "Meaning",
    "SentSms",
    "Twilio",
    "meaning",
    "parse_inbound",
    "parse_status",
    "verify",
    "verify_body",
]

MAX_VALIDITY_SECONDS = 36_000  # twilio_api_v2010.json
# Otherwise Twilio repeats a callback once, only when it could not connect (webhooks-connection-overrides).
_CALLBACK_RETRIES = "rc=3&rp=ct,rt,5xx"
_LOOK_UP_LIMIT = 200
IDLE_SECONDS = 5.0
"""A connection unused for longer may be closed by the other end just as we write: an answer lost for nothing."""
# What the SDK raises when an answer is JSON of another shape than it expects.
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError)

# The SDK's info lines print every text and number.
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class SentSms:
    """A message as Twilio remembers it; `at` is when it was sent, or else created (aware UTC)."""

    sid: str
    body: str
    status: str
    at: datetime | None
    error_code: str | None


class Twilio:
    """Safe to share between threads; `pool` connections are kept open."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        base_url: str,
        sender: str,
        timeout: float = 15,
        pool: int = 32,
        idle: float = IDLE_SECONDS,
    ) -> None:
        """`sender` is a number in E.164, a name, or a messaging service (MG…); `timeout` in seconds, for
        connecting and for each read; after `idle` seconds without a call all connections are made anew."""
        http_client = _PooledHttp(base_url, timeout, pool, idle)
        self._messages = Client(account_sid, auth_token, http_client=http_client).messages
        self._sender = {"messaging_service_sid" if MESSAGING_SERVICE.fullmatch(sender) else "from_": sender}

    def send(self, sms: Sms, status_callback: str) -> SendResult:
        """Hand one text over; never raises for anything the network or provider does. Twilio reports to
        `status_callback`: our message id is added to its query, the retry policy to its fragment.
        Statuses and codes: providers.md section 4."""
        options: dict[str, object] = dict(self._sender)
        if sms.validity_seconds is not None:
            options["validity_period"] = min(sms.validity_seconds, MAX_VALIDITY_SECONDS)
        callback = _callback(status_callback, sms.message_id)
        try:
            created = self._messages.create(to=sms.to, body=sms.body, status_callback=callback, **options)
        except _Answered as answer:
            return _refusal(answer)
        except requests.RequestException as error:
            return unsent("Twilio", error) or Unknown(f"the answer of Twilio was lost: {error!r}")
        except _UNREADABLE as error:
            return unsent("Twilio", error) or Unknown(f"the answer of Twilio cannot be read: {error!r}")
        if isinstance(created.sid, str) and created.sid:
            return Accepted(created.sid)
        return Unknown("the answer of Twilio names no message")

    def find(self, to: str, since: datetime) -> list[SentSms]:
        """Messages to a number sent since a moment (aware), newest first, at most 200. It may confirm that a
        message went out, but never deny it: those still queued may be missing. Raises ChannelError."""
        since = since.astimezone(UTC)
        try:
            found = self._messages.list(to=to, date_sent_after=since, limit=_LOOK_UP_LIMIT)
            return [_sent(message) for message in found]
        except (TwilioException, requests.RequestException) as error:
            raise ChannelError(f"Twilio cannot be asked for sent messages: {error}") from error
        except _UNREADABLE as error:
            raise ChannelError(f"Twilio's list of messages cannot be read: {error!r}") from error


class _Answered(TwilioException):  # type: ignore[misc]
    """An answer that is no success, whole: the SDK's own exception drops the headers."""

    def __init__(self, status: int, headers: Mapping[str, str], body: str) -> None:
        super().__init__(f"answer {status}")
        self.status, self.headers, self.body = status, headers, body


class _PooledHttp(TwilioHttpClient):  # type: ignore[misc]
    def __init__(self, base_url: str, timeout: float, pool: int, idle: float) -> None:
        super().__init__(timeout=timeout)
        self._base_url, self._idle, self._last = base_url.rstrip("/"), idle, time.monotonic()
        self._adapter = HTTPAdapter(pool_connections=1, pool_maxsize=pool, pool_block=True)
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, self._adapter)

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        target = urlsplit(url)
        path = urlunsplit(("", "", target.path, target.query, ""))
        last, self._last = self._last, time.monotonic()
        if self._last - last > self._idle:
            self._adapter.close()  # what is in use stays open until it is given back
        response = super().request(method, self._base_url + path, *args, **options)
        if not 200 <= response.status_code < 300:
            raise _Answered(response.status_code, response.headers, response.text)
        return response


def _callback(url: str, message_id: str) -> str:
    parts = urlsplit(url)
    ours = f"{MESSAGE_KEY}={quote(message_id, safe='')}"
    query = f"{parts.query}&{ours}" if parts.query else ours
    return urlunsplit(parts._replace(query=query, fragment=parts.fragment or _CALLBACK_RETRIES))


def _refusal(answer: _Answered) -> SendResult:
    said = _problem(answer.body)
    code = str(said.get("code") or answer.status)
    words = said.get("detail") or said.get("message") or said.get("title") or said.get("error") or "no reason"
    reason = f"{answer.status} {words} ({code})"[:500]
    if not 400 <= answer.status < 500 or answer.status == 408:
        return Unknown(reason)
    if answer.status == 429:
        return NothingAccepted(reason, retry_after=_wait(answer.headers), code=code)
    action = ERRORS[code].action if code in ERRORS else None
    if action is Action.RETRY:
        return NothingAccepted(reason, retry_after=_wait(answer.headers), code=code)
    if action is Action.PAUSE or answer.status == 401 or (answer.status == 403 and action is None):
        return NothingAccepted(reason, pause=True, code=code)
    return Refused(code, reason)


def _problem(body: str) -> Mapping[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _wait(headers: Mapping[str, str]) -> float | None:
    after = str(headers.get("Retry-After"))
    return float(after[:6]) if after.isdecimal() else None


def _sent(message: Any) -> SentSms:
    at = message.date_sent or message.date_created
    return SentSms(
        sid=str(message.sid),
        body=str(message.body or ""),
        status=str(message.status),
        at=at if isinstance(at, datetime) else None,
        error_code=str(message.error_code) if message.error_code else None,
    )
