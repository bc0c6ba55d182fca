"""Signed links: each token serves one purpose, carries only opaque ids, and any current key verifies it."""

from collections.abc import Sequence
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer


class Purpose(StrEnum):
    """What a link may be used for; a token made for one purpose is refused for every other."""

    SURVEY = "s"
    PREFERENCES = "p"
    UNSUBSCRIBE = "u"
    REPLY = "r"
    SETUP = "setup"


class BadToken(ValueError):
    """Forged, damaged, or made for another purpose."""


def make(keys: Sequence[str], purpose: Purpose, *ids: str) -> str:
    """A URL-safe token for these ids, signed with the first key."""
    return str(_serializer(keys[:1], purpose).dumps(list(ids)))


def read(keys: Sequence[str], purpose: Purpose, token: str) -> list[str]:
    """The ids inside; raises BadToken."""
    try:
        ids = _serializer(list(reversed(keys)), purpose).loads(token)
    except (BadSignature, ValueError) as error:
        raise BadToken("this link is not valid") from error
    if not isinstance(ids, list) or not all(isinstance(part, str) for part in ids):
        raise BadToken("this link is not valid")
    return ids


def _serializer(keys: Sequence[str], purpose: Purpose) -> URLSafeSerializer:
    # itsdangerous signs with the last key of the list and verifies with any.
    return URLSafeSerializer(list(keys), salt=f"riattiva.{purpose.value}")
