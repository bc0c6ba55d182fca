"""The conversations room's entry for the workers."""

from app import runtime
from app.conversations import sweep as sweeping


def sweep() -> None:
    """Remind and close what fell silent, page by page."""
    more = True
    while more:
        with runtime.session() as db:
            more = sweeping.sweep(db, now=runtime.now())
