"""How a reply sounds: Italian and English lexicons and one engine, behind a batch interface."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2s
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from app.language import languages
from app.language.normal import normalise
from app.language.sentiment_words import (
    APPLAUSE,
    CONTRASTS,
    COUNTS,
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
_OWN = {
    "it": ["italian.tsv", "italian_phrases.tsv"],
    "en": ["english.tsv", "english_phrases.tsv"],
    "de": ["german.tsv"],
    "fr": ["french.tsv"],
}
_OPENING = 4  # words in which a reply opens
_GRIEVANCE = -1.4  # what the rest of a reply weighs at most for its opening praise to be irony
_STOPS = frozenset(".;:!?\n")
_BOOSTERS = {
    **dict.fromkeys(RAISING, 1.3),
    **dict.fromkeys(LOWERING, 0.7),
    **dict.fromkeys(LESSENING, -0.6),
}


_PRAISED, _BLAMED = 0.55, 0.8  # what VADER's own valences weigh: its words are general, not a customer's
_STRONG, _LONG_WORD = 2.1, 6  # words whose slips of the finger are known
_SUPERLATIVE = 6  # letters of -issimo
_NUMBER = "N"  # in a phrase; texts are in lower case
_GAP = 3  # words that "..3" in a phrase may stand for


@dataclass(frozen=True, slots=True)
class Part:
    """One place of a phrase: words and stems of which one must stand there; `least` 0 where it may be missing."""

    words: frozenset[str]
    stems: tuple[str, ...]
    endings: tuple[str, ...] = ()
    least: int = 1
    most: int = 1

    def takes(self, word: str) -> bool:
        if word in self.words or word.startswith(self.stems) or word.endswith(self.endings):
            return True
        if _NUMBER in self.words:
            return word.isdecimal() or word in COUNTS
        return not (self.words or self.stems or self.endings) and word not in _STOPS and word != ","


@dataclass(frozen=True, slots=True)
class Phrase:
    parts: tuple[Part, ...]
    valence: float
    then: frozenset[str] | None
    """The words of which one must come second; None where more may: most phrases are ruled out by that look."""

    def length(self, words: list[str], index: int, part: int = 0) -> int:
        """How many of `words` from `index` the phrase takes from its part on; -1 when it does not stand there."""
        if part == len(self.parts):
            return 0
        here = self.parts[part]
        for count in range(here.most + 1):
            if count and (index + count > len(words) or not here.takes(words[index + count - 1])):
                return -1
            if count >= here.least and (rest := self.length(words, index + count, part + 1)) >= 0:
                return count + rest
        return -1


@dataclass(slots=True)
class Lexicon:
    """Terms of the .tsv files: words, stems ("delus*") and phrases.

    A phrase's place holds one of several words, stems or endings ("mai rispost*|*ato"), "N" a number, "_" any
    word, "..3" up to three words, "[..]" what may be missing (the notation of `phrases`); it begins with a word.
    """

    words: dict[str, float] = field(default_factory=dict)
    stems: dict[str, float] = field(default_factory=dict)
    phrases: dict[str, list[Phrase]] = field(default_factory=dict)
    slips: dict[str, float] = field(default_factory=dict)

    def add(self, term: str, valence: float) -> None:
        parts = term.replace("'", " ").split()
        if len(parts) > 1:
            phrase = _phrase(parts, valence)
            for first in phrase.parts[0].words | {stem[:3] + "*" for stem in phrase.parts[0].stems}:
                self.phrases.setdefault(first, []).append(phrase)
        elif term.endswith("*"):
            self.stems[term[:-1]] = valence
        else:
            self.words[term] = valence

    def sort(self) -> None:
        """Of phrases that take equally many words the one with more places wins, and a silence before all."""
        for phrases in self.phrases.values():
            phrases.sort(key=lambda phrase: (phrase.valence != 0, -len(phrase.parts)))

    def learn_slips(self, endings: str) -> None:
        """Strong words with a letter left out, two letters turned round or a double made single."""
        strong = [word for word, valence in self.words.items() if abs(valence) >= _STRONG]
        strong += [
            stem + ending
            for stem, valence in self.stems.items()
            if abs(valence) >= _STRONG
            for ending in endings
        ]
        for word in strong:
            if len(word) >= _LONG_WORD and word.isalpha():
                valence = self.word(word) or 0.0
                for slip in _slips(word):
                    self.slips.setdefault(slip, valence)

    def word(self, word: str) -> float | None:
        if word in self.words:
            return self.words[word]
        for length in range(len(word), 2, -1):
            if word[:length] in self.stems:
                return self.stems[word[:length]]
        if len(word) > _SUPERLATIVE and word[-_SUPERLATIVE:-1] == "issim":
            plain = self.word(word[:-_SUPERLATIVE] + "o") or self.word(word[:-_SUPERLATIVE] + "e")
            return 1.25 * plain if plain else None
        return self.slips.get(word) if not languages.known(word) else None

    def beginning(self, word: str) -> list[Phrase]:
        """The phrases that may begin with this word."""
        exact, stemmed = self.phrases.get(word), self.phrases.get(word[:3] + "*")
        if _NUMBER in self.phrases and (word.isdecimal() or word in COUNTS):
            exact = [*(exact or ()), *self.phrases[_NUMBER]]
        return [*(exact or ()), *(stemmed or ())]


def _phrase(written: list[str], valence: float) -> Phrase:
    parts = tuple(_part(part) for part in written)
    second = parts[1]
    open_ = second.least == 0 or second.stems or second.endings or not second.words or _NUMBER in second.words
    return Phrase(parts, valence, None if open_ else second.words)


def _slips(word: str) -> Iterator[str]:
    for place in range(1, len(word)):
        if len(word) > _LONG_WORD:
            yield word[:place] + word[place + 1 :]
        if place + 1 < len(word):
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _part(written: str) -> Part:
    if written == "..3":
        return Part(frozenset(), (), least=0, most=_GAP)
    if written == "_":
        return Part(frozenset(), ())
    optional = written.startswith("[")
    choices = written.strip("[]").split("|")
    return Part(
        frozenset(choice for choice in choices if "*" not in choice),
        tuple(choice[:-1] for choice in choices if choice.endswith("*")),
        tuple(choice[1:] for choice in choices if choice.startswith("*")),
        least=0 if optional else 1,
    )


@cache
def _lexicon(lang: str) -> Lexicon:
    lexicon = Lexicon()
    if lang == "en":
        lexicon.words.update(
            (word, valence * (_PRAISED if valence > 0 else _BLAMED)) for word, valence in _vader().items()
        )
    own = _OWN.get(lang, [])
    for name in ["emoji.tsv", *own]:
        for line in files("app.language").joinpath(name).read_text("utf-8").splitlines():
            if not line.startswith("#"):
                term, valence = line.split("\t")
                lexicon.add(term, float(valence))
    lexicon.sort()
    lexicon.learn_slips("oaie" if lang == "it" else "")
    return lexicon


@cache
def _vader() -> dict[str, float]:
    """The words VADER carries; its module is not imported, and its engine not used: ours reads both languages."""
    place = find_spec("vaderSentiment")
    folders = (place.submodule_search_locations if place else None) or []
    lines = (Path(folders[0]) / "vader_lexicon.txt").read_text("utf-8").splitlines()
    told = (line.split("\t") for line in lines if line)
    return {word: float(valence) for word, valence, *_ in told if len(word) > 2 and word.isalpha()}


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
    total = sum(_turned(_terms(_TOKEN.findall(text[:_READ]), _lexicon(lang)), text, lang))
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


def _turned(terms: list[Term], text: str, lang: str) -> list[float]:
    """The valences after irony: praise beside what nobody praises ("ottimo, la terza volta che si rompe")."""
    ironic = any(term.valence > 0 for term in terms) and lang in ("it", "en") and SARCASM.search(text)
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
    return after == len(words) or words[after] in _STOPS or words[after] == ","


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
        if word in _STOPS or word in CONTRASTS or (word == "," and distance > 1):
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
