"""Texts that are read fifty at a time mean what they would mean one by one."""

import random
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlmodel import col, select

from app import runtime
from app.contacts import consent
from app.contacts.models import Contact
from app.conversations.models import ConversationState
from app.messages.models import Message
from app.runtime import Runtime
from tests.conversations.talk import Talk, asked, post_text, second_number
from tests.never_twice.story import somebody, suppressed
from tests.webhooks.doors import expand_all, from_twilio

WORDS = (
    *("8", "3", "4", "ok", "domani", "Sempre gentili", "no scusa, 7", "pessimo servizio, una vergogna"),
    *("STOP", "START", "YES", "AIUTO", "toglietemi dalla lista", "Ha sbagliato numero"),
)
Told = Sequence[tuple[str, str]]
"""(whose phone, words), in the order in which they were accepted."""


def test_a_stop_outlasts_what_others_and_they_themselves_say_after_it(rt: Runtime) -> None:
    ada, bea = asked(rt), asked(rt)
    for talk, words in ((ada, "8"), (bea, "8"), (ada, "STOP"), (bea, "gentili"), (bea, "sì"), (ada, "9")):
        post_text(ada.client, str(talk.contact.phone), words)
    assert expand_all() == {}
    assert ada.now().state == ConversationState.STOPPED
    assert (ada.given(), ada.said()) == ([("nps", 8)], [])


@pytest.mark.parametrize("seed", [0, 2])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_leaves_everybody_as_one_by_one(rt: Runtime, seed: int) -> None:
    dice = random.Random(seed)
    told = [(dice.choice("aabbcCd"), dice.choice(WORDS)) for _ in range(30)]
    assert after(rt, told, together=True) == after(rt, told, together=False)


def after(rt: Runtime, told: Told, *, together: bool) -> Mapping[str, Any]:
    """What became of four people: a and b share a number, c has a second one (C)."""
    people = {name: somebody() for name in "abcd"}
    people["b"].phone = people["a"].phone
    phones = {name: str(contact.phone) for name, contact in people.items()}
    phones["C"] = f"{phones['c'][:-1]}{(int(phones['c'][-1]) + 1) % 10}"
    with runtime.session() as db:
        db.get_one(Contact, people["b"].id).phone = phones["a"]
    second_number(people["c"], phones["C"])
    talks = {name: asked(rt, contact=contact) for name, contact in people.items()}
    for name, words in told:
        post_text(talks["a"].client, phones[name], words)
        if not together:
            assert expand_all() == {}
    assert expand_all() == {}
    return {name: seen(talk) for name, talk in talks.items()}


def seen(talk: Talk) -> Mapping[str, Any]:
    conversation = talk.now()
    heard = select(Message.text, Message.reason).where(Message.contact_id == talk.contact.id)
    with runtime.reading() as db:
        return {
            "state": conversation.state,
            "walk": conversation.walk,
            "given": talk.given(),
            "ours": [(message.state, message.step, message.text) for message in talk.outbox()],
            "theirs": db.exec(heard.where(Message.direction == "in").order_by(col(Message.id))).all(),
            "consent": consent.present(db, talk.contact.id),
            "stopped": suppressed(talk.contact),
        }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_cannot_be_read_and_one_that_comes_twice_hold_up_nobody(rt: Runtime) -> None:
    talks = [asked(rt) for _ in range(3)]
    client = talks[0].client
    post_text(client, str(talks[0].contact.phone), "8")
    assert from_twilio(client, "messages", "MessageSid=SMx&Body=ciao").status_code == 200
    for retried in ("", "1"):
        form = {"MessageSid": "SMy", "From": talks[1].contact.phone, "Body": "9", "Retried": retried}
        assert from_twilio(client, "messages", urlencode(form)).status_code == 200
    post_text(client, str(talks[2].contact.phone), "8")
    post_text(client, str(talks[0].contact.phone), "STOP")
    assert list(expand_all().values()) == ["MalformedBody: an inbound message names a MessageSid and a From"]
    assert [talk.given() for talk in talks] == [[("nps", 8)], [("nps", 9)], [("nps", 8)]]
    assert [len(talk.said()) for talk in talks] == [0, 1, 1]
