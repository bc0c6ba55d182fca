"""What is kept of a mail as posted: everything somebody may have written, and of every file only that it was there.

A mail is cut line by line and never built anew: what stays is what was sent, byte for byte.
"""

import email
import io
from collections.abc import Iterator
from email.message import Message

from werkzeug.http import parse_options_header

from app.channels.texts import PARSER_ERRORS

TEXT_LIMIT = 512 * 2**10
"""Bytes kept of each text of a mail, as encoded; nobody's answer is that long."""
REPORT_LIMIT = 64 * 2**10
"""Bytes kept of a machine's report, and of the header of the mail it returns."""
HEADER_LIMIT = 256 * 2**10
RAW_FIELDS = frozenset({"email", "rawEmail"})
"""The form's field with the whole mail, as SendGrid's pages and its posts call it."""
_WORDS = {"text/plain": TEXT_LIMIT, "text/html": TEXT_LIMIT}
_REPORTS = frozenset({"message/delivery-status", "text/rfc822-headers", "message/rfc822"})


def slim(content_type: str, body: bytes) -> bytes:
    """An Inbound Parse form without what the files in it hold; the body as it is where it is no such form."""
    kind, options = parse_options_header(content_type)
    boundary = options.get("boundary", "").encode("latin-1", "replace")
    if kind.lower() != "multipart/form-data" or not boundary:
        return body
    try:
        return b"".join(_Cutter(boundary).cut(io.BytesIO(body)))
    except PARSER_ERRORS:
        return body  # it was accepted, so it is kept


class _Cutter:
    """Where in a form, or in a mail within it, the next line stands."""

    def __init__(self, boundary: bytes) -> None:
        self.boundaries = [boundary]
        self.header: list[bytes] | None = None
        self.room = TEXT_LIMIT
        self.inside = False
        """Whether this is a message within the mail, of which the header alone counts."""

    def cut(self, lines: io.BytesIO) -> Iterator[bytes]:
        for line in lines:
            if line[:2] == b"--" and self._border(line.rstrip()):
                yield line
            elif self.header is None:
                yield from self._kept(line)
            elif line.strip():
                self.header.append(line)
                if self._take(line):
                    yield line
            else:
                yield line
                yield from self._begin(line)

    def _kept(self, line: bytes) -> Iterator[bytes]:
        if self._take(line):
            yield line

    def _take(self, line: bytes) -> bool:
        self.room -= len(line)
        return self.room >= 0

    def _border(self, line: bytes) -> bool:
        for depth in range(len(self.boundaries) - 1, -1, -1):
            mark = self.boundaries[depth]
            if line[2:] in (mark, mark + b"--"):
                del self.boundaries[depth + 1 :]
                ends = line[2:] != mark
                self.header, self.room, self.inside = (
                    (None, TEXT_LIMIT, False) if ends else ([], HEADER_LIMIT, False)
                )
                return True
        return False

    def _begin(self, blank: bytes) -> Iterator[bytes]:
        """The header of a part is over: what of its body is kept?"""
        if self.inside:
            self.header, self.room = None, 0
            return
        part = email.message_from_bytes(b"".join(self.header or []) + b"\n")
        self.header = None
        kind = part.get_content_type()
        if _is_field(part) and part.get_param("name", header="content-disposition") in RAW_FIELDS:
            self.header, self.room = [], HEADER_LIMIT
        elif part.get_content_maintype() == "multipart" and (mark := part.get_boundary()):
            self.boundaries.append(mark.encode("latin-1", "replace"))
            self.room = TEXT_LIMIT
        elif kind == "message/rfc822":
            self.header, self.room, self.inside = [], REPORT_LIMIT, True
        elif kind in _REPORTS:
            self.room = REPORT_LIMIT
        else:
            named = part.get_filename() is not None or part.get_content_disposition() == "attachment"
            self.room = 0 if named else TEXT_LIMIT if _is_field(part) else _WORDS.get(kind, 0)
        if not self.room:
            # An empty part: without this line its border would be taken for its header's end.
            yield b"\r\n" if blank.endswith(b"\r\n") else b"\n"


def _is_field(part: Message) -> bool:
    return part.get_content_disposition() == "form-data"
