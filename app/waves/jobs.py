"""The waves room's entries for the workers."""

import time

from app import runtime
from app.waves import batches, entering, find
from app.waves import repeat as repeating
from app.waves import sweep as sweeping

TURN = 20.0
"""Seconds one job plans for before brakes and windows are looked at."""


def plan(wave_id: str) -> None:
    """Plan page after page of the step that is due, each in its own transaction, then ring again if more is."""
    rt = runtime.current()
    until = time.monotonic() + TURN
    while time.monotonic() < until:
        with runtime.reading() as db:
            foreseen = batches.foresee(db, rt, wave_id, now=rt.now())
        with runtime.bulk_session() as db:
            more = batches.plan_page(db, rt, wave_id, now=rt.now(), foreseen=foreseen)
        if not more:
            return
    runtime.ring("bulk", "app.waves.jobs.plan", wave_id)


def sweep() -> None:
    """Look at every running wave."""
    rt = runtime.current()
    with runtime.reading() as db:
        running = find.running(db)
        free = [wave_id for wave_id in running if batches.somebody_is_free(db, wave_id, rt.now())]
    for wave_id in running:
        with runtime.session() as db:
            more = sweeping.sweep(db, rt, wave_id, now=rt.now())
        while more:
            with runtime.session() as db:
                more = sweeping.reopen_windows(db, rt, wave_id, now=rt.now())
    for wave_id in free:
        runtime.ring("bulk", "app.waves.jobs.plan", wave_id)


def enter() -> None:
    """Look at what people did since, or have not done for long, for every automation under way."""
    rt = runtime.current()
    with runtime.reading() as db:
        looking = entering.looking(db, rt.now())
    for wave_id in looking:
        more = True
        while more:
            with runtime.session() as db:
                more = entering.look(db, wave_id, now=rt.now())


def repeat() -> None:
    """Launch the editions of repeated waves that are due."""
    rt = runtime.current()
    with runtime.reading() as db:
        due = repeating.due(db, rt.now())
    for wave_id in due:
        with runtime.session() as db:
            repeating.begin(db, rt, wave_id, now=rt.now())
