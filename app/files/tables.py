"""Reading any CRM's CSV: delimiter, header row, and records with their line numbers, never losing a row."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.errors import BadInput
from app.files import encodings

csv.field_size_limit(1 << 24)

_MAX_LINES = 200  # a quote still open after so many lines was never meant as one
_LIKELY = ";,\t|"
_NEVER = set(" .-_'\"()/@+#&%*?!0123456789")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"(?:\+|00)?\(?\d[\d\s./()-]{6,18}\d")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")


@dataclass(frozen=True, slots=True)
class Record:
    """One row of data: the line it starts on (1 is the first line of the file) and its cells as given."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A text file whose shape is known."""

    file: Path
    encoding: str
    delimiter: str
    header: list[str]
    header_line: int
    """0 when the file has no header row."""

    def records(self) -> Iterator[Record]:
        """The data rows in order, one at a time; blank lines are no rows."""
        for record in _records(self.file, self.encoding, self.delimiter):
            if record.line > self.header_line and any(cell.strip() for cell in record.cells):
                yield record

    def recognised(self) -> str:
        """What was found out about the file, in words for the person who imports it."""
        names = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
        return (
            f"{self.encoding}, {names.get(self.delimiter, repr(self.delimiter))}, {len(self.header)} columns"
        )


def open_table(file: Path, *, encoding: str = "", delimiter: str = "") -> Table:
    """Find out how `file` is written; raises BadInput when it is no table of text."""
    encoding = encoding or encodings.recognise(file)
    delimiter = delimiter or _delimiter(file, encoding)
    first = list(islice(_records(file, encoding, delimiter), 30))
    filled = [record for record in first if any(cell.strip() for cell in record.cells)]
    if not filled:
        raise BadInput("the file holds no rows", where=str(file), mend="Export it again.")
    width = Counter(len(record.cells) for record in filled).most_common(1)[0][0]
    # Reports carry title lines above the header: the header is the first row as wide as the data.
    top = next((r for r in filled if sum(bool(c.strip()) for c in r.cells) * 2 > width), filled[0])
    if any(_is_address(cell.strip()) for cell in top.cells):
        names = [f"column {number}" for number in range(1, width + 1)]
        return Table(file, encoding, delimiter, names, 0)
    return Table(file, encoding, delimiter, [cell.strip() for cell in top.cells], top.line)


def _is_address(cell: str) -> bool:
    """No header is an email address or a phone number, so a row that holds one is data."""
    if _EMAIL.fullmatch(cell):
        return True
    # "2023-2024" heads a column of figures.
    long = cell.startswith(("+", "00")) or sum(char.isdigit() for char in cell) > 8
    return bool(long and _PHONE.fullmatch(cell) and not _DATE.match(cell))


def file_hash(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def as_line(cells: Iterable[str], delimiter: str = ";") -> str:
    """Cells written back as one CSV line."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    return out.getvalue()


def _records(file: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    with file.open(encoding=encoding, errors="riattiva-windows", newline="") as handle:
        for start, lines in _logical_lines(handle):
            reader = csv.reader(lines, delimiter=delimiter)
            before = 0
            for cells in reader:
                if not (start == 1 and len(lines[0]) < 9 and lines[0].lower().startswith("sep=")):
                    yield Record(start + before, [cell.replace("\0", "") for cell in cells])
                before = reader.line_num


def _logical_lines(handle: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Groups of lines whose quotes are closed, so that one forgotten quote costs one row and not the file."""
    lines = iter(handle)
    waiting: list[str] = []
    number = 1
    while True:
        group = waiting[:1] or list(islice(lines, 1))
        if not group:
            return
        waiting = waiting[1:]
        quotes = group[0].count('"')
        while quotes % 2 and len(group) < _MAX_LINES:
            more = waiting[:1] or list(islice(lines, 1))
            if not more:
                break
            waiting = waiting[1:]
            group += more
            quotes += more[0].count('"')
        if quotes % 2 and len(group) > 1:
            waiting = group[1:] + waiting
            group = group[:1]
        yield number, group
        number += len(group)


def _delimiter(file: Path, encoding: str) -> str:
    with file.open(encoding=encoding, errors="riattiva-windows", newline="") as handle:
        first = handle.readline()
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first[4]
    others = {char for char in first.strip() if not char.isalnum() and char not in _NEVER and char.isascii()}
    scores = {char: _evenness(file, encoding, char) for char in (*_LIKELY, *sorted(others - set(_LIKELY)))}
    best = max(scores, key=lambda char: scores[char])
    return best if scores[best] > 0 else ","


def _evenness(file: Path, encoding: str, delimiter: str) -> float:
    """How well this delimiter cuts the first rows into equally many cells; 0 when it cuts nothing."""
    widths = Counter(len(record.cells) for record in islice(_records(file, encoding, delimiter), 200))
    width, count = widths.most_common(1)[0] if widths else (1, 0)
    return count / widths.total() * (1 + min(width, 50) / 100) if width > 1 else 0.0
