"""Everything said by and done with one contact in one line of time, newest first, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from app.conversations.models import Answer
from app.db import Session
from app.engagement.models import Interaction, Kind
from app.errors import BadInput
from app.feedback import reviews
from app.feedback.models import Rating, SentimentReading
from app.messages import short_links
from app.messages.models import Content, Direction, Message

OURS = "riattiva"
"""The source of signs of life that stand beside an answer or a message, which tell more."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline; `what` is a code of its source (a step, a question's kind, what they did)."""

    source: str
    id: str | int
    at: datetime
    what: str
    channel: str = ""
    text: str = ""
    state: str = ""
    reason: str = ""
    outgoing: bool = False
    human: bool = True
    grade: str = ""
    reasons: Mapping[str, Any] | None = None
    """Why an open or a click has its grade."""
    value: Any = None
    unit: str = ""
    sentiment: str = ""
    reading: int | None = None
    """The reading behind the sentiment, for whoever wants to correct it."""
    doubtful: bool = False

    @property
    def place(self) -> str:
        """Where this line stands: what `timeline` takes as `before`."""
        return f"{self.at.isoformat()}~{self.source}~{self.id}"


SOURCES = ("interaction", "message", "answer", "rating")
"""Of lines with one time the later source counts as the newer: an answer follows the message it came by."""


def timeline(db: Session, contact_id: str, before: str | None = None, limit: int = 50) -> Sequence[Moment]:
    """Interactions, messages both ways, answers and ratings as one line of time, newest first.

    `before` is the `place` of the last line of the page before; lines of one instant are neither lost nor
    repeated. Raises BadInput when it is no place.
    """
    border = _border(before) if before else None
    lines = [
        *_interactions(db, contact_id, border, limit),
        *_messages(db, contact_id, border, limit),
        *_answers(db, contact_id, border, limit),
        *_ratings(db, contact_id, border, limit),
    ]
    lines.sort(key=lambda line: (line.at, SOURCES.index(line.source), line.id), reverse=True)
    return lines[:limit]


_Border = tuple[datetime, int, str]


def _border(place: str) -> _Border:
    at, _, rest = place.partition("~")
    source, _, id_ = rest.partition("~")
    try:
        moment, rank = datetime.fromisoformat(at), SOURCES.index(source)
        if source != "message":
            int(id_)
    except ValueError as error:
        raise BadInput("this is no place in a timeline", where="before") from error
    if moment.tzinfo is None:
        raise BadInput("this is no place in a timeline", where="before")
    return moment, rank, id_


def _older(at: Any, id_: Any, source: str, border: _Border | None) -> ColumnElement[bool]:
    """Everything of one source that comes after the border in the order of `timeline`."""
    if border is None:
        return at.is_not(None)  # type: ignore[no-any-return]
    moment, rank, last = border
    own = SOURCES.index(source)
    if own != rank:
        return at <= moment if own < rank else at < moment  # type: ignore[no-any-return]
    return or_(at < moment, and_(at == moment, id_ < (last if source == "message" else int(last))))


def _interactions(db: Session, contact_id: str, border: _Border | None, limit: int) -> list[Moment]:
    at, id_ = col(Interaction.at), col(Interaction.id)
    statement = (
        select(Interaction)
        .where(col(Interaction.contact_id) == contact_id, _older(at, id_, "interaction", border))
        .where(or_(col(Interaction.source) != OURS, col(Interaction.kind).not_in((Kind.ANSWER, Kind.REPLY))))
        .order_by(at.desc(), id_.desc())
        .limit(limit)
    )
    return [
        Moment(
            source="interaction",
            id=row.id or 0,
            at=row.at,
            what=row.kind,
            channel=row.source,
            text=row.detail,
            human=row.human,
            grade=row.grade,
            reasons=row.reasons,
            value=row.amount,
            unit=row.currency or "",
        )
        for row in db.scalars(statement)
    ]


def _messages(db: Session, contact_id: str, border: _Border | None, limit: int) -> list[Moment]:
    at, id_ = col(Message.created_at), col(Message.id)
    statement = (
        select(Message, Content)
        .outerjoin(Content, col(Content.id) == col(Message.content_id))
        .where(col(Message.contact_id) == contact_id, _older(at, id_, "message", border))
        .order_by(at.desc(), id_.desc())
        .limit(limit)
    )
    rows = db.execute(statement).all()
    heard = _readings(db, [f"message:{row.id}" for row, _ in rows if row.direction == Direction.IN])
    return [
        Moment(
            source="message",
            id=row.id,
            at=row.created_at,
            what=row.step,
            channel=row.channel,
            text=short_links.hidden(row.text)
            or _filled(content.subject if content else row.subject, row.values),
            state=row.state,
            reason=row.reason or "",
            outgoing=row.direction == Direction.OUT,
            **heard.get(f"message:{row.id}", {}),
        )
        for row, content in rows
    ]


def _answers(db: Session, contact_id: str, border: _Border | None, limit: int) -> list[Moment]:
    at, id_ = col(Answer.at), col(Answer.id)
    statement = (
        select(Answer)
        .where(col(Answer.contact_id) == contact_id, _older(at, id_, "answer", border))
        .order_by(at.desc(), id_.desc())
        .limit(limit)
    )
    rows = db.scalars(statement).all()
    keys = {row.id: f"{row.conversation_id}:{row.question}" for row in rows}
    heard = _readings(db, list(keys.values()))
    return [
        Moment(
            source="answer",
            id=row.id or 0,
            at=row.at,
            what=row.kind,
            channel=row.channel,
            text=row.text,
            value=row.value,
            **heard.get(keys[row.id], {}),
        )
        for row in rows
    ]


def _ratings(db: Session, contact_id: str, border: _Border | None, limit: int) -> list[Moment]:
    """Ratings from elsewhere: those of a survey are its answers already, those of reviews their stars."""
    at, id_ = col(Rating.at), col(Rating.id)
    statement = (
        select(Rating)
        .where(col(Rating.contact_id) == contact_id, _older(at, id_, "rating", border))
        .where(col(Rating.group_id).is_(None), col(Rating.source) != reviews.SOURCE)
        .order_by(at.desc(), id_.desc())
        .limit(limit)
    )
    return [
        Moment(source="rating", id=row.id or 0, at=row.at, what=row.kind, channel=row.source, value=row.value)
        for row in db.scalars(statement)
    ]


def _readings(db: Session, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Where words came from -> how they sound, as a moment tells it."""
    if not keys:
        return {}
    rows = db.scalars(select(SentimentReading).where(col(SentimentReading.source_key).in_(keys)))
    return {
        row.source_key: {
            "sentiment": row.present_label,
            "reading": row.id,
            "doubtful": row.needs_review and row.corrected_at is None,
        }
        for row in rows
    }


def _filled(text: str, values: dict[str, str]) -> str:
    """A frozen subject with this recipient's values in place of its tags."""
    for name, value in values.items():
        text = text.replace(f"-rv_{name}-", value)
    return text
