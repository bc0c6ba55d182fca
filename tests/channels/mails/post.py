"""A mail as Inbound Parse posts it, whole or taken apart."""

import email
import json

from tests.channels.mails.build import REPLY_TO

BOUNDARY = "xYzZY"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def raw_form(raw: bytes, to: str = REPLY_TO, *, name: str = "email") -> bytes:
    """Raw mode: the whole mail in one field."""
    return _form([(f'name="{name}"', "", raw), ('name="envelope"', "", _envelope(to))])


def parsed_form(raw: bytes, to: str = REPLY_TO) -> bytes:
    """Parsed mode: header, texts in their own charsets, and each other part as a file."""
    message = email.message_from_bytes(raw)
    head = raw.partition(b"\r\n\r\n")[0]
    charsets, parts, files = {}, [('name="headers"', "", head), ('name="envelope"', "", _envelope(to))], 0
    for part in message.walk():
        kind, payload = part.get_content_type(), part.get_payload(decode=True)
        inner = part.get_payload()
        if kind.startswith("message/") and isinstance(inner, list):
            payload = b"\n".join(one.as_bytes() for one in inner if isinstance(one, email.message.Message))
        if not isinstance(payload, bytes) or (part.is_multipart() and not kind.startswith("message/")):
            continue
        name = {"text/plain": "text", "text/html": "html"}.get(kind)
        if name and name not in charsets and part.get_content_disposition() != "attachment":
            charsets[name] = part.get_content_charset() or ""
            parts.append((f'name="{name}"', "", payload))
        else:
            files += 1
            parts.append(
                (f'name="attachment{files}"; filename="f{files}"', f"Content-Type: {kind}\r\n", payload)
            )
    parts += [
        ('name="attachments"', "", str(files).encode()),
        ('name="charsets"', "", json.dumps(charsets).encode()),
    ]
    return _form(parts)


def _envelope(to: str) -> bytes:
    return json.dumps({"to": [to], "from": "m.bianchi@ditta.example"}).encode()


def _form(parts: list[tuple[str, str, bytes]]) -> bytes:
    return (
        b"".join(
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; {name}\r\n{kind}\r\n".encode() + data + b"\r\n"
            for name, kind, data in parts
        )
        + f"--{BOUNDARY}--\r\n".encode()
    )
