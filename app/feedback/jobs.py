"""The feedback room's entry for the workers."""

from app import runtime
from app.feedback import reviews


def sweep() -> None:
    """Make ratings and sentiments of the reviews that came since, page by page."""
    with runtime.reading() as db:
        more = reviews.waiting(db)
    while more:
        with runtime.session() as db:
            more = reviews.rate(db) > 0
    while True:
        with runtime.reading() as db:
            told = reviews.unheard(db)
        if not told:
            return
        heard = reviews.listen(told)  # takes its time, and nobody else waits for it
        with runtime.session() as db:
            reviews.keep(db, heard)
