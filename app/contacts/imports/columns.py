"""Which column holds what: known header names, the content behind them, and a mapping file over both."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from app.contacts.imports import standing
from app.errors import BadInput
from app.files import cells
from app.files.tables import Record, Table

SAMPLE = 2_000
_EMAIL = re.compile(r"[^@\s<]+@[^@\s>]+\.[^@\s>]+")
_PHONE = re.compile(r"(?:\+|00)?[\d][\d\s./()-]{6,18}\d")
_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})(?:\D|$)|\d{4}-\d{2}-\d{2}")
_NUMBERED = re.compile(r" \d{1,2}$")
_COMMA = re.compile(r"[-+]?[\d.]*\d,\d{1,2}")
_POINT = re.compile(r"[-+]?[\d,]*\d\.\d{1,2}")


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
    LEGAL_BASIS = "legal_basis"
    UNSUBSCRIBED = "unsubscribed"
    UNSUBSCRIBED_SMS = "unsubscribed_sms"
    UNSUBSCRIBED_ON = "unsubscribed_on"
    BOUNCED = "bounced"
    EMAIL_STATUS = "email_status"
    STATUS = "status"


ADDRESSES = (Field.EMAIL, Field.MOBILE, Field.PHONE, Field.LANDLINE)
_STATUSES = (Field.EMAIL_STATUS, Field.STATUS)
# Every column of these is heard; of any other field only the first filled one is.
_MANY = (
    *ADDRESSES, *_STATUSES, Field.CONSENT_EMAIL, Field.CONSENT_SMS, Field.LEGAL_BASIS, Field.UNSUBSCRIBED,
    Field.UNSUBSCRIBED_SMS, Field.BOUNCED,
)  # fmt: skip

_NAMES: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("headers.yaml").read_text("utf-8"))
_FIELD_OF = {name: field_ for field_, names in _NAMES.items() for name in names}
# Digits that are no amount: a leading zero is part of them.
_CODES = re.compile(r"\b(cap|zip|postal|postcode|iva|vat|fiscale|cf|iban|sdi|codice|code|id|piva|fax)\b")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands, and how the file writes dates and amounts."""

    places: dict[Field, tuple[int, ...]]
    attributes: dict[int, tuple[str, str]]
    """Column -> (name, `text`, `number` or `date`)."""
    header: list[str]
    day_first: bool = True
    decimal_comma: bool = True
    notes: tuple[str, ...] = ()
    """What the person who imports should know about the columns: those that say the same."""

    def said(self) -> dict[str, str]:
        """Header -> what it was taken for, for the person who imports; a repeated header names its column."""
        taken: dict[int, str] = {place: str(name) for name, places in self.places.items() for place in places}
        for place, (name, _) in self.attributes.items():
            taken[place] = ", ".join(filter(None, (taken.get(place), f"attribute {name}")))
        return {_title(self.header, place): taken[place] for place in sorted(taken)}


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a mapping file lays down; empty means: recognise it."""

    source: str = ""
    encoding: str = ""
    delimiter: str = ""
    dates: str = ""
    decimal: str = ""
    columns: dict[str, str] = field(default_factory=dict)


def read_mapping(file: Path) -> Mapping:
    """A mapping YAML; raises BadInput naming what is wrong in it."""
    try:
        given = yaml.safe_load(file.read_text("utf-8")) or {}
    except FileNotFoundError:
        raise BadInput("there is no such mapping file", where=str(file)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"this is no YAML: {str(error).splitlines()[0]}", where=str(file)) from None
    allowed = ("source", "encoding", "delimiter", "dates", "decimal", "columns")
    wrong = sorted(set(given) - set(allowed)) if isinstance(given, dict) else ["(no keys)"]
    if wrong:
        raise BadInput(f"unknown setting {wrong[0]!r}", where=str(file), mend=f"Known: {', '.join(allowed)}.")
    _one_of(given, "dates", ("day first", "month first"), file)
    _one_of(given, "decimal", (",", "."), file)
    columns = given.get("columns") or {}
    if not isinstance(columns, dict):
        raise BadInput("`columns` must list `header: field`", where=str(file))
    for header, meaning in columns.items():
        if not (meaning in {*Field, "ignore"} or str(meaning).startswith("attribute ")):
            raise BadInput(
                f"{header!r} cannot be {meaning!r}",
                where=str(file),
                mend=f"Write one of {', '.join(Field)}, `ignore` or `attribute NAME`.",
            )
    words = {name: str(given[name]) for name in allowed[:-1] if given.get(name) is not None}
    return Mapping(**words, columns={str(header): str(meaning) for header, meaning in columns.items()})


def recognise(table: Table, sample: Sequence[Record], mapping: Mapping) -> Columns:
    """Find every column's meaning; raises BadInput if none holds an address or the mapping fits none."""
    values = [_filled(sample, place) for place in range(len(table.header))]
    places: dict[Field, tuple[int, ...]] = {}
    attributes: dict[int, tuple[str, str]] = {}
    flat = [value for column in values for value in column]
    comma = _decimal_comma(flat, table.delimiter, mapping)
    notes: list[str] = []
    for place, meaning in _meanings(table, values, mapping):
        name = meaning.removeprefix("attribute ")
        if meaning in set(Field):
            earlier = places.get(Field(meaning), ())
            places[Field(meaning)] = (*earlier, place)
            if meaning not in _STATUSES and (meaning in _MANY or not earlier):
                continue
            name = _attribute_name(table.header, place)
            if meaning not in _STATUSES:
                notes.append(_note(table.header, earlier[0], place, meaning))
        if meaning != "ignore":
            kind = _kind(table.header[place], values[place], comma=comma)
            attributes[place] = (_unique(name, attributes), kind)
            if name != attributes[place][0]:
                notes.append(f"{_title(table.header, place)!r} is kept as attribute {attributes[place][0]}")
    if not any(name in places for name in ADDRESSES):
        raise BadInput(
            f"no column holds an email address or a phone number (found: {', '.join(table.header[:12])})",
            where=str(table.file),
            mend="Name them in a mapping file (--mapping), for instance `columns: {Contatto: email}`.",
        )
    return Columns(places, attributes, table.header, _day_first(flat, mapping), comma, tuple(notes))


def slug(header: str) -> str:
    """The attribute name of an unknown header: `N. dipendenti` -> `n_dipendenti`."""
    return cells.plain(header).replace(" ", "_") or "column"


def _meanings(table: Table, values: list[list[str]], mapping: Mapping) -> Iterator[tuple[int, str]]:
    missing = [header for header in mapping.columns if header not in table.header]
    if missing:
        raise BadInput(
            f"the mapping names a column {missing[0]!r} that the file does not have", where=str(table.file)
        )
    named = [mapping.columns.get(header) or _field_of(header) for header in table.header]
    for place, header in enumerate(table.header):
        if header not in mapping.columns:
            named[place] = _by_content(
                named[place], values[place], Field.EMAIL in named, Field.MOBILE in named
            )
        yield place, named[place] or slug(header)


def _field_of(header: str) -> str | None:
    name = cells.plain(header)
    numbered = _FIELD_OF.get(_NUMBERED.sub("", name))
    return _FIELD_OF.get(name) or (numbered if numbered in ADDRESSES else None)


def _by_content(meaning: str | None, values: list[str], has_email: bool, has_mobile: bool) -> str | None:
    """Content overrules a name that cannot be true, and finds addresses under names nobody knows."""
    emails = _share(values, _EMAIL)
    if meaning == Field.EMAIL and len(values) > 2 and emails < 0.2:
        answers = sum(cells.yes_no(value) is not None for value in values)
        return Field.CONSENT_EMAIL if answers > 0.8 * len(values) else None
    if meaning == Field.STATUS and standing.speaks_of_subscriptions(values):
        return Field.EMAIL_STATUS
    if meaning is None and not has_email and emails > 0.6:
        return Field.EMAIL
    digits = [value for value in values if value.startswith(("+", "00", "3"))]
    if (
        meaning is None
        and not has_mobile
        and len(digits) > 0.6 * len(values)
        and _share(digits, _PHONE) > 0.9
    ):
        return Field.PHONE
    return meaning


def _kind(header: str, values: list[str], *, comma: bool) -> str:
    if not values or _CODES.search(cells.plain(header)):
        return "text"
    if _share(values, _DATE) > 0.8 or sum(map(cells.names_month, values)) > 0.8 * len(values):
        return "date"
    amounts = [v for v in values if cells.number(v, decimal_comma=comma) is not None]
    padded = any(re.fullmatch(r"0\d+", value) for value in values)
    return "number" if len(amounts) > 0.8 * len(values) and not padded else "text"


def _filled(sample: Sequence[Record], place: int) -> list[str]:
    found = (record.cells[place].strip() for record in sample if place < len(record.cells))
    return [value for value in found if cells.text(value) is not None]


def _share(values: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.match(value)) for value in values) / max(1, len(values))


def _day_first(values: list[str], mapping: Mapping) -> bool:
    if mapping.dates:
        return mapping.dates == "day first"
    pairs = [(int(m[1]), int(m[2])) for v in values if v[:1].isdigit() and (m := _DATE.match(v)) and m[1]]
    days_first = sum(first > 12 >= second for first, second in pairs)
    return days_first >= sum(second > 12 >= first for first, second in pairs)


def _decimal_comma(values: list[str], delimiter: str, mapping: Mapping) -> bool:
    if mapping.decimal:
        return mapping.decimal == ","
    commas = sum(bool(_COMMA.fullmatch(value)) for value in values)
    points = sum(bool(_POINT.fullmatch(value)) for value in values)
    return commas > points or (commas == points and delimiter == ";")


def _note(header: list[str], first: int, place: int, meaning: str) -> str:
    return (
        f"{_title(header, place)!r} says the same as {_title(header, first)!r} ({meaning}): used where that one "
        "is empty, and kept as an attribute"
    )


def _title(header: list[str], place: int) -> str:
    name = header[place]
    return name if header.index(name) == place else f"{name} (column {place + 1})"


def _attribute_name(header: list[str], place: int) -> str:
    before = header[:place].count(header[place])
    return slug(header[place]) + (f"_{before + 1}" if before else "")


def _unique(name: str, attributes: dict[int, tuple[str, str]]) -> str:
    taken = {given for given, _ in attributes.values()}
    number, wanted = 2, name
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def _one_of(given: dict[str, Any], name: str, allowed: tuple[str, ...], file: Path) -> None:
    if given.get(name) is not None and given[name] not in allowed:
        raise BadInput(f"`{name}` must be {' or '.join(map(repr, allowed))}", where=str(file))
