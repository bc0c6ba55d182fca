"""The numbers of a reply that may be its rating: each with its place, its scale and its doubt."""

import re
from dataclasses import dataclass
from itertools import islice

from app.language.rating_counts import (
    ASKING,
    COUNTED,
    HOURS,
    NUMBERED,
    ONE_THING,
    PRAISED,
    PRECEDES_COUNT,
    SOMEBODYS,
    TOLD_TO,
)
from app.language.rating_words import (
    ARTICLE,
    FOLLOWS,
    FOLLOWS_SURELY,
    FORMER,
    FORMER_AFTER,
    INEXACT,
    NEGATED,
    NUMBERS,
    OPENS,
    STRONG_CUE,
    WEAK_CUE,
)
from app.language.vocabulary import Rating

_NUMBER_WORDS = "|".join(sorted(NUMBERS, key=len, reverse=True))
_HALF = r"(?: e (?:mezz[oa]|1/2)| and a half| ?,5(?!\d)| virgola cinque| point five)"
_VALUE = rf"(?:\d+(?:[.,]\d+)?|(?:{_NUMBER_WORDS})\b)(?:{_HALF})?"
_CANDIDATE = re.compile(
    rf"(?<![\w.,/:+-])(?P<value>{_VALUE})"
    rf"(?: ?(?:/|su|out of|of|outta|on|over|von|sur) ?(?P<of>\d+|dieci|cinque|cento|ten|five|zehn|dix|cinq|"
    rf"funf)\b(?! ?(?:giorni|days)))?"
    r"(?P<stars> ?(?:stell(?:in)?[ae]|stars?|sterne?|etoiles?|[⭐★🌟]))?(?: (?:su|out of) (?:5|cinque|"
    r"five)\b)?"
    r"(?:\+{1,2}|-(?!\w)|(?: (?:piu|meno|plus|minus)\b(?! di))| e lode)?(?![\w/%°])"
)
_RANGE = re.compile(
    rf"(?:(?:\b(?:tra|fra|between|from|dall'|dal?|da un)(?:(?<=')|\b)(?: il| un| an?| the|"
    rf" l'?)? ?)?(?P<low>{_VALUE}) ?(?:-|/|o|or|e|"
    rf"and|a|to|"
    rf"al|,? forse|,? maybe)"
    rf"(?: (?:forse|maybe|un|an?|il|l'?|the))? ?(?P<high>{_VALUE}))(?![\w/])"
)
_BETWEEN = re.compile(r"\b(?:tra|fra|between|from|dall'|dal?|da un)(?:(?<=')|\b)")
_MANY = 24  # numbers; a letter with more is no answer to a question, time stays bounded
_STATED = (5, 10, 100)  # scales people mean without having been asked
_SCALES = (*_STATED, 20, 50)
_OF_MANY = re.compile(r" [a-z]+ (?:su|out of|of) \d")
_NEXT = re.compile(r" ([a-z]{3,}[sie])\b")
_SENTENCE = re.compile(r"[.!?\n]")
_CLAUSE = re.compile(r"[.!?\n,;:]")


@dataclass(frozen=True, slots=True)
class Found:
    """A rating with the doubt about it: not `firm` when a person should look (verbal, vague, several)."""

    rating: Rating
    firm: bool
    start: int = 0
    former: bool = False
    cued: bool = False


def ranges(text: str, scale: int | None) -> tuple[list[Found], str]:
    """The ranges ("tra 7 e 8"), and the text without them."""
    if not scale:
        return [], text
    found: list[Found] = []
    pieces: list[str] = []
    last = 0
    for match in islice(_RANGE.finditer(text), _MANY):
        middle = _range(text, match, scale)
        if middle is not None:
            found.append(Found(Rating(middle, scale), True, match.start(), cued=True))
        if middle is not None or _other_range(text, match):
            pieces += [text[last : match.start()], "~" * len(match.group())]
            last = match.end()
    return found, "".join(pieces) + text[last:]


def _other_range(text: str, match: re.Match[str]) -> bool:
    """Whether it is a range of hours or of things: "call between 9 and 10", "2-3 mails"."""
    said = before(text, match.start())
    if _asked(text, match, said) or (_BETWEEN.match(match.group()) and HOURS.search(said)):
        return True
    return "-" in match.group() and COUNTED.match(text, match.end()) is not None


def _range(text: str, match: re.Match[str], scale: int) -> float | None:
    low, high = _number(match["low"]), _number(match["high"])
    if not 0 < high - low <= 2 or high > scale or COUNTED.match(text, match.end()):
        return None
    joined = text[match.end("low") : match.start("high")].strip()
    whole = match.end() - match.start() >= len(text.strip(" .!"))
    if joined in ("e", "and", "a", "to", "al") and not whole and not _BETWEEN.match(match.group()):
        return None
    if joined == "/" and high in (5, 10):
        return None
    said = before(text, match.start())
    if PRECEDES_COUNT.search(said) or NEGATED.search(said) or HOURS.search(said) or _asked(text, match, said):
        return None
    return (low + high) / 2


def candidates(text: str, scale: int | None) -> list[Found]:
    """The numbers that may be the rating; of a letter full of numbers its beginning and its end are read."""
    matches = list(_CANDIDATE.finditer(text))
    if len(matches) > 2 * _MANY:
        matches = matches[:_MANY] + matches[-_MANY:]
    found = (_candidate(text, match, scale) for match in matches)
    return [one for one in found if one]


def _candidate(text: str, match: re.Match[str], scale: int | None) -> Found | None:
    said, value = before(text, match.start()), _number(match["value"])
    of = match["of"]
    out_of = float(NUMBERS.get(of, of)) if of else None
    if match["stars"] and out_of is None:
        out_of = 5.0 if value <= 5 else 10.0
    if out_of is not None and out_of not in (_SCALES if scale else _STATED) and out_of != scale:
        return None
    if NEGATED.search(said):
        return None
    cued = out_of is not None or STRONG_CUE.search(said) is not None
    beyond = cued and value in (11, 12) and (out_of or scale) == 10
    value = 10 if beyond else value  # "vi darei 11 se potessi"
    opens = not cued and _opens(text, match, said)
    if not cued and not _stands_as_rating(text, match, said):
        return None
    if _counts(text, match) or (cued and out_of is None and _is_none(text, match)):
        return None
    rating = on_scale(value, out_of or scale, scale)
    if not rating:
        return None
    firm = (cued or opens or ARTICLE.search(said) is not None) and not INEXACT.search(said)
    former = FORMER.search(said) is not None or FORMER_AFTER.match(text, match.end()) is not None
    return Found(rating, firm and not beyond, match.start(), former, cued)


def _opens(text: str, match: re.Match[str], said: str) -> bool:
    """Whether a thought begins with the number ("tutto bene, 9") and goes on as after a rating."""
    if OPENS.search(said) is None and WEAK_CUE.search(said) is None:
        return False
    if FOLLOWS.match(text, match.end()) is not None:
        return True
    return match["value"][0].isdigit() and not _many(text, match.end())


def _counts(text: str, match: re.Match[str]) -> bool:
    """Whether things are counted: "3 ordini", "8 su 10 ordini" (a month after "8/10" is no thing)."""
    place = match.end("value")
    if match["of"] is None:
        several = _number(match["value"]) != 1 and ONE_THING.match(text, place) is not None
        return COUNTED.match(text, place) is not None and not several and TOLD_TO.match(text, place) is None
    if "/" in match.group():
        return False
    return COUNTED.match(text, match.end()) is not None or _many(text, match.end())


def _is_none(text: str, match: re.Match[str]) -> bool:
    """Whether a word after a cue goes on as no rating does: "facciamo due chiacchiere", "you say one click"."""
    if match["value"][0].isdigit():
        return False
    if _small(match):
        said = FOLLOWS.match(text, match.end()) or FOLLOWS_SURELY.match(text, match.end())
        return said is None and TOLD_TO.match(text, match.end()) is None
    return _many(text, match.end())


def _many(text: str, place: int) -> bool:
    """Whether the next word looks like the name of many things: "0 risposte", "8 of 10 boxes"."""
    word = _NEXT.match(text, place)
    return (
        word is not None
        and FOLLOWS.match(text, place) is None
        and TOLD_TO.match(text, place) is None
        and PRAISED.match(word[1]) is None
        and not word[1].endswith("ss")
    )


def _stands_as_rating(text: str, match: re.Match[str], said: str) -> bool:
    """Whether a bare number is an answer and not a count: by its place and by what stands around it."""
    if PRECEDES_COUNT.search(said):
        return NUMBERED.match(text) is not None
    if SOMEBODYS.search(said) or _asked(text, match, said):
        return False
    follows = FOLLOWS.match(text, match.end()) is not None
    first = OPENS.search(said) is not None
    stands = first or ARTICLE.search(said) is not None
    if match["value"][0].isdigit():
        return follows or (stands and _OF_MANY.match(text, match.end()) is None)
    if not _small(match):
        return follows or (stands and not _many(text, match.end()))
    if stands and follows and match["value"] == "zero":
        return True
    surely = FOLLOWS_SURELY.match(text, match.end()) is not None
    alone = not text[match.end() : match.end() + 80].strip(" \"')].!,;:")
    return (stands and surely) or (alone and WEAK_CUE.search(said) is not None and len(said.split()) <= 3)


def _small(match: re.Match[str]) -> bool:
    """Whether the word counts things or is another word ("sei", "uno") more often than it rates."""
    return NUMBERS.get(match["value"].split()[0], 9) <= 3 or match["value"] == "sei"


def _asked(text: str, match: re.Match[str], said: str) -> bool:
    """Whether the number is part of what they ask us: "how much is the 7?", not "8, are you open?"."""
    end = _SENTENCE.search(text, match.end(), match.end() + 80)
    if end is not None and end.group() == "?":
        return ASKING.match(_SENTENCE.split(said)[-1]) is not None
    asking = ASKING.match(_CLAUSE.split(said)[-1])
    return asking is not None and asking["surely"] is not None


def on_scale(value: float, out_of: float | None, scale: int | None) -> Rating | None:
    """`value` of `out_of` on the question's scale (its own where none was asked); none where it does not fit."""
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


def before(text: str, place: int) -> str:
    """The words that can govern a number; a window, so that a letter full of numbers stays quick to read."""
    return text[max(0, place - 80) : place]


def _number(words: str) -> float:
    head = re.match(r"\d+(?:[.,]\d+)?|[a-z]+", words)
    name = head.group() if head else ""
    half = 0.5 if head and words[head.end() :].strip() else 0.0
    return (float(NUMBERS[name]) if name in NUMBERS else float(name.replace(",", "."))) + half
