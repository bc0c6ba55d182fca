"""Telling a contact's owner that a person should look: journalled once per conversation and reason."""

from datetime import datetime

from app.contacts.find import former_ids
from app.db import Session
from app.journal.find import about
from app.journal.record import record
from app.messages import outbox

VERB = "alert"
UNHAPPY = ("detractor", "angry")
"""The reasons that stop the standard sequence; one of them is enough for a conversation."""
_LOOKED_AT = 200


def alert(db: Session, contact_id: str, reason: str, *, at: datetime, **where: str) -> None:
    """Note an alert of a contact, whose row is locked; `where` is the conversation (or, outside one, the message)
    and the question it came from. The same reason from the same place is noted once."""
    if reason not in _known(db, contact_id, where):
        _note(db, contact_id, reason, at, where)


def unhappy(db: Session, contact_id: str, reason: str, *, at: datetime, **where: str) -> None:
    """A detractor or an angry contact hears no more of the standard sequence of any wave; what their own
    conversation says next still leaves."""
    outbox.withdraw(db, "unhappy", contact_id=contact_id, sequence=True)
    if not _known(db, contact_id, where) & set(UNHAPPY):
        _note(db, contact_id, reason, at, where)


def _note(db: Session, contact_id: str, reason: str, at: datetime, where: dict[str, str]) -> None:
    record(db, at=at, actor="contact", verb=VERB, subject=("contact", contact_id), reason=reason, **where)
    db.flush()


def _known(db: Session, contact_id: str, where: dict[str, str]) -> set[str]:
    key = "conversation" if "conversation" in where else "message"
    noted = about(db, "contact", [contact_id, *former_ids(db, contact_id)], VERB, limit=_LOOKED_AT)
    return {entry.facts["reason"] for entry in noted if entry.facts.get(key) == where.get(key)}
