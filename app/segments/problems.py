"""What is wrong with a rule, said with the place in it, so that its author finds and mends it."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from app.errors import BadInput
from app.surveys.document import Lines, line_of

_LONG = 20
Place = tuple[str | int, ...]
"""The way to a part of a rule: keys, and numbers of list items from 0."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: at which place, and how to mend it; `line` counts from 1 where there is a text."""

    place: Place
    what: str
    mend: str = ""
    line: int | None = None

    def __str__(self) -> str:
        said = f"{self.what}. {self.mend}" if self.mend else self.what
        named = name(self.place)
        return f"{named}: {said}" if named else said


class BadRule(BadInput):
    """A rule that cannot be used; `wrongs` holds everything found. `where` names the file or segment it is in."""

    def __init__(self, wrongs: Iterable[Wrong], where: str = "") -> None:
        self.wrongs = tuple(wrongs)
        super().__init__("\n".join(_told(wrong, where) for wrong in self.wrongs))

    def within(self, where: str, lines: Lines) -> "BadRule":
        """The same, said with the lines of the text the rule was read from."""
        return BadRule(
            (Wrong(one.place, one.what, one.mend, line_of(lines, one.place)) for one in self.wrongs), where
        )


def wrong(place: Place, what: str, mend: str = "") -> NoReturn:
    """Refuse the rule for one thing."""
    raise BadRule([Wrong(place, what, mend)])


def one_of(given: Any, known: Collection[str], place: Place, kind: str) -> str:
    """`given`, which must be one of `known`; otherwise the rule is refused, with what was probably meant."""
    if isinstance(given, str) and given in known:
        return given
    near = difflib.get_close_matches(str(given), known, n=1)
    listed = f"Known here: {', '.join(known)}."
    hint = f"Did you mean `{near[0]}`?" if near else ""
    # A long list would hide what was probably meant.
    wrong(
        place, f"{given!r} is no {kind}", hint if near and len(known) > _LONG else f"{hint} {listed}".strip()
    )


def mapping(given: Any, place: Place, holds: str) -> Mapping[str, Any]:
    """`given`, which must be a filled mapping with text keys; `holds` says of what."""
    if not isinstance(given, Mapping) or not given:
        wrong(place, f"here stand {holds}", "Write them as `name: value`, one to a line.")
    for key in given:
        if not isinstance(key, str):
            wrong(place, f"{key!r} is no name", "Put it in quotes.")
    return given


def name(place: Place) -> str:
    """How a place is told to people, who count from 1: `all[2].attributes.city`."""
    parts = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place)
    return parts.removeprefix(".")


def _told(one: Wrong, where: str) -> str:
    return ": ".join(part for part in (where, f"line {one.line}" if one.line else "", str(one)) if part)
