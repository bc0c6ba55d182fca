"""One spelling for many ways of typing, with the way back to the text as it was given."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_DROPPED = {"\ufe0f", "\ufe0e", "\u20e3", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"}
_MAPPED = {
    "’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'",
    "“": '"', "”": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‑": "-", "−": "-",
    "🔟": "10", "½": ",5",
}  # fmt: skip

# A word typed with a held key loses the repetition; English words that keep a double are put back.
_HELD = {"god": "good", "to": "too", "wek": "week", "wel": "well", "fel": "feel", "cal": "call", "al": "all"}
_SPELLINGS = {
    "nn": "non", "xke": "perche", "xche": "perche", "perke": "perche", "xk": "perche", "pke": "perche",
    "cmq": "comunque", "ke": "che", "x": "per", "xo": "pero", "xro": "pero", "xfavore": "per favore",
    "nnt": "niente", "qnd": "quando", "qlc": "qualche", "qlcn": "qualcuno", "qlcs": "qualcosa", "tt": "tutto",
    "grz": "grazie", "grx": "grazie", "sn": "sono", "dv": "dove", "msg": "messaggi", "msgs": "messages",
    "ank": "anche", "anke": "anche", "kiamate": "chiamate", "kiamatemi": "chiamatemi", "ki": "chi",
    "pls": "please", "plz": "please", "thx": "thanks", "tnx": "thanks", "ty": "thank you", "u": "you",
    "ur": "your", "pvt": "privato", "tel": "telefono", "piu'": "piu", "gia'": "gia", "puo'": "puo",
    "perche'": "perche", "pero'": "pero", "e'": "e", "si'": "si", "ne'": "ne", "da'": "da",
    "bn": "bene", "cn": "con", "gg": "giorni", "risp": "risposta", "num": "numero", "asap": "subito",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+(?:'(?=[a-z])[a-z]+)*'?")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_HELD_KEY = re.compile(r"([a-z])\1\1+")
_CONTRACTION = re.compile(r"(?<=[a-z])'(?=(?:t|m|s|re|ve|ll|d)$)")
_PLAIN_HINT = re.compile(
    r"([a-z])\1\1|'|\b(?:" + "|".join(re.escape(word) for word in _SPELLINGS if "'" not in word) + r")\b"
)


@dataclass(frozen=True, slots=True)
class Normal:
    """Lower case, unaccented text; `starts[i]` is where character i came from, with one more for the end."""

    text: str
    starts: Sequence[int]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the given text of the normal text's [start, end)."""
        begin = self.starts[start]
        return begin, max(begin, self.starts[end])


def normalise(text: str) -> Normal:
    """Fold case, accents, compatibility forms, quotes, held keys and SMS spellings ("nn", "xké", "pls")."""
    if text.isascii():
        return _respell(text.lower(), range(len(text) + 1))
    letters: list[str] = []
    starts: list[int] = []
    last = 0
    for match in _BEYOND_ASCII.finditer(text):
        index = match.start()
        folded = _fold(match.group())
        letters += [text[last:index].lower(), folded]
        starts.extend(range(last, index))
        starts.extend([index] * len(folded))
        last = index + 1
    letters.append(text[last:].lower())
    starts.extend(range(last, len(text) + 1))
    return _respell("".join(letters), starts)


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    if char in _DROPPED or 0x1F3FB <= ord(char) <= 0x1F3FF:
        return ""
    if char in _MAPPED:
        return _MAPPED[char]
    plain = unicodedata.normalize("NFKD", char)
    return "".join(part for part in plain if not unicodedata.combining(part)).lower()


def _respell(text: str, starts: Sequence[int]) -> Normal:
    if not _PLAIN_HINT.search(text):
        return Normal(text, starts)
    pieces: list[str] = []
    moved: list[int] = []
    last = 0
    for match in _WORD.finditer(text):
        word = match.group()
        better = _spell(word)
        if better == word:
            continue
        pieces += [text[last : match.start()], better]
        moved.extend(starts[last : match.start()])
        moved.extend([starts[match.start()]] * len(better))
        last = match.end()
    pieces.append(text[last:])
    moved.extend(starts[last:])
    return Normal("".join(pieces), moved)


@lru_cache(maxsize=20_000)
def _spell(word: str) -> str:
    if word in _SPELLINGS:
        return _SPELLINGS[word]
    if "'" in word:
        word = _CONTRACTION.sub("", word)
    single = _HELD_KEY.sub(r"\1", word)
    return word if single == word else _HELD.get(single, _SPELLINGS.get(single, single))
