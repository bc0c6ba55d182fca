"""A contact's email reply as full MIME: their words, a signature, the quoted original, real headers."""

import random
import sqlite3
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from app.sandbox.browser import plain_text
from app.sandbox.mail import Email
from app.sandbox.personas import Persona, dice
from app.sandbox.post import Reply
from app.sandbox.words import away
from app.sandbox.world import World

DAYS = {
    "it": ["lun", "mar", "mer", "gio", "ven", "sab", "dom"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
MONTHS = {
    "it": ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


def compose(world: World, email: Email, persona: Persona, reply: sqlite3.Row, lang: str) -> Reply:
    """A stored reply to `email` as MIME bytes (CRLF), in the charset of the person's program."""
    throw = dice(world.config.seed, email.address, "reply")
    text, automatic = reply["text"], bool(reply["automatic"])
    prefix = {"it": "Risposta automatica: ", "en": "Automatic reply: "}[lang] if automatic else "Re: "
    message = EmailMessage()
    message["From"] = formataddr((_name(email), email.address))
    message["To"] = email.reply_to
    message["Subject"] = prefix + email.subject
    message["Date"] = format_datetime(world.date(reply["at"]))
    message["Message-ID"] = reply["id"]
    message["In-Reply-To"] = email.smtp_id
    message["References"] = email.smtp_id
    if automatic:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
        message["Precedence"] = "bulk"
    body = text if automatic else _with_quote(throw, world, email, text, lang)
    message.set_content(body, charset=_fitting(body, persona.charset), cte="quoted-printable")
    raw = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    return Reply(raw, prefix + email.subject, email.address, email.reply_to, persona.charset, automatic)


def away_text(world: World, email: Email, lang: str) -> str:
    """An automatic answer that names the day they come back, 3 to 20 days from now."""
    back = world.date() + timedelta(days=dice(world.config.seed, email.address, "away").randint(3, 20))
    day = f"{back.day:02}/{back.month:02}/{back.year}"
    return away(lang, day)


def _name(email: Email) -> str:
    local = email.address.partition("@")[0].replace("_", ".")
    return email.name or " ".join(part.rstrip("0123456789").capitalize() for part in local.split(".") if part)


def _fitting(text: str, charset: str) -> str:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset


def _with_quote(throw: random.Random, world: World, email: Email, text: str, lang: str) -> str:
    original = email.text or plain_text(email.html)
    name = _name(email)
    closing = "Cordiali saluti" if lang == "it" else "Kind regards"
    sign = throw.choice((f"\n-- \n{name}\n", f"\n{closing},\n{name}\nTel. 02 5550123\n", "\n"))
    sent, who = world.date(email.at), f"{email.sender_name} <{email.sender}>".strip()
    if throw.random() < 0.3:
        words = ("Messaggio originale", "Da", "Inviato", "A", "Oggetto")
        words = words if lang == "it" else ("Original Message", "From", "Sent", "To", "Subject")
        head = f"-----{words[0]}-----\n{words[1]}: {who}\n{words[2]}: {sent:%d/%m/%Y %H:%M}\n"
        return (
            f"{text}\n{sign}\n{head}{words[3]}: {email.address}\n{words[4]}: {email.subject}\n\n{original}\n"
        )
    day, month = DAYS[lang][sent.weekday()], MONTHS[lang][sent.month - 1]
    if lang == "it":
        head = f"Il giorno {day} {sent.day} {month} {sent.year} alle ore {sent:%H:%M} {who} ha scritto:"
    else:
        head = f"On {day}, {month} {sent.day}, {sent.year} at {sent:%I:%M %p} {who} wrote:"
    quoted = "\n".join(f"> {line}" for line in original.splitlines())
    return f"{text}\n{sign}\n{head}\n\n{quoted}\n"
