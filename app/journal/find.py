"""Reading the journal about one subject."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select

from app.db import Session
from app.journal.models import Entry


def about(
    db: Session, kind: str, subject_ids: Collection[str], verb: str, *, limit: int | None = None
) -> Sequence[Entry]:
    """What was noted under this verb of these subjects of one kind, the newest first."""
    query = select(Entry).where(col(Entry.subject_kind) == kind, col(Entry.subject_id).in_(subject_ids))
    return db.exec(query.where(col(Entry.verb) == verb).order_by(col(Entry.id).desc()).limit(limit)).all()
