"""Reading Excel workbooks: the first sheet that holds a table, its cells as the text a person sees."""

import warnings
import zipfile
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import IO, Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.styles.stylesheet import apply_stylesheet

from app.errors import BadInput
from app.files import sheets
from app.files.records import Record
from app.files.sheets import Book, Damaged, Strings
from app.files.sources import BROKEN, Source

_SMALL_PART = 1 << 26


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook."""

    title: str
    part: str
    """Its place in the archive."""


class _Metadata(ExcelReader):
    """What openpyxl reads of a workbook, without the shared strings: they may not fit into memory."""

    strings_part = ""

    def read(self) -> None:
        # Its own way reads every sheet to the end for its size.
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)

    def read_strings(self) -> None:
        for override in self.package.Override:
            if override.ContentType.endswith("sharedStrings+xml"):
                self.strings_part = override.PartName.removeprefix("/")


def choose_sheet(source: Source) -> Sheet:
    """The first visible sheet with a table: two filled cells side by side, or an address; raises BadInput."""
    with source.open_workbook() as handle:
        _, found = _open(handle, source)
    first = None
    for sheet in found:
        rows = [[c for c in record.cells if c.strip()] for record in islice(read(source, sheet), 100)]
        if any(len(filled) > 1 or "@" in "".join(filled) for filled in rows):
            return sheet
        first = first or (sheet if any(rows) else None)
    if first is None:
        raise BadInput(
            "no sheet of the workbook holds a table", where=str(source.file), mend="Export it again."
        )
    return first


def read(source: Source, sheet: Sheet) -> Iterator[Record]:
    """Every row of the sheet that has cells, numbered as Excel numbers them."""
    with source.open_workbook() as handle:
        book, _ = _open(handle, source)
        with zipfile.ZipFile(handle) as archive:
            if book.strings_part in archive.namelist():
                changed = source.archive.stat().st_mtime_ns
                book.strings = _strings(source, book.strings_part, changed)
            with archive.open(sheet.part) as part:
                for number, cells in sheets.rows(part, book):
                    yield Record(number, cells)


@lru_cache(2)  # a file is opened to find its sheet, to see a sample and to be read
def _strings(source: Source, part: str, _changed: int) -> Strings:
    with source.open_workbook() as handle, zipfile.ZipFile(handle) as archive, archive.open(part) as opened:
        return Strings(opened)


def _open(handle: IO[bytes], source: Source) -> tuple[Book, list[Sheet]]:
    try:
        with zipfile.ZipFile(handle) as archive:
            _refuse_large_parts(archive, source)
            names = set(archive.namelist())
        handle.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = _Metadata(handle, read_only=True, data_only=True, keep_links=False)
            reader.read()
            return _book(reader), _sheets(reader, names)
    except (BadInput, *BROKEN):
        raise
    except Exception as error:  # the library raises anything at a broken part
        raise Damaged(f"{type(error).__name__} in what describes it") from None


def _book(reader: _Metadata) -> Book:
    book: Any = reader.wb
    formats = [
        BUILTIN_FORMATS.get(style.numFmtId) or _own_format(book, style.numFmtId)
        for style in book._cell_styles
    ]
    return Book(formats, book.epoch, reader.strings_part)


def _sheets(reader: _Metadata, names: Container[str]) -> list[Sheet]:
    return [
        Sheet(sheet.name, relation.target)
        for sheet, relation in reader.parser.find_sheets()
        if sheet.state == "visible" and relation.target in names and "chartsheet" not in relation.Type
    ]


def _own_format(book: Any, number: int) -> str:
    own = book._number_formats
    return own[number - 164] if 0 <= number - 164 < len(own) else "General"


def _refuse_large_parts(archive: zipfile.ZipFile, source: Source) -> None:
    """The parts that are not read piece by piece are held whole."""
    for info in archive.infolist():
        streamed = "worksheets/" in info.filename or "sharedstrings" in info.filename.lower()
        if info.file_size > _SMALL_PART and not streamed and info.filename.endswith((".xml", ".rels")):
            raise BadInput(
                f"{info.filename} in the workbook is far too large",
                where=str(source.file),
                mend="Save it as CSV.",
            )
