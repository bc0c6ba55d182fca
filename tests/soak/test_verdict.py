"""What grows without end is told from what warms up, jumps once or swings."""

import random
from collections.abc import Callable

import pytest

from tests.soak.verdict import judge

MINUTES = 10
CASES: list[tuple[str, Callable[[float], float], bool]] = [
    ("web MB", lambda at: 170 + at / 30, True),
    ("web MB", lambda at: 170 + at / 300, False),
    ("web MB", lambda at: 170 + min(at, 120) / 4, False),
    ("web MB", lambda at: 170 + (4 if at > 300 else 0), False),
    ("redis MB", lambda at: 2 + at / 30, True),
    ("database MB", lambda at: 2 + at, False),
    ("sandbox MB", lambda at: 50 + at, False),
    ("sending files", lambda at: 10 + at / 10, True),
    ("messages waiting", lambda at: 80 * (at % 15 < 5), False),
    ("messages waiting", lambda at: at, True),
    ("lag s", lambda at: at / 10, True),
    ("lag s", lambda at: 15 * (at % 60 < 5), False),
]


@pytest.mark.parametrize(("name", "figure", "bad"), CASES)
def test_growth(name: str, figure: Callable[[float], float], bad: bool) -> None:
    noise = random.Random(1)
    points = [(float(at), figure(at) + noise.uniform(0, 1)) for at in range(0, MINUTES * 60, 5)]
    assert judge(name, points).bad == bad


def test_growth_per_hour_is_a_straight_line() -> None:
    line = judge("web MB", [(float(at), 100 + at / 60) for at in range(0, 600, 5)])
    assert line.per_hour == pytest.approx(60)
    assert (line.first, round(line.last), round(line.most)) == (100, 110, 110)
