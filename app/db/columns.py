"""The types of our columns: aware times, ids as text, JSON; and how JSON is written and read."""

import json
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import uuid_utils
import zstandard
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Integer,
    LargeBinary,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; a naive one is refused, because nobody knows when that was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Packed(TypeDecorator[bytes]):
    """Bytes that are kept packed (Zstandard, RFC 8878) unless they are few; the database cannot look into them.

    What was written before it was so comes back as it is.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        if value is None or (len(value) < _FEW and not value.startswith(zstandard.FRAME_HEADER)):
            return value
        return _packers.packer.compress(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        if value is not None and value.startswith(zstandard.FRAME_HEADER):
            with suppress(zstandard.ZstdError):  # it was never packed, and only begins so
                return _packers.unpacker.decompress(value)
        return value


class _Packers(threading.local):
    """Of each thread its own: they are not for two at once, and making them takes longer than packing a few kB."""

    def __init__(self) -> None:
        # The fastest: a post of 60 kB is a sixth of that after 40 µs, and little less after the double.
        self.packer, self.unpacker = zstandard.ZstdCompressor(level=1), zstandard.ZstdDecompressor()


_packers = _Packers()
_FEW = 1_000
"""Bytes that are not worth the trouble."""


class _Id(Uuid[str]):
    """A UUID as text on both sides. Where the database keeps 32 digits the hyphens are put in by hand, and where it
    knows UUIDs they come as text (`open_engine`): making a UUID of each id took a third of reading a row."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        if dialect.supports_native_uuid:
            return None

        def hyphenated(value: str | None) -> str | None:
            if value is None:
                return None
            return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"

        return hyphenated


IdType = _Id(as_uuid=False)


JsonType: TypeEngine[Any] = JSON().with_variant(JSONB(), "postgresql")
BigId: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")


def new_id() -> str:
    """A UUIDv7 as text: unique everywhere, and in the order of making."""
    return str(uuid_utils.uuid7())


def _to_json(value: Any) -> str:
    try:
        return orjson.dumps(value, default=_plain).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False, default=_plain)  # whole numbers beyond 64 bits


def _from_json(stored: str | bytes) -> Any:
    text = stored.decode() if isinstance(stored, bytes) else stored
    if not _LONG_NUMBER.search(text):  # those beyond 64 bits would come back rounded
        with suppress(ValueError):  # what is no strict JSON, such as half a surrogate pair
            return orjson.loads(text)
    return json.loads(text)


_LONG_NUMBER = re.compile(r"\d{19}")
JSON_TEXT: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": _from_json}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into a JSON column")
