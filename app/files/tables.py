"""Tables as people give them: found in their packing, told apart by content, header row and rows by line."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from app.errors import BadInput
from app.files import encodings, findings, jsonlines, sources, text, workbooks
from app.files.records import Record as Record
from app.files.sheets import Damaged
from app.files.sources import BROKEN, Source

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"(?:\+|00)?\(?\d[\d\s./()-]{6,18}\d")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_DELIMITERS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose shape is known, whatever its format."""

    file: Path
    name: str
    """The table's own file name, without what it was packed in."""
    form: str
    """What it is, in words: `utf-8, semicolon` or `Excel workbook, sheet 'Contatti'`."""
    delimiter: str
    """Empty when it is no delimited text: its numbers then have a decimal point."""
    header: list[str]
    header_line: int
    """0 when the file has no header row."""
    rows: Callable[[], Iterator[Record]]
    packed: bool = False
    """Whether the bytes on the disk are not those of the table: gzip, zip."""
    ragged: bool = False
    """Whether rows end at their last filled cell, so that a short one lacks nothing."""
    dropped: frozenset[int] = frozenset()
    """In a file of rejected rows: the columns we put beside the original ones."""
    source_hint: str = ""
    """Where the rows came from, when the file says so (a file of rejected rows)."""

    def records(self) -> Iterator[Record]:
        """The data rows in order, one at a time; blank lines are no rows.

        Raises BadInput naming the line reached when the file turns out to be damaged.
        """
        top, width = self.header_line, len(self.header)
        for record in _guarded(self.rows(), self.file):
            if record.line <= top or not any(map(str.strip, record.cells)):
                continue
            if record.broken:
                yield record
                continue
            if self.dropped:
                record.cells = _original(record.cells, self.dropped)
                if not any(map(str.strip, record.cells)):
                    continue
            if self.ragged:
                record.cells = _even(record.cells, width)
            yield record

    @property
    def size(self) -> int:
        """Bytes as they lie on the disk, packed or not."""
        return sources.on_disk(self.file).stat().st_size

    def recognised(self) -> str:
        """What was found out about the file, in words for the person who imports it."""
        return f"{self.form}, {len(self.header)} columns"


def open_table(file: Path, *, encoding: str = "", delimiter: str = "") -> Table:
    """Find out what `file` is and how it is written; raises BadInput when it is no table.

    Text with any delimiter, JSON lines or an Excel workbook, plain, in gzip or in a zip archive;
    `archive.zip/name.csv` names one table of several.
    """
    source = sources.find(file)
    try:
        return _open(source, encoding, delimiter)
    except BROKEN as error:
        raise BadInput(f"the archive is damaged: {error}", where=str(file), mend="Export it again.") from None


def _open(source: Source, encoding: str, delimiter: str) -> Table:
    if source.workbook:
        try:
            sheet = workbooks.choose_sheet(source)
        except Damaged as error:
            raise BadInput(
                f"the workbook is damaged: {error}", where=str(source.file), mend="Save it again, or as CSV."
            ) from None
        form = f"Excel workbook, sheet {sheet.title!r}"
        return _with_header(source, form, "", partial(workbooks.read, source, sheet), ragged=True)
    encoding = encoding or encodings.recognise(source)
    if not delimiter and jsonlines.is_json_lines(source, encoding):
        names = jsonlines.header(source, encoding)
        form = _said(source, f"JSON lines, {encoding}")
        rows = partial(jsonlines.read, source, encoding, names)
        return Table(source.file, source.name, form, "", names, 0, rows, bool(source.packing))
    delimiter = delimiter or text.find_delimiter(source, encoding)
    form = f"{encoding}, {_DELIMITERS.get(delimiter, repr(delimiter))}"
    return _with_header(source, form, delimiter, partial(text.read, source, encoding, delimiter))


def _with_header(
    source: Source, form: str, delimiter: str, rows: Callable[[], Iterator[Record]], *, ragged: bool = False
) -> Table:
    first = list(islice(_guarded(rows(), source.file), 30))
    filled = [record for record in first if any(cell.strip() for cell in record.cells)]
    if not filled:
        raise BadInput("the file holds no rows", where=str(source.file), mend="Export it again.")
    width = Counter(len(record.cells) for record in filled).most_common(1)[0][0]
    # Reports carry title lines above the header: the header is the first row as wide as the data.
    top = next((r for r in filled if sum(bool(c.strip()) for c in r.cells) * 2 > width), filled[0])
    top = filled[0] if filled[0].cells[0] == findings.LINE else top
    if any(_is_address(cell.strip()) for cell in top.cells):
        width = max(len(record.cells) for record in filled) if ragged else width
        header, line = [f"column {number}" for number in range(1, width + 1)], 0
    else:
        header, line = [cell.strip() for cell in top.cells], top.line
        header = _as_wide(header, [r.cells for r in filled if r.line > line], width, ragged=ragged)
    form, packed = _said(source, form), bool(source.packing)
    table = Table(source.file, source.name, form, delimiter, header, line, rows, packed, ragged)
    return _rejected(table, first) if findings.LINE in header else table


def _as_wide(header: list[str], rows: list[list[str]], width: int, *, ragged: bool) -> list[str]:
    """The header without the blank end its rows lack, or with the blank cells its rows all end in."""
    while len(header) > width and not header[-1]:
        header = header[:-1]
    if ragged:
        width = max(map(len, rows), default=0)
    elif any(any(map(str.strip, cells[len(header) :])) for cells in rows):
        return header
    return header + [""] * (width - len(header))


def _rejected(table: Table, first: list[Record]) -> Table:
    """A file of rejected rows as the table it was: without our columns, which give no more than the source."""
    dropped = frozenset(n for n, name in enumerate(table.header) if name in findings.COLUMNS)
    said = set()
    if findings.SOURCE in table.header:
        place = table.header.index(findings.SOURCE)
        said = {r.cells[place] for r in first if r.line > table.header_line and place < len(r.cells)}
    header = _original(table.header, dropped)
    hint = findings.as_given(said.pop()) if len(said) == 1 else ""
    return replace(table, header=header, dropped=dropped, source_hint=hint)


def _original(cells: list[str], dropped: frozenset[int]) -> list[str]:
    return [findings.as_given(cell) for n, cell in enumerate(cells) if n not in dropped]


def _even(cells: list[str], width: int) -> list[str]:
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells + [""] * (width - len(cells))


def _guarded(records: Iterator[Record], file: Path) -> Iterator[Record]:
    """The records, with a failure on the way told as the line it was met at."""
    reached = 0
    try:
        for record in records:
            reached = record.line
            yield record
    except (*BROKEN, Damaged) as error:
        raise BadInput(
            f"the file is damaged after line {reached}: {error}", where=str(file), mend="Export it again."
        ) from None


def _said(source: Source, form: str) -> str:
    return ", ".join(filter(None, (source.packing, form)))


def _is_address(cell: str) -> bool:
    """No header is an email address or a phone number, so a row that holds one is data."""
    if _EMAIL.fullmatch(cell):
        return True
    # "2023-2024" heads a column of figures.
    long = cell.startswith(("+", "00")) or sum(char.isdigit() for char in cell) > 8
    return bool(long and _PHONE.fullmatch(cell) and not _DATE.match(cell))


def file_hash(file: Path) -> str:
    """SHA-256 of the bytes as they lie there; of a member of an archive, of the archive and its name."""
    archive = sources.on_disk(file)
    with archive.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256")
    if archive != file:
        digest.update(file.relative_to(archive).as_posix().encode())
    return digest.hexdigest()


def as_line(cells: Iterable[str], delimiter: str = ";") -> str:
    """Cells written back as one CSV line."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    return out.getvalue()
