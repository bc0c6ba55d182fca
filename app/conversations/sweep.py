"""Conversations that fell silent half-way: reminded by the survey's clock, and closed when it has run out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlmodel import col

from app import runtime
from app.channels.base import Channel
from app.contacts import find
from app.contacts.models import Consent, ConsentState, Contact
from app.conversations import saying, turns, walks
from app.conversations.models import Conversation, ConversationState
from app.conversations.walks import LIVE, WEB, Walk
from app.db import Session, table_of
from app.messages import outbox
from app.messages.ladder import OPEN
from app.messages.models import Message
from app.surveys import engine
from app.surveys.by_link import by_link

PAGE = 100
EXPIRED_AT_ONCE = 1_000
REMINDING = "silence"
"""The step of these reminders: they belong to the wave's group, whose pause, end and hours hold them too."""
HOURS = (time(9), time(20))
"""When a reminder may arrive, in the contact's time zone."""
NOT_YET = timedelta(hours=1)
"""How long a look is put off while our own question has not left."""
_LEAD = {
    "it": "Ci manca solo questa risposta:",
    "en": "We are only missing this answer:",
    "de": "Uns fehlt nur noch diese Antwort:",
    "fr": "Il ne nous manque que cette réponse :",
}
_table, _messages = table_of(Conversation), table_of(Message)


def sweep(db: Session, *, now: datetime) -> bool:
    """Look at a page of conversations whose time has come; True when there are more. Harmless to run twice."""
    if _expire(db, now):
        return True  # in a transaction of its own: it holds conversations without their contacts
    due = db.execute(
        select(_table.c.id, _table.c.contact_id)
        .where(_table.c.state == ConversationState.RUNNING, _table.c.due_at <= now)
        .order_by(_table.c.due_at)
        .limit(PAGE)
    ).all()
    held = find.lock(db, {row.contact_id for row in due})
    silent = _silent(db, [row.id for row in due], held, now)
    last_words = _last_words(db, [one.asked_in for one in silent if one.asked_in])
    stopped = _stopped_elsewhere(db, [one.id for one in silent])
    for conversation in silent:
        if conversation.id in stopped:
            walks.close(db, ConversationState.STOPPED, now=now, conversations=[conversation.id])
            continue
        contact = db.get_one(Contact, conversation.contact_id)
        walk = walks.take_up(db, conversation, contact)
        _look_at(db, walk, last_words.get(conversation.asked_in), now)
    return len(due) == PAGE and bool(silent)


def daytime(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until when a reminder may leave: today while there is time, else tomorrow."""
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=local.time() >= HOURS[1])
    opens, closes = (datetime.combine(day, hour, zone).astimezone(UTC) for hour in HOURS)
    return max(now, opens), closes


def _expire(db: Session, now: datetime) -> bool:
    over = select(_table.c.id).where(_table.c.state.in_(LIVE), _table.c.expires_at <= now)
    # Said once more: whoever stopped or ended it while we waited for the row has done so.
    ended = update(_table).where(_table.c.id.in_(over.limit(EXPIRED_AT_ONCE)), _table.c.state.in_(LIVE))
    ended = ended.values(state=ConversationState.EXPIRED, updated_at=now)
    return bool(db.execute(ended).rowcount)  # type: ignore[attr-defined]


def _silent(db: Session, ids: Sequence[str], contacts: set[str], now: datetime) -> Sequence[Conversation]:
    """Those still silent now that their contacts are held."""
    still = (
        select(Conversation)
        .where(col(Conversation.id).in_(ids), col(Conversation.contact_id).in_(contacts))
        .where(col(Conversation.state) == ConversationState.RUNNING, col(Conversation.due_at) <= now)
        .execution_options(populate_existing=True)
    )
    return db.scalars(still).all() if ids else ()


def _stopped_elsewhere(db: Session, ids: Sequence[str]) -> set[str]:
    """Of these conversations: those whose contact has told their provider to stop since, of which a sender learns."""
    told = (
        select(_table.c.id)
        .join(Consent, col(Consent.contact_id) == _table.c.contact_id)
        .where(_table.c.id.in_(ids), col(Consent.state) == ConsentState.WITHDRAWN)
        .where(col(Consent.source) == "provider", col(Consent.at) >= _table.c.created_at)
    )
    return set(db.scalars(told)) if ids else set()


def _last_words(db: Session, ids: Sequence[str]) -> dict[str | None, Any]:
    columns = (_messages.c.id, _messages.c.channel, _messages.c.address, _messages.c.state)
    return {row.id: row for row in db.execute(select(*columns).where(_messages.c.id.in_(ids)))} if ids else {}


def _look_at(db: Session, walk: Walk, asked: Any, now: datetime) -> None:
    conversation, silence = walk.conversation, walk.survey.silence
    since = conversation.updated_at
    if silence is None or now >= since + silence.close_after:
        conversation.state, conversation.updated_at, conversation.due_at = (
            ConversationState.EXPIRED,
            now,
            None,
        )
        outbox.withdraw(db, "silent", conversations=[conversation.id])
    elif asked is not None and asked.state in OPEN:
        conversation.due_at = now + NOT_YET
    else:
        said = _remind(db, walk, asked, now) if conversation.reminded < silence.reminders else None
        conversation.reminded = conversation.reminded + 1 if said else silence.reminders
        conversation.due_at = turns.silence_due(walk.survey, conversation, since, reminded_at=said)
    db.add(conversation)
    db.flush()


def _remind(db: Session, walk: Walk, asked: Any, now: datetime) -> datetime | None:
    """Ask once more, where we spoke last (after the page: where it began); returns from when on it may leave, None
    when nothing more may be said."""
    conversation, state = walk.conversation, walk.state
    # Who was on the page is led back to it; nobody can text back to a name.
    leads = state.channel == WEB or not runtime.current().settings.can_receive_texts
    text = engine.reminder(by_link(walk.survey) if leads else walk.survey, state, walk.values)
    if not text:
        return None
    channel = Channel(asked.channel if asked is not None else conversation.channel)
    if channel is Channel.EMAIL:
        prompt = engine.prompt(walk.survey, state, channel=channel, values=walk.values)
        text = f"{_LEAD.get(state.lang, _LEAD['en'])}\n{prompt.text if prompt else ''}"
    not_before, not_after = daytime(now, walk.zone)
    said = saying.say(
        db,
        walk,
        text,
        channel,
        now,
        address=asked.address if asked is not None else None,
        button=True,
        step=REMINDING,
        group_id=conversation.group_id,
        once_key=f"{REMINDING}:{conversation.id}:{conversation.reminded}",
        not_before=not_before,
        not_after=not_after,
    )
    if said is None:
        return None
    conversation.walk = replace(state, said=state.said + 1).to_json()
    return not_before
