"""Finds the one number a reply gives, in digits or words: "1.500", "una dozzina", "fünfhundert", "2,5"."""

import re
from collections.abc import Mapping
from functools import cache

from app.language.normal import normalise

_READ = 500  # characters; a number is told in a sentence, not in a letter
_DIGITS = re.compile(
    r"(?<![\w.,/:])(?:\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?)(?=k\b|[^\w/:]|$)"
)
_TOKEN = re.compile(rf"{_DIGITS.pattern}|[^\W\d_]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+")
_BELOW = re.compile(r"(?:^|\s)(?:-|meno |minus |moins )\d")  # less than nothing is no answer of ours
_JOINED = re.compile(r"(?<=\d) ?- ?(?=\d)")
_CONNECTORS = frozenset(["e", "ed", "and", "und", "et", "de", "di"])
_BETWEEN = re.compile(r"\b(?:tra|fra|da|dai|dalle|between|from|zwischen|von|bis|entre)\b")

_UNITS: Mapping[str, str] = {
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
    "sedici diciassette diciotto diciannove",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
    "de": "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn "
    "sechzehn siebzehn achtzehn neunzehn",
    "fr": "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
}
_TENS: Mapping[str, str] = {
    "it": "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante septante huitante nonante",
}
_SCALES: Mapping[str, int] = {
    word: value
    for value, words in {
        2: "paio couple pair",
        10: "decina decine dizaine dizaines",
        12: "dozzina dozzine dozen dozens dutzend douzaine douzaines",
        15: "quindicina quinzaine",
        20: "ventina vingtaine",
        30: "trentina trentaine",
        40: "quarantina quarantaine",
        50: "cinquantina cinquantaine",
        60: "sessantina soixantaine",
        70: "settantina",
        80: "ottantina",
        90: "novantina",
        100: "cento centinaio centinaia hundred hundreds hundert cent cents centaine centaines",
        1000: "mille mila migliaio migliaia thousand tausend millier milliers k",
        10**6: "milione milioni mln million millions millionen mio",
    }.items()
    for word in words.split()
}
_NOTHING = "nessuno nessun nessuna niente nulla none nobody keine keiner niemand aucun aucune personne"
_NONE = frozenset(_NOTHING.split())
_ARTICLES = "un una a an ein eine einen einer une"
_ONE = frozenset(_ARTICLES.split())
_HALVES = "mezza mezzo half halbes halbe demi demie"
_HALF = frozenset(_HALVES.split())


def find_number(text: str, lang: str = "it") -> float | None:
    """The number a reply gives, or None when it gives none or leaves several to choose from.

    Digits with "." or "," before three digits group thousands, else they part decimals; words are read in
    `lang` first, then in Italian, English, German and French. A range is its middle ("tra 10 e 20" is 15),
    and a whole told with its parts counts once ("siamo in 3, 2 adulti e 1 bambino" is 3).
    """
    plain = normalise(text[:_READ]).text.replace("ß", "ss")
    if _BELOW.search(plain):
        return None
    plain = _JOINED.sub(" bis ", plain).replace("-", " ")
    for language in dict.fromkeys((lang if lang in _UNITS else "it", *_UNITS)):
        found = _numbers(plain, language)
        if found:
            return _one(plain, found)
    words = [word.strip(".,!'") for word in plain.split()]
    # An article alone counts: "una persona"; in a sentence it says nothing.
    if words and len(words) <= 2 and words[0] in _ONE:
        return 1
    return 0 if _NONE.intersection(words) else None


def _one(text: str, found: list[float]) -> float | None:
    if len(set(found)) == 1:
        return found[0]
    if len(found) == 2 and _BETWEEN.search(text):
        return sum(found) / 2
    return found[0] if found[0] == sum(found[1:]) else None


def _numbers(text: str, lang: str) -> list[float]:
    """Every number of the text; neighbouring words that make one number together are one."""
    found: list[float] = []
    open_: _Sum | None = None
    for token in _TOKEN.findall(text):
        value = _digits(token) if token[0].isdecimal() else _word(token, lang)
        if value is None and token in _SCALES:
            open_ = open_ or _Sum(found, 1 if token not in ("k", "mila", "mio") else 0)
            open_.scale(_SCALES[token])
        elif value is None and open_ and (token in _CONNECTORS or (token in _ONE and open_.takes(1, lang))):
            continue
        elif value is None:
            open_ = _Sum(found, 0.5 if token in _HALF else 1) if token in _HALF | _ONE else None
        elif open_ is None or not open_.takes(value, lang):
            open_ = _Sum(found, value, given=True)
    return found


class _Sum:
    """A number under way: "due" "cento" "venti"; it stands in `found` once something proves it a number."""

    def __init__(self, found: list[float], value: float, *, given: bool = False) -> None:
        self.found, self.done, self.part, self.place = found, 0.0, value, -1
        if given:
            self._tell()

    def scale(self, factor: int) -> None:
        if factor >= 1000:
            self.done, self.part = self.done + (self.part or 1) * factor, 0
        else:
            self.part = (self.part or 1) * factor
        self._tell()

    def takes(self, value: float, lang: str) -> bool:
        """Whether the next word goes on with this number; if so it is added."""
        last = self.part % 100
        if 0 < self.part < 1:
            return value == 1  # "half a dozen"
        if lang == "fr" and last == 4 and value == 20:
            value = 76  # quatre-vingts
        elif not (
            self.part == 0
            or (last == 0 and value < 100)
            or (last >= 20 and last % 10 == 0 and value < 10)
            or (lang == "fr" and last in (10, 60, 80) and value < 20)
        ):
            return False
        self.part += value
        self._tell()
        return True

    def _tell(self) -> None:
        if self.place < 0:
            self.found.append(0)
            self.place = len(self.found) - 1
        self.found[self.place] = self.done + self.part


def _digits(token: str) -> float:
    grouped = _THOUSANDS.match(token)
    if grouped and not token.startswith("0"):
        whole = re.sub(r"\D", "", grouped.group())
        return float(f"{whole}.{token[grouped.end() + 1 :] or 0}")
    return float(token.replace(",", ".").replace(" ", ""))


@cache
def _vocabulary(lang: str) -> dict[str, float]:
    """Words for numbers below a hundred, and below a thousand where a language writes them together."""
    units, tens = _UNITS[lang].split(), _TENS[lang].split()
    words: dict[str, float] = {word: float(value) for value, word in enumerate(units)}
    words |= {word: float(value) for value, word in zip(range(20, 100, 10), tens, strict=True)}
    if lang in ("it", "de"):
        spell = _italian if lang == "it" else _german
        words |= {spell(value, units, tens): float(value) for value in range(20, 1000)}
    if lang == "fr":
        words |= {"vingts": 20.0}
    # Alone they are articles more often than numbers.
    return {word: value for word, value in words.items() if word not in _ONE and word not in _SCALES}


def _word(token: str, lang: str) -> float | None:
    """The value of one word, thousands written together with the rest included ("duemilacinquecento")."""
    words = _vocabulary(lang)
    if token in words or lang not in ("it", "de"):
        return words.get(token)
    for joint in ("mila", "mille") if lang == "it" else ("tausend",):
        before, found, after = token.partition(joint)
        many = words.get(before) if before not in ("", "ein") else 1.0
        rest = words.get(after) if after else 0.0
        if found and many is not None and rest is not None and (before or after):
            return many * 1000 + rest
    return None


def _italian(value: int, units: list[str], tens: list[str]) -> str:
    hundreds, rest = divmod(value, 100)
    head = ("" if hundreds == 1 else units[hundreds]) + "cento" if hundreds else ""
    if rest < 20:
        return head + (units[rest] if rest else "")
    ten, unit = tens[rest // 10 - 2], units[rest % 10] if rest % 10 else ""
    # The vowel falls before uno and otto: ventuno, ventotto.
    return head + (ten[:-1] if unit[:1] in ("u", "o") else ten) + unit


def _german(value: int, units: list[str], tens: list[str]) -> str:
    hundreds, rest = divmod(value, 100)
    head = ("ein" if hundreds == 1 else units[hundreds]) + "hundert" if hundreds else ""
    if rest < 20:
        return head + (units[rest] if rest else "")
    unit = "ein" if rest % 10 == 1 else units[rest % 10]
    return head + (f"{unit}und" if rest % 10 else "") + tens[rest // 10 - 2]
