"""A provider that answers, hangs, resets or lies on a real socket, and remembers what it was asked."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs

Behaviour = Callable[[socket.socket], bool]
"""Does something to a connection whose request has been read; says whether to keep the connection."""


@dataclass
class Asked:
    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        return dict(json.loads(self.body))

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode(), keep_blank_values=True)


@dataclass
class Provider:
    url: str
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0


def answer(status: int, body: object = b"", headers: Mapping[str, str] | None = None) -> Behaviour:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]

    def act(connection: socket.socket) -> bool:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        return True

    return act


def reset(connection: socket.socket) -> bool:
    """Tear the connection down as a crashed machine would (RST)."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def close(connection: socket.socket) -> bool:
    return False


def hang(connection: socket.socket) -> bool:
    connection.settimeout(5)
    with suppress(OSError):
        connection.recv(1)
    return False


def garbage(connection: socket.socket) -> bool:
    connection.sendall(b"\x00\x01this is not HTTP\r\n\r\n")
    return False


def cut_short(connection: socket.socket) -> bool:
    connection.sendall(b'HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{"sid":')
    return False


@contextmanager
def provider(*behaviours: Behaviour, deaf: bool = False) -> Iterator[Provider]:
    """Listen on a free port; the n-th request meets the n-th behaviour, further ones the last. `deaf` accepts
    connections and never reads or writes."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        serving = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}")
        kept: list[socket.socket] = []
        thread = threading.Thread(
            target=_accept, args=(listener, serving, behaviours, deaf, kept), daemon=True
        )
        thread.start()
        try:
            yield serving
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(2)
            for connection in kept:
                connection.close()


def _accept(
    listener: socket.socket,
    serving: Provider,
    behaviours: tuple[Behaviour, ...],
    deaf: bool,
    kept: list[socket.socket],
) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        serving.connections += 1
        if deaf:
            kept.append(connection)
        else:
            threading.Thread(target=_serve, args=(connection, serving, behaviours), daemon=True).start()


def _serve(connection: socket.socket, serving: Provider, behaviours: tuple[Behaviour, ...]) -> None:
    with connection, suppress(OSError), connection.makefile("rb") as stream:
        while line := stream.readline():
            if not line.rstrip().endswith(b"HTTP/1.1"):
                return
            headers = {}
            while (header := stream.readline()) not in (b"\r\n", b""):
                name, _, value = header.decode().partition(":")
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers.get("content-length", 0)))
            behaviour = behaviours[min(len(serving.asked), len(behaviours) - 1)]
            serving.asked.append(Asked(line.decode().strip(), headers, body))
            if not behaviour(connection) or headers.get("connection") == "close":
                return
