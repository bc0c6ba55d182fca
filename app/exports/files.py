"""An export as a file: CSV, JSON lines or a workbook; streamed, and whole or not there."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from app.db import Session
from app.errors import BadInput
from app.exports import told, workbooks
from app.exports.told import COLUMNS, WHAT

__all__ = ["COLUMNS", "FORMATS", "WHAT", "default_path", "safe", "save", "write"]

FORMATS = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Format -> its media type."""
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_PHONE = re.compile(r"\+[0-9]+")


def write(
    db: Session,
    out: IO[bytes],
    what: str,
    *,
    wave_id: str | None,
    file_format: str,
    suppression_key: str,
    bom: bool = False,
) -> int:
    """Write one export; returns the number of rows. Raises BadInput for a name or format we do not know.

    `bom`: a CSV begins with one, or spreadsheets would take the accents for something else.
    """
    if file_format not in FORMATS:
        raise BadInput(f"{file_format!r} is no format", mend=f"Choose one of {', '.join(FORMATS)}.")
    rows = told.rows(db, what, wave_id=wave_id, suppression_key=suppression_key)
    if file_format == "xlsx":
        return workbooks.write(out, what, COLUMNS, rows)
    as_text = io.TextIOWrapper(
        out, encoding="utf-8-sig" if bom and file_format == "csv" else "utf-8", newline=""
    )
    try:
        return _as_csv(as_text, rows) if file_format == "csv" else _as_jsonl(as_text, rows)
    finally:
        as_text.detach()  # `out` stays open: it is not ours


def save(
    db: Session, path: Path, what: str, *, wave_id: str | None, file_format: str, suppression_key: str
) -> int:
    """Write one export to a file, which appears only when it is whole; returns the number of rows."""
    part = path.with_name(f"{path.name}.part")
    asked: dict[str, Any] = {
        "wave_id": wave_id,
        "file_format": file_format,
        "suppression_key": suppression_key,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as out:
                count = write(db, out, what, bom=True, **asked)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", where=str(path)) from None
    return count


def safe(cell: object) -> str:
    """A cell a spreadsheet will not run (OWASP, CSV injection), spaces before it or not; a phone number stays."""
    text = "" if cell is None else str(cell)
    if _FORMULA.match(text) and not _PHONE.fullmatch(text):
        return f"'{text}"
    return text


def default_path(folder: Path, what: str, file_format: str) -> Path:
    return folder / "exports" / f"{what}.{file_format}"


def _as_csv(out: io.TextIOWrapper, rows: Iterator[Mapping[str, Any]]) -> int:
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow([safe(_plain(row[name])) for name in COLUMNS])
        count += 1
    return count


def _as_jsonl(out: io.TextIOWrapper, rows: Iterator[Mapping[str, Any]]) -> int:
    count = 0
    for row in rows:
        out.write(json.dumps({name: _plain(row[name]) for name in COLUMNS}, ensure_ascii=False) + "\n")
        count += 1
    return count


def _plain(value: object) -> object:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
