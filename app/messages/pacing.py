"""How fast we may speak to a provider, shared by every process through Redis."""

from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import Redis

from app.channels.base import Channel

PER_SECOND = {Channel.EMAIL: 1_000, Channel.SMS: 100}
"""Messages of waves a second, well under what the providers take; Twilio queues behind the sender's own rate."""
BITE = 100
"""What one claim for a wave may hold while somebody waits for an answer on another channel."""
ANSWERS_PER_SECOND = 400
"""Answers to people who wait have a pace of their own: a blast must not make them wait behind it."""
WINDOW = 5
"""Seconds of pace one claim may take at most."""
LARGEST = {Channel.EMAIL: 1_000, Channel.SMS: 50}
"""What one claim may hold: a SendGrid request carries 1,000 personalizations."""


def take(redis: Redis, channel: Channel, wanted: int, *, answers: bool = False) -> int:
    """Take as much pace as there is, up to `wanted` messages; 0 means wait. Pace taken and not used is lost."""
    storage = RedisStorage("redis://", connection_pool=redis.connection_pool)
    limiter = SlidingWindowCounterRateLimiter(storage)
    rate = RateLimitItemPerSecond((ANSWERS_PER_SECOND if answers else PER_SECOND[channel]) * WINDOW, WINDOW)
    name = f"{channel}:answers" if answers else str(channel)
    free = min(limiter.get_window_stats(rate, name).remaining, wanted)
    if free > 0 and limiter.hit(rate, name, cost=free):
        return int(free)
    return 0
