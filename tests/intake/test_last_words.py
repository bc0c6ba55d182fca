"""A contact's last words are the last that said something: what only steers a conversation hides none of them."""

import pytest

from app import runtime
from app.engagement.policies import present
from app.feedback import find
from app.runtime import Runtime
from app.segments import membership
from tests.conversations.talk import Talk, asked

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STEERING = (
    *("PASSO", "skip", "RESTO", "7", "9/10", "sì", "ok", "no grazie", "boh", "non lo so", "nessuna idea"),
    *("weiß nicht", "je ne sais pas", "mario.rossi@acme.example"),
    "Sono fuori ufficio fino al 20 agosto, risponderò al mio rientro",
)


def last_words(talk: Talk) -> str | None:
    with runtime.reading() as db:
        return find.latest(db, talk.contact.id, now=runtime.now()).sentiment


def unhappy(rt: Runtime) -> set[str]:
    with runtime.reading() as db:
        return set(
            db.execute(
                membership.members({"sentiment": "negative"}, as_of=rt.now(), policy=present(db))
            ).scalars()
        )


@pytest.mark.parametrize("word", STEERING)
def test_steering_words_hide_no_opinion(rt: Runtime, word: str) -> None:
    talk = asked(rt, survey="nps-perche")
    talk.replies("2")
    assert last_words(talk) is None
    talk.replies("siete incapaci, ladri!")
    assert last_words(talk) == "negative"
    talk.replies(word)
    assert last_words(talk) == "negative"
    assert unhappy(runtime.current()) == {talk.contact.id}


def test_an_answer_to_a_closed_question_is_none_unless_it_says_more(rt: Runtime) -> None:
    talk = asked(rt, survey="riattivazione")
    talk.replies("2")
    talk.replies("troppi ritardi, un disastro")
    talk.replies("sì, volentieri")
    assert last_words(talk) == "negative"
    assert unhappy(runtime.current()) == {talk.contact.id}


def test_what_says_something_is_the_last_word_again(rt: Runtime) -> None:
    talk = asked(rt, survey="nps-perche")
    talk.replies("2, ladri")
    assert last_words(talk) == "negative"
    talk.replies("boh")
    talk.replies("ora però siete bravissimi, ottimo servizio!")
    assert last_words(talk) == "positive"
    talk.replies("😡😡")
    assert last_words(talk) == "negative"


def test_a_polite_goodbye_is_no_opinion_and_a_rude_one_is(rt: Runtime) -> None:
    polite, rude = asked(rt), asked(rt)
    polite.texts("toglietemi dalla lista, grazie")
    rude.texts("siete dei ladri, smettetela di scrivermi")
    assert (last_words(polite), last_words(rude)) == (None, "negative")
