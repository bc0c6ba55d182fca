"""A rule as people write it: the text, what it says, and on which line."""

from dataclasses import dataclass
from typing import Any

from app.errors import BadInput
from app.surveys.document import Lines, parse_document

LONGEST = 50_000
"""Characters of a rule."""


@dataclass(frozen=True, slots=True)
class Written:
    """A rule with the text it was read from; `where` names the file, or is empty."""

    text: str
    rule: Any
    lines: Lines
    where: str = ""


def read(text: str, where: str = "") -> Written:
    """A rule from YAML or JSON; raises BadInput with the line when it is neither. The rule itself is not checked."""
    if len(text) > LONGEST:
        raise BadInput(f"a rule of more than {LONGEST} characters", where=where)
    try:
        value, lines, problems = parse_document(text, where)
    except RecursionError:
        raise BadInput("lists stand in each other too deep", where=where) from None
    if problems:
        raise BadInput("\n".join(f"{'' if where else 'line '}{problem}" for problem in problems))
    return Written(text, value, lines, where)
