"""The outcomes room's entry for the workers."""

from app import runtime
from app.outcomes import decide


def sweep() -> None:
    """Give every member of an ended wave their last verdict, page by page."""
    more = True
    while more:
        with runtime.session() as db:
            more = decide.decide_page(db, now=runtime.now())
