"""The XML of a worksheet as rows of text, piece by piece: neither the sheet nor its strings are ever held."""

import mmap
import re
import tempfile
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import IO, Any
from xml.parsers import expat

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel

from app.files.sources import BROKEN

_BLOCK = 1 << 16
_LONGEST_CELL = 1 << 20  # Excel allows 32,767 characters
_MOST_COLUMNS = 16_384
_SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_TAGS = {f"{space} {tag}": tag for space in _SPACES for tag in ("row", "c", "v", "is", "t", "si", "rPh")}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ZEROS = re.compile(r"0+")


class Damaged(Exception):
    """The XML of a workbook is broken, or is what no spreadsheet program writes."""


class Strings:
    """The texts cells point at, laid out in a temporary file: a million of them cost eight megabytes."""

    def __init__(self, part: IO[bytes]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as this does
        self._ends = array("Q", [0])
        collected = _Strings(self._keep)
        for _ in _parsed(part, collected):
            pass
        self._file.flush()
        self._bytes = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) if self._ends[-1] else b""
        self.get: Callable[[int], str] = lru_cache(1 << 12)(self._get)

    def _keep(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def _get(self, number: int) -> str:
        return bytes(self._bytes[self._ends[number] : self._ends[number + 1]]).decode()


@dataclass(slots=True)
class Book:
    """What the cells of every sheet need to be understood."""

    formats: list[str]
    """Number format by style."""
    epoch: datetime
    strings_part: str
    strings: Strings | None = None


def rows(part: IO[bytes], book: Book) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells from column A on) of every row; raises Damaged, or what unpacking raises."""
    found = _Rows(book)
    for _ in _parsed(part, found):
        yield from found.done
        found.done = []


def _parsed(part: IO[bytes], handler: Any) -> Iterator[None]:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = handler.start, handler.end
    parser.CharacterDataHandler = handler.characters
    try:
        while block := part.read(_BLOCK):
            parser.Parse(block)
            yield
        parser.Parse(b"", True)
        yield
    except BROKEN:
        raise
    except (expat.ExpatError, ValueError, IndexError, OverflowError) as error:
        raise Damaged(str(error)) from None


def _refuse_doctype(*_: Any) -> None:
    # No spreadsheet program writes one; it is how XML is made to explode or to fetch files.
    raise Damaged("it declares a document type")


class _Texts:
    """Gathers the characters of the elements that hold text."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.wanted = False
        self.aside = False
        self.size = 0

    def characters(self, text: str) -> None:
        if self.wanted:
            self.size += len(text)
            if self.size > _LONGEST_CELL:
                raise Damaged("a cell is longer than any spreadsheet program allows")
            self.parts.append(text)

    def taken(self) -> str:
        text = "".join(self.parts)
        self.parts, self.size = [], 0
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _Strings(_Texts):
    def __init__(self, keep: Callable[[str], None]) -> None:
        super().__init__()
        self.keep = keep

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        tag = _TAGS.get(name)
        if tag == "t":
            self.wanted = not self.aside
        elif tag == "rPh":
            self.aside = True

    def end(self, name: str) -> None:
        tag = _TAGS.get(name)
        if tag == "t":
            self.wanted = False
        elif tag == "rPh":
            self.aside = False
        elif tag == "si":
            self.keep(self.taken())


class _Rows(_Texts):
    def __init__(self, book: Book) -> None:
        super().__init__()
        self.book = book
        self.done: list[tuple[int, list[str]]] = []
        self.row: list[str] = []
        self.number = 0
        self.kind, self.style = "n", 0
        self.column = 0
        self.readers: dict[int, Callable[[str], str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _TAGS.get(name)
        if tag == "c":
            place = attributes.get("r")
            self.column = _column(place.rstrip("0123456789")) if place else len(self.row) + 1
            self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s", 0))
        elif tag in ("v", "t"):
            self.wanted = not self.aside
        elif tag == "rPh":
            self.aside = True
        elif tag == "row":
            self.number = int(attributes.get("r") or self.number + 1)
            self.row = []

    def end(self, name: str) -> None:
        tag = _TAGS.get(name)
        if tag in ("v", "t"):
            self.wanted = False
        elif tag == "c":
            if self.parts:
                row, gap = self.row, self.column - 1 - len(self.row)
                if gap > 0:
                    row.extend([""] * gap)
                row.append(self._text(self.taken()))
        elif tag == "rPh":
            self.aside = False
        elif tag == "row":
            self.done.append((self.number, self.row))

    def _text(self, given: str) -> str:
        kind = self.kind
        if kind == "s":
            return self.book.strings.get(int(given)) if self.book.strings else ""
        if kind in ("str", "inlineStr"):
            return given
        if kind == "b":
            return "true" if given.strip() == "1" else "false"
        if kind == "e":
            return ""
        if kind == "d":
            return given.replace("T00:00:00", "").replace("T", " ").removesuffix(".000")
        reader = self.readers.get(self.style)
        if reader is None:
            formats = self.book.formats
            form = formats[self.style] if self.style < len(formats) else "General"
            reader = self.readers[self.style] = _reader(form, self.book.epoch)
        return reader(given)


@lru_cache(_MOST_COLUMNS)
def _column(letters: str) -> int:
    return column_index_from_string(letters)


def _reader(form: str, epoch: datetime) -> Callable[[str], str]:
    """How a number of this format is written: dates as ISO, shares as percent, codes with their zeros."""
    if is_timedelta_format(form):
        return lambda given: str(timedelta(days=float(given)))
    if is_date_format(form):
        return lambda given: _date(given, epoch)
    if "%" in form:
        return lambda given: _number(repr(float(given) * 100)) + "%"
    if _ZEROS.fullmatch(form):
        return lambda given: _number(given).zfill(len(form))
    return _number


def _date(given: str, epoch: datetime) -> str:
    try:
        at = from_excel(float(given), epoch)
    except (ValueError, OverflowError):
        return _number(given)
    if isinstance(at, datetime):
        return at.date().isoformat() if at.time() == time() else at.isoformat(" ", "seconds")
    return at.isoformat() if isinstance(at, time) else str(at)


def _number(given: str) -> str:
    """Whole numbers stay whole: no exponent, no `.0`; others have the 15 digits a spreadsheet shows."""
    if given.isdigit() and len(given) < 16:
        return given
    value = float(given)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    shown = f"{value:.15g}"
    return shown if "e" not in shown else f"{value:.15f}".rstrip("0") if abs(value) < 1 else f"{value:.0f}"
