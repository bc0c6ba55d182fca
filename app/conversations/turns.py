"""One turn of a conversation: what somebody said goes in, their answers are kept, our next words go to the outbox."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app.channels.base import Channel
from app.conversations import quotas, saying
from app.conversations.models import Answer, Conversation, ConversationState
from app.conversations.walks import WEB, Walk
from app.db import Session, later, table_of
from app.messages import outbox
from app.messages.ladder import OPEN
from app.messages.models import Message, State
from app.surveys import engine
from app.surveys.engine import Answered, Ask, Consent, Effect, Ended, Say, Step, Timing
from app.surveys.steps import plain
from app.surveys.survey import Kind, Survey

Given = str | Sequence[str] | Mapping[str, str] | None
"""What a form holds, in the shape the engine takes for its question; None passes over it."""
CROSSING = timedelta(seconds=60)
"""Within this time of our handing over a question, what arrives may have been written before it was read."""
UNREAD = timedelta(seconds=5)
"""Within this time nobody has read it: a text takes a second or two each way, and they still have to type theirs."""
FEW_WORDS = 3
_TO_COME = (*OPEN, State.CALLING, State.UNKNOWN)
"""What may still be taken back, or be queued again."""
_messages = table_of(Message)


def receive(
    db: Session,
    walk: Walk,
    text: str,
    *,
    channel: Channel,
    message_id: str,
    at: datetime,
    now: datetime,
    address: str | None = None,
    answers_only: bool = False,
) -> Sequence[Effect]:
    """Take a freely written reply, accepted `at`; the next text goes to the outbox on the channel it came by, to the
    `address` it came from.

    `answers_only`: what does not answer to the point changes nothing and is not answered.
    """
    asked = _asked(db, walk.conversation)
    timing = _timing(walk, asked, at)
    late = over(walk.conversation, at)

    def step_of(full: Collection[str]) -> Step:
        step = engine.receive(
            walk.survey,
            walk.state,
            text,
            channel=channel,
            values=walk.values,
            today=at.astimezone(walk.zone).date(),
            timing=timing,
            late=late,
            full=full,
        )
        return step if not answers_only or _to_the_point(step) else Step(walk.state)

    step = quotas.settle(db, walk, step_of)
    words = "\n".join(effect.text for effect in step.effects if isinstance(effect, Say | Ask))
    said = None
    if words:
        said = saying.say(db, walk, words, channel, now, address=address, button=not step.state.done)
    _replace(db, walk, step, asked, said)
    _keep(db, walk, step, channel=channel, message_id=message_id, now=now)
    return step.effects


def submit(db: Session, walk: Walk, question: str, value: Given, *, now: datetime) -> Sequence[Effect]:
    """Take an answer from the page, which goes on even after expiry; raises engine.BadAnswer with words for the
    contact."""

    def step_of(full: Collection[str]) -> Step:
        return engine.submit(
            walk.survey,
            walk.state,
            question,
            value,
            channel=WEB,
            values=walk.values,
            today=now.astimezone(walk.zone).date(),
            full=full,
        )

    step = quotas.settle(db, walk, step_of)
    if step.state.question != walk.state.question:
        _replace(db, walk, step, _asked(db, walk.conversation), None)
    _keep(db, walk, step, channel=WEB, message_id=None, now=now)
    return step.effects


def over(conversation: Conversation, at: datetime) -> bool:
    """Whether what is said at that time comes too late for more questions."""
    ended = conversation.state == ConversationState.EXPIRED
    return ended or (conversation.state != ConversationState.COMPLETED and at > conversation.expires_at)


def silence_due(
    survey: Survey, conversation: Conversation, since: datetime, *, reminded_at: datetime | None = None
) -> datetime | None:
    """When somebody who has said nothing `since` then is reminded, or the conversation closes; None: by no clock.

    `reminded_at`: when the last reminder may leave; the next one keeps its distance from it, too.
    """
    silence = survey.silence
    if silence is None or conversation.state != ConversationState.RUNNING:
        return None
    closes = since + silence.close_after
    if conversation.reminded >= silence.reminders:
        return closes
    again = since + silence.remind_after * (conversation.reminded + 1)
    return min(max(again, reminded_at + silence.remind_after) if reminded_at else again, closes)


def _to_the_point(step: Step) -> bool:
    """Whether it answers a closed question, or an open one in as few words as people repeat, or decides about us."""
    if any(isinstance(effect, Consent) for effect in step.effects):
        return True
    given = [effect for effect in step.effects if isinstance(effect, Answered)]
    return any(one.kind is not Kind.TEXT or len(one.text.split()) <= FEW_WORDS for one in given)


def _asked(db: Session, conversation: Conversation) -> Any:
    """The message with our last words; one that has not left is held, so that no sender takes it meanwhile."""
    if conversation.asked_in is None:
        return None
    columns = (_messages.c.id, _messages.c.state, _messages.c.called_at)
    asked = select(*columns).where(_messages.c.id == conversation.asked_in)
    row = db.execute(asked).first()
    # What has left is not held: whoever enters its receipt would wait for the contact, and we for them.
    return db.execute(asked.with_for_update()).first() if row and row.state in OPEN else row


def _timing(walk: Walk, asked: Any, at: datetime) -> Timing:
    if asked is None:
        # Who goes on by text what they did on the page may have written before they saw its next question.
        seen = walk.conversation.updated_at if walk.state.channel == WEB else None
    elif asked.state in OPEN:
        return Timing.EARLY
    else:
        seen = asked.called_at
    if seen is None or seen <= at - CROSSING:
        return Timing.ANSWERING
    return Timing.UNREAD if seen > at - UNREAD else Timing.CROSSING


def _replace(db: Session, walk: Walk, step: Step, asked: Any, said: str | None) -> None:
    """Our last words are these now, or on the page (None); what was to be said before them is not said any more."""
    if said is None and step.state.question == walk.state.question:
        return
    if asked is not None and asked.state in _TO_COME:
        outbox.withdraw(db, "answered", messages=[asked.id])
    set_committed_value(walk.conversation, "asked_in", said)


def _keep(
    db: Session, walk: Walk, step: Step, *, channel: str, message_id: str | None, now: datetime
) -> None:
    conversation = walk.conversation
    planned_for = conversation.state != ConversationState.RUNNING or conversation.reminded
    for effect in step.effects:
        if isinstance(effect, Answered):
            answer = {
                "conversation_id": conversation.id,
                "contact_id": conversation.contact_id,
                "question": effect.question,
                "kind": effect.kind,
                "value": plain(effect.value),
                "text": effect.text,
                "channel": channel,
                "at": now,
                "message_id": message_id,
            }
            later(db, _enter_answers, answer)
    stands = {
        "state": _state(conversation, step),
        "walk": step.state.to_json(),
        "language": step.state.lang,
        "updated_at": now,
        "asked_in": conversation.asked_in,
    }
    for name, value in stands.items():
        # Known here at once; written with the others of this transaction, not by the next query.
        set_committed_value(conversation, name, value)
    due = silence_due(walk.survey, conversation, now)
    set_committed_value(conversation, "due_at", due)
    later(db, _move_on, stands | {"due_at": due, "moved": conversation.id})
    if step.effects and planned_for:  # a machine's out-of-office has no effects: it is no answer
        later(db, _unplan, (conversation.id, conversation.group_id))


def _state(conversation: Conversation, step: Step) -> str:
    if any(isinstance(effect, Ended) and effect.how != "late" for effect in step.effects):
        return ConversationState.COMPLETED
    said = any(isinstance(effect, Answered | Consent) for effect in step.effects)
    begins = said and conversation.state == ConversationState.WAITING
    return ConversationState.RUNNING if begins else conversation.state


def _enter_answers(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    db.connection().execute(insert(table_of(Answer)), list(rows))


def _move_on(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    table = table_of(Conversation)
    columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "moved"}
    db.connection().execute(update(table).where(table.c.id == bindparam("moved")).values(columns), list(rows))


def _unplan(db: Session, answered: Sequence[tuple[str, str]]) -> None:
    """What a wave, or our clock, had planned for the silent; a question of ours waits in no group."""
    for group_id in sorted({group_id for _, group_id in answered}):
        theirs = [conversation_id for conversation_id, group in answered if group == group_id]
        outbox.withdraw(db, "answered", conversations=theirs, group_id=group_id)
