"""The lexicons: words, stems and phrases with their valence, and how a phrase stands in a text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from app.language import languages
from app.language.sentiment_words import COUNTS

STOPS = frozenset(".;:!?\n")
_OWN = {
    "it": ["italian.tsv", "italian_phrases.tsv"],
    "en": ["english.tsv", "english_phrases.tsv"],
    "de": ["german.tsv"],
    "fr": ["french.tsv"],
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
        return not (self.words or self.stems or self.endings) and word not in STOPS and word != ","


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
def lexicon_of(lang: str) -> Lexicon:
    """Everything that is known of one language; emoji alone where it has no file."""
    lexicon = Lexicon()
    if lang == "en":
        lexicon.words.update(
            (word, valence * (_PRAISED if valence > 0 else _BLAMED))
            for word, valence in vader_words().items()
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
def vader_words() -> dict[str, float]:
    """The words VADER carries; its module is not imported, and its engine not used: ours reads both languages."""
    place = find_spec("vaderSentiment")
    folders = (place.submodule_search_locations if place else None) or []
    lines = (Path(folders[0]) / "vader_lexicon.txt").read_text("utf-8").splitlines()
    told = (line.split("\t") for line in lines if line)
    return {word: float(valence) for word, valence, *_ in told if len(word) > 2 and word.isalpha()}
