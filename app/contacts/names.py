"""How alike two people's names are: misspelt, shortened, an initial, swapped, married; or two people's. Pure."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

Given = tuple[str | None, str | None]
"""(first name, last name) as a contact has them."""

SAME, SPELLING, SHORT, DOUBLE, TYPO, PART, INITIAL, LIKE, MISSING, OTHER = range(10)
"""How one name resembles another, from best to worst; DOUBLE: a surname that stands within a double one; LIKE: not
far, but more than a slip; MISSING: one of them is not given."""

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_PARTICLES = frozenset(
    ("de", "di", "da", "del", "della", "dei", "dal", "lo", "la", "le", "van", "von", "der", "den", "des")
)
_SOUNDS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ph", "f"), ("ck", "c"), ("ch", "c"), ("x", "cs"))
_LETTER_SOUNDS = str.maketrans("kqyjwz", "cciivs", "h")


class Likeness(NamedTuple):
    """What two names have in common: a code for people, and what it weighs for or against one person."""

    code: str
    weight: float


@lru_cache(20_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a name: lower case, no accents, letters and digits only."""
    base = text.casefold().translate(_LETTERS)
    if not base.isascii():
        base = "".join(c for c in unicodedata.normalize("NFKD", base) if not unicodedata.combining(c))
    return tuple(re.findall(r"[^\W_]+", base))


@lru_cache(20_000)
def sound(word: str) -> str:
    """A word as it is spelt by ear: no double letters, K is C, Y is I, umlauts however they are written."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", word.translate(_LETTER_SOUNDS))


def _load() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    data = yaml.safe_load((Path(__file__).parent / "first_names.yaml").read_text(encoding="utf-8"))
    whole: dict[str, set[str]] = {}
    for name, short in data["short"].items():
        for form in (name, *short):
            whole.setdefault("".join(words(form)), set()).add("".join(words(name)))
    known = {*whole, *("".join(words(name)) for name in data["distinct"].split())}
    return {form: frozenset(names) for form, names in whole.items()}, frozenset(known)


_WHOLE, _KNOWN = _load()


def whole_forms(first: str) -> frozenset[str]:
    """The names a first name may be short for (`beppe`: giuseppe), itself when it is short for none."""
    joined = "".join(words(first))
    return _WHOLE.get(joined) or frozenset((joined,))


def is_first_name(word: str) -> bool:
    """Whether the word is a first name we know."""
    return "".join(words(word)) in _KNOWN


def likeness(mine: Given, theirs: Given) -> Likeness:
    """What two whole names say for or against one person, in either order of first and last name."""
    straight = _pair(firsts(mine[0], theirs[0]), lasts(mine[1], theirs[1]))
    if straight.weight >= 1.5:
        return straight
    if all(mine) and all(theirs):
        crossed = (_turned(mine[0], theirs[1]), _turned(mine[1], theirs[0]))
        if max(crossed) <= TYPO:
            return Likeness("name_swapped", 2.6 if max(crossed) <= SHORT else 2.2)
    elif (bag := _bag(mine, theirs)) is not None:
        return bag
    return straight


@lru_cache(20_000)
def firsts(one: str | None, other: str | None) -> int:
    """How alike two first names are. Mario and Maria, or Marco and Mario, are two people."""
    if not one or not other:
        return MISSING
    a, b = words(one), words(other)
    if not a or not b:
        return MISSING
    x, y = "".join(a), "".join(b)
    if x == y:
        return SAME
    if sound(x) == sound(y) and len(x) > 2:
        return SPELLING
    if _WHOLE.get(x, frozenset((x,))) & _WHOLE.get(y, frozenset((y,))):
        return SHORT
    if 1 in (len(a[0]), len(b[0])):
        return INITIAL if _same_initial(a[0], b[0]) else OTHER
    if _share_a_name(a, b):
        return PART
    return _misspelt_first(x, y)


@lru_cache(20_000)
def lasts(one: str | None, other: str | None) -> int:
    """How alike two surnames are."""
    if not one or not other:
        return MISSING
    a, b = words(one), words(other)
    if not a or not b:
        return MISSING
    x, y = "".join(a), "".join(b)
    if x == y or sorted(a) == sorted(b):
        return SAME
    if min(len(x), len(y)) == 1:
        return INITIAL if x[0] == y[0] else OTHER
    if sound(x) == sound(y) and min(len(x), len(y)) > 3:
        return SPELLING
    shared = {w for w in a if len(w) > 2 and w not in _PARTICLES} & set(b)
    if shared and min(len(a), len(b)) < max(len(a), len(b)):
        return DOUBLE
    return misspelt(x, y)


def misspelt(x: str, y: str) -> int:
    """TYPO for a slip or two in words long enough to tell, LIKE for what is still near, else OTHER."""
    short = min(len(x), len(y))
    if short < 3:
        return OTHER
    slips = OSA.distance(x, y, score_cutoff=2)
    if slips <= (2 if short >= 8 else 1) or (short >= 6 and (x.startswith(y) or y.startswith(x))):
        return TYPO
    return LIKE if ratio(x, y) >= 80 else OTHER


def _misspelt_first(x: str, y: str) -> int:
    if x in _KNOWN and y in _KNOWN:
        return OTHER
    # One vowel at the end makes another person of an Italian name.
    if len(x) == len(y) and x[:-1] == y[:-1] and {x[-1], y[-1]} <= set("aeio"):
        return OTHER
    if min(len(x), len(y)) < 4:
        return OTHER
    slips = OSA.distance(x, y, score_cutoff=2)
    return TYPO if slips <= (2 if min(len(x), len(y)) >= 8 else 1) else OTHER


def _same_initial(one: str, other: str) -> bool:
    return any(a[0] == b[0] for a in (one, *_WHOLE.get(one, ())) for b in (other, *_WHOLE.get(other, ())))


def _share_a_name(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Anna Maria and Anna, Giuseppe Maria and Beppe."""
    if len(a) == len(b) == 1:
        return False
    return any(_WHOLE.get(x, {x}) & _WHOLE.get(y, {y}) for x in a for y in b if min(len(x), len(y)) > 1)


def _turned(first: str | None, last: str | None) -> int:
    """A first name that another record holds as the surname."""
    return min(firsts(first, last), lasts(first, last))


def _bag(mine: Given, theirs: Given) -> Likeness | None:
    """Names of which one stands whole in one field: every word of the shorter must be in the other."""
    a = [word for part in mine if part for word in words(part) if len(word) > 1]
    b = [word for part in theirs if part for word in words(part) if len(word) > 1]
    short, long = sorted((a, b), key=len)
    if len(short) < 2:
        return None
    met = [min((_turned(x, y) for y in long), default=OTHER) for x in short]
    if max(met) > TYPO:
        return Likeness("name_other", -4.0)
    return Likeness(
        "name_same" if max(met) <= SPELLING else "name_typo", 2.8 if max(met) <= SPELLING else 2.2
    )


def _pair(first: int, last: int) -> Likeness:
    if last in (OTHER, LIKE):
        if last == LIKE and first <= SHORT:
            return Likeness("name_typo", 1.5)
        return Likeness("surname_other", -0.5) if first <= SHORT else Likeness("name_other", -4.0)
    if first == OTHER:
        return Likeness("name_other", -4.0)
    if MISSING in (first, last):
        return Likeness("name_missing", 0.8 if min(first, last) <= TYPO else 0.0)
    if INITIAL in (first, last):
        return Likeness("name_initial", 1.5 if min(first, last) <= TYPO else 0.5)
    if last == DOUBLE:
        return Likeness("surname_double", 2.2)
    if TYPO in (first, last):
        return Likeness("name_typo", 2.4 if min(first, last) <= SHORT else 1.8)
    if first == PART:
        return Likeness("name_part", 2.2)
    if first == SHORT:
        return Likeness("name_short", 2.4)
    return Likeness("name_same", 3.0)
