"""One contact for a page: finding them, who they are, and everything said and done in one line of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from app.contacts import consent
from app.contacts.addresses import hashes
from app.contacts.find import former_ids
from app.contacts.models import Consent, Contact, Owner, Suppression
from app.conversations.models import Answer
from app.db import Session
from app.engagement import dormancy, policies
from app.engagement.explain import explain
from app.engagement.models import Interaction, Kind
from app.errors import BadInput, NotFound
from app.feedback import find as feedback
from app.feedback import reviews
from app.feedback.find import Latest, Opinion
from app.feedback.models import Rating, SentimentReading
from app.journal.find import about
from app.messages.models import Content, Direction, Message
from app.outcomes.models import Outcome
from app.outcomes.rules import Sign
from app.waves.models import Wave

LEDGER_LINES = 20
ALERTS = 20
OURS = "riattiva"
"""The source of signs of life that stand beside an answer or a message, which tell more."""


@dataclass(frozen=True, slots=True)
class Found:
    """One line of a list of contacts."""

    contact: Contact
    dormancy: str
    last_engaged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One outcome with the wave that asked and the signs it rests on."""

    outcome: Outcome
    wave: Wave
    signs: Sequence[Sign]


@dataclass(frozen=True, slots=True)
class Alert:
    """That a person should look: why, since when, and what the contact said (with the question it answers)."""

    reason: str
    at: datetime
    said: Any = None


@dataclass(frozen=True, slots=True)
class Card:
    """Who a contact is and what may be done with them."""

    contact: Contact
    owner: Owner | None
    dormancy: str
    dormancy_reason: str
    """Why, in words of the reader's language."""
    last_engaged_at: datetime | None
    consents: dict[str, str]
    ledger: Sequence[Consent]
    suppressions: dict[str, Suppression]
    """channel -> the suppression in force."""
    verdicts: Sequence[Judged]
    opinion: Latest
    ratings: Sequence[Opinion]
    """The newest ratings of one kind, oldest first."""
    alerts: Sequence[Alert]


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


def search(
    db: Session, words: str, *, now: datetime, after: str | None = None, limit: int = 50
) -> Sequence[Found]:
    """Contacts whose email, phone, name or company holds every word, the newest first; all without words.

    `after` is the last contact id of the page before. Served by the primary key: a page of frequent words is
    found soon, rare words cost a look at every contact.
    """
    quiet = dormancy.kept_of(now).subquery()
    statement = select(Contact, quiet.c.state, quiet.c.last_engaged_at).join(
        quiet, quiet.c.contact_id == col(Contact.id)
    )
    phone = words.replace(" ", "").replace("-", "")
    if phone.lstrip("+").isdigit():
        statement = statement.where(col(Contact.phone).contains(phone, autoescape=True))
    else:
        for word in words.split():
            statement = statement.where(_holds(word))
    if after:
        statement = statement.where(col(Contact.id) < after)
    rows = db.execute(statement.order_by(col(Contact.id).desc()).limit(limit))
    return [Found(contact, state, last) for contact, state, last in rows]


def card(db: Session, contact_id: str, *, suppression_key: str, now: datetime, language: str = "en") -> Card:
    """The contact with owner, dormancy, consent, suppressions in force and verdicts; raises NotFound."""
    contact = db.get(Contact, contact_id)
    if contact is None:
        raise NotFound(f"there is no contact {contact_id}")
    policy = policies.present(db)
    quiet = dormancy.row_of(db, contact_id, policy, now)
    pairs = list(hashes(suppression_key, contact.email, contact.phone))
    stopped = db.scalars(
        select(Suppression).where(
            col(Suppression.address_hash).in_([hash_ for _, hash_ in pairs]),
            col(Suppression.lifted_at).is_(None),
        )
    )
    ledger = select(Consent).where(col(Consent.contact_id) == contact_id)
    verdicts = (
        select(Outcome, Wave)
        .join(Wave, col(Wave.id) == col(Outcome.wave_id))
        .where(col(Outcome.contact_id) == contact_id)
        .order_by(col(Wave.id).desc())
    )
    return Card(
        contact=contact,
        owner=db.get(Owner, contact.owner_id) if contact.owner_id else None,
        dormancy=dormancy.state_of(quiet, now),
        dormancy_reason=explain(quiet, policy, now, language),
        last_engaged_at=quiet.last_engaged_at,
        consents=consent.present(db, contact_id),
        ledger=db.scalars(
            ledger.order_by(col(Consent.at).desc(), col(Consent.id).desc()).limit(LEDGER_LINES)
        ).all(),
        suppressions={row.channel: row for row in stopped if (row.channel, row.address_hash) in pairs},
        verdicts=[Judged(outcome, wave, _signs(outcome)) for outcome, wave in db.execute(verdicts)],
        opinion=feedback.latest(db, contact_id, now=now),
        ratings=feedback.ratings(db, contact_id),
        alerts=_alerts(db, contact_id),
    )


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


def _signs(outcome: Outcome) -> list[Sign]:
    return [
        Sign(sign["what"], datetime.fromisoformat(sign["at"]), sign["detail"]) for sign in outcome.evidence
    ]


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
            text=row.text or _filled(content.subject if content else row.subject, row.values),
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


def _alerts(db: Session, contact_id: str) -> list[Alert]:
    """The newest alerts, those of contacts who became part of this one among them."""
    subjects = [contact_id, *former_ids(db, [contact_id])]
    entries = about(db, "contact", subjects, "alert", limit=ALERTS)
    wanted = {(e.facts.get("conversation"), e.facts["question"]) for e in entries if "question" in e.facts}
    said: dict[Any, Any] = {}
    if wanted:
        answers = select(Answer).where(col(Answer.conversation_id).in_({one for one, _ in wanted}))
        said = {
            (row.conversation_id, row.question): row.value
            for row in db.scalars(answers.order_by(col(Answer.id)))
        }
    return [
        Alert(
            entry.facts["reason"],
            entry.at,
            said.get((entry.facts.get("conversation"), entry.facts.get("question"))),
        )
        for entry in entries
    ]


def _holds(word: str) -> ColumnElement[bool]:
    columns = (Contact.email_key, Contact.first_name, Contact.last_name, Contact.company, Contact.phone)
    return or_(*(col(column).icontains(word, autoescape=True) for column in columns))


def _filled(text: str, values: dict[str, str]) -> str:
    """A frozen subject with this recipient's values in place of its tags."""
    for name, value in values.items():
        text = text.replace(f"-rv_{name}-", value)
    return text
