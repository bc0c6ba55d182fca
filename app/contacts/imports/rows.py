"""From the cells of one row to a person: what can be read is kept, what cannot is left empty and said."""

import re
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from app.contacts import phones
from app.contacts.addresses import email_key
from app.contacts.imports import consents, full_names
from app.contacts.imports.consents import Said as Said
from app.contacts.imports.fields import Field
from app.contacts.imports.reading import Reading as Reading
from app.contacts.models import PhoneKind
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

    def __reduce__(self) -> tuple[type["Row"], tuple[Any, ...]]:
        # Rows go from process to process by the hundred thousand: their fields in order cost half the default.
        return Row, _in_order(self)


_in_order = attrgetter(*(one.name for one in fields(Row)))


def read(record: Record, reading: Reading) -> Row:
    """The person in one record; `problems` says what could not be used, at least one if unreachable."""
    row = Row(record.line)
    columns, given = reading.columns, record.cells
    if record.broken:
        row.problems.append(Problem("row", "", record.broken))
        return row
    whole = len(given) == len(columns.header)
    if not whole:
        row.problems.append(Problem("row", str(len(given)), f"{len(columns.header)} cells expected"))
    row.key = reading.first(Field.KEY, given)
    _emails(row, reading, given)
    _phones(row, reading, given)
    _person(row, reading, given)
    created = reading.first(Field.CREATED_ON, given)
    row.dated = reading.moment(created, Field.CREATED_ON, row.problems)
    heard = consents.read(given, reading, dated=row.dated, whole=whole, problems=row.problems)
    row.said, row.stops = heard.said, heard.stops
    for place, (name, kind) in columns.attributes.items():
        value = _attribute(row, name, kind, given[place], reading) if place < len(given) else None
        if value is not None:
            row.attributes[name] = value
    if len(given) > len(columns.header) and len(row.problems) > 1:
        _distrust(row)
    if not row.reachable and not any(p.field in ("email", "phone") for p in row.problems):
        row.problems.append(Problem("email", "", "no email address and no phone number"))
    return row


def _distrust(row: Row) -> None:
    """In a row with cells too many, of which some do not fit their columns, everything may be a column off."""
    row.guesses = row.values | row.guesses
    row.values, row.attributes = {}, {}
    row.key = row.owner = row.owner_email = row.dated = None


def read_email(cell: str) -> str:
    """The one address in a cell as it was written; raises EmailNotValidError."""
    bracketed = _IN_BRACKETS.search(cell)
    address = (bracketed[1] if bracketed else cell).strip().removeprefix("mailto:").strip(" ;,\u200b\ufeff")
    usual = _USUAL.fullmatch(address)
    if not (usual and len(address) < 100 and usual[1].lower() not in _SPECIAL):
        validate_email(address, check_deliverability=False)
    return address


def _emails(row: Row, reading: Reading, given: list[str]) -> None:
    for _, cell in reading.filled(Field.EMAIL, given):
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
    country = cells.country(reading.first(Field.COUNTRY, given) or "") or reading.country
    for place in (Field.MOBILE, Field.PHONE, Field.LANDLINE):
        for _, cell in reading.filled(place, given):
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
        value = reading.first(name, given, name=True)
        if value:
            row.values[name.value] = value
    full = reading.first(Field.FULL_NAME, given, name=True)
    if full and not (row.values.keys() & {"first_name", "last_name"}):
        first, last = full_names.split(full, surname_first=columns.surname_first)
        row.values |= {k: v for k, v in (("first_name", first), ("last_name", last)) if v}
    _coded(row, "language", reading.first(Field.LANGUAGE, given), cells.language)
    _coded(row, "country", reading.first(Field.COUNTRY, given), cells.country)
    if "country" in row.values:
        row.values["time_zone"] = cells.zone_of(row.values["country"])
    elif row.phone and cells.has_zone(row.phone.country):
        row.guesses |= {"country": row.phone.country, "time_zone": cells.zone_of(row.phone.country)}
    row.owner = reading.first(Field.OWNER, given, name=True)
    row.owner_email = reading.first(Field.OWNER_EMAIL, given)
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


def _attribute(row: Row, name: str, kind: str, cell: str, reading: Reading) -> Any:
    value = cells.text(cell)
    if value is None or kind == "text":
        return value
    if kind == "boolean":
        answer = cells.yes_no(value)
        return value if answer is None else answer
    if kind == "list":
        return [part.strip() for part in value.split(";") if part.strip()]
    if kind in ("integer", "decimal"):
        amount = cells.number(value, decimal_comma=reading.columns.decimal_comma)
        if amount is None:
            row.problems.append(Problem(name, cell, "no number"))
        return amount
    at = cells.moment(value, day_first=reading.columns.day_first, zone=reading.zone)
    if at is None:
        row.problems.append(Problem(name, cell, "no date of the calendar"))
        return None
    return at.isoformat() if ":" in value else cells.day_of(at, reading.zone)
