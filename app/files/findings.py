"""The two files an import leaves for people: rows it could not take, and cells it left empty.

Both hold the rows as they were given, beside columns that say what is wrong: mended, they are imported again.
"""

import csv
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.errors import BadInput

LINE, SOURCE = "riattiva_line", "riattiva_source"
COLUMNS = (LINE, "riattiva_field", "riattiva_value", "riattiva_reason", SOURCE)
# A spreadsheet runs what begins so; an apostrophe makes it text again.
_ACTIVE = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")

csv.field_size_limit(1 << 24)


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that could not be used."""

    field: str
    value: str
    reason: str


class Findings:
    """Writes each file when its first line comes, so that no empty one is left."""

    def __init__(self, rejects: Path, header: Sequence[str] = (), source: str = "") -> None:
        self.rejects, self.warnings = rejects, rejects.with_name(f"{rejects.stem}-warnings.csv")
        self._head = [harmless(name) for name in (*COLUMNS, *header)]
        self._source = harmless(source)
        self._open: dict[Path, IO[str]] = {}
        self._stack = ExitStack()
        try:
            rejects.parent.mkdir(parents=True, exist_ok=True)
            for earlier in (self.rejects, self.warnings):
                earlier.unlink(missing_ok=True)
        except OSError as error:
            raise BadInput(f"rejects cannot be written here: {error.strerror}", where=str(rejects)) from None

    def note(self, file: Path, line: int, problem: Problem, cells: Sequence[str]) -> None:
        """Say what is wrong with the row on `line`, in `rejects` or in `warnings`."""
        if file not in self._open:
            handle = file.open("w", encoding="utf-8-sig", errors="replace", newline="")
            self._open[file] = self._stack.enter_context(handle)
            csv.writer(handle).writerow(self._head)
        said = [harmless(cell) for cell in (problem.field, problem.value, problem.reason)]
        given = [harmless(cell) for cell in cells]
        csv.writer(self._open[file]).writerow([str(line), *said, self._source, *given])

    def written(self, file: Path) -> str | None:
        return str(file) if file in self._open else None

    def close(self) -> None:
        self._stack.close()


def harmless(cell: str) -> str:
    """The cell as a spreadsheet may open it; `as_given` undoes it."""
    return f"'{cell}" if _ACTIVE.match(cell) else cell


def as_given(cell: str) -> str:
    """The cell without the apostrophe that `harmless` put before it."""
    return cell[1:] if _GUARDED.match(cell) else cell
