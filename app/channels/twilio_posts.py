"""What Twilio posts to us: status callbacks and people's texts, with the signature that proves them."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from werkzeug.datastructures import MultiDict

from app.channels.base import EventKind, InboundSms, MalformedBody, ProviderEvent
from app.channels.texts import storable
from app.channels.twilio_errors import ERRORS

Params = Mapping[str, str | list[str]] | MultiDict[str, str]

MESSAGE_KEY = "m"
_DIGESTS = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
_SETTINGS = re.compile(r"key=[^,=\s]+, ?algorithm=(\w+)")
_PORTS = {"https": ":443", "http": ":80"}

_KINDS = {
    "accepted": EventKind.QUEUED,
    "scheduled": EventKind.QUEUED,
    "queued": EventKind.QUEUED,
    "sending": EventKind.QUEUED,
    "sent": EventKind.SENT,
    "delivered": EventKind.DELIVERED,
    "read": EventKind.DELIVERED,
    "undelivered": EventKind.UNDELIVERED,
    "failed": EventKind.FAILED,
    "canceled": EventKind.CANCELED,
}


def signed(
    public_url: str,
    environ: Mapping[str, Any],
    body: bytes,
    tokens: Sequence[str],
    shared_keys: Sequence[str] = (),
) -> bool:
    """Whether Twilio signed this request: the body as posted, to the address it was told to call. Never raises.

    `public_url` is how the service is reached from outside; `environ` the WSGI environment of a route whose path
    holds nothing to escape. Which of the keys count is told by X-Twilio-Webhooks-Signature-Settings.
    """
    url = _called(public_url, environ)
    shared = str(environ.get("HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS", ""))
    signature, keys = str(environ.get("HTTP_X_TWILIO_SIGNATURE", "")), shared_keys if shared else tokens
    if url is None:
        return False
    if "bodySHA256=" in url:
        return verify_body(url, body, signature, keys, shared)
    form = MultiDict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return verify(url, form, signature, keys, shared)


def _called(public_url: str, environ: Mapping[str, Any]) -> str | None:
    """The address as Twilio wrote it. Frameworks un-escape the path and lose an empty query, and a proxy may take
    a prefix off: then it is the end of the path that we see. None: the path was spelt otherwise."""
    path, query = str(environ.get("PATH_INFO", "")), str(environ.get("QUERY_STRING", ""))
    # Not part of WSGI, but every server in use gives one of these.
    target = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or path)
    written, mark, _ = target.partition("?")
    return public_url + path + (f"?{query}" if query or mark else "") if written.endswith(path) else None


def verify(url: str, params: Params, signature: str, tokens: Sequence[str], settings: str = "") -> bool:
    """Whether one of `tokens` signed this form POST to `url` (as configured, with its query). Never raises.

    `settings`: the header X-Twilio-Webhooks-Signature-Settings where sent; then `tokens` are the shared keys.
    Twilio signs https URLs with or without their port, whichever way they were configured: both count.
    Source: twilio.com/docs/usage/security, webhooks-security, webhook-shared-keys."""
    digest = _DIGESTS.get(_algorithm(settings))
    if digest is None:
        return False
    tail = "".join(
        name + value for name, values in sorted(_pairs(params).items()) for value in sorted(set(values))
    )
    given = signature.encode("utf-8", "replace")
    good = False
    for token in filter(None, tokens):
        for spelling in _spellings(url):
            signed = (spelling + tail).encode("utf-8", "surrogatepass")
            made = base64.b64encode(hmac.new(token.encode(), signed, digest).digest())
            good |= hmac.compare_digest(made, given)
    return good


def verify_body(url: str, body: bytes, signature: str, tokens: Sequence[str], settings: str = "") -> bool:
    """The same for a JSON body, whose SHA-256 stands in the signed URL as `bodySHA256`. Never raises."""
    stated = parse_qs(url.partition("#")[0].partition("?")[2]).get("bodySHA256", [""])[0]
    whole = hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), stated.encode("utf-8", "replace"))
    return whole and verify(url, {}, signature, tokens, settings)


def parse_status(params: Params, query: Params) -> ProviderEvent:
    """One status callback; `query` is that of the callback URL, which carries our message id. Twilio states
    no time. Raises MalformedBody without a message SID or status."""
    sid = _first(params, "MessageSid") or _first(params, "SmsSid")
    status = _first(params, "MessageStatus") or _first(params, "SmsStatus")
    if not sid or not status:
        raise MalformedBody("a status callback names a MessageSid and a MessageStatus")
    code = _first(params, "ErrorCode") or None
    known = ERRORS.get(code or "")
    return ProviderEvent(
        event_id=f"{sid}:{status}",
        kind=_KINDS.get(status.lower(), EventKind.OTHER),
        message_id=_first(query, MESSAGE_KEY) or None,
        provider_id=sid,
        address=_first(params, "To") or None,
        at=None,
        code=code,
        reason=known.text if known else _first(params, "ErrorMessage") or None,
        machine=False,
        url=None,
        user_agent=None,
        ip=None,
        raw={name: [storable(value) for value in values] for name, values in _pairs(params).items()},
    )


def parse_inbound(params: Params) -> InboundSms:
    """One text a person sent. Raises MalformedBody without a message SID or sender."""
    sid = _first(params, "MessageSid") or _first(params, "SmsMessageSid") or _first(params, "SmsSid")
    sender = _first(params, "From")
    if not sid or not sender:
        raise MalformedBody("an inbound message names a MessageSid and a From")
    media = _first(params, "NumMedia")
    return InboundSms(
        provider_id=sid,
        from_number=sender,
        to_number=_first(params, "To"),
        body=storable(next(iter(_pairs(params).get("Body", [])), "")),
        media=int(media) if media.isdecimal() and len(media) < 4 else 0,
        opt_out_type=_first(params, "OptOutType").upper() or None,
    )


def _algorithm(settings: str) -> str:
    """What the header names, `key=…,algorithm=…`; nothing where it is written in another way."""
    if not settings:
        return "HMAC_SHA1"
    named = _SETTINGS.fullmatch(settings)
    return named[1] if named else ""


def _pairs(params: Params) -> dict[str, list[str]]:
    if isinstance(params, MultiDict):
        return dict(params.lists())
    return {name: [values] if isinstance(values, str) else list(values) for name, values in params.items()}


def _first(params: Params, name: str) -> str:
    return storable(next(iter(_pairs(params).get(name, [])), "")).strip()


def _spellings(url: str) -> set[str]:
    # The URL is cut by hand: parsers re-write what they read, and only the very bytes were signed.
    url = url.partition("#")[0]
    scheme, mark, rest = url.partition("://")
    end = min((at for at in map(rest.find, "/?") if at >= 0), default=len(rest))
    authority, path = rest[:end], rest[end:]
    user, at, host = authority.rpartition("@")
    bare, colon, port = host.rpartition(":")
    if not (colon and port.isdigit()):
        bare = host
    start = f"{scheme}{mark}{user}{at}{bare}"
    return {url, start + path, start + _PORTS.get(scheme.lower(), "") + path}
