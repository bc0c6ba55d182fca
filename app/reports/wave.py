"""The figures of one wave: its status, funnel, NPS, sentiment and verdicts, each counted from the rows."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Subquery, func, select, union_all
from sqlmodel import col

from app.contacts.models import Contact
from app.conversations.models import Answer, Conversation
from app.db import Session
from app.feedback.find import present_label
from app.feedback.models import Rating, SentimentReading
from app.messages.ladder import OPEN
from app.messages.models import Direction, Message, State
from app.outcomes.models import Outcome, Verdict
from app.waves import find, repeat
from app.waves.models import Arm

CONVERSATION = "conversation"
"""The step of messages that answer somebody."""
ON_THE_WAY = (State.ACCEPTED, State.SENT)
"""Taken by a provider that has not said yet what became of them."""
TAKEN = (State.ACCEPTED, State.SENT, State.DELIVERED)


def status(db: Session, wave_id: str) -> dict[str, Any]:
    """The wave in figures; raises NotFound. Messages are counted as messages, people as people."""
    wave = find.get(db, wave_id)
    arms = find.members(db, wave_id)
    messages = message_states(db, wave_id)
    verdicts = outcomes(db, wave_id)
    return {
        "wave_id": wave.id,
        "name": wave.name,
        "state": wave.state,
        "reason": wave.reason,
        "launched_at": wave.launched_at,
        "finished_at": wave.finished_at,
        "next_edition_at": repeat.next_at(db, wave),
        "trigger": wave.definition.get("trigger"),
        "selected": sum(arms.values()),
        "treated": arms[Arm.TREATED],
        "control": arms[Arm.CONTROL],
        "waiting": arms[Arm.WAITING],
        "entered": arms[Arm.ENTERED],
        "left_out": find.left_out(db, wave_id),
        "planned": sum(messages.values()),
        "conversation_messages": conversational(db, wave_id),
        "queued": sum(messages.get(state, 0) for state in OPEN),
        "accepted": accepted(db, wave_id),
        "delivered": messages.get(State.DELIVERED, 0),
        "failed": messages.get(State.FAILED, 0),
        "withdrawn": messages.get(State.WITHDRAWN, 0),
        "on_the_way": sum(messages.get(state, 0) for state in ON_THE_WAY),
        "unconfirmed": messages.get(State.UNKNOWN, 0) + messages.get(State.UNCONFIRMED, 0),
        "answered": answered(db, wave_id),
        "opted_out": find.opted_out(db, wave),
        "reengaged": verdicts[Verdict.REENGAGED],
        "removable": verdicts[Verdict.REMOVABLE],
        "outcomes": verdicts,
        "nps": nps(db, wave_id),
        "sentiment": sentiment(db, wave_id),
    }


def said(wave_id: str) -> Subquery:
    """state, accepted_at, step of every message to the wave's people: its steps, and what conversations added."""
    columns = (col(Message.state), col(Message.accepted_at), col(Message.step))
    out = select(*columns).where(col(Message.direction) == Direction.OUT)
    steps = out.where(col(Message.group_id) == wave_id)
    conversations = (
        out.join(Conversation, col(Conversation.id) == col(Message.conversation_id))
        .where(col(Conversation.group_id) == wave_id)
        .where(col(Message.group_id).is_(None))
    )
    return union_all(steps, conversations).subquery()


def message_states(db: Session, wave_id: str) -> dict[str, int]:
    """State -> how many messages to the wave's people."""
    ours = said(wave_id)
    rows = db.execute(select(ours.c.state, func.count()).group_by(ours.c.state))
    return dict(rows.all())


def accepted(db: Session, wave_id: str) -> int:
    """Messages a provider took, whatever became of them."""
    ours = said(wave_id)
    taken = ours.c.accepted_at.is_not(None) | ours.c.state.in_(TAKEN)
    return int(db.execute(select(func.count()).select_from(ours).where(taken)).scalar_one())


def conversational(db: Session, wave_id: str) -> int:
    """How many of the wave's messages were answers within conversations."""
    ours = said(wave_id)
    talk = select(func.count()).select_from(ours).where(ours.c.step == CONVERSATION)
    return int(db.execute(talk).scalar_one())


def answered(db: Session, wave_id: str) -> int:
    """People who answered at least one question."""
    return int(
        db.execute(
            select(func.count(func.distinct(col(Answer.contact_id))))
            .join(Conversation, col(Conversation.id) == col(Answer.conversation_id))
            .where(col(Conversation.group_id) == wave_id)
        ).scalar_one()
    )


def outcomes(db: Session, wave_id: str) -> dict[str, int]:
    """Verdict -> how many treated contacts have it; those not yet decided count as undecided."""
    rows = db.execute(
        select(col(Outcome.verdict), func.count())
        .where(col(Outcome.wave_id) == wave_id)
        .group_by(col(Outcome.verdict))
    )
    counts: dict[str, int] = {str(verdict): 0 for verdict in Verdict}
    counts.update(dict(rows.all()))
    treated = find.members(db, wave_id)[Arm.TREATED]
    counts[Verdict.UNDECIDED] += treated - sum(counts.values())
    return counts


def decided(db: Session, wave_id: str) -> int:
    """Treated contacts whose last verdict is given: after the end of the wave."""
    wave = find.get(db, wave_id)
    if wave.finished_at is None:
        return 0
    return int(
        db.execute(
            select(func.count())
            .select_from(Outcome)
            .where(col(Outcome.wave_id) == wave_id, col(Outcome.decided_at) >= wave.finished_at)
        ).scalar_one()
    )


def nps(db: Session, wave_id: str) -> dict[str, Any]:
    """responses, promoters, passives, detractors, and the score (-100 to 100; None without responses)."""
    rows = db.execute(
        select(col(Rating.value), func.count())
        .where(col(Rating.group_id) == wave_id, col(Rating.kind) == "nps")
        .group_by(col(Rating.value))
    )
    by_value = dict(rows.all())
    promoters = sum(count for value, count in by_value.items() if value >= 9)
    detractors = sum(count for value, count in by_value.items() if value <= 6)
    total = sum(by_value.values())
    return {
        "responses": total,
        "promoters": promoters,
        "passives": total - promoters - detractors,
        "detractors": detractors,
        "score": round(100 * (promoters - detractors) / total) if total else None,
        "by_value": {str(value): by_value.get(value, 0) for value in range(11)},
    }


def sentiment(db: Session, wave_id: str) -> dict[str, int]:
    """How many texts sounded positive, neutral and negative."""
    rows = db.execute(
        select(present_label(), func.count())
        .where(col(SentimentReading.group_id) == wave_id)
        .group_by(present_label())
    )
    return {"positive": 0, "neutral": 0, "negative": 0} | dict(rows.all())


def latest_replies(db: Session, wave_id: str, limit: int = 20) -> list[Mapping[str, Any]]:
    """The newest answers: at, contact_id, name, question, value, text, channel, sentiment label or None."""
    rows = db.execute(
        select(Answer, Contact)
        .join(Conversation, col(Conversation.id) == col(Answer.conversation_id))
        .join(Contact, col(Contact.id) == col(Answer.contact_id))
        .where(col(Conversation.group_id) == wave_id)
        .order_by(col(Answer.id).desc())
        .limit(limit)
    ).all()
    keys = {answer.id: f"{answer.conversation_id}:{answer.question}" for answer, _ in rows}
    labels = dict(
        db.execute(
            select(col(SentimentReading.source_key), present_label()).where(
                col(SentimentReading.source_key).in_(keys.values())
            )
        ).all()
    )
    return [
        {
            "at": answer.at,
            "contact_id": contact.id,
            "name": display_name(contact),
            "question": answer.question,
            "kind": answer.kind,
            "value": answer.value,
            "text": answer.text,
            "channel": answer.channel,
            "sentiment": labels.get(keys[answer.id]),
        }
        for answer, contact in rows
    ]


def display_name(contact: Contact) -> str:
    """How a person is called in a list: their name, else their address."""
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return name or contact.email or contact.phone or contact.id


def progress(db: Session, wave_id: str) -> dict[str, Any]:
    """What a progress bar needs: done and planned messages, and whether more steps will come."""
    messages = message_states(db, wave_id)
    open_now = sum(messages.get(state, 0) for state in (*OPEN, State.CALLING))
    return {"planned": sum(messages.values()), "done": sum(messages.values()) - open_now}
