"""Which hour of the week suits somebody: by what they did, spread over the hours around, and what others do. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, time
from functools import cache
from itertools import starmap
from math import exp, log
from zoneinfo import ZoneInfo

WEEK = 168
"""Slots: the hours of a week on the clock of the contact's wall, from Monday at midnight."""
WIDTH = 1.5
"""Hours (one standard deviation) over which a sign speaks for its neighbours."""
SAME_KIND, OTHER_KIND = 0.5, 0.15
"""How much of it speaks for the other days of its kind (workdays, weekend), and for those of the other kind."""
STRENGTHS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 300.0, 1000.0)
"""For how many signs of a contact's own the audience's curve may count: the Dirichlet prior. At the last of them
nobody has an hour of their own."""
AUDIENCE_STRENGTH = 200.0
"""The curve of everybody counts for as much as so many signs of the audience."""
EVERY_DAY = frozenset(range(7))
Curve = Sequence[float]
"""A share for each slot of the week; they sum to 1."""
FLAT: Curve = (1 / WEEK,) * WEEK


def slot(second: int, zone: ZoneInfo) -> int | None:
    """In which slot a moment (seconds since 1970) lies; None where only its day is known.

    A history that keeps days alone says midnight, on the contact's clock or in UTC.
    """
    hour = _local(second // 3600, zone)
    only_a_day = second % 3600 == 0 and (hour % 24 == 0 or second % 86_400 == 0)
    return None if only_a_day else hour


def curve(signs: Iterable[int], prior: Curve = FLAT, strength: float = AUDIENCE_STRENGTH) -> list[float]:
    """The curve of many people's signs (slots), drawn towards `prior` as if that were `strength` signs more."""
    counted = [0] * WEEK
    for sign in signs:
        counted[sign] += 1
    weights = [strength * share for share in prior]
    for of, count in enumerate(counted):
        if count:
            for to, weight in enumerate(kernel()[of]):
                weights[to] += count * weight
    total = sum(weights)
    return [weight / total for weight in weights]


def strength(people: Iterable[Mapping[int, int]], prior: Curve) -> float:
    """How far to trust the audience's curve over a contact's own signs (slot -> how many): the one of STRENGTHS under
    which each sign of these people is told best by their others (leave one out; empirical Bayes).

    Where people differ by nothing but chance it is the last; so it is where nobody has two signs.
    """
    told = dict.fromkeys(STRENGTHS, 0.0)
    for own in people:
        many = sum(own.values())
        if many < 2:
            continue
        for sign, count in own.items():
            others = sum(times * kernel()[of][sign] for of, times in own.items()) - kernel()[sign][sign]
            for one in STRENGTHS:
                told[one] += count * log((others + one * prior[sign]) / (many - 1 + one))
    return max(reversed(STRENGTHS), key=lambda one: told[one])


def best(own: Mapping[int, int], prior: Curve, slots: Sequence[int], trust: float) -> int:
    """Which of these slots suits a contact with these signs (slot -> how many) best: its index, the first of equals.

    The prior counts for as much as `trust` signs."""
    scores = [trust * prior[to] for to in slots]
    for of, count in own.items():
        weights = kernel()[of]
        for place, to in enumerate(slots):
            scores[place] += count * weights[to]
    return scores.index(max(scores))


def offered(
    now: datetime,
    zone: ZoneInfo,
    opens: time,
    closes: time,
    days: AbstractSet[int] = EVERY_DAY,
) -> list[tuple[time, int]]:
    """The hours at which a message could leave next, with their slots: today what is still to come of the window,
    the others on the next day that is open."""
    local = now.astimezone(zone)
    return [(at, _next_day(local, at, days) * 24 + at.hour) for at in _hours(opens, closes)]


def explores(salt: str, wave_id: str, contact_id: str, percent: int) -> bool:
    """Whether this contact of the wave gets any hour, so that the learnt ones can be compared with it."""
    return _draw(f"explore:{salt}:{wave_id}:{contact_id}") * 100 < percent


def any_hour(salt: str, wave_id: str, contact_id: str, of: int) -> int:
    """Which of so many hours somebody gets who explores."""
    return int(_draw(f"hour:{salt}:{wave_id}:{contact_id}") * of)


@cache
def kernel() -> Sequence[Sequence[float]]:
    """For each slot, how a sign there counts for every slot; each row sums to 1."""
    return tuple(starmap(_spread, ((day, hour) for day in range(7) for hour in range(24))))


def _spread(day: int, hour: int) -> tuple[float, ...]:
    weights = []
    for other in range(7):
        same_kind = (day > 4) == (other > 4)
        daily = 1.0 if other == day else SAME_KIND if same_kind else OTHER_KIND
        for to in range(24):
            apart = min((to - hour) % 24, (hour - to) % 24)
            weights.append(daily * exp(-((apart / WIDTH) ** 2) / 2))
    total = sum(weights)
    return tuple(weight / total for weight in weights)


@cache
def _local(hour: int, zone: ZoneInfo) -> int:
    local = datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone)
    return local.weekday() * 24 + local.hour


def _hours(opens: time, closes: time) -> Iterator[time]:
    """The window's beginning and each full hour in it; a window over midnight goes on after it."""
    first = opens.hour * 60 + opens.minute
    length = (closes.hour * 60 + closes.minute - first) % 1440 or 1440
    yield opens
    for minute in range((first // 60 + 1) * 60, first + length, 60):
        yield time(minute // 60 % 24)


def _next_day(local: datetime, at: time, days: AbstractSet[int]) -> int:
    first = local.weekday() + (at < local.time())
    return next(day % 7 for day in range(first, first + 7) if day % 7 in days)


def _draw(what: str) -> float:
    digest = hashlib.blake2b(what.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53
