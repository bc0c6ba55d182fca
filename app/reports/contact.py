"""One contact for a page: finding them, who they are and what may be done with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from app.contacts import consent
from app.contacts.addresses import hashes
from app.contacts.find import former_ids
from app.contacts.models import Consent, Contact, Owner, Suppression
from app.conversations.models import Answer
from app.db import Session
from app.engagement import dormancy, policies
from app.engagement.explain import explain
from app.errors import NotFound
from app.feedback import find as feedback
from app.feedback.find import Latest, Opinion
from app.journal.find import about
from app.outcomes.models import Outcome
from app.outcomes.rules import Sign
from app.waves.models import Wave

LEDGER_LINES = 20
ALERTS = 20


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


def _signs(outcome: Outcome) -> list[Sign]:
    return [
        Sign(sign["what"], datetime.fromisoformat(sign["at"]), sign["detail"]) for sign in outcome.evidence
    ]


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
