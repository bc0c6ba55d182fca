"""How the cells of one file are read: the terms every row shares, and the cells a field has in a row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from app.contacts.imports.columns import Columns
from app.contacts.imports.fields import CONSENTS, Field
from app.files import cells
from app.files.findings import Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of one file are read."""

    columns: Columns
    country: str
    zone: ZoneInfo
    now: datetime
    consents: tuple[tuple[Field, tuple[int, ...]], ...] = field(init=False, default=())
    """The fields of this file that speak of consent, with their columns."""

    def __post_init__(self) -> None:
        spoken = tuple((name, self.columns.places[name]) for name in CONSENTS if name in self.columns.places)
        object.__setattr__(self, "consents", spoken)

    def first(self, place: Field, given: Sequence[str], *, name: bool = False) -> str | None:
        """The first filled cell of a field; `name`: the cell names a person, who may be called Null."""
        for index in self.columns.places.get(place, ()):
            value = cells.text(given[index], name=name) if index < len(given) else None
            if value is not None:
                return value
        return None

    def filled(self, place: Field, given: Sequence[str]) -> list[tuple[int, str]]:
        """(column, cell) of every filled cell of a field."""
        return filled(self.columns.places.get(place, ()), given)

    def moment(self, cell: str | None, place: Field, problems: list[Problem]) -> datetime | None:
        """The time a cell means, never one to come; what is no date is noted."""
        if cell is None:
            return None
        at = cells.moment(cell, day_first=self.columns.day_first, zone=self.zone)
        if at is None:
            problems.append(Problem(place, cell, "no date of the calendar"))
            return None
        # A date in the future would outlast every stop that comes before it.
        return min(at, self.now)


def filled(columns: tuple[int, ...], given: Sequence[str]) -> list[tuple[int, str]]:
    """(column, cell) of every filled cell among `columns`."""
    found = []
    for index in columns:
        value = cells.text(given[index]) if index < len(given) else None
        if value is not None:
            found.append((index, value))
    return found
