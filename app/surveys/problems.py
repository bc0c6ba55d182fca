"""What is wrong with a survey file, in words its author can act on."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import BadInput


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` counts from 1, None when the survey was rebuilt from a frozen wave; `where` names the file."""

    line: int | None
    severity: Severity
    text: str
    where: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.where, self.line) if part)
        return f"{place}: {self.text}" if place else self.text


def is_error(problem: Problem) -> bool:
    """Whether it forbids sending; a warning deserves a look."""
    return problem.severity is Severity.ERROR


class BadSurvey(BadInput):
    """A survey cannot be used; `problems` holds every error found, each with its line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
