"""Strangers' bytes made into text that every database stores, whatever they claim about themselves."""

import math
import re

# Real codecs, but never a charset of mail; punycode and idna take quadratic time, which a stranger could use.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf_7"})
# What mail programs on Windows send under these names, as browsers know (WHATWG Encoding, "windows-1252").
_WINDOWS = frozenset({"latin-1", "latin1", "iso-8859-1", "us-ascii", "ascii"})
PARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the standard library's mail parser raises on input made to break it."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with NUL and lone surrogates replaced by U+FFFD: PostgreSQL refuses both."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def storable_json(value: object) -> object:
    """A JSON value whose texts are storable; NaN and the infinities, which JSON has not, become null."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [storable_json(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable_json(item) for name, item in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def decode(raw: bytes, charset: object = None) -> str:
    """Text of `raw` in the charset it claims (none: UTF-8), else in UTF-8, else in that of Windows or latin-1,
    which fits all. Never raises."""
    claimed = charset.strip().lower().replace("_", "-") if isinstance(charset, str) else "utf-8"
    candidates = [claimed, "utf-8", "cp1252"]
    if claimed in _WINDOWS:
        candidates = ["ascii", "utf-8", "cp1252"] if claimed.endswith("ascii") else ["cp1252"]
    elif claimed.replace("-", "_") in _NO_CHARSETS:
        candidates = ["cp1252"]
    for candidate in candidates:
        try:
            return storable(raw.decode(candidate))
        except (LookupError, ValueError):
            continue
    return storable(raw.decode("latin-1"))
