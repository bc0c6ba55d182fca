"""The messages room's entries for the workers."""

import time

from app import runtime
from app.channels.base import Channel
from app.messages import sending
from app.messages import sweep as sweeping

TURN = 1.0
"""Seconds one job sends for before the other channel gets the worker: somebody may wait for an answer there."""
PAUSE = 0.1
"""Seconds to wait for pace."""


def send(channel: str) -> None:
    """Send what is due on this channel, batch by batch, then ring again if more may be due."""
    until = time.monotonic() + TURN
    while time.monotonic() < until:
        sent = sending.send_batch(Channel(channel))
        if sent is None:
            return
        if not sent:
            time.sleep(PAUSE)
        if sending.answers_wait_elsewhere(Channel(channel)):
            break
    runtime.ring("sending", "app.messages.jobs.send", channel)


def sweep() -> None:
    """Look at what was left behind."""
    with runtime.session() as db:
        sweeping.sweep(db, now=runtime.now())
    sweeping.look_up()
