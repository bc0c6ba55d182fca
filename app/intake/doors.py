"""The figures of one of the providers' doors, and what they say of how it does. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.intake.models import Route

PROVIDERS = {
    "sendgrid": (Route.SENDGRID_EVENTS, Route.SENDGRID_INBOUND),
    "twilio": (Route.TWILIO_STATUS, Route.TWILIO_MESSAGES),
}
LATE = timedelta(minutes=1)
DOWN = timedelta(minutes=10)
"""How old the oldest unread post is when readers are slower than the posts come, or when nobody reads at all."""
SHUT = 20
"""Refused within the hour, and none accepted: fewer may be anybody who tries a door."""


class Health(StrEnum):
    """How a door does, in one word."""

    SILENT = "silent"
    """Nothing ever came."""
    GOOD = "good"
    LOOK = "look"
    """It works, but a person should look: something was set aside, or refused within the hour."""
    LATE = "late"
    """Posts wait for more than a minute."""
    DOWN = "down"
    """Nobody reads, or whatever came within the hour was refused."""


class Trouble(NamedTuple):
    """The last thing that went wrong at a door."""

    at: datetime
    door: str
    what: str
    reason: str


@dataclass
class Door:
    """The figures of one door: posts, unless it says events; of all time, unless it says otherwise."""

    door: str
    accepted: int = 0
    accepted_last_hour: int = 0
    accepted_last_day: int = 0
    per_minute: float = 0.0
    """Of the last five to ten minutes."""
    refused: dict[str, int] = field(default_factory=dict)
    refused_last_hour: int = 0
    duplicates: int = 0
    expanded: int = 0
    waiting: int = 0
    """Now, as are the lag (of the oldest), again and quarantined."""
    lag_seconds: float = 0.0
    again: int = 0
    quarantined: int = 0
    events: int = 0
    events_repeated: int = 0
    events_foreign: int = 0
    events_unknown: dict[str, int] = field(default_factory=dict)
    last_at: datetime | None = None
    last_error: Trouble | None = None

    @property
    def health(self) -> Health:
        if not (self.accepted or self.refused):
            return Health.SILENT
        if self.shut or self.lag_seconds >= DOWN.total_seconds():
            return Health.DOWN
        if self.lag_seconds >= LATE.total_seconds():
            return Health.LATE
        return Health.LOOK if self.quarantined or self.refused_last_hour else Health.GOOD

    @property
    def shut(self) -> bool:
        """Whether whatever comes is refused, as with a key that is not the provider's."""
        return self.refused_last_hour >= SHUT and not self.accepted_last_hour

    @property
    def provider(self) -> str:
        return next(name for name, routes in PROVIDERS.items() if self.door in routes)


def worst(doors: Iterable[Door]) -> Health:
    """How a provider does, whose doors these are; one that was never used says nothing."""
    return max((door.health for door in doors), key=list(Health).index, default=Health.SILENT)


def last_error(doors: Iterable[Door]) -> Trouble | None:
    """The last thing that went wrong at any of these doors."""
    return max((door.last_error for door in doors if door.last_error), default=None)
