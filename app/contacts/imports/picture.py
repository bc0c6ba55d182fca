"""What a plan looks like to a person: every column with what it was taken for, and the first people in it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from app.channels.texts import storable_json
from app.contacts.imports import rows
from app.contacts.imports.plan import Plan
from app.contacts.imports.rows import Row
from app.files import sources
from app.files.records import Record

SAMPLES, PEOPLE = 3, 5
_LOOKED_AT, _LONGEST, _HEAD = 200, 80, 1 << 20


def picture(planned: Plan, now: datetime) -> dict[str, Any]:
    """The plan as JSON: `form`, `dates`, `decimal`, `everyone`, `notes`, `columns`, `people`, `size`, `rows`.

    `rows` is how many the file has: exact for a short one, an estimate for other plain text, else None.
    """
    columns, table = planned.columns, planned.table
    first = list(islice(table.records(), _LOOKED_AT))
    reading = rows.Reading(columns, planned.country, planned.zone, now)
    seen = storable_json({
        "form": table.recognised(),
        "dates": "day first" if columns.day_first else "month first",
        "decimal": "," if columns.decimal_comma else ".",
        "everyone": str(columns.everyone or ""),
        "notes": list(columns.notes),
        "columns": _columns(planned, first),
        "people": [_person(rows.read(record, reading)) for record in first[:PEOPLE]],
        "size": table.size,
        "rows": len(first) if len(first) < _LOOKED_AT else _estimate(planned),
    })  # fmt: skip
    assert isinstance(seen, dict)
    return seen


def _columns(planned: Plan, first: Sequence[Record]) -> list[dict[str, Any]]:
    columns = planned.columns
    field = {place: str(name) for name, places in columns.places.items() for place in places}
    return [
        {
            "header": header,
            "field": field.get(place, ""),
            "attribute": columns.attributes.get(place, ("", ""))[0],
            "kind": columns.attributes.get(place, ("", ""))[1],
            "samples": _samples(first, place),
        }
        for place, header in enumerate(columns.header)
    ]


def _samples(first: Sequence[Record], place: int) -> list[str]:
    """The first few different values of a column, shortened."""
    found: dict[str, None] = {}
    for record in first:
        if place < len(record.cells) and not record.broken and (cell := record.cells[place].strip()):
            found[cell if len(cell) <= _LONGEST else f"{cell[:_LONGEST]}…"] = None
        if len(found) == SAMPLES:
            break
    return list(found)


def _person(row: Row) -> dict[str, Any]:
    known: dict[str, Any] = {
        "email": row.email,
        "phone": row.phone and row.phone.number,
        **row.guesses,
        **row.values,
        "owner": row.owner,
        "owner_email": row.owner_email,
        "key": row.key,
    }
    known |= {f"attribute {name}": value for name, value in row.attributes.items()}
    return {
        "line": row.line,
        "reachable": row.reachable,
        "known": {name: _short(value) for name, value in known.items() if value is not None},
        "consent": [[said.channel, str(said.state), said.wording[:_LONGEST]] for said in row.said],
        "stops": [[channel, reason] for channel, reason, _ in row.stops],
        "problems": [[one.field, one.value[:_LONGEST], one.reason] for one in row.problems],
    }


def _short(value: Any) -> str:
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return str(value)[:_LONGEST]


def _estimate(planned: Plan) -> int | None:
    """How many rows a plain text has, if it goes on as it begins."""
    source = sources.find(planned.table.file)
    if source.workbook or source.packing:
        return None
    with source.archive.open("rb") as handle:
        head = handle.read(_HEAD)
    return planned.table.size * head.count(b"\n") // len(head)
