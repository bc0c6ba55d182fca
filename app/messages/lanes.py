"""Several batches on their way at once: while a provider is called for one, the next is claimed and written."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from app.channels.base import Channel
from app.messages import pacing, sending

LANES = 2
"""More would gain little: the rest of a batch is work of our own, which one process does one step at a time."""
PAUSE = 0.1
"""Seconds to wait for pace."""


def send(channel: Channel, *, until: float, call: Callable[[], object]) -> bool:
    """Send what is due on this channel until that moment (of `time.monotonic`); True when more may be due.

    Each lane claims, crosses and records for itself, as senders in several processes do. `call` is called once, as
    soon as a batch was full: another process may have nothing to do.
    """
    uncalled = Lock()

    def lane(_: int) -> bool:
        return _lane(channel, until, lambda: uncalled.acquire(blocking=False) and call())

    with ThreadPoolExecutor(LANES) as lanes:
        return any(list(lanes.map(lane, range(LANES))))


def _lane(channel: Channel, until: float, call: Callable[[], object]) -> bool:
    while time.monotonic() < until:
        sent = sending.send_batch(channel)
        if sent is None:
            return False
        if not sent:
            time.sleep(PAUSE)
        if sent == pacing.LARGEST[channel]:
            call()
        if sending.answers_wait_elsewhere(channel):
            break
    return True
