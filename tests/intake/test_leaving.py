"""Leaving and staying in words the surveys teach: when they count, and what the ledger keeps of them."""

from collections.abc import Sequence

import pytest
from sqlmodel import col, select

from app import runtime
from app.contacts.models import Consent
from app.conversations.models import ConversationState
from app.runtime import Runtime
from app.surveys.replies import LEAVING
from app.surveys.survey import LEAVE
from tests.conversations.talk import Talk, asked, later, post_text
from tests.never_twice.story import suppressed
from tests.webhooks.doors import expand_all

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BOTH = {"email", "sms"}


def ledger(talk: Talk, channel: str = "sms") -> Sequence[Consent]:
    """What the contact themselves said about hearing from us, oldest first."""
    lines = select(Consent).where(Consent.contact_id == talk.contact.id, Consent.channel == channel)
    with runtime.reading() as db:
        return db.exec(
            lines.where(col(Consent.source).in_(("sms", "email", "web"))).order_by(col(Consent.id))
        ).all()


def test_the_ledger_quotes_no_question_that_was_never_sent(rt: Runtime) -> None:
    talk = asked(rt, survey="riattivazione")
    (why,) = talk.replies("9")
    talk.replies("LASCIO")
    talk.replies("resto")
    left, stayed = ledger(talk)
    assert (left.state, left.wording) == ("withdrawn", "LASCIO")
    assert (stayed.state, stayed.wording) == ("granted", "resto")
    assert left.evidence["last_sent"] == stayed.evidence["last_sent"] == why
    assert left.evidence["last_sent_message"] == talk.outbox()[0].id


def test_the_ledger_quotes_the_question_that_was_sent(rt: Runtime) -> None:
    talk = asked(rt, survey="riattivazione")
    talk.replies("9")
    (question,) = talk.replies("la puntualità")
    talk.replies("boh non so bene")  # met with other words, which are no question of their own
    talk.replies("RESTO")
    (stayed,) = ledger(talk)
    assert stayed.wording == question
    assert "last_sent" not in stayed.evidence
    talk.replies("LASCIO")
    talk.replies("RESTO")
    assert [(line.state, line.wording) for line in ledger(talk)[1:]] == [
        ("withdrawn", question),
        ("granted", "RESTO"),
    ]
    assert ledger(talk)[-1].evidence["last_sent"].startswith("Siamo contenti")


def test_a_yes_by_mail_quotes_the_letter_not_the_words_of_a_text_nobody_got(rt: Runtime) -> None:
    talk = asked(rt, survey="ultima-chiamata", channel="email")
    talk.mails("RESTO")
    (stayed,) = ledger(talk)
    assert stayed.wording == "RESTO"
    assert "-rv_first_name" not in stayed.evidence["last_sent"]
    assert "Restiamo in contatto o ci salutiamo?" in stayed.evidence["last_sent"]
    assert "-rv_preferences-" in stayed.evidence["last_sent"]


def test_the_page_keeps_the_question_as_it_shows_it(rt: Runtime) -> None:
    talk = asked(rt, survey="ultima-chiamata")
    assert talk.answers_on_the_page("consent", "stay") == 303
    (stayed,) = ledger(talk)
    assert "può ancora scriverti" in stayed.wording


def test_the_words_of_leaving_are_those_the_surveys_teach(rt: Runtime) -> None:
    taught = {
        label
        for survey in rt.surveys.values()
        for question in survey.questions.values()
        for option in question.options
        for label in option.label.values()
        if option.value == LEAVE
    }
    assert taught == set(LEAVING)


@pytest.mark.parametrize("word", ["LASCIO", "Leave!", "gehen", "Partir, merci"])
def test_a_word_of_leaving_counts_where_nothing_about_it_is_asked(rt: Runtime, word: str) -> None:
    talk = asked(rt, survey="nps-perche")
    talk.replies("3")
    assert talk.replies(word) == []
    assert [question for question, _ in talk.given()] == ["nps"]
    assert (ledger(talk)[-1].state, ledger(talk)[-1].wording) == ("withdrawn", word)
    assert suppressed(talk.contact) == BOTH
    assert talk.now().state == ConversationState.STOPPED


def test_leaving_counts_before_the_next_question_after_the_end_and_out_of_the_blue(rt: Runtime) -> None:
    early = asked(rt, survey="invito-evento")
    early.texts("vengo")
    early.texts("LASCIO")
    assert suppressed(early.contact) == BOTH
    assert early.hands_over() == []
    done = asked(rt)
    for words in ("8", "gentili", "4", "domani"):
        done.replies(words)
    assert done.now().state == ConversationState.COMPLETED
    done.replies("LASCIO")
    assert suppressed(done.contact) == BOTH
    done.texts("START")
    done.texts("LASCIO")
    assert "sms" in suppressed(done.contact)
    stopped = asked(rt)
    stopped.texts("STOP")
    stopped.texts("LASCIO")
    assert suppressed(stopped.contact) == BOTH


def test_leaving_counts_in_a_flood_and_on_the_page(rt: Runtime) -> None:
    talk = asked(rt)
    for number in range(25):
        post_text(talk.client, str(talk.contact.phone), f"parola{number}")
    assert expand_all() == {}
    talk.texts("LASCIO")
    assert suppressed(talk.contact) == BOTH
    page = asked(rt)
    page.answers_on_the_page("nps", "3")
    later(minutes=1)
    page.answers_on_the_page("why", "LASCIO")
    assert suppressed(page.contact) == BOTH
