"""The two files an import leaves for people: rows it could not take, and cells it left empty."""

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from app.errors import BadInput
from app.files import tables

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that could not be used."""

    field: str
    value: str
    reason: str


class Findings:
    """Writes each file when its first line comes, so that no empty one is left."""

    def __init__(self, rejects: Path) -> None:
        self.rejects, self.warnings = rejects, rejects.with_name(f"{rejects.stem}-warnings.csv")
        self._open: dict[Path, TextIO] = {}
        self._stack = ExitStack()
        try:
            rejects.parent.mkdir(parents=True, exist_ok=True)
            for stale in (self.rejects, self.warnings):
                stale.unlink(missing_ok=True)
        except OSError as error:
            raise BadInput(f"rejects cannot be written here: {error.strerror}", where=str(rejects)) from None

    def note(self, file: Path, line: int, problem: Problem, cells: Sequence[str]) -> None:
        if file not in self._open:
            self._open[file] = self._stack.enter_context(file.open("w", encoding="utf-8-sig", newline=""))
            csv.writer(self._open[file]).writerow(("line", "field", "value", "reason", "row"))
        given = (str(line), problem.field, problem.value, problem.reason, tables.as_line(cells))
        csv.writer(self._open[file]).writerow([_harmless(cell) for cell in given])

    def written(self, file: Path) -> str | None:
        return str(file) if file in self._open else None

    def close(self) -> None:
        self._stack.close()


def _harmless(cell: str) -> str:
    # A spreadsheet runs what begins so; an apostrophe makes it text again.
    return f"'{cell}" if cell.startswith(_ACTIVE) else cell
