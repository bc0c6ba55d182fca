"""What a question's page says beside the survey's own words: bounds, ends of a scale, data on file, buttons."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from email_validator import EmailNotValidError

from app import runtime
from app.contacts import phones
from app.contacts.imports.rows import read_email
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.walks import Walk
from app.messages.one_click import said
from app.surveys.engine import Prompt
from app.surveys.survey import Kind, When
from app.translations import N_, gettext, number

ENDS = {
    Kind.NPS: (N_("Not at all"), N_("Without a doubt")),
    Kind.CSAT: (N_("Very unhappy"), N_("Very happy")),
}
FIELDS = {
    "email": (N_("Email"), "email", "email"),
    "phone": (N_("Phone"), "tel", "tel"),
    "name": (N_("First and last name"), "text", "name"),
    "company": (N_("Company"), "text", "organization"),
}
"""A contact field's label, its type as an input, and its purpose to browsers (WCAG 2.2, 1.3.5)."""


def of(walk: Walk, prompt: Prompt) -> dict[str, Any]:
    """What the template of this question needs beside the prompt."""
    lang = walk.state.lang
    *before, asked = prompt.text.split("\n")
    earliest, latest = _days(walk, prompt)
    return {
        "before": before,
        "asked": asked,
        "options": [(value, said(label)) for value, label in prompt.options],
        "ends": ENDS.get(prompt.kind, ("", "")),
        "hint": _ticks(prompt, lang) or _bounds(prompt, lang),
        "earliest": earliest,
        "latest": latest,
        "contact_fields": [(name, *FIELDS[name]) for name in prompt.fields],
        "can_skip": _can_skip(prompt),
        "on_file": _on_file(walk.contact) if prompt.whose == "self" else {},
    }


def _can_skip(prompt: Prompt) -> bool:
    """Whether nothing else on the page says "I do not know": not of a consent, which nobody passes over."""
    blank = (
        prompt.kind is Kind.TEXT
        or prompt.whose == "self"
        or (prompt.kind is Kind.CHOICES and not prompt.at_least)
    )
    return prompt.kind is not Kind.CONSENT and prompt.value is None and not blank


def unreadable(walk: Walk, given: str | Sequence[str] | Mapping[str, str] | None) -> dict[str, str]:
    """The contact fields that cannot be what they say, each with why in the reader's language.

    By text a slip of the pen goes to the owner; on a page its writer is there to mend it.
    """
    if not isinstance(given, Mapping):
        return {}
    country = walk.contact.country or runtime.current().settings.default_country
    wrong = {}
    if email := given.get("email"):
        try:
            read_email(email)
        except EmailNotValidError:
            wrong["email"] = N_("This email address is not complete: it looks like name@example.com.")
    if (phone := given.get("phone")) and phones.read(phone, country=country) is None:
        wrong["phone"] = N_("This phone number is not complete: write it with its prefix.")
    return {field: gettext(walk.state.lang, text) for field, text in wrong.items()}


def refused(walk: Walk, asked: str) -> str:
    """What is wrong with an answer to a question with options; empty where the survey's own words say it.

    Those ask for numbers, as one answers by text; a page has lines and boxes.
    """
    prompt = walks.shown(walk, asked)
    if prompt is None or prompt.question != asked or not prompt.options or prompt.kind in ENDS:
        return ""
    return _ticks(prompt, walk.state.lang) or gettext(walk.state.lang, N_("Choose one of the answers."))


def _ticks(prompt: Prompt, lang: str) -> str:
    """How many boxes may be ticked."""
    if prompt.kind is not Kind.CHOICES:
        return ""
    least, most = prompt.at_least, prompt.at_most or len(prompt.options)
    if most >= len(prompt.options):
        if least > 1:
            return gettext(lang, N_("Choose at least %(least)s."), least=least)
        return gettext(
            lang, N_("Choose one or more.") if least else N_("Choose as many as you like, or none.")
        )
    if least == most:
        return gettext(lang, N_("Choose exactly %(most)s."), most=most)
    if least > 1:
        return gettext(lang, N_("Choose from %(least)s to %(most)s."), least=least, most=most)
    return gettext(
        lang, N_("Choose up to %(most)s.") if least else N_("Choose up to %(most)s, or none."), most=most
    )


def _bounds(prompt: Prompt, lang: str) -> str:
    """Which numbers a number question takes, as far as it says."""
    if prompt.kind is not Kind.NUMBER:
        return ""
    low, high = (
        bound if bound is None else number(lang, bound) for bound in (prompt.minimum, prompt.maximum)
    )
    if low is not None and high is not None:
        return gettext(lang, N_("A number from %(low)s to %(high)s."), low=low, high=high)
    if low is not None:
        return gettext(lang, N_("A number, at least %(low)s."), low=low)
    return gettext(lang, N_("A number, at most %(high)s."), high=high) if high is not None else ""


def _days(walk: Walk, prompt: Prompt) -> tuple[date | None, date | None]:
    """The first and the last day a date question takes, by the contact's own calendar."""
    if prompt.kind is not Kind.DATE:
        return None, None
    today = runtime.now().astimezone(walk.zone).date()
    return today if prompt.when is When.FUTURE else None, today if prompt.when is When.PAST else None


def _on_file(contact: Contact) -> dict[str, str]:
    """The contact's data, known again by its owner and of no use to whoever the email was forwarded to."""
    local, _, domain = (contact.email or "").partition("@")
    initial = f"{contact.last_name[0].upper()}." if contact.last_name else ""
    return {
        "email": f"{local[:1]}•••@{domain}" if domain else "",
        "phone": f"••• {contact.phone[-4:]}" if contact.phone else "",
        "name": " ".join(part for part in (contact.first_name, initial) if part),
        "company": contact.company or "",
    }
