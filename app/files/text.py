"""Reading any CRM's CSV: delimiter and records with their line numbers, never losing a row."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TextIO

from app.files import findings
from app.files.records import Record
from app.files.sources import Source

csv.field_size_limit(1 << 24)

_MAX_LINES = 200  # a quote still open after so many lines was never meant as one
_LIKELY = ";,\t|"
_NEVER = set(" .-_'\"()/@+#&%*?!0123456789{}[]")
_BLOCK = 1 << 17


def opened(source: Source, encoding: str) -> TextIO:
    """The text of a source; bytes its encoding does not know are read as Windows'."""
    return io.TextIOWrapper(source.open(), encoding, errors="riattiva-windows", newline="")


def read(source: Source, encoding: str, delimiter: str) -> Iterator[Record]:
    """Every line of the file as a record, the header and blank lines too."""
    with opened(source, encoding) as handle:
        for start, lines, apart in _groups(handle):
            if start == 1 and len(lines[0]) < 9 and lines[0].lower().startswith("sep="):
                lines, start = lines[1:], 2
            yield from (_rows if apart else _row)(lines, start, delimiter)


def _rows(lines: list[str], start: int, delimiter: str) -> Iterator[Record]:
    """Lines that are a row each."""
    while lines:
        done = 0
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            for cells in reader:
                if reader.line_num != done + 1:
                    break
                yield Record(start + done, cells)
                done += 1
        except csv.Error:
            pass
        if done < len(lines):
            # A stray quote would have swallowed the lines below it: that line is read alone.
            yield from _row(lines[done : done + 1], start + done, delimiter)
            done += 1
        lines, start = lines[done:], start + done


def _row(lines: list[str], start: int, delimiter: str) -> Iterator[Record]:
    """Lines that are one row together."""
    reader, before = csv.reader(lines, delimiter=delimiter), 0
    try:
        for cells in reader:
            yield Record(start + before, cells)
            before = reader.line_num
    except csv.Error as error:
        yield Record(start + before, ["".join(lines)], f"this line is no row ({error})")


def _groups(handle: TextIO) -> Iterator[tuple[int, list[str], bool]]:
    """(number of the first line, lines, whether each is a row): a forgotten quote costs its row, not the file."""
    number, lines = 1, handle.readlines(_BLOCK)
    while lines:
        if "\0" in (text := "".join(lines)):
            lines = [line.replace("\0", "") for line in lines]
        apart = len(lines) if '"' not in text else _first_open(lines)
        if apart:
            yield number, lines[:apart], True
            number, lines = number + apart, lines[apart:]
        else:
            size = _closing(lines)
            while not size and len(lines) < _MAX_LINES and (more := handle.readlines(_BLOCK)):
                lines += more
                size = _closing(lines)
            yield number, lines[: size or 1], False
            number, lines = number + (size or 1), lines[size or 1 :]
        if not lines:
            lines = handle.readlines(_BLOCK)


def _first_open(lines: list[str]) -> int:
    return next((n for n, line in enumerate(lines) if line.count('"') % 2), len(lines))


def _closing(lines: list[str]) -> int:
    """How many lines from the first belong together by its quote; 0 when it is not closed (yet)."""
    quotes = 0
    for size, line in enumerate(lines[:_MAX_LINES], 1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return size
    return 0


def find_delimiter(source: Source, encoding: str) -> str:
    """The character that cuts the first rows most evenly; a comma when none does."""
    with opened(source, encoding) as handle:
        first = handle.readline()
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first[4]
    if first.startswith(findings.LINE):
        return first.removeprefix(findings.LINE)[0]
    others = {char for char in first.strip() if not char.isalnum() and char not in _NEVER and char.isascii()}
    scores = {char: _evenness(source, encoding, char) for char in (*_LIKELY, *sorted(others - set(_LIKELY)))}
    best = max(scores, key=lambda char: scores[char])
    return best if scores[best] > 0 else ","


def _evenness(source: Source, encoding: str, delimiter: str) -> float:
    """How well this delimiter cuts the first rows into equally many cells; 0 when it cuts nothing."""
    widths = Counter(len(record.cells) for record in islice(read(source, encoding, delimiter), 200))
    width, count = widths.most_common(1)[0] if widths else (1, 0)
    return count / widths.total() * (1 + min(width, 50) / 100) if width > 1 else 0.0
