"""Proof, from an error alone, that a request never left: what decides between sending again and waiting."""

import http.client
import traceback
from collections.abc import Iterator

import urllib3.connection

# Connecting covers name look-up, TCP and the TLS handshake; both libraries connect before they write a byte
# of the request, so an error raised inside one of these functions proves that nothing was sent.
_CONNECTING = frozenset(
    connection.connect.__code__
    for connection in (
        http.client.HTTPConnection,
        http.client.HTTPSConnection,
        urllib3.connection.HTTPConnection,
        urllib3.connection.HTTPSConnection,
    )
)


def never_left(error: BaseException) -> bool:
    """True only when the error, or one it was made from, arose while connecting.

    Error types cannot tell: a timeout or a TLS error is the same class before and after the body was sent."""
    return any(
        frame.f_code in _CONNECTING
        for link in _origins(error)
        for frame, _ in traceback.walk_tb(link.__traceback__)
    )


def _origins(error: BaseException) -> Iterator[BaseException]:
    """The error and those it says it was made from. Not `__context__`: that may be the failure of an earlier
    call, which our caller was still handling."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        link = waiting.pop()
        if isinstance(link, BaseException) and id(link) not in seen:
            seen.add(id(link))
            yield link
            waiting += [link.__cause__, getattr(link, "reason", None), *link.args]
