"""Telling a contact's owner that a person should look: journalled once per conversation and reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.contacts.find import former_ids
from app.db import Session, later
from app.journal.find import about
from app.journal.record import record
from app.messages import outbox

VERB = "alert"
UNHAPPY = ("detractor", "angry")
"""The reasons that stop the standard sequence; one of them is enough for a conversation."""


@dataclass(frozen=True, slots=True)
class _Alert:
    contact_id: str
    reason: str
    at: datetime
    where: dict[str, str]

    @property
    def place(self) -> tuple[str, str, str]:
        """The contact, and the conversation or (outside one) the message it came from."""
        key = "conversation" if "conversation" in self.where else "message"
        return self.contact_id, key, self.where.get(key, "")


def alert(db: Session, contact_id: str, reason: str, *, at: datetime, **where: str) -> None:
    """Note an alert of a contact, whose row is locked; `where` is the conversation (or, outside one, the message)
    and the question it came from. The same reason from the same place is noted once."""
    later(db, _note, _Alert(contact_id, reason, at, where))


def unhappy(db: Session, contact_id: str, reason: str, *, at: datetime, **where: str) -> None:
    """A detractor or an angry contact hears no more of the standard sequence of any wave; what their own
    conversation says next still leaves."""
    later(db, _end_sequences, contact_id)
    alert(db, contact_id, reason, at=at, **where)


def _end_sequences(db: Session, contact_ids: Sequence[str]) -> None:
    outbox.withdraw(db, "unhappy", contacts=contact_ids, sequence=True)


def _note(db: Session, alerts: Sequence[_Alert]) -> None:
    now_of = {one.contact_id: one.contact_id for one in alerts}
    former = former_ids(db, tuple(now_of))
    now_of |= former
    noted: set[tuple[str, str, str, str]] = {
        (now_of[entry.subject_id], key, entry.facts[key], entry.facts["reason"])
        for entry in about(db, "contact", tuple(now_of), VERB)
        for key in ("conversation", "message")
        if key in entry.facts
    }
    for one in alerts:
        same = UNHAPPY if one.reason in UNHAPPY else (one.reason,)
        if noted.isdisjoint((*one.place, reason) for reason in same):
            subject = ("contact", one.contact_id)
            record(db, at=one.at, actor="contact", verb=VERB, subject=subject, reason=one.reason, **one.where)
        noted.add((*one.place, one.reason))
