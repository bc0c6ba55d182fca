"""Two devices, two workers, in the same instant: the contact's row is the lock, and nothing is lost or doubled."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app import runtime
from app.channels.base import Channel, EventKind, ProviderEvent
from app.contacts import find
from app.conversations.models import Conversation, ConversationState, QuotaCount
from app.db import new_id, settle
from app.dossier import merge as merging
from app.factory import create_app
from app.intake import replies
from app.messages import batches, outbox, receipts
from app.messages.models import Message
from app.runtime import Runtime
from tests.conversations.talk import Talk, asked, later, post_text, sweeps
from tests.never_twice.story import reports, somebody, texted
from tests.never_twice.test_races import as_far_as_it_gets
from tests.webhooks.doors import expand_all

STARS = "Quante stelle alle consegne, da 1 a 5?"


def at_once(*deeds: Callable[[], Any]) -> Sequence[Any]:
    """Each in a thread of its own, all let go in the same instant; what they gave."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def browser(talk: Talk, question: str, value: str) -> Callable[[], int]:
    """A device of its own that submits this answer."""
    client, form = create_app(runtime.current()).test_client(), {"question": question, "answer": value}
    return lambda: client.post(talk.page, data=form).status_code


def test_one_answer_submitted_from_four_devices_is_one_answer(rt: Runtime) -> None:
    talk = asked(rt)
    assert set(at_once(*(browser(talk, "nps", "9") for _ in range(4)))) == {303}
    assert talk.given() == [("nps", 9)]
    assert talk.now().walk["question"] == "why"


def test_two_questions_answered_in_the_same_instant_are_both_kept(rt: Runtime) -> None:
    talk = asked(rt)
    talk.answers_on_the_page("nps", "9")
    assert set(at_once(browser(talk, "nps", "8"), browser(talk, "why", "La cortesia"))) == {303}
    assert sorted(talk.given()[1:], key=str) == [("nps", 8), ("why", "La cortesia")]
    walk = talk.now().walk
    assert (walk["answers"], walk["question"]) == ({"nps": 8, "why": "La cortesia"}, "stars")


def test_the_page_and_a_text_in_the_same_instant(rt: Runtime) -> None:
    talk = asked(rt)
    talk.texts("9")
    post_text(talk.client, str(talk.contact.phone), "puntuali sempre")
    status, aside = at_once(browser(talk, "why", "gentili"), expand_all)
    assert (status, aside) == (303, {})
    said = " ".join(str(value) for question, value in talk.given() if question == "why")
    assert "gentili" in said
    assert "puntuali" in said
    assert talk.now().walk["question"] == "stars"
    assert talk.said() in ([], [STARS])


def test_an_answer_while_the_contact_becomes_part_of_another(rt: Runtime) -> None:
    talk, other = asked(rt), somebody()
    key, at = rt.settings.suppression_key, runtime.now()

    def merge() -> None:
        with runtime.session() as db:
            merging.merge(db, other.id, talk.contact.id, hash_key=key, at=at, actor="user:prova")

    post_text(talk.client, str(talk.contact.phone), "9")
    _, _, aside = at_once(merge, browser(talk, "nps", "9"), expand_all)
    assert aside == {}
    assert [value for question, value in talk.given() if question == "nps"][:1] == [9]
    with runtime.reading() as db:
        assert db.get_one(Conversation, talk.conversation_id).contact_id == other.id


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_sender_waits_for_the_reply_that_takes_its_question_back(rt: Runtime) -> None:
    talk = asked(rt)
    talk.texts("9")
    with runtime.session() as db:
        claimed = batches.claim(db, Channel.SMS, worker="prova", size=10, now=runtime.now())
    assert claimed is not None

    def cross() -> set[str]:
        with runtime.session() as db:
            return batches.cross(db, claimed, now=runtime.now())

    with ThreadPoolExecutor(1) as sender:
        with runtime.session() as db:
            replies.hear(db, texted(talk.contact, "Sempre gentili"))
            crossing = sender.submit(cross)
            as_far_as_it_gets(rt, crossing)
        assert crossing.result() == set()
    assert talk.said() == [STARS]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_stop_and_a_receipt_never_wait_for_each_other(rt: Runtime) -> None:
    talk = asked(rt)
    talk.texts("8")
    talk.hands_over(delivered=False)
    (question,) = talk.outbox()
    with ThreadPoolExecutor(1) as other:
        with runtime.session() as db:
            find.hold(db, talk.contact.id)
            receipt = other.submit(reports, "twilio", EventKind.DELIVERED, question, "")
            as_far_as_it_gets(rt, receipt)
            outbox.withdraw(db, "one_click", contacts=[talk.contact.id])
        receipt.result()
    assert talk.said("delivered") == [question.text]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    ("words", "state"), [("STOP", ConversationState.STOPPED), ("domani", ConversationState.COMPLETED)]
)
def test_expiry_in_the_same_instant_undoes_no_stop_and_no_end(rt: Runtime, words: str, state: str) -> None:
    talk = asked(rt)
    for said in ("8", "Sempre gentili", "4"):
        talk.replies(said)
    over = talk.now().expires_at
    later(seconds=(over - runtime.now()).total_seconds() - 1)
    with ThreadPoolExecutor(1) as other:
        with runtime.session() as db:
            replies.hear(db, texted(talk.contact, words))
            settle(db)
            expiry = other.submit(sweeps, at=over + timedelta(seconds=1))
            as_far_as_it_gets(rt, expiry)
        expiry.result()
    assert talk.now().state == state


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_reply_does_not_wait_for_the_receipt_of_our_question(rt: Runtime) -> None:
    talk = asked(rt)
    talk.replies("9")
    (question,) = talk.outbox()
    event = delivered(question)
    with ThreadPoolExecutor(1) as other, runtime.session() as db:
        receipts.record(db, "twilio", [event], received_at=runtime.now())
        reading = other.submit(talk.texts, "Sempre gentili")
        as_far_as_it_gets(rt, reading)
        assert reading.done()
    assert talk.given() == [("nps", 9), ("why", "Sempre gentili")]


def delivered(message: Message) -> ProviderEvent:
    """Twilio's word that it arrived."""
    named = ProviderEvent.__dataclass_fields__
    known = {"event_id": new_id(), "kind": EventKind.DELIVERED, "message_id": message.id}
    rest = {"provider_id": message.provider_id, "address": message.address, "machine": False, "raw": {}}
    return ProviderEvent(**(dict.fromkeys(named) | known | rest))


def test_the_last_place_of_a_quota_is_had_by_one(rt: Runtime) -> None:
    talk = asked(rt)
    people = [talk, *(beside(rt, talk) for _ in range(3))]
    assert set(at_once(*(browser(one, "nps", "3") for one in people))) == {303}
    assert sorted(one.now().walk["question"] for one in people) == ["stars", "stars", "stars", "why"]
    with runtime.reading() as db:
        (count,) = db.exec(select(QuotaCount)).all()
    assert (count.group_id, count.quota, count.taken) == (talk.wave_id, "detractors", 1)


def beside(rt: Runtime, talk: Talk) -> Talk:
    """Somebody else of the same wave."""
    contact = somebody()
    with runtime.session() as db:
        one = db.exec(select(Conversation).where(col(Conversation.id) == talk.conversation_id)).one()
        given = one.model_dump(exclude={"id", "contact_id"})
        db.add(other := Conversation(**given, contact_id=contact.id))
        db.flush()
        return Talk(talk.client, contact, talk.wave_id, other.id)
