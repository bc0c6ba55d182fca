"""Conversations when two contacts prove to be one person, or part again: one per wave, and one under way."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from app.contacts import consent
from app.contacts.rejoin import move, move_back
from app.conversations.models import Answer, Conversation, ConversationAlias, ConversationState
from app.conversations.walks import LIVE
from app.db import Session, insert_new, table_of
from app.messages import rejoin as messages
from app.messages.models import Message

_table, _answers, _aliases = table_of(Conversation), table_of(Answer), table_of(ConversationAlias)
_messages = table_of(Message)
_FURTHEST = (
    ConversationState.STOPPED,
    ConversationState.COMPLETED,
    ConversationState.RUNNING,
    ConversationState.WAITING,
    ConversationState.EXPIRED,
)
_TIMES = ("created_at", "updated_at", "expires_at", "due_at")


def rejoin(db: Session, gone: str, keep: str) -> dict[str, Any]:
    """`gone`'s conversations become `keep`'s. Two of one wave become one: the further one, to which the other's
    links, messages and answers lead from now on."""
    rows = db.execute(select(_table).where(_table.c.contact_id.in_((gone, keep)))).all()
    mine = {row.group_id: row for row in rows if row.contact_id == keep}
    joined = [
        _join(db, *sorted((mine[row.group_id], row), key=lambda one: _FURTHEST.index(one.state)))
        for row in rows
        if row.contact_id == gone and row.group_id in mine
    ]
    facts = {
        "joined": joined,
        "answers": move(db, _answers, gone, keep),
        "moved": move(db, _table, gone, keep),
    }
    return facts | _one_under_way(db, keep)


def part(db: Session, gone: str, keep: str, facts: dict[str, Any]) -> None:
    """Give each their own back; a stop said since ends both's."""
    move_back(db, _table, facts["moved"], gone, keep)
    for one in facts["joined"]:
        _unjoin(db, one)
    move_back(db, _answers, facts["answers"], gone, keep)
    waiting = update(_table).where(_table.c.id.in_(facts["set_aside"]))
    waiting = waiting.where(_table.c.state == ConversationState.EXPIRED)
    db.execute(waiting.values(state=ConversationState.WAITING))
    messages.requeue(db, facts["withdrawn"])


def stop(db: Session, contact_id: str, channels: Sequence[str]) -> dict[str, str]:
    """End a person's conversations on channels they said no to; returns id -> the state before."""
    if not channels:
        return {}
    live = (_table.c.contact_id == contact_id, _table.c.state.in_(LIVE), _table.c.channel.in_(channels))
    before = {row.id: row.state for row in db.execute(select(_table.c.id, _table.c.state).where(*live))}
    db.execute(update(_table).where(_table.c.id.in_(before)).values(state=ConversationState.STOPPED))
    return before


def resume(db: Session, before: Mapping[str, str]) -> None:
    """Undo `stop`, where the person said no nowhere since."""
    said_no = consent.withdrawn_by(_table.c.contact_id, _table.c.channel)
    for id_, state in before.items():
        stopped = update(_table).where(
            _table.c.id == id_, _table.c.state == ConversationState.STOPPED, ~said_no
        )
        db.execute(stopped.values(state=state))


def _join(db: Session, stay: Any, leave: Any) -> dict[str, Any]:
    answers = update(_answers).where(_answers.c.conversation_id == leave.id).values(conversation_id=stay.id)
    aliases = update(_aliases).where(_aliases.c.conversation_id == leave.id).values(conversation_id=stay.id)
    facts = {
        "row": {name: v.isoformat() if name in _TIMES and v else v for name, v in leave._asdict().items()},
        "stay": stay.id,
        "stopped": stay.state == ConversationState.STOPPED,
        "answers": sorted(db.execute(answers.returning(_answers.c.id)).scalars()),
        "aliases": sorted(db.execute(aliases.returning(_aliases.c.id)).scalars()),
        "messages": messages.to_conversation(db, leave.id, stay.id),
        "needless": [],
    }
    if stay.state != ConversationState.WAITING:  # whoever has begun is not asked by the wave any more
        planned = (_messages.c.conversation_id == stay.id) & _messages.c.group_id.is_not(None)
        facts["needless"] = messages.withdraw(db, planned)
    if leave.asked_in:  # its walk ends here, and with it the question that has not left
        messages.withdraw(db, _messages.c.id == leave.asked_in)
    db.execute(delete(_table).where(_table.c.id == leave.id))
    db.execute(_aliases.insert().values(id=leave.id, conversation_id=stay.id))
    return facts


def _unjoin(db: Session, facts: dict[str, Any]) -> None:
    held = facts["row"]
    row = held | {name: datetime.fromisoformat(held[name]) for name in _TIMES if held.get(name)}
    stay = db.execute(select(_table.c.state).where(_table.c.id == facts["stay"])).scalar_one_or_none()
    if stay == ConversationState.STOPPED and not facts["stopped"]:
        row["state"] = ConversationState.STOPPED
    insert_new(db, Conversation, [row])
    db.execute(delete(_aliases).where(_aliases.c.id == row["id"]))
    for table, ids in ((_answers, facts["answers"]), (_aliases, facts["aliases"])):
        db.execute(update(table).where(table.c.id.in_(ids)).values(conversation_id=row["id"]))
    messages.back_to_conversation(db, facts["messages"], row["id"])
    messages.requeue(db, facts.get("needless", ()))


def _one_under_way(db: Session, keep: str) -> dict[str, Any]:
    """Nobody is asked two surveys at once: beside the one that goes on, those that wait are set aside. They would
    still take an answer."""
    live = db.execute(
        select(_table.c.id, _table.c.state)
        .where(_table.c.contact_id == keep, _table.c.state.in_(LIVE))
        .order_by(_table.c.state == ConversationState.WAITING, _table.c.created_at, _table.c.id)
    ).all()
    aside = [row.id for row in live[1:] if row.state == ConversationState.WAITING]
    if not aside:
        return {"set_aside": [], "withdrawn": []}
    expired = update(_table).where(_table.c.id.in_(aside)).values(state=ConversationState.EXPIRED)
    db.execute(expired)
    return {
        "set_aside": aside,
        "withdrawn": messages.withdraw(db, _messages.c.conversation_id.in_(aside)),
    }
