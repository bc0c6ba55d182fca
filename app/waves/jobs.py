"""The waves room's entries for the workers."""

from app import runtime
from app.waves import batches, find
from app.waves import sweep as sweeping


def plan(wave_id: str) -> None:
    """Plan page after page of the step that is due, each in its own transaction."""
    rt = runtime.current()
    more = True
    while more:
        with runtime.session() as db:
            more = batches.plan_page(db, rt, wave_id, now=rt.now())


def sweep() -> None:
    """Look at every running wave."""
    rt = runtime.current()
    with runtime.reading() as db:
        running = find.running(db)
    for wave_id in running:
        with runtime.session() as db:
            sweeping.sweep(db, rt, wave_id, now=rt.now())
