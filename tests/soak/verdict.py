"""Whether what was measured over time stands still: a straight line through each figure, and its bounds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression, median

HOUR = 3600.0
WARM = 0.3
"""The share of the time in which caches fill and modules are read: measured, and not judged."""
UNJUDGED = ("sandbox", "database MB", "redis keys")
"""The sandbox is the outside world and remembers every message; the others grow with what is kept, on purpose."""


@dataclass(frozen=True, slots=True)
class Bound:
    """It fails when it grows faster than `per_hour`, and has grown by more than `step` while it was judged: a short
    run says nothing of hours, and a single step is no growth."""

    step: float
    per_hour: float


MEMORY = Bound(step=6.0, per_hour=60.0)
FILES = Bound(step=16.0, per_hour=120.0)
WAITING = Bound(step=200.0, per_hour=1000.0)
LAG = Bound(step=20.0, per_hour=60.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure over the judged time."""

    name: str
    first: float
    last: float
    most: float
    per_hour: float
    grew: float
    bad: bool


def bound_of(name: str) -> Bound | None:
    """What holds for this figure; None when it may do as it likes."""
    if name.removesuffix(" MB").removesuffix(" files") in UNJUDGED or name in UNJUDGED:
        return None
    if name == "lag s":
        return LAG
    return FILES if name.endswith(" files") else MEMORY if name.endswith(" MB") else WAITING


def judge(name: str, points: Sequence[tuple[float, float]]) -> Line:
    """`points` are (second, figure), in order; there must be two after the warm-up at least."""
    begin = points[0][0] + WARM * (points[-1][0] - points[0][0])
    judged = [point for point in points if point[0] >= begin]
    seconds, figures = [at for at, _ in judged], [figure for _, figure in judged]
    slope = linear_regression(seconds, figures).slope
    third = max(1, len(figures) // 3)
    # The middle of the last third against that of the first: a single high figure is a wave just launched.
    grew = median(figures[-third:]) - median(figures[:third])
    bound = bound_of(name)
    bad = bound is not None and grew > bound.step and slope * HOUR > bound.per_hour
    return Line(
        name, points[0][1], points[-1][1], max(figure for _, figure in points), slope * HOUR, grew, bad
    )
