"""What people text besides answers: pictures, keywords, the same again and again; and whose number it is."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import runtime
from app.channels.base import Channel
from app.contacts import consent, suppression
from app.contacts.addresses import address_hash
from app.contacts.models import ConsentState, Contact
from app.conversations import saying
from app.conversations.models import ConversationState
from app.journal.models import Entry
from app.messages.models import Message
from app.runtime import Runtime
from tests.conversations.talk import Talk, asked, later, post_text, second_number, sweeps
from tests.never_twice.story import (
    BY_SMS,
    REMINDER_DUE,
    conversation,
    launched,
    leaves,
    messages,
    plan,
    says,
    somebody,
    suppressed,
    under_way,
)
from tests.webhooks.doors import expand_all

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STRANGER = "+393479999999"


def to(phone: str) -> list[tuple[str, str]]:
    """(state, text) of every answer of ours to this number, oldest first."""
    ours = select(Message).where(Message.address == phone, Message.direction == "out")
    with runtime.reading() as db:
        rows = db.exec(ours.where(Message.step == "conversation").order_by(col(Message.id))).all()
    return [(row.state, row.text) for row in rows]


def journalled(verb: str) -> int:
    with runtime.reading() as db:
        return len(db.exec(select(Entry).where(Entry.verb == verb)).all())


def shared(rt: Runtime) -> tuple[Talk, Talk]:
    """Two who share a mobile, each in a conversation by text; the elder contact was written to last."""
    elder, younger = somebody(), somebody()
    with runtime.session() as db:
        held = db.get_one(Contact, younger.id)
        held.phone = younger.phone = elder.phone
        db.add(held)
    first = asked(rt, contact=younger)
    later(hours=1)
    return asked(rt, contact=elder), first


def test_a_picture_is_declined_once_and_its_caption_is_an_answer(rt: Runtime) -> None:
    talk = asked(rt)
    for _ in range(4):
        talk.texts("", NumMedia="1")
    (declined,) = talk.said()
    assert "immagini" in declined
    assert talk.now().walk["reasks"] == 0
    assert talk.given() == []
    talk.texts("8", NumMedia="1")
    assert talk.given() == [("nps", 8)]


def test_help_is_given_where_the_carrier_gives_none(rt: Runtime) -> None:
    carriers = [("HELP", ""), ("Info", ""), ("AIUTO", "HELP")]
    for words, by_carrier in [("AIUTO", ""), ("hilfe!", ""), ("AIDE", ""), *carriers]:
        talk = asked(rt)
        talk.texts(words, **({"OptOutType": by_carrier} if by_carrier else {}))
        said = [text.split(":")[0] for text in talk.said()]
        assert said == ([] if (words, by_carrier) in carriers else ["Officine Aurora (prova)"]), words
        assert talk.given() == []


def test_a_start_is_a_new_yes_and_a_yes_within_a_survey_is_only_an_answer(rt: Runtime) -> None:
    talk = asked(rt)
    talk.texts("YES")
    assert journalled("resubscribed") == 0
    talk.texts("STOP")
    assert suppressed(talk.contact) == {"sms"}
    for number, word in enumerate(("UNSTOP", "START", "YES")):
        later(minutes=1)
        talk.texts("STOP")
        later(minutes=1)
        talk.texts(word)
        assert journalled("resubscribed") == number + 1
        assert suppressed(talk.contact) == set()
    with runtime.reading() as db:
        assert consent.present(db, talk.contact.id)["sms"] == "granted"


def test_a_late_yes_answers_and_is_no_new_consent(rt: Runtime) -> None:
    contact = somebody()
    with runtime.session() as db:
        db.get_one(Contact, contact.id).language = "en"
    talk = asked(rt, survey="aggiornamento-dati", contact=contact)
    later(days=60)
    sweeps()
    talk.texts("Yes")
    assert talk.given() == [("in_charge", "yes")]
    assert journalled("resubscribed") == 0


def test_what_was_confirmed_already_confirms_nothing_but_answers(rt: Runtime) -> None:
    talk, now = asked(rt, survey="aggiornamento-dati"), runtime.now()
    with runtime.session() as db:
        consent.record(
            db, talk.contact.id, ["sms"], ConsentState.REQUESTED,
            at=now - timedelta(days=30), recorded_at=now, source="sms",
            evidence={"conversation": talk.conversation_id},
        )  # fmt: skip
        saying.say(db, talk.walk(db), "CONFERMO?", Channel.SMS, now, step="confirm")
    talk.hands_over()
    talk.replies("sono io")
    talk.replies("Confermo")
    assert talk.given() == [("in_charge", "yes"), ("details", {})]


def test_what_they_text_before_our_invitation_has_left_answers_nothing(rt: Runtime) -> None:
    contact = somebody()
    wave_id = launched(rt, contact, BY_SMS)
    plan(rt, wave_id)
    says(contact, "Buongiorno, mi servono 8 tubi per domani")
    assert conversation(wave_id, contact).state == ConversationState.WAITING
    assert [message.state for message in messages(wave_id, "invite")] == ["queued"]
    says(contact, "anzi no, STOP")
    says(contact, "STOP")
    assert conversation(wave_id, contact).state == ConversationState.STOPPED
    assert [message.state for message in messages(wave_id, "invite")] == ["withdrawn"]


def test_a_wrong_number_gets_nothing_on_the_other_channel_either(rt: Runtime) -> None:
    contact = somebody()
    wave_id = under_way(rt, contact)
    plan(rt, wave_id, after=REMINDER_DUE)
    says(contact, "Ha sbagliato numero, non sono Ada")
    assert conversation(wave_id, contact).state == ConversationState.STOPPED
    assert [(message.channel, message.state) for message in messages(wave_id, "reminder")] == [
        ("email", "withdrawn")
    ]


def test_an_opt_out_comes_before_everything_else(rt: Runtime) -> None:
    words = (
        "8, ma toglietemi dalla lista",
        "OPT OUT",
        "Bitte keine Nachrichten mehr",
        "Ne m'écrivez plus",
    )
    for said in ("Basta", *words):
        talk = asked(rt)
        talk.texts(said)
        assert suppressed(talk.contact) == ({"sms", "email"} if said in words else {"sms"}), said
        assert (talk.given(), talk.said()) == ([], []), said


def test_the_third_same_text_within_an_hour_is_not_answered(rt: Runtime) -> None:
    talk = asked(rt)
    for said in ("Messaggio ricevuto.", "messaggio  RICEVUTO", "Messaggio ricevuto!", "messaggio ricevuto"):
        later(minutes=2)
        talk.texts(said)
        talk.hands_over()
    assert len(talk.said("accepted")) == 2
    assert journalled("loop_cut") == 1
    talk.texts("8")
    assert talk.given() == [("nps", 8)]
    later(hours=2)
    talk.texts("messaggio ricevuto")
    assert talk.given()[-1] == ("why", "messaggio ricevuto")


def test_the_same_figure_three_times_may_be_three_answers(rt: Runtime) -> None:
    talk = asked(rt)
    for words in ("5", "5", "consegne lente", "5"):
        talk.replies(words)
    assert talk.given()[-2:] == [("why", "consegne lente"), ("stars", 5)]


def test_a_flood_is_heard_and_not_answered_but_a_stop_within_it_holds(rt: Runtime) -> None:
    talk = asked(rt)
    for number in range(24):
        post_text(talk.client, str(talk.contact.phone), f"avviso {number}: batteria scarica")
    assert expand_all() == {}
    assert journalled("loop_cut") == 1
    before = len(talk.outbox())
    talk.texts("8")
    assert len(talk.outbox()) == before
    talk.texts("toglietemi dalla lista")
    assert suppressed(talk.contact) == {"email", "sms"}
    with runtime.reading() as db:
        heard = db.exec(select(Message).where(Message.direction == "in")).all()
    assert len(heard) == 26


def test_a_stranger_is_answered_once_ever(rt: Runtime) -> None:
    talk = asked(rt)
    for words in ("Buongiorno, siete aperti?", "C'è qualcuno?"):
        talk.texts(words, phone=STRANGER)
        later(days=30)
    (answer,) = to(STRANGER)
    assert answer[1].startswith("Officine Aurora")
    assert leaves("sms", at=runtime.now() + timedelta(seconds=1))  # type: ignore[arg-type]


def test_a_stranger_is_not_answered_when_none_would_read_it(rt: Runtime) -> None:
    talk = asked(rt)
    for phone, words in (
        (f"{STRANGER[:-1]}1", "STOP"),
        (f"{STRANGER[:-1]}2", "non scrivetemi più"),
        (f"{STRANGER[:-1]}3", "Sono fuori ufficio fino al 20 agosto, risponderò al mio rientro"),
        ("4830483", "Il tuo codice è 1234"),
        ("+390552345678", "Buongiorno"),
    ):
        talk.texts(words, phone=phone)
        assert to(phone) == [], words
    for number in "12":
        talk.texts("Ma chi siete?", phone=STRANGER[:-1] + number)
        assert to(STRANGER[:-1] + number) == []


def test_of_two_who_share_a_number_the_one_we_wrote_to_last_is_meant(rt: Runtime) -> None:
    last, first = shared(rt)
    last.texts("8")
    assert (last.given(), first.given()) == ([("nps", 8)], [])
    with runtime.session() as db:
        held = last.walk(db).conversation
        held.state = ConversationState.COMPLETED
        db.add(held)
    last.texts("3")
    assert first.given() == [("nps", 3)]


def test_a_second_number_is_answered_at_that_number_and_stops_them(rt: Runtime) -> None:
    talk, other = asked(rt), "+393478888888"
    second_number(talk.contact, other)
    talk.texts("8", phone=other)
    assert to(other) == [("queued", "Come mai questo voto?")]
    assert to(str(talk.contact.phone)) == []
    hashed = address_hash(rt.settings.suppression_key, "sms", other)
    with runtime.session() as db:
        suppression.suppress(db, [("sms", hashed)], reason="bad_number", source="twilio", at=runtime.now())
    assert talk.hands_over() == []
    talk.texts("STOP", phone=other)
    assert [state for state, _ in to(other)] == ["withdrawn"]
    assert talk.now().state == ConversationState.STOPPED
    with runtime.reading() as db:
        assert consent.present(db, talk.contact.id)["sms"] == "withdrawn"
