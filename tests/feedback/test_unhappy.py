"""A detractor or an angry reply ends the standard sequence at once, and their owner is told once."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import runtime
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.models import Conversation, ConversationState
from app.db import Session
from app.feedback import find
from app.feedback.find import Latest
from app.feedback.models import SentimentReading
from app.intake import replies, second_look
from app.journal.models import Entry
from app.messages.models import Message
from app.runtime import Runtime
from tests.never_twice.story import REMINDER_DUE, launched, plan, says, somebody, under_way

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LATER = [
    {"name": "invite", "channels": ["sms"]},
    {"name": "reminder", "after": "1 second", "channels": ["email"], "only": "no_answer"},
    {"name": "last_call", "after": "1 minute", "channels": ["email"], "only": "no_answer"},
]


def outbox(db: Session, contact: Contact) -> dict[str, tuple[str, str | None]]:
    """Step -> (state, reason) of what we have for this person."""
    rows = db.exec(select(Message).where(Message.contact_id == contact.id, Message.direction == "out"))
    return {row.step: (row.state, row.reason) for row in rows}


def opinion(rt: Runtime, contact: Contact) -> Latest:
    with runtime.reading() as db:
        return find.latest(db, contact.id, now=rt.now())


def alerts(db: Session, contact: Contact) -> list[str]:
    rows = db.exec(select(Entry).where(Entry.subject_id == contact.id, Entry.verb == "alert"))
    return sorted(row.facts["reason"] for row in rows)


def test_a_low_rating_takes_back_what_waits_and_asks_why(rt: Runtime) -> None:
    ada = somebody()
    wave = under_way(rt, ada)
    plan(rt, wave, after=REMINDER_DUE)  # the reminder stands in the outbox
    says(ada, "3")
    with runtime.reading() as db:
        kept = outbox(db, ada)
        assert kept["reminder"][0] == "withdrawn"
        assert kept["conversation"][0] == "queued", "the why of the survey still goes out"
        assert alerts(db, ada) == ["detractor"]
    says(ada, "Tre consegne in ritardo e nessuno risponde al telefono, una vergogna!")
    with runtime.reading() as db:
        assert [one for one in alerts(db, ada) if one in ("detractor", "angry")] == ["detractor"]


def test_the_invitation_of_another_wave_is_taken_back_too(rt: Runtime) -> None:
    ada = somebody()
    first = under_way(rt, ada)
    with runtime.session() as db:
        conversation = db.exec(select(Conversation).where(Conversation.group_id == first)).one()
        walks.close(db, ConversationState.COMPLETED, now=rt.now(), group_id=first)
    second = launched(rt, ada, LATER)
    plan(rt, second)
    with runtime.session() as db:
        replies.submit(db, conversation.id, "nps", "2", evidence={})
    plan(rt, second, after=REMINDER_DUE)
    with runtime.reading() as db:
        rows = db.exec(select(Message).where(Message.group_id == second)).all()
        assert [(row.step, row.state, row.reason) for row in rows] == [("invite", "withdrawn", "unhappy")]


@ON_SQLITE
def test_an_angry_reply_that_answers_nothing_ends_the_sequence_too(rt: Runtime) -> None:
    ada = somebody()
    wave = under_way(rt, ada, LATER)
    plan(rt, wave, after=REMINDER_DUE)
    says(ada, "Siete dei ladri incapaci, fate schifo, vergognatevi")
    plan(rt, wave, after=timedelta(minutes=2))
    with runtime.reading() as db:
        kept = outbox(db, ada)
        assert kept["reminder"][0] == "withdrawn"
        assert "last_call" not in kept
        assert "angry" in alerts(db, ada)


@ON_SQLITE
def test_where_a_person_finds_that_it_was_not_meant_so_the_next_step_goes_out(rt: Runtime) -> None:
    ada = somebody()
    wave = under_way(rt, ada, LATER)
    says(ada, "Siete dei ladri incapaci, fate schifo, vergognatevi")
    with runtime.reading() as db:
        (reading,) = db.exec(select(SentimentReading).where(SentimentReading.contact_id == ada.id)).all()
    with runtime.session() as db:
        second_look.judge(db, int(reading.id or 0), "neutral", by="user:prova", at=rt.now())
    plan(rt, wave, after=REMINDER_DUE)
    with runtime.reading() as db:
        assert outbox(db, ada)["reminder"][0] == "queued"
        assert opinion(rt, ada).sentiment == "neutral"


@ON_SQLITE
def test_a_friendly_reply_ends_nothing(rt: Runtime) -> None:
    ada = somebody()
    wave = under_way(rt, ada, LATER)
    says(ada, "boh, adesso non saprei che cosa dire")
    plan(rt, wave, after=REMINDER_DUE)
    with runtime.reading() as db:
        assert outbox(db, ada)["reminder"][0] == "queued"
        assert alerts(db, ada) == []


@ON_SQLITE
def test_an_amended_rating_counts_as_it_was_amended(rt: Runtime) -> None:
    ada = somebody()
    under_way(rt, ada)
    says(ada, "2")
    says(ada, "no scusa, 9")
    with runtime.reading() as db:
        assert (opinion(rt, ada).nps, opinion(rt, ada).nps_class) == (9, "promoter")
        rows = db.exec(select(Message).where(col(Message.contact_id) == ada.id)).all()
        assert not [row for row in rows if row.reason == "unhappy"]
