"""Several batches on their way at once: while a provider is called for one, the next is claimed and written."""

import time
from concurrent.futures import ThreadPoolExecutor

from app.channels.base import Channel
from app.messages import sending

LANES = 2
"""More would gain little: the rest of a batch is work of our own, which one process does one step at a time."""
PAUSE = 0.1
"""Seconds to wait for pace."""


def send(channel: Channel, *, until: float) -> bool:
    """Send what is due on this channel until that moment (of `time.monotonic`); True when more may be due.

    Each lane claims, crosses and records for itself, as senders in several processes do.
    """
    with ThreadPoolExecutor(LANES) as lanes:
        return any(list(lanes.map(lambda _: _lane(channel, until), range(LANES))))


def _lane(channel: Channel, until: float) -> bool:
    while time.monotonic() < until:
        sent = sending.send_batch(channel)
        if sent is None:
            return False
        if not sent:
            time.sleep(PAUSE)
        if sending.answers_wait_elsewhere(channel):
            break
    return True
