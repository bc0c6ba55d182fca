"""One recipient's email as they see it: the mailing with its substitutions applied."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.sandbox.memory import Memory


@dataclass(frozen=True, slots=True)
class Email:
    """A delivered copy. `sender` and `reply_to` are bare addresses; `headers` are what the client set."""

    id: str
    mailing: str
    address: str
    name: str
    sender: str
    sender_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    custom: Mapping[str, str]
    categories: tuple[str, ...]
    tracks_opens: bool
    tracks_clicks: bool
    tracks_subscription: bool
    at: float
    status: str

    @property
    def smtp_id(self) -> str:
        return f"<{self.mailing}@geopod-ismtpd-1>"

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


def find_email(memory: Memory, email: str) -> Email | None:
    """The rendered copy with that sg_message_id; substitutions fill subject, content, reply-to, headers."""
    row = memory.row(
        "SELECT emails.*, body FROM emails JOIN mailings ON mailings.id = mailing WHERE emails.id = ?",
        email,
    )
    if row is None:
        return None
    body, own = json.loads(row["body"]), json.loads(row["personalization"])
    tags: dict[str, str] = own.get("substitutions") or {}
    blocks = {block["type"]: fill(block["value"], tags) for block in body["content"]}
    headers = {**(body.get("headers") or {}), **(own.get("headers") or {})}
    reply_to = body.get("reply_to") or (body.get("reply_to_list") or [body["from"]])[0]
    return Email(
        id=row["id"],
        mailing=row["mailing"],
        address=row["address"],
        name=own.get("name") or "",
        sender=body["from"]["email"],
        sender_name=body["from"].get("name") or "",
        reply_to=fill(reply_to["email"], tags),
        subject=fill(own.get("subject") or body.get("subject") or "", tags),
        text=blocks.get("text/plain", ""),
        html=blocks.get("text/html", ""),
        headers={name: fill(value, tags) for name, value in headers.items()},
        custom=json.loads(row["custom"]),
        categories=tuple(body.get("categories") or ()),
        tracks_opens=_tracks(body, "open_tracking"),
        tracks_clicks=_tracks(body, "click_tracking"),
        tracks_subscription=_tracks(body, "subscription_tracking", default=False),
        at=row["at"],
        status=row["status"],
    )


def fill(text: str, tags: Mapping[str, str]) -> str:
    """Plain replacement of each tag; nothing is escaped (SendGrid: substitution tags)."""
    for tag, value in tags.items():
        text = text.replace(tag, value)
    return text


def _tracks(body: Mapping[str, Any], name: str, *, default: bool = True) -> bool:
    setting = ((body.get("tracking_settings") or {}).get(name) or {}).get("enable")
    return default if setting is None else bool(setting)
