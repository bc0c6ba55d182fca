"""Finds the one rating a reply gives, knowing the scale and the many numbers that are no rating."""

import re
from dataclasses import dataclass, replace

from app.language.normal import normalise
from app.language.rating_spelling import respelt
from app.language.rating_words import (
    ARTICLE,
    CORRECTION,
    COUNTED,
    FOLLOWS,
    FOLLOWS_SURELY,
    FORMER,
    INEXACT,
    NEGATED,
    NUMBERS,
    PRECEDES_COUNT,
    REFUSAL,
    STRONG_CUE,
    VERBAL,
    WEAK_CUE,
)
from app.language.vocabulary import Rating

_NUMBER_WORDS = "|".join(sorted(NUMBERS, key=len, reverse=True))
_HALF = r"(?: e (?:mezz[oa]|1/2)| and a half| ?,5(?!\d)| virgola cinque| point five)"
_VALUE = rf"(?:\d+(?:[.,]\d+)?|(?:{_NUMBER_WORDS})\b)(?:{_HALF})?"
_CANDIDATE = re.compile(
    rf"(?<![\w.,/:+-])(?P<value>{_VALUE})"
    rf"(?: ?(?:/|su|out of|of|on|over|von|sur) ?(?P<of>\d+|dieci|cinque|cento|ten|five|zehn|dix|cinq|"
    rf"funf)\b(?! ?(?:giorni|days)))?"
    r"(?P<stars> ?(?:stell(?:in)?[ae]|stars?|sterne?|etoiles?|[⭐★🌟]))?(?: (?:su|out of) (?:5|cinque|five)\b)?"
    r"(?:\+{1,2}|-(?!\w)|(?: (?:piu|meno|plus|minus)\b(?! di))| e lode)?(?![\w/%°])"
)
_RANGE = re.compile(
    rf"(?:(?:\b(?:tra|fra|between|from|dal?|da un)\b(?: il| un| l'?)? ?)?(?P<low>{_VALUE}) ?(?:-|/|o|or|e|"
    rf"and|a|to|"
    rf"al|,? forse|,? maybe)"
    rf"(?: (?:forse|maybe|un|a|il|l'?))? ?(?P<high>{_VALUE}))(?![\w/])"
)
_BETWEEN = re.compile(r"\b(?:tra|fra|between|from|dal?|da un)\b")
_STARS = re.compile(r"[⭐★🌟](?:[ ]?[⭐★🌟☆])*")
_NO_RATING = re.compile(
    r"\b(?:(?:da|from|between|tra|of|scala|scale) ){1,3}(?:[01]|zero|uno|one) (?:a|to|e|and|-) (?:5|10|100|"
    r"dieci|ten|cinque|five)\b|"
    r"https?://\S+|\S+@\S+|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b(?:24/7|h24|24h)\b|\b\d{1,2}:\d{2}\b|"
    r"\b(?:l'|il |dal |dall'|del |dell'|entro il |on )\d{1,2}/\d{1,2}\b|"
    r"(?:\+|\b00)?\d(?:[ ./-]?\d){6,}|\b\d{1,3}(?:\.\d{3})+\b|\b\d+(?:[.,]\d+)? ?%|(?:[€$£]|\beuro|"
    r"\beur) ?\d+(?:[.,]\d+)?|"
    r"\b(?:alle|ore|dalle|at) \d{1,2}(?:[.:,]\d{2})?|\b\d+[.,]\d{3,}|\bdue (?:parole|righe)|\b(?:an?|"
    r"l')? ?hundred\b(?! percent)|"
    r"\b(?:sei|uno|one) (?:dei|di|delle|of|degli)\b|\b(?:no|every|any|some|this|that|which|the|"
    r"which) one\b|"
    r"\b(?:tra|fra|in|within|dopo|after|da|per|for) \d+ ?(?:gg?|d|h|m)\b"
)
_FILLER = re.compile(
    r"\b(?:direi|un|e|il|lo|la|molto|davvero|it|was|its|is|an?|very|really|tutto|voto|grazie|thanks|"
    r"thank you|stato|assolutamente|simply|just|rating|mah|the|your)\b|[^\w ]"
)
# A number that is the whole answer, told by its name: "n. 5".
_NUMBERED = re.compile(r"\W*(?:n|nr|num|numero|number|no|#)[ .:°]*\d+\W*$")
_OVERALL = re.compile(r"\b(?:compless\w+|overall|in totale|totale|in generale)\b[^,;.]*$")
_WORTH = {
    "dieci": 10.0,
    "cinque": 5.0,
    "cento": 100.0,
    "ten": 10.0,
    "five": 5.0,
    "zehn": 10.0,
    "dix": 10.0,
    "cinq": 5.0,
    "funf": 5.0,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A rating with the doubt about it: not `firm` when a person should look (verbal, vague, several)."""

    rating: Rating
    firm: bool
    start: int = 0
    former: bool = False
    cued: bool = False


def find_rating(text: str, scale: int | None) -> Rating | None:
    """The rating `text` gives on a question whose maximum is `scale` (10: 0 to 10; 5: 1 to 5), or none.

    A different stated scale is converted ("4/5" on 10 is 8); "sette più" is 7, "otto e mezzo" 8.5, a
    range its middle, stars count double on a scale of 10. Without a scale only a rating that states its
    own ("8/10", "4 stelle") is taken.
    """
    found = find(normalise(text).text, scale)
    return found.rating if found else None


def find(text: str, scale: int | None) -> Found | None:
    """`find_rating` on text in normal form, with its doubt."""
    text = respelt(text)
    refused = REFUSAL.search(text)
    if refused and not re.search(r"\b(?:ma|but|pero|se|if|aber|mais)\b", text[refused.end() :]):
        return None
    text = _NO_RATING.sub(lambda match: "~" * len(match.group()), text)
    starred = _starred(text, scale)
    if starred:
        return starred
    found = _ranges(text, scale)
    taken = {range_.start for range_ in found}
    text = _without_ranges(text, scale)
    found += [one for one in _candidates(text, scale) if one.start not in taken]
    if found:
        return _choose(text, sorted(found, key=lambda one: one.start))
    return _verbal(text, scale) if scale else None


def _starred(text: str, scale: int | None) -> Found | None:
    match = _STARS.search(text)
    if not match or re.search(r"\d ?$", _before(text, match.start())):
        return None
    count = sum(1 for char in match.group() if char != "☆")
    rating = _on_scale(count, 5 if count <= 5 else 10, scale)
    return Found(rating, True) if rating and (count > 1 or len(text) < 12) else None


def _ranges(text: str, scale: int | None) -> list[Found]:
    if not scale:
        return []
    found = []
    for match in _RANGE.finditer(text):
        middle = _range(text, match, scale)
        if middle is not None:
            found.append(Found(Rating(middle, scale), True, match.start(), cued=True))
    return found


def _range(text: str, match: re.Match[str], scale: int) -> float | None:
    low, high = _number(match["low"]), _number(match["high"])
    if not 0 < high - low <= 2 or high > scale or COUNTED.match(text, match.end()):
        return None
    joined = text[match.end("low") : match.start("high")].strip()
    if joined in ("e", "and", "a", "to", "al") and not _BETWEEN.match(match.group()):
        return None
    if joined == "/" and high in (5, 10):
        return None
    before = _before(text, match.start())
    if PRECEDES_COUNT.search(before) or NEGATED.search(before):
        return None
    return (low + high) / 2


def _without_ranges(text: str, scale: int | None) -> str:
    def blank(match: re.Match[str]) -> str:
        return "~" * len(match.group()) if scale and _range(text, match, scale) is not None else match.group()

    return _RANGE.sub(blank, text)


def _candidates(text: str, scale: int | None) -> list[Found]:
    found = []
    for match in _CANDIDATE.finditer(text):
        one = _candidate(text, match, scale)
        if one:
            found.append(one)
    return found


def _candidate(text: str, match: re.Match[str], scale: int | None) -> Found | None:
    before, value = _before(text, match.start()), _number(match["value"])
    of = match["of"]
    out_of = (_WORTH[of] if of in _WORTH else float(of)) if of else None
    if match["stars"] and out_of is None:
        out_of = 5.0 if value <= 5 else 10.0
    if out_of is not None and (out_of not in (5, 10, 100) and out_of != scale):
        return None
    if NEGATED.search(before) or (re.search(r"-$", match["value"]) is not None):
        return None
    cued = out_of is not None or STRONG_CUE.search(before) is not None
    if not cued and not _stands_as_rating(text, match):
        return None
    if _counts(text, match):
        return None
    rating = _on_scale(value, out_of or scale, scale)
    if not rating:
        return None
    firm = not INEXACT.search(before)
    return Found(rating, firm, match.start(), FORMER.search(before) is not None, cued)


def _counts(text: str, match: re.Match[str]) -> bool:
    """Whether things are counted: "3 ordini", "8 su 10 ordini" (a month after "8/10" is no thing)."""
    spelt_out = match["of"] is not None and "/" not in match.group()
    return COUNTED.match(text, match.end() if spelt_out else match.end("value")) is not None and (
        match["of"] is None or spelt_out
    )


def _stands_as_rating(text: str, match: re.Match[str]) -> bool:
    """Whether a bare number is an answer and not a count: by its place and by what stands around it."""
    before = _before(text, match.start())
    if PRECEDES_COUNT.search(before):
        return _NUMBERED.match(text) is not None
    first = not text[: match.start()].strip(" \"'([-*:.,!")
    follows = FOLLOWS.match(text, match.end()) is not None
    article = ARTICLE.search(before) is not None
    if match["value"][0].isdigit():
        return first or follows or article
    surely = FOLLOWS_SURELY.match(text, match.end()) is not None
    alone = not text[match.end() :].strip(" \"')].!,;:")
    if NUMBERS.get(match["value"].split()[0], 0) <= 3 or match["value"] == "sei":
        return ((first or article) and surely) or (
            alone and WEAK_CUE.search(before) is not None and len(before.split()) <= 3
        )
    return follows or ((first or article) and surely)


def _choose(text: str, found: list[Found]) -> Found:
    """A correction's before today's, today's before what is called overall, that before the first."""
    corrections = list(CORRECTION.finditer(text))
    if corrections:
        later = [one for one in found if one.start >= corrections[-1].start()]
        if later:
            return replace(later[0], firm=True)
    present = [one for one in found if not one.former] or found
    overall = [one for one in present if _OVERALL.search(_before(text, one.start))]
    if overall:
        return overall[0]
    cued = [one for one in present if one.cued] or present
    same = {one.rating.value for one in cued}
    return cued[0] if len(same) == 1 else replace(cued[0], firm=False)


def _on_scale(value: float, out_of: float | None, scale: int | None) -> Rating | None:
    if out_of is None or value > out_of:
        return None
    if scale is None:
        return Rating(value, int(out_of))
    moved = round(value * scale / out_of, 2) if out_of != scale else value
    if scale == 5:
        if value == 0:
            return None
        moved = max(1.0, moved)
    return Rating(moved, scale)


def _before(text: str, place: int) -> str:
    """The words that can govern a number; a window, so that a letter full of numbers stays quick to read."""
    return text[max(0, place - 80) : place]


def _number(words: str) -> float:
    head = re.match(r"\d+(?:[.,]\d+)?|[a-z]+", words)
    name = head.group() if head else ""
    half = 0.5 if head and words[head.end() :].strip() else 0.0
    return (float(NUMBERS[name]) if name in NUMBERS else float(name.replace(",", "."))) + half


def _verbal(text: str, scale: int) -> Found | None:
    """A mark in words counts only when it is the whole answer; its value is our reading, hence never firm."""
    bare = " ".join(text.split()).strip(" .!")
    if bare not in VERBAL:
        bare = " ".join(_FILLER.sub(" ", bare).split())
    share = VERBAL.get(bare)
    if share is None:
        return None
    value = round(share * scale)
    return Found(Rating(float(max(value, 1) if scale == 5 else value), scale), firm=False)
