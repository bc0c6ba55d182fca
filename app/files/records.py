"""One row of a table as every format gives it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Record:
    """One row of data: the line it starts on (1 is the first line of the file) and its cells as given."""

    line: int
    cells: list[str]
    broken: str = ""
    """Why the row could not be taken apart; its `cells` then hold the whole of it, as it stands."""
