"""What a delivery report (RFC 3464), or a mail that means one, says became of the message it is about."""

import re
from collections.abc import Iterable
from email.message import Message

from app.channels.base import DeliveryReport

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]|\d)")
_MESSAGE_ID = re.compile(r"^[> \t]*Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_REPLY_TO = re.compile(r"^[> \t]*Reply-To:[^\n]*?([^<>\s,;:\"]+@[^<>\s,;:\"]+)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^<>()\s,;:\"]+@[^<>()\s,;:\"]+\.[^<>()\s,;:\"]+")
_READ = 20_000  # characters of a report without structure


def structured(parts: Iterable[Message]) -> DeliveryReport | None:
    """The report in these parts of a mail: of several recipients the first that failed, else the first."""
    told: list[Message] = []
    returned: list[Message] = []
    for part in parts:
        inner = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(inner, list):
            told += [one for one in inner if isinstance(one, Message) and one.get("Action")]
        elif part.get_content_type() == "message/rfc822" and isinstance(inner, list):
            returned += [one for one in inner if isinstance(one, Message)]
        elif part.get_content_type() == "text/rfc822-headers":
            returned.append(_block(part))
    if not told:
        return None
    about = next((one for one in told if _field(one, "Action").lower() == "failed"), told[0])
    original = returned[0] if returned else Message()
    status = _STATUS.search(_field(about, "Status")) or _STATUS.search(_field(about, "Diagnostic-Code"))
    return DeliveryReport(
        action=_field(about, "Action").lower(),
        status=status[1] if status else "",
        recipient=_recipient(about, "Final-Recipient"),
        original_recipient=_recipient(about, "Original-Recipient"),
        reason=_field(about, "Diagnostic-Code").partition(";")[2].strip()[:500],
        message_id=_field(original, "Message-ID") or None,
        reply_to=tuple(_ADDRESS.findall(_field(original, "Reply-To"))),
    )


def in_words(text: str) -> DeliveryReport | None:
    """The same of a report that only people can read, such as qmail's; None where it names no status."""
    said = text[:_READ]
    status = _STATUS.search(said)
    if status is None:
        return None
    recipient, original = _ADDRESS.search(said), _MESSAGE_ID.search(said)
    return DeliveryReport(
        action="failed" if status[1][0] == "5" else "delayed",
        status=status[1],
        recipient=recipient[0] if recipient else None,
        original_recipient=None,
        reason=_line(said, status.start())[:500],
        message_id=original[1] if original else None,
        reply_to=tuple(found[1] for found in _REPLY_TO.finditer(said)),
    )


def _block(part: Message) -> Message:
    payload = part.get_payload(decode=True)
    found = Message()
    if isinstance(payload, bytes):
        for line in re.sub(r"\r?\n[ \t]+", " ", payload.decode("utf-8", "replace")).splitlines():
            name, colon, value = line.partition(":")
            if colon and name.strip() and name.strip() not in found:
                found[name.strip()] = value.strip()
    return found


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())


def _recipient(block: Message, name: str) -> str | None:
    """`rfc822; anna@example.it` -> the address, without what some put around it."""
    found = _ADDRESS.search(_field(block, name).partition(";")[2])
    return found[0] if found else None


def _line(text: str, at: int) -> str:
    begin = text.rfind("\n", 0, at) + 1
    return text[begin : text.find("\n", at) if "\n" in text[at:] else len(text)].strip()
