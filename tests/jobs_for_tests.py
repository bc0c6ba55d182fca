"""Jobs that the queue's tests ring: each leaves a mark where the test can look."""

import time
from pathlib import Path


def mark(file: str, word: str) -> None:
    """Add a line to `file`."""
    with Path(file).open("a") as marks:
        marks.write(f"{word}\n")


def mark_slowly(file: str, word: str) -> None:
    """Say that it began, take its time, say that it ended."""
    mark(file, f"{word} began")
    time.sleep(0.6)
    mark(file, f"{word} ended")


def fail(person: str) -> None:
    """Fail as a job about a person would, naming them."""
    raise ValueError(f"no such person: {person}")
