"""A raw email taken apart without trusting any of it: headers, words for people, and a count of the rest."""

import email
import email.message
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime

from app.channels import reports
from app.channels.base import DeliveryReport, MalformedBody
from app.channels.texts import PARSER_ERRORS, decode, storable

_ID = re.compile(r"<[^<>\s]+>")
_BRACKETED = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")


@dataclass(frozen=True, slots=True)
class Mail:
    """The parts of an email a person wrote; `attachments` counts everything else that carries content."""

    headers: Mapping[str, str]
    text: str
    html: str
    attachments: int
    report: DeliveryReport | None = None


def read(raw: bytes) -> Mail:
    """Parse a whole message. A message inside it (a bounce quoting our own words) counts as an attachment:
    its words are not the sender's. Raises MalformedBody when the parser gives up."""
    try:
        message = email.message_from_bytes(raw)
        texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
        attachments = 0
        leaves = list(_leaves(message))
        for part in leaves:
            kind = part.get_content_type()
            if kind in texts and part.get_content_disposition() != "attachment":
                texts[kind].append(_words(part))
            else:
                attachments += 1
        words = "\n".join(texts["text/plain"]), "\n".join(texts["text/html"])
        return Mail(_headers(message), *words, attachments, reports.structured(leaves))
    except PARSER_ERRORS as error:
        raise MalformedBody(f"the email cannot be parsed: {error!r}") from error


def report(files: Iterable[bytes]) -> DeliveryReport | None:
    """The delivery report among these parts of a mail that was taken apart, each with its Content-Type line."""
    try:
        return reports.structured([email.message_from_bytes(file) for file in files])
    except PARSER_ERRORS:
        return None


def headers(block: bytes) -> dict[str, str]:
    """Header lines as a mapping by lower-case name, decoded; the first of several values wins."""
    try:
        return _headers(email.message_from_bytes(block + b"\n\n"))
    except PARSER_ERRORS as error:
        raise MalformedBody(f"the header lines cannot be parsed: {error!r}") from error


def addresses(value: str) -> tuple[str, ...]:
    """The addresses of a From or To header; those in angle brackets win over what stands around them."""
    found = _BRACKETED.findall(value)
    if not found:
        found = [address for _, address in getaddresses([value]) if "@" in address]
    return tuple(dict.fromkeys(found))


def ids(value: str) -> tuple[str, ...]:
    """The message ids of a References or In-Reply-To header, with their angle brackets."""
    return tuple(dict.fromkeys(_ID.findall(value)))


def moment(value: str) -> datetime | None:
    """A Date header as aware UTC; None where it is no date. Without a zone it is UTC (RFC 5322, -0000)."""
    try:
        at = parsedate_to_datetime(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def line_ends(text: str) -> str:
    """The text with LF line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting += [one for one in reversed(inner) if isinstance(one, email.message.Message)]
        else:
            yield part


def _words(part: email.message.Message) -> str:
    payload = part.get_payload(decode=True)
    return line_ends(decode(payload, part.get_content_charset())) if isinstance(payload, bytes) else ""


def _headers(message: email.message.Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), _header_text(str(value)))
    return found


def _header_text(value: str) -> str:
    # The parser keeps bytes outside ASCII as surrogates; they are text in some charset nobody named.
    plain = decode(value.encode("utf-8", "surrogateescape"))
    plain = re.sub(r"\r?\n[ \t]+", " ", plain).strip()
    try:
        chunks = decode_header(plain)
    except HeaderParseError:
        return plain
    return storable(
        "".join(text if isinstance(text, str) else _chunk(text, charset) for text, charset in chunks)
    )


def _chunk(chunk: bytes, charset: str | None) -> str:
    # decode_header gives back unencoded runs as raw-unicode-escape bytes; undo exactly that.
    return decode(chunk, charset) if charset else chunk.decode("raw-unicode-escape", "replace")
