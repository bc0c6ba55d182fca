"""The scoring room's entries for the workers."""

import time

from app import runtime
from app.scoring import recompute as passes

TURN = 20.0
"""Seconds one job scores for before other bulk work has its turn."""


def sweep() -> None:
    """Begin a full pass when one is due; else score whoever there is news of."""
    now = runtime.now()
    with runtime.reading() as db:
        due = passes.due(db, now)
    if due:
        recompute("")
        return
    more, until = True, time.monotonic() + TURN
    while more and time.monotonic() < until:
        with runtime.session() as db:
            more = passes.news(db, now=now)


def recompute(place: str) -> None:
    """Page after page of a full pass from this place, then ring again if more is left."""
    now, until = runtime.now(), time.monotonic() + TURN
    rest: str | None = place
    while rest is not None and time.monotonic() < until:
        with runtime.session() as db:
            rest = passes.step(db, rest, now=now)
    if rest is not None:
        runtime.ring("bulk", "app.scoring.jobs.recompute", rest)
