"""Rows as an Excel workbook, written as they come: memory stays flat however many they are."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from typing import IO, Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

MOST_ROWS = 1_048_575
"""Of one sheet, under its header; what is more goes on in the next one."""
LARGEST = 1_500_000_000
"""Bytes of one sheet, unpacked: packages of more need an extension that Excel asks to repair."""
LONGEST = 32_767
"""Characters of one cell."""
WIDE = {"contact_id": 38, "email": 30, "evidence": 80}
"""Column -> its width in characters; any other has USUAL."""
USUAL = 18
_SHEET = "xl/worksheets/sheet{}.xml"
_DIMENSION = re.compile(b"<dimension[^>]*/>")
_AT_ONCE = 200
"""Rows that are handed to the packer together."""
_RUNS = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""What a spreadsheet may take for a formula once somebody edits the cell."""
# What XML cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Styles(NamedTuple):
    """The numbers of the styles that cells refer to."""

    moment: int
    quoted: int


def write(
    out: IO[bytes],
    title: str,
    columns: Sequence[str],
    rows: Iterator[Mapping[str, Any]],
    *,
    most: int = MOST_ROWS,
) -> int:
    """Write a workbook of these columns, its header in bold and frozen; returns the number of rows.

    Texts are texts, whatever they begin with: nothing in them runs, not even when the cell is edited. Numbers are
    numbers, and times dates in UTC (a spreadsheet has no time zones). `most`: rows of one sheet.
    """
    letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
    # The library makes the package with its first line; rows through it would take ten times as long.
    models, styles = _package(title, columns, 2)
    count = sheets = 0
    first: Mapping[str, Any] | None = None
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        while not sheets or (first := next(rows, None)) is not None:
            sheets += 1
            before, after = models[_SHEET.format(min(sheets, 2))].split(b"</sheetData>")
            page = chain([first] if first else [], islice(rows, most - bool(first)))
            with package.open(_SHEET.format(sheets), "w") as sheet:
                size = sheet.write(before)
                for number, lines in _packed(page, columns, letters, styles):
                    size += sheet.write(lines)
                    count += number
                    if size > LARGEST:
                        break
                sheet.write(b"</sheetData>" + after)
        for name, content in _package(title, columns, sheets)[0].items():
            if not name.startswith("xl/worksheets/"):
                package.writestr(name, content)
    return count


def _package(title: str, columns: Sequence[str], sheets: int) -> tuple[dict[str, bytes], _Styles]:
    """The files of a workbook of so many sheets that have only their header: name -> content."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number in range(sheets):
        sheet = book.create_sheet(f"{title} {number + 1}" if number else title)
        sheet.freeze_panes = "A2"
        for place, name in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(place)].width = WIDE.get(name, USUAL)
            sheet.cell(1, place, name).font = Font(bold=True)
    moment, quoted = WriteOnlyCell(book.worksheets[0]), WriteOnlyCell(book.worksheets[0])
    moment.number_format, quoted.quotePrefix = "yyyy-mm-dd hh:mm:ss", True
    styles = _Styles(moment.style_id, quoted.style_id)
    packed = io.BytesIO()
    book.save(packed)
    with ZipFile(packed) as package:
        files = {name: package.read(name) for name in package.namelist()}
    # Their extent is not known yet, and need not be told.
    return {name: _DIMENSION.sub(b"", content) for name, content in files.items()}, styles


def _packed(
    rows: Iterator[Mapping[str, Any]], columns: Sequence[str], letters: Sequence[str], styles: _Styles
) -> Iterator[tuple[int, bytes]]:
    """How many rows, and they as XML; some at a time."""
    line = 2
    while page := list(islice(rows, _AT_ONCE)):
        text = ""
        for row in page:
            cells = (
                _cell(f"{letter}{line}", row[name], styles)
                for letter, name in zip(letters, columns, strict=True)
            )
            text += f'<row r="{line}">{"".join(cells)}</row>'
            line += 1
        yield len(page), text.encode()


def _cell(place: str, value: object, styles: _Styles) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    if isinstance(value, datetime):
        days = to_excel(  # type: ignore[no-untyped-call]
            value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        )
        return f'<c r="{place}" s="{styles.moment}"><v>{days}</v></c>'
    text = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", str(value))
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 1]}…"
    style = f' s="{styles.quoted}"' if _RUNS.match(text) else ""
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
