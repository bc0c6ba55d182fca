"""Writing the journal: one line per change, in the transaction that makes the change."""

from datetime import datetime
from typing import Any

from app.db import Session
from app.journal.models import Entry


def record(
    db: Session, *, at: datetime, actor: str, verb: str, subject: tuple[str, str], **facts: Any
) -> None:
    """Note that `actor` did `verb` to `subject` (kind, id); facts hold ids and figures, never addresses."""
    kind, subject_id = subject
    db.add(Entry(at=at, actor=actor, verb=verb, subject_kind=kind, subject_id=subject_id, facts=facts))
