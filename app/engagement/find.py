"""Reading the timeline."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.engagement.models import Interaction


def timeline(
    db: Session, contact_id: str, limit: int = 50, before: datetime | None = None
) -> list[Interaction]:
    """The newest interactions of a contact, newest first; `before` (exclusive) asks for the next page."""
    query = select(Interaction).where(col(Interaction.contact_id) == contact_id)
    if before is not None:
        query = query.where(col(Interaction.at) < before)
    return list(db.exec(query.order_by(col(Interaction.at).desc(), col(Interaction.id).desc()).limit(limit)))
