"""How a reply sounds: Italian and English lexicons and one engine, behind a batch interface."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from app.language.normal import normalise
from app.language.sentiment_words import CONTRASTS, LESSENING, LOWERING, NEGATORS, RAISING, SARCASM

Probabilities = tuple[float, float, float]  # negative, neutral, positive; they sum to 1

_READ = 2000  # characters; what comes later in a long letter rarely changes its tone
_SPREAD = 15.0  # as VADER: the sum of valences is squashed by s / sqrt(s^2 + 15)
_STEEP, _NEUTRAL = 6.0, 1.2  # a squashed sum beyond about 0.2 leaves neutral
_TOKEN = re.compile(
    r"[a-z]+(?:'[a-z]+)?|[:;=]-?[)(d/](?!\w)|\d+|[.,;:!?\n]|[\u2600-\u27bf\U0001f300-\U0001faff]|\^\^"
)
_STOPS = frozenset(".;:!?\n")
_BOOSTERS = {
    **dict.fromkeys(RAISING, 1.3),
    **dict.fromkeys(LOWERING, 0.7),
    **dict.fromkeys(LESSENING, -0.6),
}


@dataclass(slots=True)
class Lexicon:
    words: dict[str, float] = field(default_factory=dict)
    stems: dict[str, float] = field(default_factory=dict)
    phrases: dict[str, list[tuple[tuple[str, ...], float]]] = field(default_factory=dict)

    def add(self, term: str, valence: float) -> None:
        """A phrase (looked up by its first word), a stem ("delus*") or a word."""
        parts = tuple(term.split())
        if len(parts) > 1:
            self.phrases.setdefault(parts[0], []).append((parts, valence))
            self.phrases[parts[0]].sort(key=lambda entry: -len(entry[0]))
        elif term.endswith("*"):
            self.stems[term[:-1]] = valence
        else:
            self.words[term] = valence

    def word(self, word: str) -> float | None:
        if word in self.words:
            return self.words[word]
        for length in range(len(word), 2, -1):
            if word[:length] in self.stems:
                return self.stems[word[:length]]
        _, apostrophe, bare = word.partition("'")
        return self.word(bare) if apostrophe else None


@cache
def _lexicon(lang: str) -> Lexicon:
    lexicon = Lexicon()
    if lang == "en":
        carried: dict[str, float] = SentimentIntensityAnalyzer().lexicon
        lexicon.words.update(carried)
    own = {"it": ["italian.tsv"], "en": ["english.tsv"]}.get(lang, [])
    for name in ["emoji.tsv", *own]:
        for line in files("app.language").joinpath(name).read_text("utf-8").splitlines():
            if not line.startswith("#"):
                term, valence = line.split("\t")
                lexicon.add(term, float(valence))
    return lexicon


def score(texts: Sequence[str], langs: Sequence[str]) -> list[Probabilities]:
    """(negative, neutral, positive) of each text in its language; beyond it and en only emoji speak."""
    return [score_normal(normalise(text[:_READ]).text, lang) for text, lang in zip(texts, langs, strict=True)]


def score_normal(text: str, lang: str) -> Probabilities:
    """`score` of one text already in normal form."""
    valences = _valences(_TOKEN.findall(text[:_READ]), _lexicon(lang))
    positive = sum(value for value in valences if value > 0)
    if positive and lang in ("it", "en") and SARCASM.search(text):
        valences = [-abs(value) for value in valences]
    total = sum(valences)
    if total:
        total += math.copysign(min(text.count("!"), 3) * 0.3, total)
    compound = total / math.sqrt(total * total + _SPREAD)
    up, down = math.exp(_STEEP * compound - _NEUTRAL), math.exp(-_STEEP * compound - _NEUTRAL)
    whole = 1 + up + down
    return down / whole, 1 / whole, up / whole


def _valences(words: list[str], lexicon: Lexicon) -> list[float]:
    found: list[float] = []
    index = 0
    while index < len(words):
        if words[index] in CONTRASTS:
            found = [value * 0.4 for value in found]
        taken, valence = _term(words, index, lexicon)
        if valence:
            found.append(_in_context(words, index, valence, phrase=taken > 1))
        index += taken
    return found


def _term(words: list[str], index: int, lexicon: Lexicon) -> tuple[int, float]:
    """How many words the term at `index` takes, and its valence (0 when it says nothing)."""
    for parts, valence in lexicon.phrases.get(words[index], ()):
        if len(parts) <= len(words) - index and all(
            word.startswith(part[:-1]) if part.endswith("*") else word == part
            for part, word in zip(parts, words[index:], strict=False)
        ):
            return len(parts), valence
    word = words[index]
    if word in _BOOSTERS and index + 1 < len(words) and lexicon.word(words[index + 1]):
        return 1, 0.0
    return 1, lexicon.word(word) or 0.0


def _in_context(words: list[str], index: int, valence: float, *, phrase: bool) -> float:
    """The valence after what stands before it in the clause: boosters near, negators to three words."""
    for distance in range(1, 4):
        if index - distance < 0:
            break
        word = words[index - distance]
        if word in _STOPS or word in CONTRASTS or (word == "," and distance > 1):
            break
        if word in _BOOSTERS and distance <= 2 and not (phrase and valence < 0):
            valence *= _BOOSTERS[word]
        if word in NEGATORS and not (word == "no" and valence < 0 and distance > 1):
            # "non buono" is bad; "non male", "no problems" only mildly good.
            return -0.75 * valence if valence > 0 else -0.5 * valence
    return valence
