"""A whole name in one cell as first name and surname: order, titles, particles. Honest where it cannot know."""

import re
from collections.abc import Iterable

from app.contacts.names import is_first_name

_TITLES = re.compile(
    r"^(?:(?:dott|dr|prof)\.?\s?(?:ssa|re|essa)\b\.?|sig\.?\s?(?:ra|na|rina)?\b\.?|(?:dott|dr|prof|ing|avv|arch|geom|rag|cav|comm|on"
    r"|mr|mrs|ms|miss|herr|frau|sir|p\.?\s?i|per\.?\s?ind)\b\.?|(?:signora?|dottore|dottoressa|professore|professoressa"
    r"|ingegner[ea]?|avvocato|architetto|geometra|ragioniere)\b)\s*",
    re.I,
)
_PARTICLES = frozenset((
    "de", "di", "da", "del", "della", "dello", "dei", "degli", "dal", "dalla", "d", "lo", "la", "le", "li", "van",
    "von", "der", "den", "des", "du", "dos", "das", "san", "santa", "mc", "el", "al", "ten", "ter", "zu",
))  # fmt: skip


def split(full: str, *, surname_first: bool = False) -> tuple[str | None, str | None]:
    """(first name, surname), each as it was written; None where the cell does not give it.

    A comma, a surname alone in capitals, a particle and names everybody knows tell the order; else
    `surname_first` does, which is the custom of the file.
    """
    name = full.strip()
    while (bare := _TITLES.sub("", name, count=1).strip()) and bare != name:
        name = bare
    if "," in name:
        last, _, first = name.partition(",")
        return _TITLES.sub("", first.strip()).strip() or None, last.strip() or None
    words = name.split()
    if len(words) < 2:
        return name or None, None
    start = _surname(words, surname_first=surname_first)
    end = _end(words, start)
    return " ".join(words[:start] + words[end:]) or None, " ".join(words[start:end]) or None


def surname_first(names: Iterable[str], header: str) -> bool:
    """Whether a column writes the surname first: its header says so, or its names do."""
    if re.search(r"cognome\W+(?:e\W+)?nome|last\W+first|surname\W", header, re.I):
        return True
    if re.search(r"nome\W+(?:e\W+)?cognome|first\W+last", header, re.I):
        return False
    ahead = behind = 0
    for name in names:
        words = name.split()
        if len(words) == 2 and is_first_name(words[0]) != is_first_name(words[1]):
            ahead, behind = ahead + is_first_name(words[0]), behind + is_first_name(words[1])
    return behind > ahead


def _surname(words: list[str], *, surname_first: bool) -> int:
    """Where the surname begins."""
    capitals = [word.isupper() and len(word) > 1 for word in words]
    if any(capitals) and not all(capitals):
        return capitals.index(True)
    if words[0].lower().rstrip("'’") in _PARTICLES and len(words) > 2:
        return 0
    particle = next((n for n, word in enumerate(words[1:-1], 1) if word.lower() in _PARTICLES), 0)
    if particle:
        return particle
    known = [is_first_name(word) for word in words]
    if known[-1] and not known[0]:
        return 0
    if known[0] and not known[-1]:
        return next((n for n, one in enumerate(known) if not one), 1)
    return 0 if surname_first else len(words) - 1 if len(words) > 2 and known[1] else 1


def _end(words: list[str], place: int) -> int:
    """Where it ends: at the end of the name, or before the first names that follow it."""
    if place:
        return len(words)
    capitals = [word.isupper() and len(word) > 1 for word in words]
    if any(capitals) and not all(capitals):
        return capitals.index(False) if capitals[0] else len(words)
    start = 1
    while start < len(words) - 1 and words[start - 1].lower().rstrip("'’") in _PARTICLES:
        start += 1
    while start < len(words) - 1 and not is_first_name(words[start]):
        start += 1
    return start
