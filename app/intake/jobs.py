"""The intake room's entries for the workers."""

import time
from datetime import timedelta

from app import runtime
from app.engagement import callers
from app.intake import expand as expanding
from app.intake import reports, spool, upkeep, urgent
from app.intake.accept import BY_PEOPLE
from app.intake.find import waiting
from app.intake.models import Route
from app.messages import outbox

TURN = 20.0
"""Seconds one job expands for before other routes get the worker."""


def expand(route: str) -> None:
    """Expand what this door accepted, oldest first; stops come before reports, and while a person waits at another
    door, they come first."""
    until = time.monotonic() + TURN
    while time.monotonic() < until:
        # Whatever door rang: somebody who wants out waits behind nobody.
        for reporting in urgent.MARKS:
            expanding.stops_first(reporting)
        if route in BY_PEOPLE:
            # Those who write here do not keep those waiting who write there.
            for other in BY_PEOPLE:
                if other != route:
                    expanding.expand_next(other)
        if not expanding.expand_next(Route(route)):
            return
        if route not in BY_PEOPLE and _somebody_waits():
            break
    runtime.ring("replies", "app.intake.jobs.expand", route)


def _somebody_waits() -> bool:
    with runtime.reading() as db:
        return outbox.longest_wait(db) is not None


def tidy() -> None:
    """Delete raw events that were kept for their time, a few at a time; what is left over comes with the next."""
    rt, until = runtime.current(), time.monotonic() + TURN
    before = rt.now() - timedelta(days=rt.settings.raw_events_days)
    for route in Route:
        more = True
        while more and time.monotonic() < until:
            with runtime.session() as db:
                more = upkeep.expire(db, route, before=before)
    with runtime.session() as db:
        upkeep.add_up(db, now=rt.now())
    more = True
    while more and time.monotonic() < until:
        with runtime.session() as db:
            more = callers.forget(db, rt.now() - callers.KEPT)


def sweep() -> None:
    """Ring for every door that has something unread: its doorbell was not heard. Look again for the messages of
    what was reported of none we knew."""
    spool.drain()
    more, until = True, time.monotonic() + TURN
    while more and time.monotonic() < until:
        with runtime.session() as db:
            more = reports.look_again(db, now=runtime.now())
    with runtime.reading() as db:
        routes = waiting(db)
    for route in routes:
        runtime.ring("replies", "app.intake.jobs.expand", route)
