"""Just enough of the Redis protocol (RESP 2) to ask a server who it is and to end it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedRWPair
from urllib.parse import unquote, urlsplit


class Refused(Exception):
    """The server answered with an error, or with something that is not this protocol."""


@dataclass(frozen=True, slots=True)
class Wire:
    """An open connection to one server."""

    stream: BufferedRWPair

    def ask(self, *words: str) -> list[bytes]:
        """Send one command; its answer as a flat list of strings. Raises Refused, OSError."""
        parts = [word.encode() for word in words]
        frames = b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts)
        self.stream.write(b"*%d\r\n%b" % (len(parts), frames))
        self.stream.flush()
        return self._answer()

    def _answer(self) -> list[bytes]:
        line = self.stream.readline(65_536)
        if not line:
            raise ConnectionResetError("the server closed the connection")
        kind, rest = line[:1], line[1:].strip()
        if kind in (b"+", b":"):
            return [rest]
        if kind == b"$" and rest.isdigit():
            return [self.stream.read(int(rest) + 2)[:-2]]
        if kind == b"*" and rest.isdigit():
            return [text for _ in range(int(rest)) for text in self._answer()]
        raise Refused(rest.decode(errors="replace"))


@contextmanager
def open_wire(url: str, timeout: float) -> Iterator[Wire]:
    """Connect to a `unix://` or `redis://` URL and log in. `timeout` seconds hold for each step.

    Raises OSError (TimeoutError when nothing is heard) and Refused.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix":
        link = socket.socket(socket.AF_UNIX)
        target: str | tuple[str, int] = unquote(parts.path)
    else:
        link = socket.socket(socket.AF_INET)
        target = (parts.hostname or "", parts.port or 0)
    with link:
        link.settimeout(timeout)
        link.connect(target)
        with link.makefile("rwb") as stream:
            wire = Wire(stream)
            if parts.password:
                wire.ask("AUTH", unquote(parts.password))
            yield wire
