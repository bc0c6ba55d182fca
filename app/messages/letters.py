"""Lays plain words out as an email (HTML and text), with every personal value left as a tag."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import formataddr
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from app import tokens
from app.messages import letters_layout, one_click
from app.messages.one_click import Row
from app.settings import Settings
from app.surveys import faces
from app.surveys.survey import EmailWords, Layout, Survey
from app.tokens import Purpose

SURVEY_LINK = "s/-rv_survey-"
_TAG = re.compile(r"-rv_(\w+?)-")
_PLACE = re.compile(r"([ \t]?)\{(\w+)\}")

FOOTER: Mapping[str, Mapping[str, str]] = {
    "it": {
        "reply": "Puoi anche rispondere semplicemente a questa email: la leggiamo.",
        "why": "Ricevi questa email perché sei tra i contatti di {organisation}.",
        "preferences": "Scegli che cosa ricevere o disiscriviti",
        "privacy": "Informativa sulla privacy",
    },
    "en": {
        "reply": "You can also simply reply to this email: we read it.",
        "why": "You receive this email because you are among the contacts of {organisation}.",
        "preferences": "Choose what to receive or unsubscribe",
        "privacy": "Privacy notice",
    },
    "de": {
        "reply": "Sie können auch einfach auf diese E-Mail antworten: Wir lesen sie.",
        "why": "Sie erhalten diese E-Mail, weil Sie zu den Kontakten von {organisation} gehören.",
        "preferences": "Auswählen, was Sie erhalten, oder sich abmelden",
        "privacy": "Datenschutzhinweise",
    },
    "fr": {
        "reply": "Vous pouvez aussi répondre tout simplement à cet e-mail : nous le lisons.",
        "why": "Vous recevez cet e-mail parce que {organisation} vous compte parmi ses contacts.",
        "preferences": "Choisir ce que vous recevez ou vous désabonner",
        "privacy": "Politique de confidentialité",
    },
}


@dataclass(frozen=True, slots=True)
class Words:
    """What one email says, in one language; `{first_name}` and the like are personal values."""

    subject: str
    paragraphs: tuple[str, ...]
    preheader: str = ""
    heading: str = ""
    button: str = ""
    rating_caption: str = ""
    row: Row | None = None
    """The answers that one click gives, under their caption."""
    link: str = SURVEY_LINK
    """Where the button leads, under our own address."""
    answers: bool = False
    """Whether it answers something they wrote to us."""


class Link(NamedTuple):
    """One answer of the one-click row, as a layout sees it: where it leads, what is seen, what is read out."""

    url: str
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A laid out email: what `outbox.freeze` keeps."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]


def lay_out(
    settings: Settings, words: Words, language: str, *, list_id: str, layout: Layout | None = None
) -> Letter:
    """The email these words make, in the survey's own layout when it has one. Personal values stay tags:
    `-rv_first_name-` in text, `-rv_first_name_h-` (escaped) in HTML, and `sp_` in front where the value brings the
    space before it along. Raises letters_layout.BadLayout."""
    organisation = organisation_name(settings)
    shared = _shared(settings, words, language)
    seen = shared | _said(words, organisation, html=True)
    html = (
        letters_layout.own(layout, seen, settings.public_url)
        if layout
        else letters_layout.built_in("html").render(seen)
    )
    return Letter(
        subject=_tagged(words.subject, organisation),
        text=letters_layout.built_in("txt").render(shared | _said(words, organisation, html=False)),
        html=html,
        headers={
            # RFC 8058: one HTTPS URI, and the POST header beside it; RFC 2919 for List-Id.
            "List-Unsubscribe": f"<{settings.public_url}/u/-rv_unsubscribe->",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": _address(organisation, list_id),
            # RFC 3834: responders keep quiet. Precedence is no standard, nor recommended there (3.1.8).
            "Auto-Submitted": "auto-replied" if words.answers else "auto-generated",
        },
    )


def facts(settings: Settings, words: Words, language: str, *, html: bool = True) -> dict[str, Any]:
    """What a layout may name: the words with their tags (for HTML escaped), our links, and who we are."""
    return _shared(settings, words, language) | _said(words, organisation_name(settings), html=html)


def _shared(settings: Settings, words: Words, language: str) -> dict[str, Any]:
    """What both parts of an email name alike."""
    organisation = organisation_name(settings)
    footer = FOOTER.get(language, FOOTER["en"])
    survey_url = f"{settings.public_url}/{words.link}"
    clicks = words.row.clicks if words.row else ()
    return {
        "language": language,
        "look": words.row.look if words.row else "",
        "clicks": [Link(f"{survey_url}?a={click.value}", click.label, click.name) for click in clicks],
        "survey_url": survey_url,
        "preferences_url": f"{settings.public_url}/p/-rv_preferences-",
        "preferences": footer["preferences"],
        "privacy_url": settings.privacy_url,
        "privacy": footer["privacy"],
        "organisation": organisation,
        "postal_address": settings.postal_address,
        "why": footer["why"].replace("{organisation}", organisation).replace("..", "."),
        # Only an answer that finds its way back to us is one to invite, and only where it answers a survey.
        "reply": footer["reply"] if settings.sendgrid_inbound_domain and words.link == SURVEY_LINK else "",
    }


def _said(words: Words, organisation: str, *, html: bool) -> dict[str, Any]:
    """The words of one part, with their tags."""
    said = _escaped if html else _tagged
    return {
        **{name: said(f"{{{name}}}", organisation) for name in letters_layout.PERSONAL},
        "subject": said(words.subject, organisation),
        "preheader": said(words.preheader, organisation),
        "heading": said(words.heading, organisation),
        "paragraphs": [said(paragraph, organisation) for paragraph in words.paragraphs],
        "button": said(words.button, organisation),
        "rating_caption": said(words.rating_caption, organisation),
    }


def words_of(survey: Survey, said: EmailWords, language: str, face: str = "") -> Words:
    """The words of one of the survey's emails, as one of its faces has them."""
    return Words(
        subject=said.subject,
        paragraphs=faces.faces(said)[face],
        preheader=said.preheader,
        heading=said.heading,
        button=said.button,
        rating_caption=said.rating_caption,
        row=one_click.row(survey, language),
    )


def personal(letter_text: str, known: Mapping[str, str]) -> dict[str, str]:
    """The value of every personal tag that this letter (subject, text and HTML together) has, for one recipient."""
    found = {}
    for name, forms in _personal_tags(letter_text, tuple(known)):
        plain = " ".join(known[name].split())
        for form in forms:
            shown = f" {plain}" if plain and form.startswith("sp_") else plain
            found[form] = escape(shown) if form.endswith("_h") else shown
    return found


def links(
    keys: Sequence[str], letter_text: str, message_id: str, conversation_id: str | None
) -> dict[str, str]:
    """The value of every tag of this letter that leads back to us, for one recipient. Made as a message leaves: a
    token is twice the size of all else that is kept of it, and a copy of the database holds no live link."""
    wanted = tags(letter_text)
    found = {
        "unsubscribe": tokens.make(keys, Purpose.UNSUBSCRIBE, message_id),
        "reply_token": tokens.make_reply(keys, message_id),
    }
    if "survey" in wanted and conversation_id:
        found["survey"] = tokens.make(keys, Purpose.SURVEY, conversation_id)
    if "preferences" in wanted:
        found["preferences"] = tokens.make(keys, Purpose.PREFERENCES, message_id)
    if "confirm" in wanted:
        found["confirm"] = tokens.make(keys, Purpose.CONFIRM, message_id)
    return found


@lru_cache(maxsize=64)
def tags(letter_text: str) -> frozenset[str]:
    """The names of all tags in a letter: looked for once, not for each recipient."""
    return frozenset(_TAG.findall(letter_text))


@lru_cache(maxsize=64)
def _personal_tags(letter_text: str, names: tuple[str, ...]) -> list[tuple[str, frozenset[str]]]:
    """Which of these values a letter names, and in which forms."""
    forms = {name: frozenset((name, f"{name}_h", f"sp_{name}", f"sp_{name}_h")) for name in names}
    wanted = tags(letter_text)
    return [(name, own & wanted) for name, own in forms.items() if own & wanted]


def organisation_name(settings: Settings) -> str:
    """Who writes; in the sandbox a stand-in serves, a real launch refuses without one."""
    return settings.organisation_name or "Officine Aurora (prova)"


def list_id(settings: Settings, slug: str) -> str:
    """The List-Id of one survey's emails: a name under a domain of ours (RFC 2919)."""
    domain = settings.sendgrid_from_email.rpartition("@")[2] or urlsplit(settings.public_url).hostname
    return f"{slug}.{domain}"


@lru_cache(maxsize=64)
def _address(name: str, address: str) -> str:
    return formataddr((" ".join(name.split()), address))


@lru_cache(maxsize=1024)
def _tagged(text: str, organisation: str) -> str:
    def tag(place: re.Match[str]) -> str:
        space, name = place.groups()
        return space + organisation if name == "organisation" else f"-rv_{'sp_' if space else ''}{name}-"

    return _PLACE.sub(tag, text)


@lru_cache(maxsize=1024)
def _escaped(text: str, organisation: str) -> Markup:
    """As `_tagged`, for HTML: escaped here, text by text, and with the tags of escaped values."""
    return Markup(_TAG.sub(r"-rv_\1_h-", _tagged(escape(text), escape(organisation))))  # noqa: S704
