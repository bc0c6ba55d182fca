"""How a reply sounds: Italian and English lexicons and one engine, behind a batch interface."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2s
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from app.language.lexicon import STOPS, Lexicon, lexicon_of
from app.language.normal import normalise
from app.language.sentiment_words import (
    APPLAUSE,
    CONTRASTS,
    FILLING,
    LESSENING,
    LOWERING,
    NEGATORS,
    PRAISE,
    RAISING,
    SARCASM,
)

Probabilities = tuple[float, float, float]  # negative, neutral, positive; they sum to 1

_READ = 2000  # characters; what comes later in a long letter rarely changes its tone
_SPREAD = 15.0  # as VADER: the sum of valences is squashed by s / sqrt(s^2 + 15)
_STEEP, _NEUTRAL = 6.0, 1.2  # a squashed sum beyond about 0.2 leaves neutral
_TOKEN = re.compile(
    r"gr8|[a-z]+|[:;=]-?[)(d/](?!\w)|\d+|[.,;:!?\n]|[\u2600-\u27bf\U0001f300-\U0001faff]|\^\^"
)
_OPENING = 4  # words in which a reply opens
_GRIEVANCE = -1.4  # what the rest of a reply weighs at most for its opening praise to be irony
_BOOSTERS = {
    **dict.fromkeys(RAISING, 1.3),
    **dict.fromkeys(LOWERING, 0.7),
    **dict.fromkeys(LESSENING, -0.6),
}


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """The model of the house: Italian and English lexicons; elsewhere emoji and the plainest words."""

    @property
    def version(self) -> str:
        return _version()

    def score(self, texts: Sequence[str], langs: Sequence[str]) -> list[Probabilities]:
        """(negative, neutral, positive) of each text in its language."""
        return [_score(normalise(text[:_READ]).text, lang) for text, lang in zip(texts, langs, strict=True)]


BUILT_IN = BuiltIn()


def open_model(_folder: Path | None) -> BuiltIn:
    """What the entry point names; it needs no folder."""
    return BUILT_IN


@cache
def _version() -> str:
    mark = blake2s(digest_size=4)
    for file in sorted(files("app.language").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".tsv"):
            mark.update(file.read_bytes())
    return f"lexicon {mark.hexdigest()}, vader {version('vaderSentiment')}"


def _score(text: str, lang: str) -> Probabilities:
    total = sum(_turned(_terms(_TOKEN.findall(text[:_READ]), lexicon_of(lang)), text))
    if total:
        total += math.copysign(min(text.count("!"), 3) * 0.3, total)
    compound = total / math.sqrt(total * total + _SPREAD)
    up, down = math.exp(_STEEP * compound - _NEUTRAL), math.exp(-_STEEP * compound - _NEUTRAL)
    whole = 1 + up + down
    return down / whole, 1 / whole, up / whole


@dataclass(slots=True)
class Term:
    """A term found in a text: its valence in its place, and whether it is praise that stands alone ("Bravi, ...")."""

    valence: float
    alone: bool


def _turned(terms: list[Term], text: str) -> list[float]:
    """The valences after irony: praise beside what nobody praises ("ottimo, la terza volta che si rompe")."""
    ironic = any(term.valence > 0 for term in terms) and SARCASM.search(text)
    if ironic:
        return [-abs(term.valence) for term in terms]
    rest = sum(term.valence for term in terms if not term.alone)
    turned = rest <= _GRIEVANCE and all(term.valence < 0 for term in terms if not term.alone)
    return [-0.5 * term.valence if term.alone and turned else term.valence for term in terms]


def _terms(words: list[str], lexicon: Lexicon) -> list[Term]:
    found: list[Term] = []
    index = begins = 0
    contrasted = False
    while index < len(words):
        if words[index] in CONTRASTS:
            contrasted = True
            for term in found:
                term.valence *= 0.4
        taken, valence = _term(words, index, lexicon)
        if valence:
            valence = _in_context(words, index, begins, valence, phrase=taken > 1)
            alone = valence > 0 and not contrasted and _stands_alone(words, index, taken)
            found.append(Term(valence, alone))
        index += taken
        if taken > 1:
            begins = index
    if contrasted:
        for term in found:
            term.alone = False
    return found


def _stands_alone(words: list[str], index: int, taken: int) -> bool:
    """Praise that opens a reply and is cut off from what follows, or applause anywhere."""
    if words[index] in APPLAUSE:
        return True
    if index >= _OPENING or words[index] not in PRAISE:
        return False
    after = index + taken
    while after < len(words) and words[after] in FILLING:
        after += 1
    return after == len(words) or words[after] in STOPS or words[after] == ","


def _term(words: list[str], index: int, lexicon: Lexicon) -> tuple[int, float]:
    """How many words the term at `index` takes, and its valence (0 when it says nothing)."""
    longest, said = 0, 0.0
    second = words[index + 1] if index + 1 < len(words) else ""
    for phrase in lexicon.beginning(words[index]):
        if phrase.then is not None and second not in phrase.then:
            continue
        length = phrase.length(words, index)
        if length > longest:
            longest, said = length, phrase.valence
    if longest:
        return longest, said
    word = words[index]
    if word in _BOOSTERS and index + 1 < len(words) and lexicon.word(words[index + 1]):
        return 1, 0.0
    return 1, lexicon.word(word) or 0.0


def _in_context(words: list[str], index: int, begins: int, valence: float, *, phrase: bool) -> float:
    """The valence after what stands before it in the clause: boosters near, negators to three words.

    What stands before `begins` belongs to a phrase that is counted already.
    """
    for distance in range(1, 4):
        if index - distance < begins:
            break
        word = words[index - distance]
        if word in STOPS or word in CONTRASTS or (word == "," and distance > 1):
            break
        if word in _BOOSTERS and distance <= 2 and not (phrase and valence < 0):
            valence *= _BOOSTERS[word]
        if (
            word in NEGATORS
            and words[index] not in NEGATORS
            and not (word == "no" and valence < 0 and distance > 1)
        ):
            if index - distance > 0 and words[index - distance - 1] in ("se", "if"):
                break
            # "non buono" is bad; "non male" only mildly good; "non ... mai rispettato" says no twice and means it once.
            return -0.75 * valence if valence > 0 else -0.5 * valence
    return valence
