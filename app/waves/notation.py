"""How a wave file writes spans of time, hours of the day and days of the week."""

from datetime import time, timedelta

_UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def duration(text: str) -> timedelta:
    """`30 seconds`, `2 hours`, `3 days`, as the schema allows them."""
    number, unit = text.split()
    return timedelta(seconds=int(number) * _UNITS[unit.rstrip("s")])


def clock(text: str) -> time:
    """`09:30`; midnight at the end of a day, `24:00`, is that of the next."""
    return time(0) if text == "24:00" else time.fromisoformat(text)


def weekday(text: str) -> int:
    """`mon` is 0, as in Python's calendar."""
    return DAYS.index(text)
