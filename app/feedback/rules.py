"""What a rating or a sentiment stands for: NPS classes, detractors, anger, the trend. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.language.reading import Intent, Reading, Sentiment

MARGIN = {"nps": 2, "csat": 1}
"""How far the newest rating must lie from those before it to be a trend, in half points of its scale."""
YEAR = timedelta(days=365)
ANGRY = -0.6
"""The score up to which words alone are angry."""
LOWEST = {"nps": 6, "csat": 2}
"""Up to which a rating is a detractor's."""


class NpsClass(StrEnum):
    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"


class Direction(StrEnum):
    IMPROVING = "improving"
    STEADY = "steady"
    DECLINING = "declining"


@dataclass(frozen=True, slots=True)
class Trend:
    """The newest rating of a kind against the mean of those before it, within a year."""

    kind: str
    direction: Direction
    before: float
    newest: int


def nps_class(value: int) -> NpsClass:
    """Promoter (9–10), passive (7–8) or detractor (0–6), as NPS defines them."""
    return NpsClass.PROMOTER if value >= 9 else NpsClass.PASSIVE if value >= 7 else NpsClass.DETRACTOR


def detractor(kind: str, value: int) -> bool:
    """Whether a rating is an unhappy one: NPS 0–6, CSAT 1–2."""
    return value <= LOWEST[kind]


def angry(reading: Reading) -> bool:
    """Whether words call for a person at once: negative with a complaint or abuse, or very negative."""
    if reading.sentiment is not Sentiment.NEGATIVE:
        return False
    return reading.has(Intent.COMPLAINT) or reading.has(Intent.ABUSE) or reading.score <= ANGRY


def trend(kind: str, newest: int, count: int, total: int) -> Trend | None:
    """The trend of `count` ratings of one kind that add up to `total`; None for a single one."""
    if count < 2:
        return None
    # Times (count - 1), so that whole numbers are compared, here as in SQL.
    moved, least = newest * count - total, MARGIN[kind] * (count - 1)
    direction = Direction.STEADY
    if abs(moved) * 2 >= least:
        direction = Direction.IMPROVING if moved > 0 else Direction.DECLINING
    return Trend(kind, direction, round((total - newest) / (count - 1), 1), newest)
