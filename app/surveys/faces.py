"""The faces of an email: which of its paragraphs somebody gets hangs on their attributes."""

from collections.abc import Iterator, Mapping
from itertools import product

from app.surveys.conditions import Facts, holds
from app.surveys.survey import Condition, EmailWords

_OTHER = ""
"""An attribute's value that no condition names, or none at all."""


def face(words: EmailWords, attributes: Mapping[str, str]) -> str:
    """What this contact sees, as a name: one sign for each condition, 1 where it holds; "" without conditions."""
    facts = Facts({}, {}, attributes)
    return "".join("1" if holds(condition, facts) else "0" for condition in _conditions(words))


def faces(words: EmailWords) -> Mapping[str, tuple[str, ...]]:
    """Every face that somebody could see, with its paragraphs; of an email without conditions the one."""
    return {name: tuple(_paragraphs(words, name)) for name in sorted(_names(words))}


def attributes(words: EmailWords) -> Mapping[str, tuple[str, ...]]:
    """The attributes its conditions name, with the values they compare them with."""
    named: dict[str, dict[str, None]] = {}
    for condition in _conditions(words):
        for part in condition.parts():
            if part.attribute is not None:
                named.setdefault(part.attribute, {}).update(dict.fromkeys(part.among))
    return {name: tuple(values) for name, values in named.items()}


def _names(words: EmailWords) -> set[str]:
    named = attributes(words)
    each = product(*((*values, _OTHER) for values in named.values()))
    return {face(words, dict(zip(named, values, strict=True))) for values in each}


def _paragraphs(words: EmailWords, name: str) -> Iterator[str]:
    seen = dict(zip(_conditions(words), name, strict=True))
    for part in words.body:
        if part.when is None or seen[part.when] == "1":
            yield part.text


def _conditions(words: EmailWords) -> tuple[Condition, ...]:
    """Each condition once, in the order of the paragraphs."""
    return tuple(dict.fromkeys(part.when for part in words.body if part.when is not None))
