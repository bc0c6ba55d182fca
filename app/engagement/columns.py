"""Which column of a history file holds what, and how the file writes times and amounts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.numbers import get_territory_currencies

from app.engagement.rows import Terms
from app.errors import BadInput
from app.files import cells, tables
from app.files.tables import Record, Table

_SAMPLE = 2_000
_HEADERS = {
    "email": "email|e mail|mail|email address|indirizzo email|recipient|recipient email|destinatario",
    "phone": "phone|telefono|cellulare|mobile|mobile phone|phone number|numero di telefono",
    "key": "key|codice|contact id|codice cliente|record id|customer id|id contatto|id cliente|contact key",
    "who": "contact|contatto|address|indirizzo|customer|cliente",
    "type": "type|tipo|event|evento|event type|kind|activity type|tipo evento|activity|action|attivita",
    "at": "occurred at|at|date|data|timestamp|time|when|data evento|event date|created at|data e ora|data ora",
    "value": "value|valore|amount|importo|totale|total|prezzo|price|order total|importo totale",
    "stars": "stars|stelle|rating|voto|valutazione|score|punteggio",
    "points": "points|punti|loyalty points|punti usati",
    "currency": "currency|valuta|divisa|currency code",
    "text": "text|testo|review|recensione|review text|testo recensione|comment|commento",
    "detail": "detail|dettaglio|details|note|notes|description|descrizione|url|page|pagina|reason|subject|oggetto|"
    "order|ordine|order id|order number|numero ordine",
    "id": "id|event id|id evento|interaction id|activity id|uuid|external id",
}
_FIELD_OF = {name: field for field, names in _HEADERS.items() for name in names.split("|")}
_WHO = ("email", "phone", "key", "who")
_AMOUNTS = ("value", "points")
_COMMA, _POINT = re.compile(r",\d{1,2}\D*$"), re.compile(r"\.\d{1,2}\D*$")
_THOUSANDS = re.compile(r"\D*\d{1,3}(\.\d{3})+\D*$")
_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d")


@dataclass(frozen=True, slots=True)
class History:
    """A recognised history file."""

    table: Table
    terms: Terms
    ignored: tuple[str, ...] = ()
    """Headers that look like a field but are none, with the reason."""

    @property
    def reading(self) -> str:
        """What was recognised, in one line for people."""
        named = ", ".join(
            f"{self.table.header[place]!r} as {name}" for name, place in self.terms.places.items()
        )
        amounts = "1.234,56" if self.terms.decimal_comma else "1,234.56"
        return "; ".join((self.table.recognised(), named, f"amounts like {amounts}", *self.ignored))


def plan(file: Path, *, country: str, zone: ZoneInfo) -> History:
    """Recognise an interactions file; raises BadInput when it lacks the person, the type or the time."""
    table = tables.open_table(file)
    places: dict[str, int] = {}
    for place, header in enumerate(table.header):
        field = _FIELD_OF.get(cells.plain(header))
        if field:
            places.setdefault(field, place)
    if "id" in places and not any(name in places for name in _WHO):
        places["key"] = places.pop("id")
    missing = [words for words, names in _NEEDED.items() if not any(name in places for name in names)]
    if missing:
        raise BadInput(
            f"no column for {' and '.join(missing)} (found: {', '.join(table.header[:12])})",
            where=str(file),
            mend="The columns are email (or phone, or key), type, occurred_at, value, detail.",
        )
    sample = list(islice(table.records(), _SAMPLE))
    if not sample:
        raise BadInput("the file has a header but no rows", where=str(file), mend="Export it again.")
    ignored: tuple[str, ...] = ()
    if "id" in places and not _names_events(sample, places):
        ignored = (f"{table.header[places.pop('id')]!r} is not one per event and was not used",)
    money = get_territory_currencies(country.upper()) or ["EUR"]
    terms = Terms(places, country.upper(), zone, money[0])
    terms.day_first = _day_first(_filled(sample, places["at"]))
    amounts = [cell for name in _AMOUNTS if name in places for cell in _filled(sample, places[name])]
    terms.decimal_comma = _decimal_comma(amounts, table.delimiter)
    return History(table, terms, ignored)


_NEEDED = {"email, phone or key": _WHO, "type": ("type",), "occurred_at": ("at",)}


def _names_events(sample: Sequence[Record], places: dict[str, int]) -> bool:
    """Whether an id always stands for one event: a customer's number would make all they did one thing."""
    seen: dict[str, tuple[str, str]] = {}
    for record in sample:
        id_, word, at = (_cell(record, places[name]) for name in ("id", "type", "at"))
        if id_ and seen.setdefault(id_, (word, at)) != (word, at):
            return False
    return True


def _day_first(dates: Sequence[str]) -> bool:
    found = [(int(m[1]), int(m[2])) for cell in dates if (m := _DATE.match(cell))]
    return any(first > 12 for first, _ in found) or not any(second > 12 for _, second in found)


def _decimal_comma(amounts: Sequence[str], delimiter: str) -> bool:
    """Whether amounts have a decimal comma: the file's own figures say so, else what it is delimited by."""
    commas = sum(bool(_COMMA.search(cell)) for cell in amounts)
    points = sum(bool(_POINT.search(cell)) for cell in amounts)
    if commas != points:
        return commas > points
    return delimiter == ";" or any(_THOUSANDS.match(cell) for cell in amounts)


def _filled(sample: Sequence[Record], place: int) -> list[str]:
    return [cell for record in sample if (cell := _cell(record, place))]


def _cell(record: Record, place: int) -> str:
    return record.cells[place].strip() if place < len(record.cells) else ""
