"""How fast we may speak to a provider, shared by every process through Redis."""

from contextlib import suppress
from datetime import datetime

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import Redis
from redis.exceptions import RedisError

from app import runtime
from app.channels.base import Channel

BITE = 100
"""What one claim for a wave may hold while somebody waits for an answer on another channel."""
ANSWERS_PER_SECOND = 400
"""Answers to people who wait have a pace of their own: a blast must not make them wait behind it."""
WINDOW = 5
"""Seconds of pace one claim may take at most."""
LARGEST = {Channel.EMAIL: 1_000, Channel.SMS: 96}
"""What one claim may hold: a SendGrid request carries 1,000 personalizations; texts are three full rounds of the
calls made at once, which end within the lease even when a second batch shares these and each takes long."""
LONGEST_REST = 900
"""Seconds after which a provider is tried again, whatever time it named."""


def take(
    redis: Redis,
    channel: Channel,
    wanted: int,
    *,
    answers: bool = False,
    group_id: str | None = None,
    per_second: int | None = None,
) -> int:
    """Take as much pace as there is, up to `wanted` messages; 0 means wait. Pace taken and not used is lost.

    A group may have a pace of its own, `per_second`, within the channel's.
    """
    limiter = SlidingWindowCounterRateLimiter(RedisStorage("redis://", connection_pool=redis.connection_pool))
    free, paces = wanted, _paces(channel, answers, group_id, per_second)
    for rate, name in paces:
        free = min(limiter.get_window_stats(rate, name).remaining, free)
    if free > 0 and all(limiter.hit(rate, name, cost=free) for rate, name in paces):
        return int(free)
    return 0


def of_waves(channel: Channel) -> int:
    """How many messages of waves may leave a second on this channel, from all processes together."""
    settings = runtime.current().settings
    return settings.emails_per_second if channel is Channel.EMAIL else settings.texts_per_second


def rest(redis: Redis, channel: Channel, seconds: float, *, now: datetime) -> None:
    """The provider asked for a pause: no process calls it before these seconds are over."""
    longest = min(max(seconds, 0.05), LONGEST_REST)
    # What it said of the messages is still to be written down, whether or not Redis is there.
    with suppress(RedisError):
        redis.set(_resting(channel), now.timestamp() + longest, px=int(longest * 1000))


def resting(redis: Redis, channel: Channel, *, now: datetime) -> bool:
    """Whether the provider of this channel wants to be left alone now."""
    until = redis.get(_resting(channel))
    return isinstance(until, bytes) and now.timestamp() < float(until)


def _paces(
    channel: Channel, answers: bool, group_id: str | None, per_second: int | None
) -> list[tuple[RateLimitItem, str]]:
    second = ANSWERS_PER_SECOND if answers else of_waves(channel)
    name = f"{channel}:answers" if answers else str(channel)
    paces: list[tuple[RateLimitItem, str]] = []
    if group_id and per_second:
        # To the second: a wave that asks for five a second does not mean twenty-five at once.
        paces.append((RateLimitItemPerSecond(per_second), f"group:{group_id}"))
    return [*paces, (RateLimitItemPerSecond(second * WINDOW, WINDOW), name)]


def _resting(channel: Channel) -> str:
    return f"riattiva:resting:{channel}"
