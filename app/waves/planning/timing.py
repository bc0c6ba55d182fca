"""When a contact's message of a step may leave: on their day of the spread, at their hour, in their window. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.waves.calendar import holidays_of
from app.waves.definition import LEARNT, Definition, WaveStep
from app.waves.windows import at_hour, next_window

Window = tuple[datetime, datetime | None]
"""Not before, and not at or after (None: whenever)."""


def leave(
    definition: Definition,
    step: WaveStep,
    *,
    launched_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    country: str | None,
    day: int = 0,
    learnt: time | None = None,
    late: bool = False,
) -> Window:
    """The window of a step for a contact of this zone and country who is invited on the so manieth open day.

    Every step keeps its distance from the contact's own day. `learnt`: their best hour, where the step asks for it
    and it is known. `late`: they had to wait for their turn, so the step is due now and on no other day.
    """
    due = now if late else _own_day(definition, launched_at, zone, country, day) + step.after
    hours = _hours(definition, country, max(due, now))
    at = learnt if step.at == LEARNT else step.at
    if isinstance(at, time):
        begins, ends = at_hour(due, zone, at, *hours)
        if ends is None or ends > now:
            return max(begins, now), ends
    return next_window(max(due, now), zone, *hours)


def _own_day(
    definition: Definition, launched_at: datetime, zone: ZoneInfo, country: str | None, day: int
) -> datetime:
    """When the wave begins for whom it begins on the so manieth day that is open for them, counted from 0."""
    begins = launched_at
    for _ in range(day):
        opened, _ends = next_window(begins, zone, *_hours(definition, country, begins))
        tomorrow = opened.astimezone(zone).date() + timedelta(days=1)
        begins = datetime.combine(tomorrow, time(0), zone).astimezone(UTC)
    return begins


def _hours(
    definition: Definition, country: str | None, at: datetime
) -> tuple[time, time, frozenset[int], frozenset[date]]:
    off = holidays_of(country, at.year) if definition.skip_holidays else frozenset()
    return definition.opens, definition.closes, definition.days, off
