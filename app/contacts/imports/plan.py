"""What a file is, before anything is written: its shape, its columns, its source, and the terms it is read on."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from app.contacts.imports import columns as recognition
from app.contacts.imports.columns import Columns, Field, Mapping
from app.errors import BadInput
from app.files import tables
from app.files.tables import Table

# Names the ledgers use for what contacts say and do themselves.
_RESERVED = ("email", "phone", "sms", "web", "one_click", "provider", "api", "riattiva")


@dataclass(frozen=True, slots=True)
class Plan:
    """A contact file that was recognised and can be imported."""

    table: Table
    columns: Columns
    source: str
    country: str
    zone: ZoneInfo
    mapping: Mapping = field(default_factory=Mapping)

    @property
    def reading(self) -> str:
        """What was recognised, in one line for people."""
        amounts = "1.234,56" if self.columns.decimal_comma else "1,234.56"
        days = "day first" if self.columns.day_first else "month first"
        return f"{self.table.recognised()}, dates {days}, amounts like {amounts}, source {self.source!r}"

    @property
    def dated(self) -> bool:
        """Whether the file says when its records were made."""
        return Field.CREATED_ON in self.columns.places

    @property
    def rows_expected(self) -> int | None:
        """About how many rows there are, for a progress bar: the lines of a plain text file, else unknown."""
        if not self.table.delimiter or self.table.packed:
            return None
        with self.table.file.open("rb") as handle:
            lines = sum(piece.count(b"\n") for piece in iter(lambda: handle.read(1 << 20), b""))
        return max(lines - self.table.header_line, 1)

    @property
    def terms(self) -> dict[str, Any]:
        """How the file is read: an import is finished on the terms it was begun."""
        read = {"country": self.country, "zone": self.zone.key, "mapping": asdict(self.mapping)}
        return read | {"header": self.table.header}


def plan(
    file: Path,
    *,
    source: str = "",
    mapping: Mapping | None = None,
    recall: Callable[[str], Mapping | None] = lambda _: None,
    country: str,
    zone: ZoneInfo,
) -> Plan:
    """Recognise a contact file; `recall` knows the mapping saved for a source, used where none is given.

    Raises BadInput saying what is wrong with the file and how to mend it.
    """
    given = mapping or Mapping()
    if country.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise BadInput(f"{country!r} is no country code", mend="Write two letters, like IT.")
    table = tables.open_table(file, encoding=given.encoding, delimiter=given.delimiter)
    name = (source or given.source or table.source_hint or source_of(file)).strip().lower()
    if name in _RESERVED:
        raise BadInput(f"a source cannot be called {name!r}", mend="Give another --source.")
    if mapping is None and (given := recall(name) or given) and (given.encoding or given.delimiter):
        table = tables.open_table(file, encoding=given.encoding, delimiter=given.delimiter)
    sample = list(islice(table.records(), recognition.SAMPLE))
    if not sample:
        raise BadInput("the file has a header but no rows", where=str(file), mend="Export it again.")
    found = recognition.recognise(table, sample, given)
    return Plan(table, found, name, country.upper(), zone, given)


def source_of(file: Path) -> str:
    """The name a file gives its source: its own, without the dates exports carry."""
    return re.sub(r"[^a-z]+", "-", file.name.lower().partition(".")[0]).strip("-") or "file"
