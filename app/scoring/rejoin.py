"""What becomes of scores when two contacts prove to be one, or part again."""

from typing import Any

from sqlalchemy import delete, select

from app import runtime
from app.db import Session, table_of
from app.scoring.models import ScoreRow
from app.scoring.score import rescore

_scores = table_of(ScoreRow)


def rejoin(db: Session, gone: str, keep: str) -> dict[str, Any]:
    """`gone` became `keep`, and what is known of both is already `keep`'s: score the one anew. Nothing to undo."""
    _lock(db, gone, keep)
    db.execute(delete(_scores).where(_scores.c.contact_id == gone))
    rescore(db, [keep], now=runtime.now())
    return {}


def part(db: Session, gone: str, keep: str, facts: dict[str, Any]) -> None:
    """They are two again, each with their own facts back: score both."""
    _lock(db, gone, keep)
    rescore(db, [gone, keep], now=runtime.now())


def _lock(db: Session, *contact_ids: str) -> None:
    """In the order in which a pass writes a page, so that neither waits for the other for ever."""
    rows = select(_scores.c.contact_id).where(_scores.c.contact_id.in_(contact_ids))
    db.execute(rows.order_by(_scores.c.contact_id).with_for_update()).all()
