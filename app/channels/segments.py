"""What a text costs: the number of SMS parts, counted exactly as Twilio's own calculator does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import regex  # type: ignore[import-untyped]

_BASIC = frozenset(
    "\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
    "¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ"
)
_EXTENDED = frozenset("\f[\\]^{|}~€")
_GRAPHEME = regex.compile(r"\r|\n|\X")


@dataclass(frozen=True, slots=True)
class Segments:
    """`count` parts, at least 1; `units` are septets in GSM-7 and UTF-16 units in UCS-2, headers apart."""

    encoding: Literal["GSM-7", "UCS-2"]
    count: int
    units: int


def segments(body: str) -> Segments:
    """Encoding and number of parts of one SMS, without Smart Encoding.

    Source: TwilioDevEd/message-segment-calculator. One part holds 160 septets or 70 units, each of several
    153 or 67; an escaped character or a grapheme (an emoji with its joiners) never straddles two parts."""
    if all(character in _BASIC or character in _EXTENDED for character in body):
        sizes = [2 if character in _EXTENDED else 1 for character in body]
        return Segments("GSM-7", _parts(sizes, 160, 153), sum(sizes))
    sizes = list(_grapheme_sizes(body))
    return Segments("UCS-2", _parts(sizes, 70, 67), sum(sizes))


def _grapheme_sizes(body: str) -> Iterator[int]:
    for grapheme in _GRAPHEME.findall(body):
        yield sum(2 if ord(character) > 0xFFFF else 1 for character in grapheme)


def _parts(sizes: Iterable[int], alone: int, each: int) -> int:
    sizes = list(sizes)
    if sum(sizes) <= alone:
        return 1
    count, filled = 1, 0
    for size in sizes:
        if filled + size > each:
            count, filled = count + 1, 0
        filled += size
    return count
