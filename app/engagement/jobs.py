"""The engagement room's entry for the workers."""

import time

from app import runtime
from app.engagement import keep, sends

TURN = 1.0
"""Seconds of one sweep: counting waits for nobody, so it leaves the database to those who hurry."""


def sweep() -> None:
    """Count what was sent since, and carry on the pass of a new policy."""
    until = time.monotonic() + TURN
    more = True
    while more and time.monotonic() < until:
        with runtime.session() as db:
            more = sends.count_page(db) or bool(keep.page(db, now=runtime.now()))
