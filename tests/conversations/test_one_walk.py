"""One walk, whatever the channel: nothing is asked twice, nothing is lost, and it ends once."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from app import runtime
from app.channels.base import Channel
from app.contacts.models import Contact
from app.conversations.models import ConversationState
from app.db import table_of
from app.dossier.merge import merge, unmerge
from app.messages.models import Message
from app.runtime import Runtime
from app.surveys.definition import load
from tests.conversations.talk import PROVA, asked, later, varied
from tests.never_twice.story import plan, says, suppressed
from tests.waves.small_wave import launch_wave

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LONG = "Tutto bene 👍🏽, soprattutto il banco. " * 40 + "Grazie \u202emille\u202c 🇮🇹 ed e\u0301 tutto"


def test_begun_by_text_gone_on_with_on_the_page_and_ended_by_email(rt: Runtime) -> None:
    talk = asked(rt)
    assert talk.replies("direi un 8") == ["Come mai questo voto?"]
    later(minutes=10)
    assert talk.answers_on_the_page("why", LONG) == 303
    page = talk.client.get(talk.page).get_data(as_text=True)
    assert "Quante stelle alle consegne, da 1 a 5?" in page
    later(minutes=10)
    talk.mails("4 stelle")
    (letter,) = [message for message in talk.outbox() if message.state == "queued"]
    assert (letter.channel, letter.address) == ("email", talk.contact.email)
    assert talk.hands_over(Channel.EMAIL) == [""]
    later(minutes=10)
    talk.mails("domani va bene")
    tomorrow = runtime.now().astimezone(rt.settings.zone).date() + timedelta(days=1)
    *others, (question, day) = talk.given()
    assert others == [("nps", 8), ("why", LONG.strip()), ("stars", 4)]
    assert (question, day) == ("visit", tomorrow.isoformat())
    assert {answer.channel for answer in talk.answers()} == {"sms", "web", "email"}
    assert talk.now().state == ConversationState.COMPLETED
    talk.texts(LONG)
    with runtime.reading() as db:
        heard = select(Message.text).where(Message.direction == "in", Message.channel == "sms")
        assert LONG in db.exec(heard).all()


@on_sqlite
def test_attributes_choose_the_way_as_they_stood_at_the_beginning(rt: Runtime) -> None:
    talk = asked(rt, attributes={"settore": "edilizia", "dipendenti": 12, "vuoto": None})
    with runtime.session() as db:
        db.execute(update(table_of(Contact)).values(attributes={"settore": "Metalli"}))
    talk.replies("8")
    assert talk.now().walk["attributes"] == {"settore": "edilizia"}
    assert talk.replies("Sempre gentili") == ["Come va in cantiere?"]


@on_sqlite
def test_a_late_answer_is_kept_and_thanked_for_once_and_asks_nothing_more(rt: Runtime) -> None:
    talk = asked(rt)
    later(days=20)
    assert talk.replies("9") == ["Grazie lo stesso, ne terremo conto."]
    assert talk.replies("siete bravi") == []
    assert talk.given() == [("nps", 9)]
    assert talk.answers_on_the_page("why", "La cortesia") == 303
    assert "Quante stelle" in talk.client.get(talk.page).get_data(as_text=True)
    assert talk.given()[-1] == ("why", "La cortesia")


@on_sqlite
def test_after_a_stop_nothing_is_said_and_what_comes_is_no_answer(rt: Runtime) -> None:
    talk = asked(rt)
    talk.replies("8")
    talk.texts("STOP")
    assert talk.replies("La cortesia del banco") == []
    talk.mails("9")
    assert talk.given() == [("nps", 8)]
    assert talk.now().state == ConversationState.STOPPED
    assert talk.said("queued", "claimed") == []
    assert suppressed(talk.contact) == {"sms"}


@on_sqlite
def test_a_stop_in_words_on_the_page_is_one_on_every_channel(rt: Runtime) -> None:
    talk = asked(rt)
    talk.replies("3")
    assert talk.answers_on_the_page("why", "Basta, toglietemi dalla lista e non scrivetemi più") == 303
    assert talk.now().state == ConversationState.STOPPED
    assert suppressed(talk.contact) == {"email", "sms"}
    assert talk.given()[-1][0] == "why"
    assert talk.said() == []
    assert talk.answers_on_the_page("stars", "4") == 303
    assert talk.given()[-1][0] == "why"


@on_sqlite
def test_no_more_texts_than_the_survey_allows(rt: Runtime) -> None:
    talk = asked(rt)
    said = [text for number in range(12) for text in talk.replies(f"boh, chi lo sa{'?' * number} {number}b")]
    assert len(said) <= 7  # the invite was the first of eight
    assert said[-1] == "Grazie di tutto!"
    assert said.count("Grazie di tutto!") == 1


@on_sqlite
def test_what_the_wave_said_before_the_first_answer_counts_among_them(rt: Runtime) -> None:
    questions = [one for one in load(PROVA).source["questions"] if one["id"] not in ("why", "site")]
    questions[0] = questions[0] | {"next": "stars"}
    steps = [
        {"name": name, "after": f"{hours} hours", "channels": ["sms"]}
        | ({"only": "no_answer"} if hours else {})
        for hours, name in enumerate(("invite", "reminder", "last_call"))
    ]
    slug = varied(
        rt, questions=questions, max_messages=6
    )  # names no attributes: the walk begins with an answer
    talk = asked(rt, survey=slug, steps=steps)
    for _ in range(2):
        later(hours=1)
        plan(runtime.current(), talk.wave_id)
        talk.hands_over()
    said = [text for number in range(9) for text in talk.replies(f"boh, chi lo sa {number}b")]
    assert len(talk.said("accepted")) == 5
    assert said[-1] == "Grazie di tutto!"


@on_sqlite
def test_whoever_has_begun_is_not_reminded_as_the_person_they_proved_to_be(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    ada, bea, key = wave.contacts["ada"], wave.contacts["bea"], rt.settings.suppression_key
    planned = wave.messages["bea"].model_dump(exclude={"id", "once_key", "state", "values", "provider_id"})
    with runtime.session() as db:
        db.add(reminder := Message(**planned | {"step": "reminder", "state": "queued"}))
        db.flush()
    says(ada, "9")
    with runtime.session() as db:
        merge_id = merge(db, ada.id, bea.id, hash_key=key, at=runtime.now(), actor="user:prova")
    assert state_of(reminder) == "withdrawn"
    with runtime.session() as db:
        unmerge(db, merge_id, hash_key=key, at=runtime.now(), actor="user:prova")
    assert state_of(reminder) == "queued"


def state_of(message: Message) -> str:
    with runtime.reading() as db:
        return db.get_one(Message, message.id).state
