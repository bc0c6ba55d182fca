"""The replies people write by email, as SendGrid's Inbound Parse posts them."""

import json
from collections.abc import Iterator, Mapping

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from app.channels import mime
from app.channels.base import InboundEmail, MalformedBody
from app.channels.slim import RAW_FIELDS
from app.channels.texts import decode, storable_json

_MAX_PARTS = 1000


def parse_inbound(content_type: str, raw: bytes) -> InboundEmail:
    """The email in one Inbound Parse POST, in raw mode (`email`) or parsed mode, whose fields are bytes in
    the charset that `charsets` names. Raises MalformedBody unless the body is a complete multipart form."""
    fields, files, reported = _form(content_type, raw)
    charsets, envelope = _json(fields.get("charsets")), _json(fields.get("envelope"))

    def field(name: str) -> str:
        return decode(fields.get(name, b""), charsets.get(name))

    whole = next((fields[name] for name in sorted(RAW_FIELDS) if name in fields), None)
    if whole is not None:
        mail = mime.read(whole)
    else:
        counted = field("attachments").strip()
        attachments = int(counted) if counted.isdecimal() and len(counted) < 6 else files
        words = (mime.line_ends(field("text")), mime.line_ends(field("html")))
        head = mime.headers(fields.get("headers", b""))
        mail = mime.Mail(head, *words, attachments, mime.report(reported))
    said_from = mime.addresses(mail.headers.get("from") or field("from"))
    said_to = mime.addresses(field("to") or mail.headers.get("to", ""))
    sent_to = envelope.get("to")
    return InboundEmail(
        message_id=next(iter(mime.ids(mail.headers.get("message-id", ""))), None),
        # The last one: a display name may hold an address, and it stands before the true one.
        from_email=said_from[-1] if said_from else str(envelope.get("from") or ""),
        to=tuple(str(one) for one in sent_to) if isinstance(sent_to, list) and sent_to else said_to,
        subject=mail.headers.get("subject") or field("subject"),
        text=mail.text,
        html=mail.html,
        headers=mail.headers,
        in_reply_to=next(iter(mime.ids(mail.headers.get("in-reply-to", ""))), None),
        references=mime.ids(mail.headers.get("references", "")),
        attachments=mail.attachments,
        at=mime.moment(mail.headers.get("date", "")),
        report=mail.report,
    )


def _form(content_type: str, raw: bytes) -> tuple[dict[str, bytes], int, list[bytes]]:
    """The fields, how many files, and those that may belong to a delivery report."""
    fields: dict[str, bytes] = {}
    files, reported = 0, []
    for name, kind, data in _form_parts(content_type, raw):
        files += kind is not None
        if kind is None or name in RAW_FIELDS:
            fields.setdefault(name, data)
        elif kind.startswith(("message/", "text/rfc822")):
            reported.append(b"Content-Type: " + kind.encode("latin-1", "replace") + b"\n\n" + data)
    if not fields:
        raise MalformedBody("the form has no fields")
    return fields, files, reported


def _form_parts(content_type: str, raw: bytes) -> Iterator[tuple[str, str | None, bytes]]:
    """Name, content type (of a file) and content of each."""
    # Flask's own form parser would decode every field as UTF-8 and destroy the rest.
    kind, options = parse_options_header(content_type)
    boundary = options.get("boundary", "").encode("latin-1", "replace")
    if kind.lower() != "multipart/form-data" or not boundary:
        raise MalformedBody("the body is no multipart form")
    decoder = MultipartDecoder(boundary, max_parts=_MAX_PARTS)
    decoder.receive_data(raw)
    decoder.receive_data(None)
    name, said, data = "", None, b""
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, Field | File):
                name, data = event.name or "", b""
                said = event.headers.get("Content-Type", "").lower() if isinstance(event, File) else None
            elif isinstance(event, Data):
                data += event.data
                if not event.more_data:
                    yield name, said, data
    except (ValueError, AttributeError, RequestEntityTooLarge) as error:
        raise MalformedBody(f"the form cannot be taken apart: {error}") from error


def _json(field: bytes | None) -> Mapping[str, object]:
    try:
        value = storable_json(json.loads(decode(field or b"{}")))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
