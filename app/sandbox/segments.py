"""How many SMS segments Twilio bills for a text (GSM 03.38; parts of 153 septets or 67 UTF-16 units)."""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")


def count_segments(text: str) -> int:
    """Segments of `text`; an escaped character or a surrogate pair never straddles two parts."""
    if all(char in BASIC or char in EXTENDED for char in text):
        return _parts([2 if char in EXTENDED else 1 for char in text], 160, 153)
    return _parts([2 if ord(char) > 0xFFFF else 1 for char in text], 70, 67)


def _parts(widths: list[int], single: int, part: int) -> int:
    if sum(widths) <= single:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > part:
            parts, used = parts + 1, 0
        used += width
    return parts
