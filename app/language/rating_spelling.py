"""Numbers as people type, tap and dictate them, put in the spelling that the rating grammar reads."""

import re
from functools import cache

from app.language.rating_words import NUMBERS

_LETTERS = re.compile(r"[a-z]+")
_MISTYPED = ("zero", "quattro", "cinque", "sette", "otto", "nove", "dieci", "three", "seven", "eight")
# Slips that are words of their own.
_WORDS = {"dici", "there", "thee", "even", "sevens", "seve", "eighth"}
# Slips too short or too like other words to be mended unless they are the whole answer.
_ALONE = {"ate": "eight", "won": "one", "oto": "otto", "sete": "sette", "nuove": "nove", "fiv": "five", "sevn": "seven",
          "tenn": "ten", "fower": "four", "nien": "nine", "tri": "tre", "novve": "nove", "sie": "sei"}  # fmt: skip
_ALWAYS = {"oto": "otto", "niner": "nine", "nien": "nine", "ninne": "nine", "diesci": "dieci", "fower": "four",
           "tenn": "ten", "quatto": "quattro", "diece": "dieci", "diecissimo": "dieci"}  # fmt: skip
_REWRITTEN = (
    (re.compile(r"\b(?:sotto|meno di|below|less than|under|nil)(?: (?:lo )?(?:zero|0)\b)"), "zero"),
    (re.compile(r"\bnil(?= point)"), "zero"),
    (re.compile(r"^\W*(?:nil|nada|zilch|nothing)\W*$"), "zero"),
    (re.compile(r" decimi\b"), " su 10"),
    # "una stella", "a single star"
    (
        re.compile(
            r"\b(?<!sei )(?<!siete )(?<!re )(?<!are )(?<!is )(?<!hes )(?<!what )(?<!such )"
            r"(?:una|una sola|un'unica|a single|a)(?= (?:stell|star\b))"
        ),
        "1",
    ),
    (re.compile(r"\bmeta(?= (?:stell|star))"), "0"),
    # asterisks and a hundred points for stars and full marks
    (re.compile(r"(?<!\S)(\*{2,5})(?![^\s,.!])(?=[^*]*\Z)"), None),
    (re.compile(r"(?:💯\s*)+"), " 100/100 "),
    (re.compile(r"\b(?:110|30|trenta|centodieci)(?: e lode|/110 e lode|elode)"), "10/10"),
    # halves
    (re.compile(r"(?<=\w) ?(?:e ?mm?ezz[oa]?|e 1/2|1/2)\b"), " e mezzo"),
    (re.compile(r"\bpunto cinque\b"), "point five"),
    (re.compile(r"\b(?:halb|et demi)\b"), "and a half"),
    # digits with an ending: "7ish", "10s across the board"
    (re.compile(r"\b(\d{1,2})(?:-?ish|s(?= (?:across|all|from|straight)))\b"), r"\1"),
)
# What any of these begins or ends with: most replies have nothing of it.
_REWRITABLE = re.compile(
    r"[*💯]|\d/\d|mezz|m[ei]zz|stell|star|meta|lode|decimi|punto|halb|demi|\d-?(?:ish|s)\b|zero|\b0|nil|"
    r"nada|zilch|nothing"
)


def respelt(text: str) -> str:
    """`text` (normal form) with slips of the fingers mended ("otot", "nov e") and signs made numbers."""
    slips = _slips()
    for word in set(_LETTERS.findall(text)) & slips.keys():
        text = re.sub(rf"\b{word}\b", slips[word], text)
    for pattern, better in _REWRITTEN if _REWRITABLE.search(text) else ():
        text = pattern.sub(better if better is not None else _stars, text)
    joined = text.strip(" .!?")
    if len(joined) < 12 and (whole := joined.replace(" ", "")) != joined and whole in NUMBERS:
        return whole
    return _ALONE.get(joined, text)


def _stars(asterisks: re.Match[str]) -> str:
    """Asterisks as stars; two rows of them only frame a notice ("*** away ***")."""
    framed = "**" in asterisks.string[: asterisks.start()]
    return asterisks.group() if framed else "⭐" * len(asterisks.group())


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
    return {
        slip: word for slip, word in slips.items() if slip not in NUMBERS and slip not in _WORDS
    } | _ALWAYS
