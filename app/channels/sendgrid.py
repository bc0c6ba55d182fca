"""SendGrid, our email provider: one request for up to 1,000 people, and a true account of its fate."""

import http.client
import json
import logging
import re
import ssl
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import orjson
from python_http_client import Client
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from app.channels.base import (
    TAG_OPENING,
    Accepted,
    ChannelError,
    EmailContent,
    EmailRecipient,
    NothingAccepted,
    Refused,
    SendResult,
    Unknown,
    tag,
)
from app.channels.sendgrid_events import (
    MESSAGE_KEY,
    batch_of,
    event_of,
    parse_event,
    parse_events,
    verify,
)
from app.channels.sendgrid_inbound import parse_inbound
from app.channels.wire import unsent

__all__ = [
    "LISTS",
    "MAX_RECIPIENTS",
    "Listed",
    "SendGrid",
    "batch_of",
    "event_of",
    "parse_event",
    "parse_events",
    "parse_inbound",
    "verify",
]

MAX_RECIPIENTS = 1000  # personalizations in a request (tsg_mail_v3.json, maxItems)
LISTS = ("unsubscribes", "groups", "spam_reports", "bounces", "invalid_emails")
"""The account's lists of addresses it will not deliver to; its blocks are refusals for the time being, no list."""
_LIST_PAGE = 500  # the most an answer holds
_TRIES = 5
_NAMED = re.compile(r"\bpersonalizations(?:\.|\[)(\d+)")
_NOT_IN_NAMES = re.compile(r"[;,\x00-\x1f]+")

# The SDK's debug lines print the API key and whole message bodies.
logging.getLogger("python_http_client").setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class Listed:
    """One address on a list of the account: since when (aware UTC), and why in the words of the mail server."""

    address: str
    at: datetime
    reason: str


_READY = "ready"
"""A content type that has the SDK leave a body alone: to write a thousand recipients as JSON takes it eight times as
long as orjson does. What is sent says application/json."""


class SendGrid:
    """Safe to share between threads: each gets a client of its own, as the SDK's is not."""

    def __init__(self, api_key: str, base_url: str, timeout: float = 30) -> None:
        """`timeout` in seconds, for connecting and for each read."""
        self._api_key, self._base_url, self._timeout = api_key, base_url.rstrip("/"), timeout
        self._opener = urllib.request.build_opener(
            _Unmoved, urllib.request.HTTPSHandler(context=ssl.create_default_context())
        )
        self._own = threading.local()

    def send(self, content: EmailContent, recipients: Sequence[EmailRecipient]) -> SendResult:
        """Hand 1..1,000 messages over in one request; never raises for anything the network or provider does.

        ValueError when there are none or too many. Statuses: providers.md section 1."""
        if not 1 <= len(recipients) <= MAX_RECIPIENTS:
            raise ValueError(f"a request takes 1 to {MAX_RECIPIENTS} recipients, not {len(recipients)}")
        try:
            response = self._client().mail.send.post(request_body=_as_json(_body(content, recipients)))
        except HTTPError as answer:
            return _refusal(answer, len(recipients))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return unsent("SendGrid", error) or Unknown(f"the answer of SendGrid was lost: {error!r}")
        # 200 with an empty body is sandbox mode's yes; any other page was not written by mail/send.
        if response.status_code == 202 or (response.status_code == 200 and not response.body):
            return Accepted(response.headers.get("X-Message-Id") or "")
        return Unknown(f"SendGrid answered {response.status_code}, which mail/send never does")

    def webhook_public_key(self) -> str:
        """The key that verifies event webhooks, as base64 DER. Raises ChannelError when it cannot be read."""
        try:
            response = self._client().user.webhooks.event.settings.signed.get()
            key = _object(response.body).get("public_key")
        except HTTPError as answer:
            raise ChannelError(f"SendGrid does not give its webhook key: {_reason(answer)}") from answer
        except (OSError, http.client.HTTPException) as error:
            raise ChannelError(f"SendGrid cannot be asked for its webhook key: {error}") from error
        if not isinstance(key, str) or not key:
            raise ChannelError("SendGrid holds no webhook key: turn on the signed event webhook first")
        return key

    def listed(self, name: str, *, since: datetime | None = None) -> Iterator[list[Listed]]:
        """One of LISTS, page by page; with `since` only what was added from then on (groups: always all of it).

        An address may come twice when the list grows meanwhile. Raises ChannelError when it cannot be read.
        """
        if name == "groups":
            yield [_listed(entry, "created_at") for entry in self._list(self._client().asm.suppressions, {})]
            return
        offset, page = 0, self._client().suppression._(name)
        asked = {"start_time": int(since.timestamp())} if since else {}
        while True:
            found = self._list(page, {**asked, "limit": _LIST_PAGE, "offset": offset})
            if found:
                yield [_listed(entry, "created") for entry in found]
            if len(found) < _LIST_PAGE:
                return
            offset += len(found)

    def _list(self, page: Any, asked: Mapping[str, int]) -> list[Mapping[str, object]]:
        for tries in range(1, _TRIES + 1):
            try:
                found = json.loads(page.get(query_params=dict(asked)).body or b"[]")
            except HTTPError as answer:
                if answer.status_code == 429 and tries < _TRIES:
                    time.sleep(min(_wait(answer.headers) or tries, 60))
                    continue
                raise ChannelError(f"SendGrid does not show its lists: {_reason(answer)}") from answer
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise ChannelError(f"SendGrid cannot be asked for its lists: {error}") from error
            return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
        raise AssertionError("the last try returns or raises")

    def _client(self) -> Any:
        if not hasattr(self._own, "client"):
            headers = SendGridAPIClient(self._api_key).client.request_headers
            headers["Content-Type"] = _READY
            place = {"host": self._base_url, "version": 3, "timeout": self._timeout}
            self._own.client = _Direct(self._opener, request_headers=headers, **place)
        return self._own.client


class _Unmoved(urllib.request.HTTPRedirectHandler):
    """Follows nobody: what another address answers to a GET says nothing about the message that was posted."""

    def redirect_request(self, *_: Any) -> None:
        return None


class _Direct(Client):  # type: ignore[misc]
    """The SDK's client with an opener of ours: a new connection for each request, never a second try."""

    def __init__(self, opener: urllib.request.OpenerDirector, **place: Any) -> None:
        super().__init__(**place)
        self._opener = opener

    def _build_client(self, name: str | None = None) -> "_Direct":
        path = [*self._url_path, name] if name else self._url_path
        place = {"host": self.host, "version": self._version, "timeout": self.timeout}
        return _Direct(self._opener, request_headers=self.request_headers, url_path=path, **place)

    def _make_request(
        self, opener: object, request: urllib.request.Request, timeout: float | None = None
    ) -> Any:
        if request.data:
            request.add_header("Content-Type", "application/json")
        return super()._make_request(self._opener, request, timeout)


def _listed(entry: Mapping[str, object], time_key: str) -> Listed:
    at = str(entry.get(time_key))
    since = datetime.fromtimestamp(int(at[:10]), UTC) if at.isdecimal() else datetime.now(UTC)
    return Listed(str(entry.get("email", "")), since, str(entry.get("reason") or ""))


def _body(content: EmailContent, recipients: Sequence[EmailRecipient]) -> dict[str, object]:
    body: dict[str, object] = {
        "personalizations": [_personalization(recipient) for recipient in recipients],
        "from": {"email": content.from_email, "name": content.from_name},
        "subject": content.subject,
        "content": [
            {"type": "text/plain", "value": content.text},
            {"type": "text/html", "value": content.html},
        ],
        # Subscription tracking would put a List-Unsubscribe of its own beside ours.
        "tracking_settings": {
            "click_tracking": {"enable": True, "enable_text": False},
            "open_tracking": {"enable": content.opens},
            "subscription_tracking": {"enable": False},
        },
    }
    if content.reply_to:
        body["reply_to"] = {"email": content.reply_to}
    if content.headers:
        body["headers"] = dict(content.headers)
    if content.categories:
        body["categories"] = list(content.categories)
    return body


def _as_json(body: Mapping[str, object]) -> str:
    try:
        return orjson.dumps(body).decode()
    except TypeError:  # half a surrogate pair: only the slow way can spell it
        return json.dumps(body)


def _personalization(recipient: EmailRecipient) -> dict[str, object]:
    address = {"email": recipient.to}
    if name := _NOT_IN_NAMES.sub(" ", recipient.name or "").strip():
        address["name"] = name
    person: dict[str, object] = {"to": [address], "custom_args": {MESSAGE_KEY: recipient.message_id}}
    if recipient.values:
        person["substitutions"] = _substitutions(recipient.values)
    if recipient.headers:
        person["headers"] = dict(recipient.headers)
    return person


def _substitutions(values: Mapping[str, str]) -> dict[str, str]:
    # A value that holds one of these tags would be replaced in its turn. Only whole tags lose their dashes: a
    # link's token may well hold `-rv_` by chance.
    tags, whole_tag = _tagging(tuple(values))
    return {
        name: whole_tag.sub(lambda found: found[0].strip("-"), value) if TAG_OPENING in value else value
        for name, value in zip(tags, values.values(), strict=True)
    }


@lru_cache(maxsize=256)
def _tagging(names: tuple[str, ...]) -> tuple[list[str], re.Pattern[str]]:
    """The tags of these values, and what finds one of them: the same for all recipients of a request."""
    tags = [tag(name) for name in names]
    return tags, re.compile("|".join(map(re.escape, tags)))


def _refusal(answer: HTTPError, recipients: int) -> SendResult:
    status, reason = answer.status_code, _reason(answer)
    if status == 429:
        return NothingAccepted(reason, retry_after=_wait(answer.headers), code="429")
    if status in (401, 403):
        quota = "credits exceeded" in reason.lower()
        return NothingAccepted(reason, pause=True, code="quota" if quota else "credentials")
    if 400 <= status < 500 and status != 408:
        return Refused(str(status), reason, _indexes(answer, recipients))
    return Unknown(reason)


def _reason(answer: HTTPError) -> str:
    said = [f"{error.get('message')} ({error.get('field') or 'no field'})" for error in _errors(answer)]
    return f"{answer.status_code} {'; '.join(said) or answer.reason}"[:500]


def _indexes(answer: HTTPError, recipients: int) -> tuple[int, ...]:
    named = {
        int(number)
        for error in _errors(answer)
        for number in _NAMED.findall(str(error.get("field"))) or _NAMED.findall(str(error.get("message")))
    }
    return tuple(sorted(index for index in named if index < recipients))


def _errors(answer: HTTPError) -> list[Mapping[str, object]]:
    errors = _object(answer.body).get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _object(body: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds until X-RateLimit-Reset (unix seconds), or as Retry-After says; None without either."""
    reset, after = str(headers.get("X-RateLimit-Reset")), str(headers.get("Retry-After"))
    if reset.isdecimal():
        return max(0.0, int(reset[:12]) - _their_time(headers))
    return float(after[:6]) if after.isdecimal() else None


def _their_time(headers: Mapping[str, str]) -> float:
    """The provider's clock, where it says: ours may be wrong by hours, and the reset is meant by theirs."""
    try:
        return parsedate_to_datetime(str(headers.get("Date"))).timestamp()
    except ValueError:
        return time.time()
