"""How long the messages of one step take to leave, at the wave's pace and in its hours. Pure."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.channels.base import Channel
from app.waves.definition import Pace
from app.waves.windows import EVERY_DAY, next_window

HOUR = timedelta(hours=1)
HORIZON = timedelta(days=366)
"""What takes longer is said to take longer than this."""


class Due(NamedTuple):
    """When messages may leave at the earliest: the hour it falls in, the contacts' time zone, the channel."""

    hour: datetime
    zone: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Hours:
    """On which hours and days messages leave, by the contact's clock; holidays are not counted in."""

    opens: time
    closes: time
    days: frozenset[int] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Leaving:
    """When the first and the last message leave, to the hour; `last` is None when that takes over a year.

    `by_day`: day (UTC, ISO 8601) -> messages."""

    first: datetime
    last: datetime | None
    by_day: Mapping[str, int]


def leaving(
    due: Mapping[Due, int], hours: Hours, pace: Pace, per_second: Mapping[Channel, int]
) -> Leaving | None:
    """Play it through hour by hour; None of no messages. `per_second`: what each channel takes at most."""
    waiting = Counter({key: count for key, count in due.items() if count})
    if not waiting:
        return None
    now = first = min(key.hour for key in waiting)
    day: deque[int] = deque(maxlen=24)
    by_day: Counter[str] = Counter()
    last = None
    while waiting and now - first < HORIZON:
        room = _room(pace, day)
        free = {channel: _most(pace, per_second[channel]) * 3600 for channel in Channel}
        gone = 0
        for key in sorted(waiting):
            if key.hour > now:
                break
            share = _open_share(now, key.zone, hours)
            left = int(min(waiting[key], room - gone, free[key.channel] * share))
            if left <= 0:
                continue
            waiting[key] -= left
            free[key.channel] -= left
            gone += left
        waiting = +waiting
        if gone:
            by_day[now.date().isoformat()] += gone
            last = now
        day.append(gone)
        now += HOUR
    return Leaving(first, None if waiting else last, dict(by_day))


def _most(pace: Pace, channel: int) -> int:
    return min(pace.per_second, channel) if pace.per_second else channel


def _room(pace: Pace, day: deque[int]) -> float:
    """How many may leave in the hour to come; `day` are those that left in each of the last 24 hours."""
    limits = [float("inf")]
    if pace.per_hour:
        limits.append(pace.per_hour)
    if pace.per_day:
        limits.append(max(0, pace.per_day - sum(list(day)[-23:])))
    return min(limits)


def _open_share(hour: datetime, zone: str, hours: Hours) -> float:
    """How much of this hour, 0 to 1, is within the hours of these contacts."""
    begins, ends = next_window(hour, ZoneInfo(zone), hours.opens, hours.closes, hours.days)
    until = hour + HOUR if ends is None else min(ends, hour + HOUR)
    return max(0.0, (until - begins) / HOUR)
