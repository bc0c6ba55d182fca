"""Numbers as people type, tap and dictate them, put in the spelling that the rating grammar reads."""

import re
from functools import cache

from app.language.rating_words import NUMBERS

_LETTERS = re.compile(r"[a-z]+")
_MISTYPED = ("zero", "quattro", "cinque", "sette", "otto", "nove", "dieci", "three", "seven", "eight")
# Slips that are words of their own.
_WORDS = {"dici", "there", "thee", "even", "sevens", "seve", "eighth"}
_REWRITTEN = (
    # "una stella", "a single star"
    (re.compile(r"\b(?:una|una sola|un'unica|a single|a)(?= (?:stell|star\b))"), "1"),
    (re.compile(r"\bmeta(?= (?:stell|star))"), "0"),
    # asterisks and a hundred points for stars and full marks
    (re.compile(r"(?<![^\s])\*{2,5}(?![^\s,.!])"), None),
    (re.compile(r"(?:💯\s*)+"), " 100/100 "),
    (re.compile(r"\b(?:110|30|trenta|centodieci)(?: e lode|/110 e lode|elode)"), "10/10"),
    # halves
    (re.compile(r"(?<=\w) ?(?:e ?mm?ezz[oa]?|e 1/2|1/2)\b"), " e mezzo"),
    (re.compile(r"\bpunto cinque\b"), "point five"),
    (re.compile(r"\b(?:halb|et demi)\b"), "and a half"),
    # digits with an ending: "7ish", "10s across the board"
    (re.compile(r"\b(\d{1,2})(?:-?ish|s(?= (?:across|all|from|straight)))\b"), r"\1"),
)


def respelt(text: str) -> str:
    """`text` (normal form) with slips of the fingers mended ("otot", "nov e") and signs made numbers."""
    slips = _slips()
    for word in set(_LETTERS.findall(text)) & slips.keys():
        text = re.sub(rf"\b{word}\b", slips[word], text)
    for pattern, better in _REWRITTEN:
        text = pattern.sub(better if better is not None else lambda stars: "⭐" * len(stars.group()), text)
    joined = text.strip(" .!?")
    if len(joined) < 12 and (whole := joined.replace(" ", "")) != joined and whole in NUMBERS:
        return whole
    return text


@cache
def _slips() -> dict[str, str]:
    """Two letters swapped, one left out, one doubled or typed again; shorter numbers are too near to other words."""
    slips: dict[str, str] = {}
    for word in _MISTYPED:
        made = {word[:place] + word[place + 1 :] for place in range(1, len(word))}
        made |= {
            word[:place] + word[place + 1] + word[place] + word[place + 2 :] for place in range(len(word) - 1)
        }
        made |= {
            word[:place] + letter + word[place:] for place in range(1, len(word) + 1) for letter in set(word)
        }
        slips.update((slip, word) for slip in made if len(slip) > 3)
    return {slip: word for slip, word in slips.items() if slip not in NUMBERS and slip not in _WORDS}
