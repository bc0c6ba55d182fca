"""Slows down whoever guesses passwords; when Redis is away nobody is kept out."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

FAILURES = 10
WINDOW = timedelta(minutes=15)


def may_try(redis: Redis, addresses: Sequence[str], now: datetime) -> bool:
    """Count one try for each address (network or email) and say whether all are below the limit.

    The try counts as a failure before the password is looked at, so that many at once gain nothing;
    `forget` takes the count back. A refused try does not count: the wait never grows.
    """
    moment, member = now.timestamp(), uuid4().hex
    try:
        with redis.pipeline() as pipe:
            for key in map(_key, addresses):
                pipe.zremrangebyscore(key, "-inf", moment - WINDOW.total_seconds())
                pipe.zadd(key, {member: moment})
                pipe.expire(key, WINDOW)
                pipe.zcard(key)
            counts = pipe.execute()[3::4]
        if all(count <= FAILURES for count in counts):
            return True
        for key in map(_key, addresses):
            redis.zrem(key, member)
    except RedisError as error:
        log.warning("log-in tries are not counted: %s", type(error).__name__)
        return True
    return False


def forget(redis: Redis, addresses: Sequence[str]) -> None:
    """The right password was given: earlier tries no longer count."""
    try:
        redis.delete(*map(_key, addresses))
    except RedisError as error:
        log.warning("log-in tries are not forgotten: %s", type(error).__name__)


def _key(address: str) -> str:
    # Hashed: Redis is no place for addresses of people.
    digest = hashlib.blake2b(address.strip().lower().encode(), digest_size=16).hexdigest()
    return f"riattiva:login:{digest}"
