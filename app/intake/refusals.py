"""What is counted without a transaction of its own: refused posts, and those that came before.

Kept in the process and written down every few seconds, so that a flood of forged posts does not load the database.
"""

import atexit
import logging
import threading

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app import db as database
from app import runtime
from app.intake import counts
from app.intake.counts import Key, Seen, What
from app.intake.models import Route

log = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds from the first refusal to its being written down, with all that came meanwhile."""

_lock = threading.Lock()
_held: dict[Engine, dict[Key, Seen]] = {}
_timer: list[threading.Timer] = []


def note(route: Route, reason: str) -> None:
    """Count a post that this door refuses; `reason` is one of a few fixed words, nothing that was posted."""
    _count(route, What.REFUSED, reason)


def again(route: Route) -> None:
    """Count a post that was accepted before, byte for byte."""
    _count(route, What.DUPLICATE, "")


def flush(*, stopping: bool = False) -> None:
    """Write down what is held; what cannot be written now is held until the next time, if there is one."""
    with _lock:
        taken = dict(_held)
        _held.clear()
        _timer.clear()
    for engine, counted in taken.items():
        try:
            with database.writing(engine) as db:
                counts.add(db, counted)
        except SQLAlchemyError as error:
            log.warning("what was refused is not written down yet: %s", type(error).__name__)
            if not stopping:
                with _lock:
                    _hold(engine, counted)


def _count(route: Route, what: What, reason: str) -> None:
    rt = runtime.current()
    now = rt.now()
    one = {counts.key(route, what, now, reason): Seen(1, now)}
    with _lock:
        _hold(rt.engine, one)


def _hold(engine: Engine, counted: dict[Key, Seen]) -> None:
    held = _held.setdefault(engine, {})
    held.update(counts.merged([*((key, held[key]) for key in counted if key in held), *counted.items()]))
    if not _timer:
        timer = threading.Timer(PAUSE, flush)
        timer.daemon = True
        timer.start()
        _timer.append(timer)


# A clean stop loses nothing; a kill at most the last few seconds.
atexit.register(flush, stopping=True)
