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
SAID = ("9", "8", "direi un otto", "dieci!", "6, consegne lente", "5", "10/10", "sette", "3 nessuno risponde", "boh")


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Replies per second: each post stored in its own transaction, as the web process does, then heard by a worker."""
    return in_turns(
        "conversations",
        engine,
        "replies/s",
        f"{rows} texts from as many people answering a survey's first question. Ours: the raw post committed one by one, "
        "then RQ's worker in the same process expands them: read, understood, answer, rating, sentiment, timeline, "
        "score and outcome kept, next question in the outbox. Ceiling: the same posts committed one by one, then the "
        "bare rows of that (message in, answer, conversation, message out) by executemany in pages of 50",
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
            for start in range(0, rows, 50):
                _rows(people[start : start + 50], rt)

        return rate(rows, work)


def _accept(rt: Runtime, people: Sequence[tuple[str, str, str]]) -> None:
    chance = random.Random(5)
    for number, (_, _, phone) in enumerate(people):
        body = {"MessageSid": f"SM{number:032x}", "From": phone, "To": "+390299990000", "Body": chance.choice(SAID)}
        with runtime.session() as db:
            accept(db, Route.TWILIO_MESSAGES, urlencode(body).encode(), now=rt.now())


def _rows(page: Sequence[tuple[str, str, str]], rt: Runtime) -> None:
    now, key = rt.now(), rt.settings.suppression_key
    common: dict[str, Any] = {"channel": "sms", "values_": {}, "headers": {}, "not_before": now, "created_at": now, "subject": ""}
    with runtime.session() as db:
        connection = db.connection()
        raw = table_of(RawEvent)
        ids = db.scalars(select(raw.c.id).where(raw.c.state == RawState.NEW).order_by(raw.c.id).limit(50)).all()
        connection.execute(update(raw).where(raw.c.id.in_(ids)).values(state=RawState.EXPANDED))
        said = [
            {**common, "id": new_id(), "direction": Direction.IN, "state": State.READ, "step": "", "contact_id": c, "conversation_id": v,
             "text": "8", "address": p, "address_hash": address_hash(key, Channel.SMS, p)} for c, v, p in page
        ]  # fmt: skip
        asked = [
            {**row, "id": new_id(), "direction": Direction.OUT, "state": State.QUEUED, "step": ANSWERING, "text": "Grazie! Che cosa ci manca per arrivare a 10?"}
            for row in said
        ]  # fmt: skip
        connection.execute(insert(table_of(Message)), said + asked)
        connection.execute(
            insert(table_of(Answer)),
            [{"conversation_id": v, "contact_id": c, "question": "nps", "kind": "nps", "value": 8, "text": "8", "channel": "sms", "at": now}
             for c, v, _ in page],
        )  # fmt: skip
        table = table_of(Conversation)
        for _, v, _ in page:
            connection.execute(update(table).where(table.c.id == v).values(walk={"answers": {"nps": 8}}, state="running"))


def people_asked(rt: Runtime, count: int) -> list[tuple[str, str, str]]:
    """Contacts in a conversation that has asked its first question: (contact, conversation, phone)."""
    now, group = rt.now() - timedelta(hours=1), new_id()
    survey = rt.surveys["riattivazione"]
    people = [(new_id(), new_id(), f"+39347{number:07}") for number in range(count)]
    with runtime.session() as db:
        outbox.open_group(db, group)
        walks.freeze_survey(db, survey, now=now)
    with runtime.bulk_session() as db:
        insert_all(db, Contact, [
            {"id": c, "phone": p, "phone_kind": "mobile", "language": "it", "first_name": "Anna", "attributes": {}, "created_at": now, "updated_at": now}
            for c, _, p in people])  # fmt: skip
        insert_all(db, Consent, [
            {"contact_id": c, "channel": "sms", "state": ConsentState.GRANTED, "at": now, "recorded_at": now, "source": "bench", "wording": "", "evidence": {}, "basis": "consent"}
            for c, _, _ in people])  # fmt: skip
        insert_all(db, Conversation, [
            {"id": v, "contact_id": c, "group_id": group, "survey_version": survey.version, "language": "it", "channel": "sms",
             "state": ConversationState.WAITING, "walk": {}, "created_at": now, "updated_at": now, "expires_at": now + timedelta(days=14)}
            for c, v, _ in people])  # fmt: skip
        key = rt.settings.suppression_key
        insert_all(db, Message, [
            {"id": new_id(), "direction": "out", "channel": "sms", "state": "delivered", "contact_id": c, "conversation_id": v, "group_id": group,
             "step": "invite", "text": "Ciao", "address": p, "address_hash": address_hash(key, Channel.SMS, p), "values_": {}, "headers": {},
             "subject": "", "not_before": now, "created_at": now} for c, v, p in people])  # fmt: skip
    return people
