"""A person's own judgement of how words sounded: kept beside the reading's, and counting from then on."""

from datetime import datetime

from app.db import Session
from app.errors import BadInput, NotFound
from app.feedback.models import SentimentReading
from app.language.reading import Sentiment


def correct(db: Session, sentiment_id: int, label: str, *, by: str, at: datetime) -> SentimentReading:
    """Say how these words sound (`positive`, `neutral` or `negative`; the reading's own label settles a doubt).

    Raises NotFound, and BadInput for another label.
    """
    if label not in tuple(Sentiment):
        raise BadInput(f"{label!r} is no sentiment", where="label", mend=f"One of {', '.join(Sentiment)}.")
    held = db.get(SentimentReading, sentiment_id, with_for_update=True, populate_existing=True)
    if held is None:
        raise NotFound(f"there is no reading {sentiment_id}")
    held.corrected_label, held.corrected_by, held.corrected_at = label, by, at
    db.add(held)
    db.flush()
    return held
