"""A linear model of intents: what words weigh for each, where no phrase says it for certain.

`intents.tsv` holds its weights, `concepts.txt` the words it takes as alike; `tests/language/train.py` makes the former.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2s
from importlib.resources import files
from itertools import repeat

from app.language.phrases.notation import word_set
from app.language.vocabulary import Intent

_TOKEN = re.compile(
    r"(?P<address>[^\s@]{1,64}@[\w.-]{1,255})|(?P<phone>\+?\d[\d /.-]{6,20}\d)|[a-z]+|\d+|[.,;:!?]|[^\x00-\x7f]"
)
_ENDS = frozenset(".;:!?")
_TURNS = word_set("ma but pero perche because so quindi though anche se if and e")
_NEGATORS = word_set(
    "non nn nun mica mai ne senza not dont never without wont didnt doesnt isnt havent nessuno no nessuna "
    "niente cant cannot wouldnt shouldnt couldnt nicht nie pas nothing nobody aint hasnt wasnt arent"
)
_ASKED_OF_US = {"REMOVE", "CONTACT", "STOP", "BOTHER", "CALL", "KEEP", "ADD", "TAKE"}
_TO_ME = re.compile(r"(?:te|r|a|i)(?:mi|ci|me(?:l[aoei]|ne)|ce(?:l[aoei]|ne))$")  # scriveteMI, toglieteCI
_REACH = 4  # words that a negator governs at most
_NEAR = 6  # words between two concepts that belong together at most
_LENGTHS = (3, 6, 12, 30)  # words: a message of one word, of a few, a sentence, several, a letter
_GRAM = 4
_READ = 2000  # characters: a wish stands before them, and time stays bounded

_FIELD = 28  # bits of one intent's weight in a feature's packed weights
_MASK, _HALF = (1 << _FIELD) - 1, 1 << (_FIELD - 1)
_ORDER = tuple(Intent)
_OFFSET = sum(_HALF << _FIELD * place for place in range(len(_ORDER)))
_UNIT = 0.01  # of the weights in the file

Feature = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Weights:
    packed: dict[str, int]
    bias: tuple[float, ...]
    version: str


def version() -> str:
    """A mark of the weights and concepts: kept with every reading."""
    return _weights().version


def scores(text: str, given: Iterable[str] = ()) -> dict[Intent, float]:
    """How strongly a text in normal form speaks for each intent: above 0 it is heard, as log odds.

    `given` are features from outside: which phrases fired ("=unsubscribe"), the rating, the channel.
    """
    weights = _weights()
    known = weights.packed.get
    found = {feature for feature, _, _ in features(text)}
    total = sum(map(known, found, repeat(0))) + _OFFSET
    outside = sum(known(feature, 0) for feature in given) + _OFFSET
    share = damped(len(found))
    return {
        intent: weights.bias[place] + _UNIT * (share * _field(total, place) + _field(outside, place))
        for place, intent in enumerate(_ORDER)
    }


def evidence(text: str, intent: Intent) -> tuple[int, int]:
    """The place of the words that weigh most for `intent`, joined where they stand near each other."""
    packed, place = _weights().packed, _ORDER.index(intent)
    weighed = [
        (_field(packed.get(feature, 0) + _OFFSET, place), start, end)
        for feature, start, end in features(text)
        if end
    ]
    strongest = sorted(weighed, reverse=True)[:6]
    if not strongest or strongest[0][0] <= 0:
        return 0, len(text)
    _, begin, finish = strongest[0]
    for weight, start, end in strongest[1:]:
        if weight > 0 and start - finish < _GRAM * 2 and begin - end < _GRAM * 2:
            begin, finish = min(begin, start), max(finish, end)
    return begin, finish


def damped(count: int) -> float:
    """What one of `count` features counts: long texts have many, and say no more by that."""
    return 2 / math.sqrt(math.sqrt(max(1, count)))


def features(text: str) -> Iterator[Feature]:
    """The features of a text in normal form, each with the place of its words: (name, start, end)."""
    near: list[tuple[str, int, int]] = []
    first = before = two_before = "^"
    start_before = start_two_before = governed = size = 0
    for match in _TOKEN.finditer(text[:_READ]):
        word, (start, end) = match.lastgroup or match.group(), match.span()
        size += 1
        if word in _ENDS:
            yield word, start, end
            yield f"{before} {word}", start_before, end
            yield f"{first} .. {word}", start_before, end
            first = before = two_before = "^"
            governed = 0
            near.clear()
            continue
        stem, alone, names = _about(word)
        for name in alone:
            yield name, start, end
        yield f"{before} {stem}", start_before, end
        yield f"{two_before} _ {stem}", start_two_before, end
        for name in names:
            yield f"{before} {name}", start_before, end
        if governed:
            yield "!" + stem, start, end
            names = tuple("!" + name for name in names)
            governed -= 1
        near = [one for one in near if size - one[1] <= _NEAR]
        for name in names:
            yield name, start, end
            for other, _, begin in near:
                yield f"{other}+{name}", begin, end
        near += [(name, size, start) for name in names]
        governed = _REACH if word in _NEGATORS else 0 if word in _TURNS else governed
        first = stem if first == "^" else first
        two_before, before, start_two_before, start_before = before, stem, start_before, start
    yield f"#{sum(size >= length for length in _LENGTHS)}", 0, 0


@lru_cache(maxsize=20_000)
def _about(word: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """A word's stem, the features it has by itself, and its concepts."""
    if word.isdecimal():
        word = "10" if word == "10" else f"{min(6, len(word))}N"
        return word, (word,), ("N",)
    words, stems = _concepts()
    names = set(words.get(word, ()))
    for length in range(2, len(word) + 1):
        names.update(stems.get(word[:length], ()))
    if names & _ASKED_OF_US and _TO_ME.search(word):
        names.add("ME")
    framed = f"<{word}>"
    grams = {framed[at : at + _GRAM] for at in range(len(framed) - _GRAM + 1)}
    begun = {word[:length] + "*" for length in (5, 7) if len(word) >= length}
    return word[:5], (word, *sorted(begun | grams)), tuple(sorted(names))


@cache
def _concepts() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    words: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("concepts.txt").read_text("utf-8").splitlines():
        name, _, listed = line.partition(": ")
        for term in listed.split() if not name.startswith("#") else ():
            if term.endswith("*"):
                stems.setdefault(term[:-1], []).append(name)
            else:
                words.setdefault(term, []).append(name)
    return words, stems


@cache
def _weights() -> _Weights:
    """A feature's weights for all intents in one number: adding numbers adds all of them at once."""
    file = files(__package__).joinpath("intents.tsv").read_bytes()
    mark = blake2s(file + files(__package__).joinpath("concepts.txt").read_bytes(), digest_size=4)
    lines = [line.split("\t") for line in file.decode().splitlines()]
    fields = [_FIELD * _ORDER.index(Intent(name)) for name in lines[0][1:]]
    packed = {
        feature: sum(int(weight or 0) << field for weight, field in zip(weights, fields, strict=False))
        for feature, *weights in lines[1:]
    }
    bias = packed.pop("bias") + _OFFSET
    return _Weights(
        packed,
        tuple(_UNIT * _field(bias, place) for place in range(len(_ORDER))),
        f"intents {mark.hexdigest()}",
    )


def _field(total: int, place: int) -> int:
    return (total >> _FIELD * place & _MASK) - _HALF
