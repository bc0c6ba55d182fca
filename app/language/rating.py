"""Finds the one rating a reply gives, knowing the scale and the many numbers that are no rating."""

import re
from dataclasses import replace

from app.language.normal import normalise
from app.language.rating_counts import NO_RATING
from app.language.rating_numbers import Found, before, candidates, on_scale, ranges
from app.language.rating_spelling import respelt
from app.language.rating_words import CONCLUDES, CORRECTION, MARKS, NUMBERS, OVERALL, REFUSAL, VERBAL
from app.language.vocabulary import Rating

__all__ = ["Found", "find", "find_rating"]

_STARS = re.compile(r"[⭐★🌟](?:[ ]?[⭐★🌟☆])*")
_BY_DIGIT = re.compile(r"\d ?[⭐★🌟]|[⭐★🌟☆] ?\d")  # "4 ⭐", "🌟 9 🌟"
_FILLER = re.compile(
    r"\b(?:direi|un|e|il|lo|la|molto|davvero|it|was|its|is|an?|very|really|tutto|voto|grazie|thanks|"
    r"thank you|stato|assolutamente|simply|just|rating|mah|the|your)\b|[^\w ]"
)
_SPOKEN = 200  # characters; a mark in words is told in a sentence
_DENIED = re.compile(
    r"\b(?:non|not|no|niente|senza|without|nessun\w*|never|mai|sotto|below|dont|cant|far from)\b"
)
_ALTHOUGH = re.compile(r"\b(?:ma|but|pero|se|if|aber|mais)\b")
_SIGN = re.compile(r"[\d⭐★🌟]")
_LETTERS = re.compile(r"[a-z]+")


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
    if not _SIGN.search(text) and NUMBERS.keys().isdisjoint(_LETTERS.findall(text)):
        return _verbal(text, scale) if scale else None
    refused = REFUSAL.search(text)
    if refused and not _ALTHOUGH.search(text, refused.end()):
        return None
    text = NO_RATING.sub(lambda match: "~" * len(match.group()), text)
    starred = _starred(text, scale)
    if starred:
        return starred
    found, text = ranges(text, scale)
    found += candidates(text, scale)
    if found:
        return _choose(text, sorted(found, key=lambda one: one.start))
    return _verbal(text, scale) if scale else None


def _starred(text: str, scale: int | None) -> Found | None:
    match = _STARS.search(text)
    if not match or _BY_DIGIT.search(text[max(0, match.start() - 2) : match.end() + 2]):
        return None
    count = sum(1 for char in match.group() if char != "☆")
    rating = on_scale(count, 5 if count <= 5 else 10, scale)
    return Found(rating, True) if rating and (count > 1 or len(text) < 12) else None


def _choose(text: str, found: list[Found]) -> Found:
    """A correction's before today's, today's before what is called overall, that before the first."""
    corrections = list(CORRECTION.finditer(text)) if len(found) > 1 or not found[0].firm else []
    if corrections:
        later = [one for one in found if one.start >= corrections[-1].start()]
        later = [one for one in later if not one.former] or later
        if later:
            return replace(later[0], firm=True)
    present = [one for one in found if not one.former] or found
    overall = [one for one in present if OVERALL.search(before(text, one.start))]
    if overall:
        return overall[0]
    concluded = [one for one in present if CONCLUDES.search(before(text, one.start))]
    if len(concluded) == 1 and len(present) > 1:
        return concluded[0]
    cued = [one for one in present if one.cued] or present
    rivals = {one.rating.value for one in cued if one.firm} | {cued[0].rating.value}
    return cued[0] if len(rivals) == 1 else replace(cued[0], firm=False)


def _verbal(text: str, scale: int) -> Found | None:
    """A mark in words counts only when it is the whole answer; its value is our reading, hence never firm."""
    text = text[:_SPOKEN]
    bare = " ".join(text.split()).strip(" .!")
    if bare not in VERBAL:
        bare = " ".join(_FILLER.sub(" ", bare).split())
    share = VERBAL.get(bare)
    for marks, worth in MARKS:
        told = marks.search(text) if share is None else None
        if told and not _DENIED.search(text[: told.start()]):
            share = worth
    if share is None:
        return None
    value = round(share * scale + 0.01)
    return Found(Rating(float(max(value, 1) if scale == 5 else value), scale), firm=False)
