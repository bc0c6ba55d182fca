"""What kind of value an unknown column holds, and how the file writes its dates and amounts. Pure."""

import re
from collections.abc import Sequence

from app.files import cells

_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})(?:\D|$)|\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"\d[T ,]+\d{1,2}[:.]\d{2}")
_COMMA = re.compile(r"[-+]?[\d.]*\d,\d{1,2}")
_POINT = re.compile(r"[-+]?[\d,]*\d\.\d{1,2}")
_WHOLE = re.compile(r"[-+]?\d+")
# Digits that are no amount: a leading zero is part of them.
_CODES = re.compile(r"\b(cap|zip|postal|postcode|iva|vat|fiscale|cf|iban|sdi|codice|code|id|piva|fax)\b")
_ANSWERS = frozenset(("yes", "no", "si", "true", "false", "vero", "falso", "y", "n", "s"))
_LONGEST_CHOICE = 60


def kind(header: str, values: Sequence[str], *, comma: bool) -> str:
    """`text`, `integer`, `decimal`, `boolean`, `date`, `datetime` or `list`, by what most cells are."""
    if not values or _CODES.search(cells.plain(header)):
        return "text"
    most = 0.8 * len(values)
    if sum(bool(_DATE.match(value)) for value in values) > most or sum(map(cells.names_month, values)) > most:
        timed = sum(bool(_CLOCK.search(value)) for value in values)
        return "datetime" if timed > most else "date"
    if _answers(values):
        return "boolean"
    amounts = sum(cells.number(value, decimal_comma=comma) is not None for value in values)
    if amounts > most and not any(re.fullmatch(r"0\d+", value) for value in values):
        return "integer" if all(map(_WHOLE.fullmatch, values)) else "decimal"
    return "list" if _choices(values) else "text"


def day_first(values: Sequence[str], given: str) -> bool:
    """Whether 03/04 is a day of April; `given` is the mapping's word, which decides."""
    if given:
        return given == "day first"
    pairs = [(int(m[1]), int(m[2])) for v in values if v[:1].isdigit() and (m := _DATE.match(v)) and m[1]]
    days_first = sum(first > 12 >= second for first, second in pairs)
    return days_first >= sum(second > 12 >= first for first, second in pairs)


def decimal_comma(values: Sequence[str], delimiter: str, given: str) -> bool:
    """Whether amounts are written 1.234,56; `given` is the mapping's sign, which decides."""
    if given:
        return given == ","
    commas = sum(bool(_COMMA.fullmatch(value)) for value in values)
    points = sum(bool(_POINT.fullmatch(value)) for value in values)
    return commas > points or (commas == points and delimiter == ";")


def _answers(values: Sequence[str]) -> bool:
    """Yes and no in words; single letters only where both stand, for a lone S may be a size."""
    words = {cells.plain(value) for value in values}
    return words <= _ANSWERS and (len(words) > 1 or any(len(word) > 1 for word in words))


def _choices(values: Sequence[str]) -> bool:
    """Several choices in one cell, as CRMs write them: `news;events`."""
    parts = [[part.strip() for part in value.split(";")] for value in values if ";" in value]
    short = all(
        0 < len(part) <= _LONGEST_CHOICE and "\n" not in part for one in parts for part in one if part
    )
    return short and len(parts) > 0.2 * len(values) and len({p for one in parts for p in one}) <= 200
