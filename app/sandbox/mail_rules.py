"""What POST /v3/mail/send refuses, in SendGrid's words, so that a client meets the real errors here first."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Body = Mapping[str, Any]
Problem = dict[str, str | None]

MAX_PERSONALIZATIONS = 1000
MAX_RECIPIENTS = 1000
MAX_BYTES = 10_000  # of custom_args and of substitutions, each per personalization
MAX_MESSAGE = 30 * 1024 * 1024
MAX_AHEAD = 72 * 3600
FIXED_HEADERS = frozenset(
    [
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    ]
)
ADDRESS = re.compile(r"[^@\s,;<>()\[\]\\\"]+@(?:[^@\s,;<>()\[\]\\\".]+\.)+[^@\s,;<>()\[\]\\\".]{2,}")
SHAPES: dict[str, type] = {
    "subject": str,
    "template_id": str,
    "headers": dict,
    "custom_args": dict,
    "tracking_settings": dict,
    "mail_settings": dict,
    "reply_to_list": list,
    "categories": list,
    "attachments": list,
}
HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#"


def problems(body: object, now: float) -> list[Problem]:
    """Everything wrong with a decoded body, several at once as SendGrid answers; `now` in Unix seconds."""
    if not isinstance(body, dict):
        return [problem("Bad Request", None)]
    return list(_shapes(body)) or [
        *_personalizations(body, now),
        *_from(body),
        *_reply_to(body),
        *_subject(body),
        *_content(body),
        *_headers(body.get("headers"), "headers"),
        *_custom_args(body),
        *_send_at(body.get("send_at"), "send_at", now),
        *_categories(body),
        *_attachments(body),
    ]


def problem(message: str, field: str | None, anchor: str | None = None) -> Problem:
    return {"message": message, "field": field, "help": HELP + anchor if anchor else None}


def good_address(address: object) -> bool:
    """Whether SendGrid would take it: one @, a dotted domain, no spaces, at most 254 characters."""
    return (
        isinstance(address, str)
        and len(address) <= 254
        and ADDRESS.fullmatch(address) is not None
        and not address.startswith(".")
        and ".." not in address
        and ".@" not in address
    )


def custom_args(body: Body, personalization: Body) -> dict[str, str]:
    """Message-level and personalization-level arguments merged; the personalization wins."""
    return {**(body.get("custom_args") or {}), **(personalization.get("custom_args") or {})}


def recipients(personalization: Body) -> Iterator[tuple[str, int, Any]]:
    for kind in ("to", "cc", "bcc"):
        listed = personalization.get(kind)
        for index, recipient in enumerate(listed if isinstance(listed, list) else []):
            yield kind, index, recipient


def _shapes(body: Body) -> Iterator[Problem]:
    """Fields of the wrong JSON type; nothing else is looked at until these are right."""
    for field, kind in SHAPES.items():
        if body.get(field) is not None and not isinstance(body[field], kind):
            yield problem(f"Invalid type. Expected: {kind.__name__}.", field)
    for field in ("tracking_settings", "mail_settings"):
        found = body.get(field)
        for name, setting in (found if isinstance(found, dict) else {}).items():
            if setting is not None and not isinstance(setting, dict):
                yield problem("Invalid type. Expected: dict.", f"{field}.{name}")


def _personalizations(body: Body, now: float) -> Iterator[Problem]:
    listed = body.get("personalizations")
    if not isinstance(listed, list) or not listed:
        text = "The personalizations field is required and must have at least one personalization."
        yield problem(text, "personalizations", "-Personalizations-Errors")
        return
    if len(listed) > MAX_PERSONALIZATIONS:
        text = f"You may only specify up to {MAX_PERSONALIZATIONS} personalizations per request."
        yield problem(text, "personalizations", "-Personalizations-Errors")
        return
    total = 0
    for index, personalization in enumerate(listed):
        where = f"personalizations.{index}"
        if not isinstance(personalization, dict):
            yield problem("Each personalization must be an object.", where, "-Personalizations-Errors")
            continue
        total += sum(1 for _ in recipients(personalization))
        yield from _recipients(personalization, where)
        yield from _subject_of(personalization, where)
        yield from _substitutions(personalization.get("substitutions"), f"{where}.substitutions")
        yield from _headers(personalization.get("headers"), f"{where}.headers")
        yield from _send_at(personalization.get("send_at"), f"{where}.send_at", now)
    if total > MAX_RECIPIENTS:
        text = f"The total number of recipients in to, cc and bcc must be no more than {MAX_RECIPIENTS}."
        yield problem(text, "personalizations", "message.recipient-errors")


def _recipients(personalization: Body, where: str) -> Iterator[Problem]:
    if not isinstance(personalization.get("to"), list) or not personalization["to"]:
        text = (
            "The to array is required for all personalization objects, and must have at least one email "
            "object with a valid email address."
        )
        yield problem(text, f"{where}.to", "message.personalizations.to")
    seen: set[str] = set()
    for kind, index, recipient in recipients(personalization):
        field = f"{where}.{kind}.{index}.email"
        address = recipient.get("email") if isinstance(recipient, dict) else None
        if not good_address(address):
            yield problem("Does not contain a valid address.", field, f"message.personalizations.{kind}")
            continue
        if str(address).lower() in seen:
            text = (
                "Each email address in the personalization block should be unique between to, cc, and bcc. "
                f"We found the first duplicate instance of [{address}] in the {where}.{kind} field."
            )
            yield problem(text, where, "message.recipient-errors")
        seen.add(str(address).lower())


def _subject_of(personalization: Body, where: str) -> Iterator[Problem]:
    if not isinstance(personalization.get("subject") or "", str):
        yield problem("Invalid type. Expected: str.", f"{where}.subject")


def _substitutions(found: object, field: str) -> Iterator[Problem]:
    if found is None:
        return
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        text = "Substitutions must be an object whose values are all strings."
        yield problem(text, field, "message.personalizations.substitutions")
    elif len(json.dumps(found, ensure_ascii=False).encode()) > MAX_BYTES:
        text = f"The substitutions of a personalization may not exceed {MAX_BYTES} bytes."
        yield problem(text, field, "message.personalizations.substitutions")


def _headers(found: object, field: str) -> Iterator[Problem]:
    if found is None:
        return
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        yield problem("Headers must be an object whose values are all strings.", field, "message.headers")
        return
    for name in found:
        if name.lower() in FIXED_HEADERS:
            yield problem(f"You cannot override the {name} header.", f"{field}.{name}", "message.headers")


def _custom_args(body: Body) -> Iterator[Problem]:
    listed = body.get("personalizations")
    for index, personalization in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(personalization, dict):
            continue
        field = f"personalizations.{index}.custom_args"
        both = (body.get("custom_args") or {}, personalization.get("custom_args") or {})
        if not all(isinstance(d, dict) and all(isinstance(v, str) for v in d.values()) for d in both):
            text = "custom_args must be an object whose values are all strings."
            yield problem(text, field, "message.custom_args")
        elif len(json.dumps(custom_args(body, personalization), ensure_ascii=False).encode()) >= MAX_BYTES:
            text = f"The custom_args of a message must be less than {MAX_BYTES} bytes in total."
            yield problem(text, field, "message.custom_args")


def _from(body: Body) -> Iterator[Problem]:
    sender = body.get("from")
    if not isinstance(sender, dict) or not sender.get("email"):
        text = (
            "The from object must be provided for every email send. It is an object that requires the email "
            'parameter, but may also contain a name parameter.  e.g. {"email" : "example@example.com"}  or '
            '{"email" : "example@example.com", "name" : "Example Recipient"}.'
        )
        yield problem(text, "from.email", "message.from")
    elif not good_address(sender["email"]) or not str(sender["email"]).isascii():
        yield problem("The from email does not contain a valid address.", "from.email", "message.from")


def _reply_to(body: Body) -> Iterator[Problem]:
    if body.get("reply_to") and body.get("reply_to_list"):
        text = "The reply_to and reply_to_list parameters are mutually exclusive."
        yield problem(text, "reply_to", "message.reply_to")
    asked = [body["reply_to"]] if body.get("reply_to") is not None else body.get("reply_to_list") or []
    if not all(isinstance(found, dict) and isinstance(found.get("email"), str) for found in asked):
        text = "The reply_to email does not contain a valid address."
        yield problem(text, "reply_to.email", "message.reply_to")


def _subject(body: Body) -> Iterator[Problem]:
    listed = body.get("personalizations")
    every = (
        isinstance(listed, list) and listed and all(isinstance(p, dict) and p.get("subject") for p in listed)
    )
    if not body.get("subject") and not every and not body.get("template_id"):
        text = (
            "The subject is required. You can get around this requirement if you use a template with a "
            "subject defined or if every personalization has a subject defined."
        )
        yield problem(text, "subject", "message.subject")


def _content(body: Body) -> Iterator[Problem]:
    template, blocks = body.get("template_id"), body.get("content")
    if template:
        text = f"The template_id must be a valid GUID, you provided '{template}'."
        yield problem(text, "template_id", "message.template_id")
    if not isinstance(blocks, list) or not blocks:
        text = (
            "Unless a valid template_id is provided, the content parameter is required. There must be at "
            "least one defined content block. We typically suggest both text/plain and text/html blocks "
            "are included, but only one block is required."
        )
        yield problem(text, "content", "message.content")
        return
    for index, block in enumerate(blocks):
        for key in ("type", "value"):
            if not isinstance(block, dict) or not isinstance(block.get(key), str) or not block[key]:
                text = f"The content {key} must be a string at least one character in length."
                yield problem(text, f"content.{index}.{key}", f"message.content.{key}")
    types = [str(block.get("type")) for block in blocks if isinstance(block, dict)]
    if len(types) != len(set(types)):
        yield problem("If present, text/plain and text/html may only be provided once.", "content")
    elif types != sorted(types, key=lambda kind: {"text/plain": 0, "text/html": 1}.get(kind, 2)):
        text = "If present, text/plain must be first, followed by text/html, followed by any other content."
        yield problem(text, "content", "message.content.type")


def _send_at(at: object, field: str, now: float) -> Iterator[Problem]:
    if at is None:
        return
    if not isinstance(at, int) or isinstance(at, bool):
        yield problem("The send_at parameter must be a Unix timestamp.", field, "message.send_at")
    elif at > now + MAX_AHEAD:
        text = "Scheduled sends may not be more than 72 hours in advance."
        yield problem(text, field, "message.send_at")


def _categories(body: Body) -> Iterator[Problem]:
    found = body.get("categories")
    if found is None:
        return
    if not isinstance(found, list) or len(found) > 10 or len(set(map(str, found))) != len(found):
        text = "You may only specify up to 10 unique categories."
        yield problem(text, "categories", "message.categories")
    elif any(not isinstance(name, str) or len(name) > 255 for name in found):
        text = "Each category must be a string of at most 255 characters."
        yield problem(text, "categories", "message.categories")


def _attachments(body: Body) -> Iterator[Problem]:
    for index, attached in enumerate(body.get("attachments") or []):
        try:
            base64.b64decode(attached["content"], validate=True)
        except (binascii.Error, KeyError, TypeError):
            text = "The attachment content must be base64 encoded."
            yield problem(text, f"attachments.{index}.content", "message.attachments.content")
