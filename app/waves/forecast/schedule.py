"""The steps of a planned wave: how many messages each sends at most, on which channels, and when they leave."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.channels.base import Channel
from app.messages import pacing
from app.waves.definition import Definition, Pace
from app.waves.forecast.duration import Due, Hours, Leaving, leaving
from app.waves.forecast.rehearsal import Rehearsal


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """How many messages a step sends: the first exactly, a later one at most, if nobody answers or stops."""

    name: str
    exact: bool
    after: timedelta
    messages: int
    by_channel: Mapping[str, int]
    by_variant: Mapping[str, Mapping[str, int]]
    """Variant -> channel -> messages."""
    leaving: Leaving | None


def schedule(found: Rehearsal, definition: Definition, zone: str, now: datetime) -> list[PlannedStep]:
    """What was counted, step by step; `zone` is that of the installation."""
    planned = []
    for number, step in enumerate(definition.steps):
        by_channel: Counter[str] = Counter()
        by_variant: dict[str, Counter[str]] = {one.name: Counter() for one in definition.variants}
        for (step_of, variant, channel), count in found.messages.items():
            if step_of == number:
                by_channel[channel] += count
                if variant:
                    by_variant[variant][channel] += count
        planned.append(
            PlannedStep(
                name=step.name,
                exact=number == 0 and found.done,
                after=step.after,
                messages=by_channel.total(),
                by_channel=dict(by_channel),
                by_variant={name: dict(counts) for name, counts in by_variant.items()},
                leaving=_not_before(now, _leaving(found, number, definition, zone)),
            )
        )
    return planned


def _leaving(found: Rehearsal, number: int, definition: Definition, zone: str) -> Leaving | None:
    """The whole step, and as long as its largest email domain takes by itself."""
    hours = Hours(definition.opens, definition.closes, definition.days)
    per_second = {channel: pacing.of_waves(channel) for channel in Channel}
    whole = leaving(found.due.get(number, {}), hours, definition.pace, per_second)
    if whole is None or number or not found.domains:
        return whole
    alone = {Due(whole.first, zone, Channel.EMAIL): max(found.domains.values())}
    largest = leaving(alone, hours, Pace(None, definition.pace.domain_per_hour, None, None), per_second)
    lasts = [one.last for one in (whole, largest) if one]
    return replace(whole, last=None if None in lasts else max(last for last in lasts if last))


def _not_before(now: datetime, found: Leaving | None) -> Leaving | None:
    """The hour that has begun is not over: what leaves within it leaves from now on."""
    if found is None:
        return None
    return replace(found, first=max(found.first, now), last=found.last and max(found.last, now))
