"""Proof, from an error alone, that a request never left: what decides between sending again and waiting."""

import http.client
import traceback
import urllib.request
from collections.abc import Iterator

import requests
import urllib3.connection

from app.channels.base import NothingAccepted

# Connecting covers name look-up, TCP and the TLS handshake; both libraries prepare and connect before they write a
# byte of the request, so an error raised inside one of these functions proves that nothing was sent.
_BEFORE_A_BYTE = frozenset(
    step.__code__
    for step in (
        http.client.HTTPConnection.connect,
        http.client.HTTPSConnection.connect,
        urllib3.connection.HTTPConnection.connect,
        urllib3.connection.HTTPSConnection.connect,
        urllib.request.Request.__init__,
        urllib.request.UnknownHandler.unknown_open,
        http.client.HTTPConnection.putheader,
        requests.Session.prepare_request,
        requests.Session.get_adapter,
    )
)


def unsent(provider: str, error: Exception) -> NothingAccepted | None:
    """What an error says about a request that it proves was never sent; None when it may have been.

    An address or a key that cannot even be written into a request stays so until a person mends it."""
    if not never_left(error):
        return None
    if isinstance(error, ValueError):
        # Its text may hold the key.
        said = f"{provider} cannot be called with these settings: {type(error).__name__}"
        return NothingAccepted(said, pause=True, code="settings")
    return NothingAccepted(f"{provider} cannot be reached: {error}", code="unreachable")


def never_left(error: BaseException) -> bool:
    """True only when the error, or one it was made from, arose while preparing or connecting.

    Error types cannot tell: a timeout or a TLS error is the same class before and after the body was sent."""
    return any(
        frame.f_code in _BEFORE_A_BYTE
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
