"""The messages room's entries for the workers."""

import time

from app import runtime
from app.channels.base import Channel
from app.messages import lanes
from app.messages import sweep as sweeping

TURN = 1.0
"""Seconds one job sends for before the other channel gets the worker: somebody may wait for an answer there."""


def send(channel: str) -> None:
    """Send what is due on this channel, batch by batch, with whoever else can; then ring again if more may be due."""

    def ring() -> bool:
        return runtime.ring("sending", "app.messages.jobs.send", channel)

    if lanes.send(Channel(channel), until=time.monotonic() + TURN, call=ring):
        ring()


def sweep() -> None:
    """Look at what was left behind."""
    with runtime.session() as db:
        sweeping.sweep(db, now=runtime.now())
    sweeping.look_up()
