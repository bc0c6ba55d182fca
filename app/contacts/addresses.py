"""How addresses are compared and hidden: normalised emails, E.164 numbers, keyed hashes."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from functools import cache


def email_key(email: str) -> str:
    """The form emails are compared in: trimmed, lower case, domain in ASCII (IDNA)."""
    local, _, domain = email.strip().rpartition("@")
    if not domain.isascii():
        with suppress(UnicodeError):
            domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}".lower()


def address_hash(key: str, channel: str, address: str) -> str:
    """A keyed hash of one address on one channel: 32 hex digits, useless without SUPPRESSION_KEY."""
    normalised = email_key(address) if channel == "email" else address.strip()
    return hashlib.blake2b(f"{channel}:{normalised}".encode(), key=_secret(key), digest_size=16).hexdigest()


@cache
def _secret(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def hashes(key: str, email: str | None, phone: str | None) -> Iterable[tuple[str, str]]:
    """(channel, hash) of every address a contact has."""
    if email:
        yield "email", address_hash(key, "email", email)
    if phone:
        yield "sms", address_hash(key, "sms", phone)
