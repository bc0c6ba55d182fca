"""Messages whose provider never said whether it took them: shown, and sent again only because a person says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.contacts.models import Contact
from app.conversations.models import Conversation, ConversationState
from app.db import Session, new_id
from app.errors import Conflict
from app.journal.record import record
from app.messages import outbox
from app.messages.ladder import SAID
from app.messages.models import ANSWERING, Direction, Message, State
from app.runtime import Runtime
from app.translations import N_
from app.waves import calendar, find, windows
from app.waves.definition import Definition, from_source
from app.waves.models import WaveState

WARNING = N_(
    "The provider never said whether it took these messages. Each may have arrived. Who got it the first time gets"
    " the same message twice, and no check of ours can prevent that."
)
"""What whoever sends again is to know before."""
PAGE = 500
COPIED = (
    "channel",
    "contact_id",
    "conversation_id",
    "group_id",
    "step",
    "content_id",
    "headers",
    "text",
    "subject",
)
COPIED_ADDRESS = ("address", "address_hash")


@dataclass(frozen=True, slots=True)
class Line:
    """One unconfirmed message and whom it went to."""

    message: Message
    contact: Contact | None
    again: bool
    """Whether it may be sent again: not yet sent again, nothing said since, and no later step has reached them."""


def page(db: Session, wave_id: str, *, after: str | None = None, limit: int = 50) -> list[Line]:
    """The unconfirmed messages of a wave, `after` the last id of the page before."""
    statement = (
        select(Message, Contact, _may_be_repeated().label("again"))
        .outerjoin(Contact, col(Contact.id) == col(Message.contact_id))
        .where(*_of(wave_id))
        .order_by(col(Message.id))
        .limit(limit)
    )
    if after:
        statement = statement.where(col(Message.id) > after)
    return [Line(message, contact, bool(again)) for message, contact, again in db.execute(statement)]


def repeatable(db: Session, wave_id: str) -> int:
    """How many `resend` would send again."""
    statement = select(func.count()).select_from(Message).where(*_of(wave_id), _may_be_repeated())
    return int(db.execute(statement).scalar_one())


def resend(db: Session, rt: Runtime, wave_id: str, *, by: str, now: datetime) -> int:
    """Send the next page of unconfirmed messages once more, each in its contact's window; returns how many.

    Each only once, however often this is asked for. Consent, suppression and every cap hold as for the first; a
    copy that has not left is taken back when the provider reports the first after all.
    """
    wave = find.get(db, wave_id)
    if wave.state not in (WaveState.RUNNING, WaveState.PAUSED):
        raise Conflict(f"the wave is {wave.state}: nothing more leaves")
    definition = from_source(wave.definition)
    rows = db.execute(
        select(Message, Contact)
        .join(Contact, col(Contact.id) == col(Message.contact_id))
        .where(*_of(wave_id), _may_be_repeated())
        .order_by(col(Message.id))
        .limit(PAGE)
    ).all()
    copies = [copy(rt, definition, message, contact, now) for message, contact in rows]
    sent = outbox.put(db, copies)
    if sent:
        record(db, at=now, actor=by, verb="wave.sent_again", subject=("wave", wave_id), messages=sent)
    for channel in {message.channel for message, _ in rows}:
        outbox.ring(db, channel)
    return sent


def _of(wave_id: str) -> Sequence[ColumnElement[bool]]:
    return (
        col(Message.group_id) == wave_id,
        col(Message.state) == State.UNCONFIRMED,
        col(Message.direction) == Direction.OUT,
        col(Message.step) != ANSWERING,
    )


def _may_be_repeated() -> ColumnElement[bool]:
    copy, later = aliased(Message), aliased(Message)
    key = col(Message.once_key)
    copied = exists(select(col(copy.id)).where(col(copy.once_key) == key + literal(outbox.AGAIN)))
    since = exists(
        select(col(later.id)).where(
            col(later.contact_id) == col(Message.contact_id),
            col(later.group_id) == col(Message.group_id),
            col(later.step) != col(Message.step),
            col(later.created_at) > col(Message.created_at),
            col(later.state).in_(SAID),
        )
    )
    silent = exists(
        select(col(Conversation.id)).where(
            col(Conversation.id) == col(Message.conversation_id),
            col(Conversation.state) == ConversationState.WAITING,
        )
    )
    itself_a_copy = key.like(f"%{outbox.AGAIN}")
    return and_(
        key.is_not(None), ~itself_a_copy, ~copied, ~since, or_(col(Message.conversation_id).is_(None), silent)
    )


def copy(
    rt: Runtime, definition: Definition, message: Message, contact: Contact, now: datetime
) -> dict[str, object]:
    """A row that says the same once more, in the contact's next window; of each message there can be one."""
    zone = ZoneInfo(contact.time_zone) if contact.time_zone else rt.settings.zone
    off = calendar.holidays_of(contact.country, now.year) if definition.skip_holidays else windows.NONE
    opens, closes = windows.next_window(now, zone, definition.opens, definition.closes, definition.days, off)
    return {
        **{name: getattr(message, name) for name in (*COPIED, *COPIED_ADDRESS)},
        "id": new_id(),
        "values_": message.values,
        "once_key": f"{message.once_key}{outbox.AGAIN}",
        "not_before": opens,
        "not_after": closes,
        "created_at": now,
    }
