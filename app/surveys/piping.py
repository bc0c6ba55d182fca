"""Puts a contact's own values, and what they answered, into the words of a survey."""

import re
from collections.abc import Mapping

VALUES: Mapping[str, str] = {
    "first_name": "the contact's first name",
    "last_name": "the contact's last name",
    "company": "the company the contact works for",
    "organisation": "our organisation or brand, as contacts know it",
    "owner": "the person at our organisation who looks after the contact",
}
OPTIONS = "options"
ANSWER, ATTRIBUTE = "answer.", "attribute."

_PLACE = re.compile(r"(?P<before>[ \t]?)\{(?P<name>\w+(?:\.[\w.-]+)?)\}")
_DANGLING = re.compile(r"^\s*[,;:.!?]|,\s*[,;:.!?]", re.MULTILINE)
_SPACES = re.compile(r"\s+")


def names(text: str) -> set[str]:
    """The names a text asks for, such as first_name or answer.nps."""
    return {match["name"] for match in _PLACE.finditer(text)}


def only(text: str, prefix: str) -> str | None:
    """What follows `prefix` in the name that is the whole text: "topics" of "{answer.topics}"."""
    match = _PLACE.fullmatch(text.strip())
    return match["name"].removeprefix(prefix) if match and match["name"].startswith(prefix) else None


def stray_brace(text: str) -> bool:
    """Whether a brace is left over once every {name} is taken out: a typing slip the contact would see."""
    return any(brace in _PLACE.sub("", text) for brace in "{}")


def fill(text: str, values: Mapping[str, str], fallbacks: Mapping[str, str]) -> str:
    """The text with each {name} replaced, in one pass, so that a value is never read as a placeholder.

    A value that is missing or blank gives way to its fallback; an empty fallback takes the space before it
    along, so that "Ciao {first_name}," becomes "Ciao,".
    """

    def replaced(match: re.Match[str]) -> str:
        name = match["name"]
        value = _SPACES.sub(" ", values.get(name) or "").strip() or fallbacks.get(name, "")
        return match["before"] + value if value else ""

    return _PLACE.sub(replaced, text)


def reads_badly(text: str) -> bool:
    """Whether a filled text shows the hole of an empty value: a line that begins with a comma, or ",?"."""
    return _DANGLING.search(text) is not None
