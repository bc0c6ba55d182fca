"""Signed links: each token serves one purpose, carries only opaque ids, and any current key verifies it."""

import hashlib
import hmac
import re
import string
from binascii import b2a_base64
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

import orjson
from itsdangerous import BadSignature, URLSafeSerializer

SHORT = 33
"""Characters of the token of a link in a text: 128 bits of id and 64 that prove it ours."""
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SHORT = re.compile(f"[0-9A-Za-z]{{{SHORT}}}")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Purpose(StrEnum):
    """What a link may be used for; a token made for one purpose is refused for every other."""

    SURVEY = "s"
    PREFERENCES = "p"
    UNSUBSCRIBE = "u"
    CONFIRM = "c"
    SETUP = "setup"


class BadToken(ValueError):
    """Forged, damaged, or made for another purpose."""


def make(keys: Sequence[str], purpose: Purpose, *ids: str) -> str:
    """A URL-safe token for these ids, signed with the first key.

    What itsdangerous would write (`read` has it checked), without deriving the key anew and trying to compress
    each time: a wave needs millions.
    """
    payload = _base64(orjson.dumps(ids))
    signature = _base64(hmac.digest(_derived(keys[0], purpose), payload, "sha1"))
    return (payload + b"." + signature).decode()


def _base64(plain: bytes) -> bytes:
    return b2a_base64(plain, newline=False).translate(_URL_SAFE, b"=")


def read(keys: Sequence[str], purpose: Purpose, token: str) -> list[str]:
    """The ids inside; raises BadToken."""
    if _SHORT.fullmatch(token):
        return [_read_short(keys, purpose, token)]
    try:
        ids = _serializer(list(reversed(keys)), purpose).loads(token)
    except (BadSignature, ValueError) as error:
        raise BadToken("this link is not valid") from error
    if not ids or not isinstance(ids, list) or not all(isinstance(part, str) for part in ids):
        raise BadToken("this link is not valid")
    return ids


def _serializer(keys: Sequence[str], purpose: Purpose) -> URLSafeSerializer:
    # itsdangerous signs with the last key of the list and verifies with any.
    return URLSafeSerializer(list(keys), salt=f"riattiva.{purpose.value}")


@lru_cache(maxsize=64)
def _derived(key: str, purpose: Purpose) -> bytes:
    return _serializer([key], purpose).make_signer().derive_key()


def make_short(keys: Sequence[str], purpose: Purpose, id_: str) -> str:
    """A token of 33 letters and digits for the links of texts, where every character is paid for; `read` reads it.

    No hyphen or dot: phones leave one at the end out of the link.
    """
    plain = UUID(id_).bytes
    number = int.from_bytes(plain + _short_mac(keys[0], purpose, plain), "big")
    signs = []
    for _ in range(SHORT):
        number, sign = divmod(number, len(_DIGITS))
        signs.append(_DIGITS[sign])
    return "".join(reversed(signs))


def _read_short(keys: Sequence[str], purpose: Purpose, token: str) -> str:
    number = 0
    for sign in token:
        number = number * len(_DIGITS) + _DIGITS.index(sign)
    try:
        whole = number.to_bytes(24, "big")
    except OverflowError as error:
        raise BadToken("this link is not valid") from error
    plain, mac = whole[:16], whole[16:]
    if not any(hmac.compare_digest(mac, _short_mac(key, purpose, plain)) for key in keys):
        raise BadToken("this link is not valid")
    return str(UUID(bytes=plain))


def _short_mac(key: str, purpose: Purpose, plain: bytes) -> bytes:
    return hashlib.blake2b(plain, key=_short_secret(key, purpose), digest_size=8).digest()


@lru_cache(maxsize=64)
def _short_secret(key: str, purpose: Purpose) -> bytes:
    return hashlib.sha256(f"riattiva.short.{purpose.value}:{key}".encode()).digest()


def make_reply(keys: Sequence[str], message_id: str) -> str:
    """A token for the local part of a reply address: 48 hex digits, since mail systems may change the case
    and RFC 5321 allows 64 characters in all."""
    plain = message_id.replace("-", "")
    return plain + _reply_mac(keys[0], plain)


def read_reply(keys: Sequence[str], token: str) -> str:
    """The message id inside; raises BadToken."""
    plain, mac = token[:32].lower(), token[32:].lower()
    if len(token) != 48 or not any(
        hmac.compare_digest(mac.encode(), _reply_mac(key, plain).encode()) for key in keys
    ):
        raise BadToken("this reply address is not ours")
    return str(UUID(plain))


def _reply_mac(key: str, plain: str) -> str:
    return hashlib.blake2b(plain.encode(), key=_reply_secret(key), digest_size=8).hexdigest()


@lru_cache(maxsize=64)
def _reply_secret(key: str) -> bytes:
    return hashlib.sha256(f"riattiva.reply:{key}".encode()).digest()
