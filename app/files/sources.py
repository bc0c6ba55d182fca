"""The bytes of one table, whatever they are packed in: a plain file, gzip, or one member of a zip archive."""

import gzip
import io
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from app.errors import BadInput

BROKEN = (EOFError, OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, struct.error)
"""What unpacking raises when the packed bytes are damaged or cut off."""

_LONGEST_LINE = 1 << 25
_LARGEST_WORKBOOK = 1 << 31
_GZIP, _ZIP, _OLE = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0"
_TABLES = (".csv", ".tsv", ".txt", ".tab", ".jsonl", ".ndjson", ".json", ".xlsx", ".xlsm", ".gz")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the bytes of a table are; `archive` and `member` say more than `file` when it lies in a zip."""

    file: Path
    archive: Path
    member: str = ""
    gzipped: bool = False
    workbook: bool = False

    @property
    def name(self) -> str:
        """The table's own file name, which may tell what is in it."""
        return (PurePosixPath(self.member).name or self.file.name).removesuffix(".gz")

    @property
    def packing(self) -> str:
        """In words; empty when the file is plain."""
        inside = [f"{self.member} in a zip archive"] if self.member else []
        return ", ".join([*inside, *(["gzip"] if self.gzipped else [])])

    def open(self) -> IO[bytes]:
        """The unpacked bytes from their start; a line longer than 32 MB raises BadInput, it is never held."""
        return io.BufferedReader(_Lines(self._unpacked(), self.file), 1 << 18)

    def open_workbook(self) -> IO[bytes]:
        """The bytes of a workbook, which must be jumped about in: one that is packed goes to a temporary file."""
        if not self.packing:
            return self.archive.open("rb")
        out = tempfile.TemporaryFile()  # noqa: SIM115 the caller closes it
        with self._unpacked() as packed:
            shutil.copyfileobj(_Limited(packed, self.file), out, 1 << 20)
        out.seek(0)
        return out

    def _unpacked(self) -> IO[bytes]:
        archive = self.archive.open("rb")
        plain = zipfile.ZipFile(archive).open(self.member) if self.member else archive  # noqa: SIM115
        return gzip.GzipFile(fileobj=plain) if self.gzipped else plain  # type: ignore[return-value]


def find(file: Path) -> Source:
    """Where the table of `file` is; `export.zip/members.csv` names one of several in an archive.

    Raises BadInput for what is missing, unreadable, empty, damaged, protected, or no table.
    """
    archive = on_disk(file)
    member = file.relative_to(archive).as_posix() if archive != file else ""
    _check(archive)
    with archive.open("rb") as handle:
        head = handle.read(8)
    if head.startswith(_ZIP):
        return _in_zip(file, archive, member)
    if member:
        raise BadInput("this is no zip archive", where=str(archive))
    return _unpack(Source(file, archive), head)


def on_disk(file: Path) -> Path:
    """The file itself, or the archive that holds it."""
    return next((parent for parent in file.parents if parent.is_file()), file)


def _check(file: Path) -> None:
    if not file.exists():
        raise BadInput("there is no such file", where=str(file), mend="Check the name and the folder.")
    if not file.is_file():
        raise BadInput("this is not a file", where=str(file))
    if not os.access(file, os.R_OK):
        raise BadInput("the file cannot be read", where=str(file), mend="Check its permissions.")


def _in_zip(file: Path, archive: Path, member: str) -> Source:
    try:
        with zipfile.ZipFile(archive) as packed:
            infos = packed.infolist()
    except (*BROKEN, ValueError):
        raise BadInput(
            "this begins like an Excel workbook or a zip archive but is damaged",
            where=str(archive),
            mend="Export it again, or save it as CSV (UTF-8).",
        ) from None
    names = [info.filename for info in infos]
    if not member and ("[Content_Types].xml" in names or "mimetype" in names):
        return _office(Source(file, archive), names)
    tables = [info for info in infos if _is_table(info)]
    chosen = [info for info in infos if info.filename == member] if member else tables
    if len(chosen) != 1:
        listed = ", ".join(info.filename for info in tables) or "none"
        raise BadInput(
            f"the archive holds {'no such table' if member or not tables else 'several tables'} ({listed})",
            where=str(archive),
            mend=(
                f"Name the one you mean, like {archive.name}/{tables[0].filename}, or unpack it."
                if tables
                else "Unpack it."
            ),
        )
    if chosen[0].flag_bits & 1:
        raise BadInput("the archive has a password", where=str(archive), mend="Unpack it first.")
    return _unpack(Source(file, archive, chosen[0].filename))


def _is_table(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not info.filename.endswith("/") and not hidden and path.suffix.lower() in _TABLES


def _unpack(source: Source, head: bytes = b"") -> Source:
    """The source with everything said about how it is packed, down to text or a workbook."""
    try:
        if source.packing:
            with source.open() as handle:
                head = handle.read(8)
        if head.startswith(_GZIP) and not source.gzipped:
            return _unpack(replace(source, gzipped=True))
        if head.startswith(_ZIP):
            with source.open_workbook() as handle:
                return _office(source, zipfile.ZipFile(handle).namelist())
    except BROKEN as error:
        what = "gzip" if source.gzipped else "zip"
        raise BadInput(
            f"the {what} archive is damaged: {error}", where=str(source.file), mend="Export it again."
        ) from None
    if head.startswith(_OLE):
        raise _old_office(source)
    return source


def _office(source: Source, names: Sequence[str]) -> Source:
    kinds = {"xl/workbook.bin": "an Excel binary workbook (.xlsb)", "mimetype": "an OpenDocument file"}
    other = next((kinds[name] for name in kinds if name in names), "")
    if not other and any(name.startswith("xl/") for name in names):
        return replace(source, workbook=True)
    raise BadInput(
        f"this is {other or 'no workbook and no table'}",
        where=str(source.file),
        mend="Save it as an Excel workbook (.xlsx) or as CSV (UTF-8).",
    )


def _old_office(source: Source) -> BadInput:
    with source.open() as handle:
        protected = _ENCRYPTED in handle.read(1 << 24)
    if protected:
        what, mend = "an Excel workbook with a password", "Save it without one."
    else:
        what = "an old Excel workbook (.xls)"
        mend = "Open it and save it as an Excel workbook (.xlsx) or as CSV (UTF-8)."
    return BadInput(f"this is {what}", where=str(source.file), mend=mend)


class _Limited:
    """Reads no more than the largest workbook we take, so that a small archive cannot fill the disk."""

    def __init__(self, packed: IO[bytes], file: Path) -> None:
        self._packed, self._file, self._left = packed, file, _LARGEST_WORKBOOK

    def read(self, size: int = -1) -> bytes:
        data = self._packed.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise BadInput(
                "the workbook in the archive is too large", where=str(self._file), mend="Save it as CSV."
            )
        return data


class _Lines(io.RawIOBase):
    """Bytes that are made of lines: a gigabyte without a line end is refused before anyone reads it as one."""

    def __init__(self, raw: IO[bytes], file: Path) -> None:
        self._raw, self._file, self._since = raw, file, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._raw.read(len(buffer))
        size = len(data)
        buffer[:size] = data
        end = max(data.rfind(b"\n"), data.rfind(b"\r"))
        self._since = self._since + size if end < 0 else size - end
        if self._since > _LONGEST_LINE:
            raise BadInput(
                "one line is longer than 32 MB: this is no table",
                where=str(self._file),
                mend="Export it again.",
            )
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()
