"""One row of a history as a fact: whom it means, what they did, when, and what it is worth. Pure."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.contacts import phones
from app.contacts.addresses import email_key
from app.engagement.models import Kind
from app.engagement.words import kind_of, says_machine
from app.files import cells
from app.files.findings import Problem
from app.files.tables import Record

MOST_STARS = 10
LARGEST = 10**12
"""Amounts at least so large are no amounts (the column holds twelve digits before the point)."""
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "EURO": "EUR"}
_MONEY = re.compile(r"([A-Za-z]{3,4}|[€$£])?\s*(.*?\d[.,]?)\s*([A-Za-z]{3,4}|[€$£])?")
_STARS = re.compile(r"(\d{1,2}(?:[.,]\d+)?)\s*(?:/\s*\d{1,2}|stell[ae]|stars?)?", re.IGNORECASE)
_CACHED = 50_000


class Event(NamedTuple):
    """One thing a contact did, as told by a file or a program."""

    names: tuple[str, ...]
    """What they are called there, the surest first: addresses as they are compared, or a key as it stands."""
    kind: Kind
    machine: bool
    at: datetime
    amount: Decimal | None
    currency: str | None
    detail: str
    id: str = ""


@dataclass(slots=True)
class Terms:
    """How a file writes things: where its columns stand, whose clock, prefix and money it means."""

    places: dict[str, int]
    country: str
    zone: ZoneInfo
    currency: str
    day_first: bool = True
    decimal_comma: bool = False
    names: dict[str, str] = field(default_factory=dict)
    """Cells met before -> the name they are."""
    kinds: dict[str, tuple[Kind, bool] | None] = field(default_factory=dict)


def read(record: Record, terms: Terms, now: datetime) -> Event | Problem:
    """The fact in a row; the first thing wrong with it otherwise."""
    if record.broken:
        return Problem("row", "", record.broken)
    row, size = record.cells, len(record.cells)
    given = {name: row[place].strip() for name, place in terms.places.items() if place < size}
    names = tuple(filter(None, [_name(given[field], terms) for field in _NAMES if given.get(field)]))
    if not names:
        return Problem("contact", "", "no address and no key")
    word = given.get("type", "")
    known = _kind(word, terms)
    if known is None:
        return Problem("type", word, "no kind of interaction we know")
    at = moment(given.get("at", ""), terms)
    if at is None:
        return Problem("occurred_at", given.get("at", ""), "no time of the calendar")
    if at > now:
        return Problem("occurred_at", given["at"], "this lies in the future")
    return _event(given, names, known, word, at, terms)


_NAMES = ("email", "phone", "who", "key")
_OWN_VALUE = {Kind.REVIEW: "stars", Kind.POINTS: "points"}


def _event(
    given: dict[str, str],
    names: tuple[str, ...],
    known: tuple[Kind, bool],
    word: str,
    at: datetime,
    terms: Terms,
) -> Event | Problem:
    kind, by_machine = known
    cell = given.get(_OWN_VALUE.get(kind, "value")) or given.get("value") or ""
    amount: Decimal | None = None
    currency = given.get("currency", "").upper()[:4]
    if cell:
        if kind is Kind.REVIEW:
            amount = stars(cell)
        else:
            amount, said = money(cell, decimal_comma=terms.decimal_comma)
            currency = currency or said
        if amount is None:
            return Problem("value", cell, "no number" if kind is not Kind.REVIEW else "no stars from 0 to 10")
    detail = given.get("detail", "")
    if text := given.get("text"):
        detail = f"{text} ({detail})" if detail else text
    if kind is Kind.BOUNCE and not detail:
        detail = word
    machine = by_machine or bool(detail and says_machine(detail))
    return Event(
        names,
        kind,
        machine,
        at,
        amount,
        _currency(kind, amount, currency, terms.currency),
        detail,
        given.get("id", ""),
    )


def _currency(kind: Kind, amount: Decimal | None, said: str, usual: str) -> str | None:
    if amount is None or kind in _OWN_VALUE:
        return None
    return _SIGNS.get(said, said) or (usual if kind is Kind.PURCHASE else None)


def name(cell: str, country: str) -> str:
    """An address as it is compared, or a key as it stands."""
    if "@" in cell:
        return email_key(cell)
    phone = (
        phones.read(cell, country=country) if cell.startswith(("+", "00", "3")) and len(cell) > 8 else None
    )
    return phone.number if phone else cell


def money(cell: str, *, decimal_comma: bool) -> tuple[Decimal | None, str]:
    """The amount in a cell such as `EUR 1.234,50`, and the currency it names (ISO 4217, empty if none)."""
    found = _MONEY.fullmatch(cell.strip())
    value = cells.number(found[2], decimal_comma=decimal_comma) if found else None
    if found is None or value is None or abs(value) >= LARGEST:
        return None, ""
    said = (found[1] or found[3] or "").upper()
    return Decimal(str(value)), _SIGNS.get(said, said)


def stars(cell: str) -> Decimal | None:
    """`4`, `4,5`, `4/5`, `4 stelle` or `★★★★` as a number; None when it is none from 0 to 10."""
    lit = cell.count("★") + cell.count("⭐")
    found = _STARS.fullmatch(cell.strip())
    value = Decimal(found[1].replace(",", ".")) if found else Decimal(lit) if lit else None
    return value if value is not None and value <= MOST_STARS else None


def moment(cell: str, terms: Terms) -> datetime | None:
    """A time of the file as aware UTC."""
    try:
        return cells.moment(cell, day_first=terms.day_first, zone=terms.zone)
    except OverflowError:
        return None


def dedupe_key(event: Event) -> str:
    """The same for the same fact, whoever tells it: what they are called, what they did, when and what it was
    worth; with an id of the other system, that id instead of the time and the rest."""
    amount = "None" if event.amount is None else f"{event.amount:.2f}"
    facts: tuple[str, ...]
    if event.id:
        facts = ("id", event.names[0], event.kind, event.id)
    elif event.kind is Kind.SENT:
        # A tool tells of one email as sent and as delivered.
        facts = (event.names[0], event.kind, event.at.date().isoformat(), event.detail)
    else:
        facts = (event.names[0], event.kind, event.at.isoformat(), amount, event.detail)
    return hashlib.blake2b("\x1f".join(facts).encode(errors="replace"), digest_size=16).hexdigest()


def _name(cell: str, terms: Terms) -> str:
    known = terms.names.get(cell)
    if known is None:
        if len(terms.names) > _CACHED:
            terms.names.clear()
        known = terms.names[cell] = name(cell, terms.country)
    return known


def _kind(word: str, terms: Terms) -> tuple[Kind, bool] | None:
    if word not in terms.kinds:
        if len(terms.kinds) > _CACHED:
            terms.kinds.clear()
        terms.kinds[word] = kind_of(word)
    return terms.kinds[word]
