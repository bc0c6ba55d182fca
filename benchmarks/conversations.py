"""Answering texts: from Twilio's post to the next question in the outbox, against the bare rows of the same story."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, insert, select, update
from sqlmodel import col

from app import queue, runtime
from app.channels.base import Channel
from app.contacts.addresses import address_hash
from app.contacts.models import Consent, ConsentState, Contact
from app.conversations import walks
from app.conversations.models import Answer, Conversation, ConversationState
from app.db import insert_all, new_id, table_of
from app.intake.accept import accept
from app.intake.models import RawEvent, RawState, Route
from app.messages import outbox
from app.messages.models import ANSWERING, Direction, Message, State
from app.runtime import Runtime
from benchmarks.harness import Figures, in_turns, installation, rate

DEFAULT = 5_000
PAGE = 50
SAID = (
    *("9", "8", "direi un otto", "dieci!", "6, consegne lente"),
    *("5", "10/10", "sette", "3 nessuno risponde", "boh"),
)
"""What people answer to a first question; one in ten is asked again."""
Asked = tuple[str, str, str]
"""contact, conversation, phone"""


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Replies per second: each post stored in a transaction of its own, as the web process does, then heard."""
    return in_turns(
        "conversations",
        engine,
        "replies/s",
        f"{rows} texts from as many people answering a survey's first question. Ours: the raw posts committed one by "
        "one, then RQ's worker in the same process expands them: read, understood; answer, rating, sentiment, "
        "timeline, score and outcome kept; next question in the outbox. Ceiling: the same posts committed one by "
        f"one, then only the rows of message in, answer, conversation and message out, {PAGE} at a time",
        ours=lambda: _ours(engine, rows),
        ceiling=lambda: _bare(engine, rows),
        runs=runs,
    )


def _ours(engine: str, rows: int) -> float:
    with installation(engine, redis=True) as rt:
        people = people_asked(rt, rows)

        def work() -> None:
            _accept(rt, people)
            queue.work(rt.redis, ["replies"], "bench", burst=True)

        measured = rate(rows, work)
        with runtime.reading() as db:
            asked = select(func.count()).select_from(table_of(Message)).where(col(Message.step) == ANSWERING)
            assert db.execute(asked).scalar_one() == rows
        return measured


def _bare(engine: str, rows: int) -> float:
    with installation(engine) as rt:
        people = people_asked(rt, rows)

        def work() -> None:
            _accept(rt, people)
            for start in range(0, rows, PAGE):
                _rows(people[start : start + PAGE], rt)

        return rate(rows, work)


def _accept(rt: Runtime, people: Sequence[Asked]) -> None:
    chance = random.Random(5)
    for number, (_, _, phone) in enumerate(people):
        said = {"From": phone, "To": "+390299990000", "Body": chance.choice(SAID)}
        body = urlencode({"MessageSid": f"SM{number:032x}", **said}).encode()
        with runtime.session() as db:
            accept(db, Route.TWILIO_MESSAGES, body, now=rt.now())


def _rows(page: Sequence[Asked], rt: Runtime) -> None:
    raw, conversations = table_of(RawEvent), table_of(Conversation)
    said = [_text(rt, one, Direction.IN, State.READ, "", "8") for one in page]
    asked = [_text(rt, one, Direction.OUT, State.QUEUED, ANSWERING, "Che cosa ci manca?") for one in page]
    answers = [
        {"conversation_id": conversation, "contact_id": contact, "question": "nps", "kind": "nps", "value": 8}
        | {"text": "8", "channel": "sms", "at": rt.now()}
        for contact, conversation, _ in page
    ]
    with runtime.session() as db:
        connection = db.connection()
        oldest = select(raw.c.id).where(raw.c.state == RawState.NEW).order_by(raw.c.id).limit(PAGE)
        ids = db.scalars(oldest).all()
        connection.execute(update(raw).where(raw.c.id.in_(ids)).values(state=RawState.EXPANDED))
        connection.execute(insert(table_of(Message)), said + asked)
        connection.execute(insert(table_of(Answer)), answers)
        for _, conversation, _ in page:
            moved = update(conversations).where(conversations.c.id == conversation)
            connection.execute(moved.values(walk={"answers": {"nps": 8}}, state=ConversationState.RUNNING))


def people_asked(rt: Runtime, count: int) -> list[Asked]:
    """Contacts in a conversation that has asked its first question."""
    now, group = rt.now() - timedelta(hours=1), new_id()
    survey = rt.surveys["riattivazione"]
    people = [(new_id(), new_id(), f"+39347{number:07}") for number in range(count)]
    contacts = [
        {"id": contact, "phone": phone, "phone_kind": "mobile", "language": "it", "first_name": "Anna"}
        | {"attributes": {}, "created_at": now, "updated_at": now}
        for contact, _, phone in people
    ]
    begun = {"group_id": group, "survey_version": survey.version, "language": "it", "channel": "sms"}
    begun |= {"state": ConversationState.WAITING, "walk": {}, "created_at": now, "updated_at": now}
    begun |= {"expires_at": now + timedelta(days=14)}
    with runtime.session() as db:
        outbox.open_group(db, group)
        walks.freeze_survey(db, survey, now=now)
    with runtime.bulk_session() as db:
        insert_all(db, Contact, contacts)
        insert_all(db, Consent, [consent_of(contact, "sms", rt) for contact, _, _ in people])
        insert_all(db, Conversation, [{"id": v, "contact_id": c} | begun for c, v, _ in people])
        invited = [_text(rt, one, Direction.OUT, State.DELIVERED, "invite", "Ciao") for one in people]
        insert_all(db, Message, [row | {"group_id": group, "created_at": now} for row in invited])
    return people


def consent_of(contact_id: str, channel: str, rt: Runtime) -> dict[str, Any]:
    """The ledger line of a yes."""
    said = {"contact_id": contact_id, "channel": channel, "state": ConsentState.GRANTED, "basis": "consent"}
    return said | {"at": rt.now(), "recorded_at": rt.now(), "source": "bench", "wording": "", "evidence": {}}


def _text(rt: Runtime, person: Asked, direction: str, state: str, step: str, text: str) -> dict[str, Any]:
    contact, conversation, phone = person
    hashed = address_hash(rt.settings.suppression_key, Channel.SMS, phone)
    row = {"id": new_id(), "direction": direction, "channel": Channel.SMS, "state": state, "step": step}
    row |= {"contact_id": contact, "conversation_id": conversation, "address": phone, "address_hash": hashed}
    row |= {"text": text, "subject": "", "values_": {}, "headers": {}}
    return row | {"not_before": rt.now(), "created_at": rt.now()}
