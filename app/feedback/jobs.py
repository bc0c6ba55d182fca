"""The feedback room's entry for the workers."""

from app import runtime
from app.feedback import reviews


def sweep() -> None:
    """Make ratings of the reviews that came since, page by page."""
    with runtime.reading() as db:
        more = reviews.waiting(db)
    while more:
        with runtime.session() as db:
            more = reviews.rate(db) > 0
