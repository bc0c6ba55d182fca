"""Which column holds what: known header names, the content behind them, and a mapping over both."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.contacts.imports import full_names, kinds, standing
from app.contacts.imports.fields import ADDRESSES, MANY, STATUSES, field_of, speaks_of_texts
from app.contacts.imports.fields import Field as Field
from app.contacts.imports.mappings import Mapping as Mapping
from app.contacts.imports.mappings import read_mapping as read_mapping
from app.contacts.imports.standing import Standing
from app.errors import BadInput
from app.files import cells
from app.files.tables import Record, Table

SAMPLE = 2_000
_EMAIL = re.compile(r"[^@\s<]+@[^@\s>]+\.[^@\s>]+")
_PHONE = re.compile(r"(?:\+|00)?[\d][\d\s./()-]{6,18}\d")
_TWO_WORDS = re.compile(r"[^\W\d]{2,}\s+[^\W\d]{2,}")
_CONSENT = re.compile(r"consen|opt ?in|gdpr|privacy|newsletter|permission")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands, and how the file writes dates, amounts and names."""

    places: dict[Field, tuple[int, ...]]
    attributes: dict[int, tuple[str, str]]
    """Column -> (name, kind: see `kinds.kind`)."""
    header: list[str]
    day_first: bool = True
    decimal_comma: bool = True
    surname_first: bool = False
    """How whole names are written in one cell, where nothing else tells."""
    coded: bool = False
    """Whether statuses may be ActiveCampaign's numbers."""
    everyone: Standing | None = None
    """What the file says of all its rows by its name or its columns."""
    everyone_because: str = ""
    notes: tuple[str, ...] = ()
    """What the person who imports should know about the columns: those that say the same, those not used."""

    def said(self) -> dict[str, str]:
        """Header -> what it was taken for, for the person who imports; a repeated header names its column."""
        taken: dict[int, str] = {place: str(name) for name, places in self.places.items() for place in places}
        for place, (name, kind) in self.attributes.items():
            told = f"attribute {name}" + ("" if kind == "text" else f" ({kind})")
            taken[place] = ", ".join(filter(None, (taken.get(place), told)))
        told_of_all = {"(every row)": f"{self.everyone}: {self.everyone_because}"} if self.everyone else {}
        return told_of_all | {_title(self.header, place): taken[place] for place in sorted(taken)}


def recognise(table: Table, sample: Sequence[Record], mapping: Mapping) -> Columns:
    """Find every column's meaning; raises BadInput if none holds an address or the mapping fits none."""
    values = [_filled(sample, place) for place in range(len(table.header))]
    flat = [value for column in values for value in column]
    comma = kinds.decimal_comma(flat, table.delimiter, mapping.decimal)
    notes = _missing(table, mapping)
    places: dict[Field, tuple[int, ...]] = {}
    attributes: dict[int, tuple[str, str]] = {}
    for place, meaning in _meanings(table, values, mapping):
        name = meaning.removeprefix("attribute ")
        if meaning in set(Field):
            earlier = places.get(Field(meaning), ())
            places[Field(meaning)] = (*earlier, place)
            if meaning not in STATUSES and (meaning in MANY or not earlier):
                continue
            name = _attribute_name(table.header, place)
            if meaning not in STATUSES:
                notes.append(_note(table.header, earlier[0], place, meaning))
        if meaning != "ignore":
            kind = kinds.kind(table.header[place], values[place], comma=comma)
            attributes[place] = (_unique(name, attributes), kind)
            if name != attributes[place][0]:
                notes.append(f"{_title(table.header, place)!r} is kept as attribute {attributes[place][0]}")
            if meaning not in {*Field, *mapping.columns.values()} and _CONSENT.search(
                cells.plain(table.header[place])
            ):
                notes.append(
                    f"{_title(table.header, place)!r} proves no consent here: map it if it means one"
                )
    if not any(name in places for name in ADDRESSES):
        raise BadInput(
            f"no column holds an email address or a phone number (found: {', '.join(table.header[:12])})",
            where=str(table.file),
            mend="Name them in a mapping file (--mapping), for instance `columns: {Contatto: email}`.",
        )
    everyone, because = _everyone(table, values, places, mapping)
    if everyone:
        notes.append(
            f"every row is taken as {everyone} ({because}); `everyone: unknown` in a mapping says no"
        )
    names = places.get(Field.FULL_NAME, ())
    return Columns(
        places,
        attributes,
        table.header,
        day_first=kinds.day_first(flat, mapping.dates),
        decimal_comma=comma,
        surname_first=bool(names) and full_names.surname_first(values[names[0]], table.header[names[0]]),
        coded=bool({"sdate", "udate"} & {cells.plain(name) for name in table.header}),
        everyone=everyone,
        everyone_because=because,
        notes=tuple(notes),
    )


def slug(header: str) -> str:
    """The attribute name of an unknown header: `N. dipendenti` -> `n_dipendenti`."""
    return cells.plain(header).replace(" ", "_") or "column"


def _missing(table: Table, mapping: Mapping) -> list[str]:
    missing = [header for header in mapping.columns if header not in table.header]
    if missing and not mapping.saved:
        raise BadInput(
            f"the mapping names a column {missing[0]!r} that the file does not have", where=str(table.file)
        )
    return [
        f"the mapping saved for this source names a column {header!r} that is not here" for header in missing
    ]


def _meanings(table: Table, values: list[list[str]], mapping: Mapping) -> Iterator[tuple[int, str]]:
    named = [mapping.columns.get(header) or field_of(header) for header in table.header]
    for place, header in enumerate(table.header):
        if not header and not values[place]:
            continue
        if header not in mapping.columns:
            named[place] = _by_content(
                named[place],
                values[place],
                has_email=Field.EMAIL in named,
                has_mobile=Field.MOBILE in named,
                has_last_name=Field.LAST_NAME in named,
            )
        # "GDPR status: Opted-in, Opted-out": a column of nothing but such words tells stops, but "active" is no yes.
        if not named[place] and standing.holds_only_standings(values[place]):
            named[place] = Field.UNSUBSCRIBED_SMS if speaks_of_texts(header) else Field.STATUS
        yield place, named[place] or slug(header)


def _by_content(
    meaning: str | None, values: list[str], *, has_email: bool, has_mobile: bool, has_last_name: bool
) -> str | None:
    """Content overrules a name that cannot be true, and finds addresses under names nobody knows."""
    emails = _share(values, _EMAIL)
    if meaning == Field.EMAIL and len(values) > 2 and emails < 0.2:
        answers = sum(cells.yes_no(value) is not None for value in values)
        return Field.CONSENT_EMAIL if answers > 0.8 * len(values) else None
    if meaning == Field.FIRST_NAME and not has_last_name and _share(values, _TWO_WORDS) > 0.7:
        return Field.FULL_NAME
    if meaning == Field.OWNER and values and all(value.isdigit() for value in values):
        return None
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


def _everyone(
    table: Table, values: list[list[str]], places: dict[Field, tuple[int, ...]], mapping: Mapping
) -> tuple[Standing | None, str]:
    """What is true of every row, and why: the mapping, the file's name, or Mailchimp's column of stop times."""
    if mapping.everyone:
        return (None, "") if mapping.everyone == "unknown" else (Standing(mapping.everyone), "mapping")
    by_name, mailchimp = standing.of_file(table.name, table.header), standing.is_mailchimp(table.header)
    speaking = (Field.EMAIL_STATUS, Field.UNSUBSCRIBED, Field.BOUNCED, Field.COMPLAINED)
    if by_name and (mailchimp or not any(field in places for field in speaking)):
        return by_name, f"file name {table.name}"
    own = {"unsub time": Standing.UNSUBSCRIBED, "clean time": Standing.BOUNCED}
    rows = max(map(len, values), default=0)
    for place, name in enumerate(table.header):
        # Somebody may have put several exports into one file: then the column is mostly empty.
        if (told := own.get(cells.plain(name))) and len(values[place]) > (0.5 if mailchimp else 0.9) * rows:
            return told, f"column {name}"
    return None, ""


def _filled(sample: Sequence[Record], place: int) -> list[str]:
    found = (record.cells[place].strip() for record in sample if place < len(record.cells))
    return [value for value in found if cells.text(value) is not None]


def _share(values: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.match(value)) for value in values) / max(1, len(values))


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
