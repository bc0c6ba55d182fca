"""Two messages in a row, in every order the outbox allows: no answer is lost and nothing is asked twice."""

from datetime import timedelta

import pytest

from app import runtime
from app.channels.base import Channel
from app.messages import batches
from app.messages.models import Message
from app.runtime import Runtime
from tests.conversations.talk import asked, later, post_text
from tests.never_twice.story import leaves
from tests.webhooks.doors import expand_all

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AWAY = "Sono fuori ufficio fino al 20 agosto, risponderò al mio rientro"
WHY, STARS = "Come mai questo voto?", "Quante stelle alle consegne, da 1 a 5?"


def test_what_comes_before_the_next_question_has_left_answers_it_or_amends(rt: Runtime) -> None:
    talk = asked(rt)
    for words in ("8", "I ragazzi del banco sono gentili", "e le consegne puntuali"):
        post_text(talk.client, str(talk.contact.phone), words)
    assert expand_all() == {}
    assert talk.given()[0] == ("nps", 8)
    assert talk.given()[-1] == ("why", "I ragazzi del banco sono gentili\ne le consegne puntuali")
    assert talk.said() == [STARS]
    assert talk.said("withdrawn") == [WHY, STARS]
    assert talk.hands_over() == [STARS]


def test_a_rating_corrected_before_the_next_question_has_left(rt: Runtime) -> None:
    talk = asked(rt)
    talk.texts("8")
    talk.texts("no scusa, 7")
    assert talk.given() == [("nps", 8), ("nps", 7)]
    assert talk.said() == [WHY]


def test_a_machine_takes_no_question_out_of_the_outbox(rt: Runtime) -> None:
    talk = asked(rt)
    talk.texts("8")
    talk.texts(AWAY)
    assert talk.said() == [WHY]
    assert talk.said("withdrawn") == []


def test_words_that_cross_with_our_question_are_added_and_not_met_with_it_again(rt: Runtime) -> None:
    talk = asked(rt)
    assert talk.replies("8") == [WHY]
    assert talk.replies("Sempre gentili") == [STARS]
    later(seconds=20)
    talk.texts("e anche puntuali")
    assert talk.given()[-1] == ("why", "Sempre gentili\ne anche puntuali")
    assert talk.hands_over() == []
    talk.texts("4")
    assert talk.given()[-1] == ("stars", 4)


def test_who_had_time_to_read_is_asked_again_kindly(rt: Runtime) -> None:
    talk = asked(rt)
    talk.replies("8")
    talk.replies("Sempre gentili")
    assert talk.replies("boh, non saprei") == ["Un numero da 1 a 5, per favore."]


def test_what_is_being_handed_over_stays_unless_the_provider_took_nothing(rt: Runtime) -> None:
    talk = asked(rt)
    talk.texts("8")
    assert talk.hands_over(delivered=False) == [WHY]
    (calling,) = talk.outbox()
    talk.texts("Sempre gentili")
    assert talk.said("calling") == [WHY]
    assert talk.said() == [STARS]
    with runtime.session() as db:
        batches.back(db, str(calling.attempt_id), [calling.id], not_before=rt.now(), reason="429")
    with runtime.reading() as db:
        assert db.get_one(Message, calling.id).state == "withdrawn"


def test_a_sender_that_has_only_claimed_it_does_not_say_it(rt: Runtime) -> None:
    talk = asked(rt)
    talk.texts("8")
    with runtime.session() as db:
        claimed = batches.claim(db, Channel.SMS, worker="prova", size=10, now=runtime.now())
    assert claimed is not None
    talk.texts("Sempre gentili")
    with runtime.session() as db:
        assert batches.cross(db, claimed, now=runtime.now()) == set()
    assert talk.hands_over() == [STARS]


def test_a_question_answered_on_the_page_is_not_texted_any_more(rt: Runtime) -> None:
    talk = asked(rt)
    talk.texts("8")
    assert talk.said() == [WHY]
    assert talk.answers_on_the_page("why", "Sempre gentili") == 303
    assert leaves(Channel.SMS, at=runtime.now() + timedelta(minutes=1)) == set()
    # Typed on the phone before the page was seen to have moved on.
    talk.texts("e anche puntuali")
    assert talk.given()[-1] == ("why", "Sempre gentili\ne anche puntuali")
    assert talk.said() == []


def test_nobody_answers_a_question_that_left_a_moment_ago(rt: Runtime) -> None:
    talk = asked(rt, survey="nps-perche")
    talk.replies("2")
    (second,) = talk.replies("troppi ritardi")
    talk.texts("e poi non richiamate mai")
    later(seconds=0.5)
    talk.texts("e il prezzo è salito")
    assert talk.given()[-1] == ("why_1", "troppi ritardi\ne poi non richiamate mai\ne il prezzo è salito")
    assert talk.hands_over() == []
    talk.texts("grazie")
    assert len(talk.given()) == 4
    later(seconds=10)
    talk.texts("il magazzino è lento")
    assert talk.given()[-1] == ("why_2", "il magazzino è lento")
    assert talk.said("accepted")[-1] == second


def test_a_moment_is_enough_to_pass_or_to_give_the_reason_for_a_score(rt: Runtime) -> None:
    talk = asked(rt, survey="nps-perche")
    talk.replies("2")
    talk.texts("troppi ritardi")
    assert talk.given() == [("nps", 2), ("why_1", "troppi ritardi")]
    talk.hands_over()
    talk.texts("passo")
    assert talk.now().walk["skipped"] == ["why_2"]


def test_a_moment_after_a_closed_question_its_answer_is_still_taken(rt: Runtime) -> None:
    talk = asked(rt)
    talk.replies("8")
    assert talk.replies("Sempre gentili") == [STARS]
    talk.texts("4")
    assert talk.given()[-1] == ("stars", 4)
