"""From the cells of one row to a person: what can be read is kept, what cannot is left empty and said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from app.contacts import phones
from app.contacts.addresses import email_key
from app.contacts.imports import standing
from app.contacts.imports.columns import Columns, Field
from app.contacts.imports.standing import Standing
from app.contacts.models import ConsentState, PhoneKind
from app.contacts.phones import Phone
from app.files import cells
from app.files.findings import Problem
from app.files.tables import Record

_IN_BRACKETS = re.compile(r"<([^<>]+)>")
# Nearly every address has this shape, which the validator would accept after ten times the work.
_USUAL = re.compile(
    r"\w{1,40}(?:[._+-]\w{1,20})?@(?:[a-z\d]{1,60}(?:-[a-z\d]{1,20})?\.){1,3}([a-z]{2,20})", re.A | re.I
)
_SPECIAL = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
_BASES = re.compile(
    r"freely given|consent|consenso|legitimate interest|interesse legittimo|contract|contratto"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says about consent on one channel; `at` None when it cannot prove a time."""

    channel: str
    state: ConsentState
    basis: str
    wording: str
    at: datetime | None


@dataclass(slots=True)
class Row:
    """A person as one row describes them; None is unknown."""

    line: int
    key: str | None = None
    email: str | None = None
    email_key: str | None = None
    more_emails: list[str] = field(default_factory=list)
    phone: Phone | None = None
    more_phones: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    """Column of `contacts` -> value, only what is known."""
    guesses: dict[str, Any] = field(default_factory=dict)
    """As `values`, but only concluded (the country of a phone number): they fill gaps and replace nothing."""
    attributes: dict[str, Any] = field(default_factory=dict)
    owner: str | None = None
    owner_email: str | None = None
    dated: datetime | None = None
    """When the source made the record: which of two records is the newer."""
    said: list[Said] = field(default_factory=list)
    stops: list[tuple[str, str, datetime | None]] = field(default_factory=list)
    """(channel, reason, since when)."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def reachable(self) -> bool:
        return bool(self.email_key or self.phone)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of one file are read."""

    columns: Columns
    country: str
    zone: ZoneInfo
    now: datetime


def read(record: Record, reading: Reading) -> Row:
    """The person in one record; `problems` says what could not be used, at least one if unreachable."""
    row = Row(record.line)
    columns, given = reading.columns, record.cells
    if len(given) != len(columns.header):
        row.problems.append(Problem("row", str(len(given)), f"{len(columns.header)} cells expected"))
    row.key = _first(Field.KEY, columns, given)
    _emails(row, columns, given)
    _phones(row, reading, given)
    _person(row, reading, given)
    row.dated = _moment(row, Field.CREATED_ON, reading, given)
    _consents(row, reading, given)
    for place, (name, kind) in columns.attributes.items():
        value = _attribute(row, name, kind, given[place], reading) if place < len(given) else None
        if value is not None:
            row.attributes[name] = value
    if not row.reachable and not any(p.field in ("email", "phone") for p in row.problems):
        row.problems.append(Problem("email", "", "no email address and no phone number"))
    return row


def read_email(cell: str) -> str:
    """The one address in a cell as it was written; raises EmailNotValidError."""
    bracketed = _IN_BRACKETS.search(cell)
    address = (bracketed[1] if bracketed else cell).strip().removeprefix("mailto:").strip(" ;,\u200b\ufeff")
    usual = _USUAL.fullmatch(address)
    if not (usual and len(address) < 100 and usual[1].lower() not in _SPECIAL):
        validate_email(address, check_deliverability=False)
    return address


def _emails(row: Row, columns: Columns, given: list[str]) -> None:
    for _, cell in _cells(Field.EMAIL, columns, given):
        for part in re.split(r"[;,\n]|\s/\s", cell):
            if not part.strip():
                continue
            try:
                address = read_email(part)
            except EmailNotValidError as error:
                row.problems.append(Problem("email", part, str(error)))
                continue
            if row.email is None:
                row.email, row.email_key = address, email_key(address)
            elif email_key(address) != row.email_key:
                row.more_emails.append(email_key(address))


def _phones(row: Row, reading: Reading, given: list[str]) -> None:
    found: list[Phone] = []
    country = cells.country(_first(Field.COUNTRY, reading.columns, given) or "") or reading.country
    for place in (Field.MOBILE, Field.PHONE, Field.LANDLINE):
        for _, cell in _cells(place, reading.columns, given):
            phone = phones.read(cell, country=country, mobile=place == Field.MOBILE)
            if phone:
                found.append(phone)
            else:
                row.problems.append(Problem("phone", cell, "no phone number that can be dialled"))
    found.sort(key=lambda phone: _PHONE_ORDER[phone.kind])
    if found:
        row.phone = found[0]
        row.more_phones = [p.number for p in found[1:] if p.kind is PhoneKind.MOBILE]
        landline = next((p.number for p in found[1:] if p.kind is PhoneKind.LANDLINE), None)
        if landline:
            row.attributes["landline"] = landline


_PHONE_ORDER = {PhoneKind.MOBILE: 0, PhoneKind.UNKNOWN: 1, PhoneKind.LANDLINE: 2}


def _person(row: Row, reading: Reading, given: list[str]) -> None:
    columns = reading.columns
    for name in (Field.FIRST_NAME, Field.LAST_NAME, Field.COMPANY, Field.JOB_TITLE):
        value = _first(name, columns, given, name=True)
        if value:
            row.values[name.value] = value
    full = _first(Field.FULL_NAME, columns, given, name=True)
    if full and not (row.values.keys() & {"first_name", "last_name"}):
        last, comma, first = full.partition(",")
        first, last = (first, last) if comma else (full.partition(" ")[0], full.partition(" ")[2])
        row.values |= {k: v.strip() for k, v in (("first_name", first), ("last_name", last)) if v.strip()}
    _coded(row, "language", _first(Field.LANGUAGE, columns, given), cells.language)
    _coded(row, "country", _first(Field.COUNTRY, columns, given), cells.country)
    if "country" in row.values:
        row.values["time_zone"] = cells.zone_of(row.values["country"])
    elif row.phone and cells.has_zone(row.phone.country):
        row.guesses |= {"country": row.phone.country, "time_zone": cells.zone_of(row.phone.country)}
    row.owner = _first(Field.OWNER, columns, given, name=True)
    row.owner_email = _first(Field.OWNER_EMAIL, columns, given)
    if row.owner and "@" in row.owner and not row.owner_email:
        row.owner_email = row.owner


def _coded(row: Row, name: str, cell: str | None, meaning: Any) -> None:
    if cell is None:
        return
    value = meaning(cell)
    if value:
        row.values[name] = value
    else:
        row.problems.append(Problem(name, cell, f"no {name} we know"))


def _consents(row: Row, reading: Reading, given: list[str]) -> None:
    columns = reading.columns
    proven = _moment(row, Field.CONSENT_ON, reading, given) or row.dated
    for place, channel in ((Field.CONSENT_EMAIL, "email"), (Field.CONSENT_SMS, "sms")):
        for index, cell in _cells(place, columns, given):
            answer = cells.yes_no(cell)
            if answer is not None:
                state = ConsentState.GRANTED if answer else ConsentState.WITHDRAWN
                row.said.append(Said(channel, state, "consent", _wording(columns, index, cell), proven))
            elif not cells.says_unknown(cell) and standing.read(cell, of_subscription=True) is None:
                row.problems.append(Problem(place, cell, "neither a yes nor a no; taken as unknown"))
    for place in (Field.EMAIL_STATUS, Field.STATUS):
        for index, cell in _cells(place, columns, given):
            if standing.read(cell, of_subscription=place is Field.EMAIL_STATUS) is Standing.SUBSCRIBED:
                wording = _wording(columns, index, cell)
                row.said.append(Said("email", ConsentState.GRANTED, "consent", wording, proven))
    for index, cell in _cells(Field.LEGAL_BASIS, columns, given):
        if _BASES.search(cell.lower()) and not cells.says_unknown(cell):
            wording = _wording(columns, index, cell)
            row.said.append(Said("email", ConsentState.GRANTED, cell, wording, proven))
    _stops(row, reading, given)


def _stops(row: Row, reading: Reading, given: list[str]) -> None:
    columns = reading.columns
    since = _moment(row, Field.UNSUBSCRIBED_ON, reading, given)
    told = [
        (channel, index, cell)
        for place, channel in _STOPPING
        for index, cell in _cells(place, columns, given)
        if _stopped(place, cell)
    ]
    if since and not told:
        told = [("email", index, cell) for index, cell in _cells(Field.UNSUBSCRIBED_ON, columns, given)][:1]
    for channel, index, cell in told:
        complained = standing.read(cell, of_subscription=True) is Standing.COMPLAINED
        reason = "complaint" if complained else "unsubscribed"
        row.stops += [(one, reason, since) for one in (("email", "sms") if complained else (channel,))]
        wording = _wording(columns, index, cell)
        row.said.append(Said(channel, ConsentState.WITHDRAWN, "consent", wording, since or row.dated))
    bounced = [cells.yes_no(cell) is not False for _, cell in _cells(Field.BOUNCED, columns, given)]
    bounced += [
        standing.read(cell, of_subscription=True) is Standing.BOUNCED
        for place in _SPEAKING_OF_EMAIL
        for _, cell in _cells(place, columns, given)
    ]
    if any(bounced):
        row.stops.append(("email", "hard_bounce", None))


_SPEAKING_OF_EMAIL = (Field.EMAIL_STATUS, Field.STATUS, Field.CONSENT_EMAIL)
_STOPPING = (
    (Field.UNSUBSCRIBED, "email"),
    (Field.UNSUBSCRIBED_SMS, "sms"),
    (Field.CONSENT_SMS, "sms"),
    *((place, "email") for place in _SPEAKING_OF_EMAIL),
)


def _stopped(place: Field, cell: str) -> bool:
    """Whether a cell tells a stop: by a word for one, or in a column that holds nothing else by any yes."""
    told = standing.read(cell, of_subscription=True)
    if told in (Standing.UNSUBSCRIBED, Standing.COMPLAINED):
        return True
    only_stops = place in (Field.UNSUBSCRIBED, Field.UNSUBSCRIBED_SMS)
    return only_stops and cells.yes_no(cell) is not False and cells.plain(cell) not in _STAYS


_STAYS = frozenset(("subscribed", "iscritto", "iscritta", "opted in", "opt in", "optin"))


def _attribute(row: Row, name: str, kind: str, cell: str, reading: Reading) -> Any:
    value = cells.text(cell)
    if value is None or kind == "text":
        return value
    if kind == "number":
        amount = cells.number(value, decimal_comma=reading.columns.decimal_comma)
        if amount is None:
            row.problems.append(Problem(name, cell, "no number"))
        return amount
    at = cells.moment(value, day_first=reading.columns.day_first, zone=reading.zone)
    if at is None:
        row.problems.append(Problem(name, cell, "no date of the calendar"))
        return None
    return at.isoformat() if ":" in value else cells.day_of(at, reading.zone)


def _moment(row: Row, place: Field, reading: Reading, given: list[str]) -> datetime | None:
    cell = _first(place, reading.columns, given)
    if cell is None:
        return None
    at = cells.moment(cell, day_first=reading.columns.day_first, zone=reading.zone)
    if at is None:
        row.problems.append(Problem(place, cell, "no date of the calendar"))
        return None
    # A date in the future would outlast every stop that comes before it.
    return min(at, reading.now)


def _wording(columns: Columns, index: int, cell: str) -> str:
    return f"{columns.header[index]}: {cell}"


def _cells(place: Field, columns: Columns, given: list[str]) -> Iterator[tuple[int, str]]:
    """(column, cell) of every filled cell of a field."""
    for index in columns.places.get(place, ()):
        value = cells.text(given[index]) if index < len(given) else None
        if value is not None:
            yield index, value


def _first(place: Field, columns: Columns, given: list[str], *, name: bool = False) -> str | None:
    for index in columns.places.get(place, ()):
        value = cells.text(given[index], name=name) if index < len(given) else None
        if value is not None:
            return value
    return None
