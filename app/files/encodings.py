"""Which encoding a CRM's export is in: it says nothing, and a wrong guess spoils every accent."""

import codecs
import re
from collections import Counter
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from app.errors import BadInput
from app.files.sources import Source

_SAMPLE = 1 << 18
_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"%PDF": "a PDF",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"SQLite format 3": "a database",
}
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WESTERN = ("cp1252", "mac_roman", "cp850")
_USUAL = frozenset("àèéìíòóùúâêîôûäëïöüáñçßœæøåãõÀÈÉÌÒÙÂÊÎÔÛÄËÏÖÜÁÍÓÚÑÇØÅ€’‘“”–—…°ºª«»·§£©®™\xa0")
_ITALIAN = frozenset("àèéìòùÀÈÉÌÒÙ’")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:html|!doctype|table|meta|head|\?xml)\b", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1f]")
_SEPARATORS = ("\r\n", "\n", "\r")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


# Files pasted together from two systems are mostly UTF-8 with a few Windows bytes; no row is lost for them.
codecs.register_error("riattiva-windows", _as_windows)


def recognise(source: Source) -> str:
    """The encoding to open the text with (errors="riattiva-windows"); raises BadInput when it is no text."""
    with source.open() as handle:
        head = _head(handle)
        if not head.strip():
            raise BadInput("the file is empty", where=str(source.file), mend="Export it again.")
        wide = _wide_without_mark(head)
        if wide:
            return wide
        _refuse_binary(head, source.file)
        for bom, name in _BOMS.items():
            if head.startswith(bom):
                return name
    with source.open() as handle:
        high, sample = _high_lines(handle)
    if not high:
        return "utf-8"
    if high == sum(len(found) for found in _MULTIBYTE.findall(sample)):
        return "utf-8"
    return _not_plain_utf8(sample)


def _head(handle: IO[bytes]) -> bytes:
    head = b""
    while len(head) < _SAMPLE and (more := handle.read(_SAMPLE - len(head))):
        head += more
    return head


def _wide_without_mark(head: bytes) -> str | None:
    """UTF-16 that does not say so: in Western text every other byte is zero, always on the same side."""
    half = len(head) // 2
    if half < 4 or head.startswith(tuple(_BOMS)):
        return None
    first, second = head[0::2].count(0) / half, head[1::2].count(0) / half
    name = (
        "utf-16-le"
        if second > 0.8 and first < 0.01
        else "utf-16-be"
        if first > 0.8 and second < 0.01
        else None
    )
    readable = name and all(c.isprintable() or c.isspace() for c in head[: half * 2].decode(name, "ignore"))
    return name if readable else None


def _refuse_binary(head: bytes, file: Path) -> None:
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise BadInput(
                f"this is {what}, not a text file", where=str(file), mend="Save it as CSV (UTF-8)."
            )
    if _MARKUP.match(head):
        raise BadInput(
            "this is a page of HTML or XML, not a table",
            where=str(file),
            mend="Open it and save it as an Excel workbook (.xlsx) or as CSV (UTF-8).",
        )
    # Databases leave a stray NUL in a cell; what is full of them, or holds other controls too, is no text.
    zeros = head.count(0)
    if zeros and not head.startswith(tuple(_BOMS)) and (4 * zeros > len(head) or _CONTROLS.search(head)):
        raise BadInput("this is a binary file, not text", where=str(file), mend="Save it as CSV (UTF-8).")


def _high_lines(handle: IO[bytes]) -> tuple[int, bytes]:
    """How many bytes above ASCII the lines hold that tell the encoding, and those lines."""
    kept: list[bytes] = []
    size = count = 0
    for line in handle:
        if not line.isascii():
            kept.append(line)
            count += len(_HIGH.findall(line))
            size += len(line)
            if size > _SAMPLE:
                break
    return count, b"".join(kept)


def _not_plain_utf8(sample: bytes) -> str:
    in_sequences = sum(len(found) for found in _MULTIBYTE.findall(sample))
    if in_sequences > 0.8 * len(_HIGH.findall(sample)):
        return "utf-8"
    # Old code pages turn usual letters into other usual ones: of two that fit, Italian decides.
    fitting = [name for name in _WESTERN if _share(sample, name, _USUAL) >= 0.9]
    if fitting:
        return max(fitting, key=lambda name: _share(sample, name, _ITALIAN))
    guess = from_bytes(sample[:20_000]).best()
    return guess.encoding if guess else "cp1252"


def _share(sample: bytes, encoding: str, expected: frozenset[str]) -> float:
    letters = Counter(char for char in sample.decode(encoding, "replace") if ord(char) > 127)
    return sum(n for char, n in letters.items() if char in expected) / max(1, letters.total())
