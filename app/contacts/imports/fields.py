"""What a column can be, and the header names the usual CRMs give it."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from app.files.cells import plain


class Field(StrEnum):
    """What a column can be; anything else becomes an attribute of the contact."""

    KEY = "key"
    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"
    LANDLINE = "landline"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    FULL_NAME = "full_name"
    COMPANY = "company"
    JOB_TITLE = "job_title"
    LANGUAGE = "language"
    COUNTRY = "country"
    OWNER = "owner"
    OWNER_EMAIL = "owner_email"
    CREATED_ON = "created_on"
    CONSENT_EMAIL = "consent_email"
    CONSENT_SMS = "consent_sms"
    CONSENT_ON = "consent_on"
    CONSENT_IP = "consent_ip"
    CONFIRMED = "confirmed"
    """A double opt-in: its yes is a consent, its no says nothing."""
    CONFIRMED_ON = "confirmed_on"
    CONFIRMED_IP = "confirmed_ip"
    LEGAL_BASIS = "legal_basis"
    UNSUBSCRIBED = "unsubscribed"
    UNSUBSCRIBED_SMS = "unsubscribed_sms"
    UNSUBSCRIBED_ON = "unsubscribed_on"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    EMAIL_STATUS = "email_status"
    STATUS = "status"


ADDRESSES = (Field.EMAIL, Field.MOBILE, Field.PHONE, Field.LANDLINE)
STATUSES = (Field.EMAIL_STATUS, Field.STATUS)
STOPS = (
    Field.UNSUBSCRIBED, Field.UNSUBSCRIBED_SMS, Field.UNSUBSCRIBED_ON, Field.BOUNCED, Field.COMPLAINED,
)  # fmt: skip
# Every column of these is heard; of any other field only the first filled one is.
MANY = (
    *ADDRESSES,
    *STATUSES,
    *STOPS,
    Field.CONSENT_EMAIL,
    Field.CONSENT_SMS,
    Field.CONFIRMED,
    Field.LEGAL_BASIS,
)

CONSENTS = (
    Field.CONSENT_EMAIL, Field.CONSENT_SMS, Field.CONSENT_ON, Field.CONSENT_IP, Field.CONFIRMED, Field.CONFIRMED_ON,
    Field.CONFIRMED_IP, Field.LEGAL_BASIS, *STOPS, *STATUSES,
)  # fmt: skip
"""What speaks of consent, for or against."""

_NAMES: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("headers.yaml").read_text("utf-8"))
_FIELD_OF = {name.replace(" ", ""): field for field, names in _NAMES.items() for name in names}
# What CRMs write before a field's name: `Person - Email`, `properties.email`, `x_studio_email`, `Email__c`.
_BEFORE = re.compile(
    r"(?:person|persona|contact|contatto|lead|subscriber|member|customer|prospect|individual|properties|attributes|fields"
    r"|custom fields|merge fields|data|x studio|x) "
)
_NUMBER = re.compile(r" \d{1,2}\b")
_NUMBERED = frozenset((*ADDRESSES, Field.COMPANY, Field.JOB_TITLE, Field.COUNTRY))

# A stop under a name nobody foresaw is still a stop.
_STOP = re.compile(
    r"unsub|di?siscri|desiscri|de iscri|desinscri|desabonn|abgemeldet|opt(?:ed)? ?out"
    r"|black ?list|block ?list|lista nera|rimoss\w+ dall"
    r"|(?:do ?not|don ?t) ?(?:allow ?|send ?)?(?:bulk ?)?(?:e ?mail|mail|contact|sms|text|market|process)"
    r"|iscrizion\w+ annullat|annull\w+ (?:l )?iscrizion|cancella\w+ (?:da |dalla )?(?:newsletter|iscrizion|mailing)"
    r"|non contattare|non inviare|non disturbare|non (?:vuole|desidera) |revoca|revoked|withdrawn|opposizion|oblio$"
    r"|(?:ritir\w+|rifiut\w+) (?:del )?(?:consenso|marketing|comunicazion|e ?mail|newsletter|sms)|suppress|soppress"
    r"|\bblocc\w+ (?:degli |gli |di )?(?:inv\w+|e ?mail|newsletter|sms)|(?:e ?mail|newsletter|sms) bloccat"
    r"|escludi|escluso|esclusa|esclusione (?:da )?(?:mailing|invi|e ?mail|newsletter)"
    r"|^stop$|\b(?:no|stop|niente|never) (?:e ?mail|mail|mailing|newsletter|sms|marketing|pubblicita)\b"
)
_SMS = re.compile(r"sms|mobile|cell(?!a)|text|phone|telefon|whatsapp")
_EMAIL = re.compile(r"mail|newsletter")
# "No more contact" closes every channel, as it does when the person says it to us.
_ALL = re.compile(
    r"(?:do ?not|don ?t) ?(?:contact|process|market)$|non (?:contattare|disturbare)$|solicit|processing|oblio|forget"
    r"|opposizione(?: al trattamento| marketing)?$"
)
_BOUNCE = re.compile(
    r"hard ?bounce|mancat[oa] (?:recapito|consegna)|rimbalzat|undeliverable"
    r"|\b(?:e ?mail|indirizzo) (?:non valid|inesistent|invalid|errat)|\binvalid e ?mail"
)
_STOP_TIME = re.compile(r"\b(?:date|time|data|il|at|on|quando|timestamp)$|^(?:data|date)\b")
_OTHER_MATTER = re.compile(
    r"fax|call\b|calls\b|postal|post$|link|url|token|page|pagina|campaign|campagna|count|conteggio|profil|track"
    r"|rate|list id|numero|source|web|reason other|modo|mode|bulk import|\biva\b"
)


@cache
def field_of(header: str) -> str | None:
    """The field a header names, or the name of an attribute we know by several; None for any other header."""
    name = plain(header)
    for form in _forms(name, custom=header.endswith("__c")):
        if found := _FIELD_OF.get(form.replace(" ", "")):
            return found
    spaced = plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header))
    if _STOP.search(spaced) and not _OTHER_MATTER.search(spaced):
        if _SMS.search(spaced) and not _EMAIL.search(spaced):
            return Field.UNSUBSCRIBED_SMS
        return Field.UNSUBSCRIBED_ON if _STOP_TIME.search(spaced) else Field.UNSUBSCRIBED
    if _BOUNCE.search(spaced) and not _OTHER_MATTER.search(spaced):
        return Field.BOUNCED
    numbered = _NUMBER.sub("", name).removesuffix(" value").removesuffix(" address")
    found = next(filter(None, (_FIELD_OF.get(form.replace(" ", "")) for form in _forms(numbered))), None)
    return found if numbered != name and found in _NUMBERED else None


def speaks_of_texts(header: str) -> bool:
    """Whether a column's name is about SMS or a phone."""
    return bool(_SMS.search(plain(header)))


@cache
def stopped_channels(header: str) -> tuple[str, ...]:
    """The channels that a stop in a column of opt-outs closes: email, and SMS where its name speaks of that too."""
    name = plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header))
    return ("email", "sms") if _SMS.search(name) or _ALL.search(name) else ("email",)


def _forms(name: str, *, custom: bool = False) -> Iterator[str]:
    yield name
    if custom:
        name = name.removesuffix(" c")
        yield name
    while before := _BEFORE.match(name):
        name = name[before.end() :]
        yield name
