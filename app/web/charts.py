"""The arithmetic of the charts: figures in, lengths and places out, so that templates only draw. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

COLUMN, GAP, HEIGHT = 24, 6, 110
"""The NPS histogram in SVG user units: width of a column, space between two, the tallest column."""
HOUR_WIDTH = 480
"""All hours of a chart together; drawn as wide as there is room."""
LINE_WIDTH, LINE_HEIGHT = 120, 28
"""The line of somebody's ratings."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A named figure; `whole` is what its share is taken of, `unit` says what is counted."""

    name: str
    value: int
    whole: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One score of the histogram: its figure and where its column stands (y grows downwards)."""

    score: int
    value: int
    tone: str
    x: float
    y: float
    height: float


def sparkline(values: Sequence[float], most: float) -> list[tuple[float, float]]:
    """Where the points of a line stand in a box of LINE_WIDTH by LINE_HEIGHT; the first value is the leftmost."""
    step = LINE_WIDTH / max(len(values) - 1, 1)
    return [
        (round(number * step, 1), round(LINE_HEIGHT * (1 - one / most), 1))
        for number, one in enumerate(values)
    ]


@dataclass(frozen=True, slots=True)
class Hour:
    """What happened in one hour, and where its column stands in a box of HOUR_WIDTH by HEIGHT."""

    begins: datetime
    value: int
    x: float
    y: float
    height: float


def hours(begins: Sequence[datetime], values: Sequence[int]) -> list[Hour]:
    """A column per hour, the busiest being the tallest; where nothing happened nothing stands."""
    most, width = max(values, default=0) or 1, HOUR_WIDTH / max(len(values), 1)
    columns = []
    for number, (start, value) in enumerate(zip(begins, values, strict=True)):
        height = max(HEIGHT * value / most, 2.0) if value else 0.0
        columns.append(
            Hour(start, value, round(number * width, 2), round(HEIGHT - height, 2), round(height, 2))
        )
    return columns


def funnel(figures: Mapping[str, Any]) -> list[Bar]:
    """From selected to re-engaged; messages are counted as messages, people as people."""
    planned, treated = figures["planned"], figures["treated"]
    return [
        Bar("selected", figures["selected"], unit="people"),
        Bar("treated", treated, figures["selected"], "people"),
        Bar("accepted", figures["accepted"], planned, "messages"),
        Bar("delivered", figures["delivered"], planned, "messages"),
        Bar("answered", figures["answered"], treated, "people"),
        Bar("reengaged", figures["reengaged"], treated, "people"),
    ]


def histogram(by_value: Mapping[str, int]) -> list[Column]:
    """A column per score from 0 to 10, the most frequent score being the tallest."""
    most = max(by_value.values(), default=0) or 1
    columns = []
    for score in range(11):
        value = by_value.get(str(score), 0)
        height = max(HEIGHT * value / most, 1.5)
        columns.append(
            Column(
                score=score,
                value=value,
                tone="good" if score >= 9 else "fair" if score >= 7 else "poor",
                x=score * (COLUMN + GAP),
                y=HEIGHT - height,
                height=height,
            )
        )
    return columns
