"""Who began and fell silent is reminded by day, as often as the survey says; then they are left in peace."""

import pytest

from app import runtime
from app.channels.base import Channel, EventKind
from app.conversations.models import ConversationState
from app.messages.models import Content, Message
from app.runtime import Runtime
from tests.conversations.talk import Talk, asked, at_local, later, sweeps, varied
from tests.never_twice.story import leaves, reports

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REMINDER = "Ancora Officine Aurora (prova):"


def half_way(rt: Runtime, channel: str = "sms") -> Talk:
    """Somebody who rated us and did not say why; it is ten in the morning of the next day."""
    talk = asked(rt, channel=channel)
    at_local(9)
    if channel == "sms":
        talk.replies("8")
    else:
        talk.mails("8")
        talk.hands_over(Channel.EMAIL)
    at_local(10)
    return talk


def test_they_are_reminded_once_and_then_left_in_peace(rt: Runtime) -> None:
    talk = half_way(rt)
    sweeps()
    (said,) = talk.hands_over()
    assert said.startswith(REMINDER)
    assert "Come mai questo voto?" in said
    later(days=2)
    sweeps()
    assert talk.said() == []
    assert talk.now().state == ConversationState.RUNNING
    later(days=1)
    sweeps()
    assert talk.now().state == ConversationState.EXPIRED
    assert talk.given() == [("nps", 8)]
    assert talk.replies("Sempre gentili") == ["Grazie lo stesso, ne terremo conto."]
    assert talk.given()[-1] == ("why", "Sempre gentili")


@on_sqlite
def test_by_email_the_question_comes_again_with_the_way_to_the_page(rt: Runtime) -> None:
    talk = half_way(rt, "email")
    sweeps()
    (reminder,) = [message for message in talk.outbox() if message.state == "queued"]
    assert (reminder.channel, reminder.address) == ("email", talk.contact.email)
    with runtime.reading() as db:
        assert "/s/-rv_survey-" in db.get_one(Content, str(reminder.content_id)).text


@on_sqlite
def test_at_night_the_reminder_waits_for_the_morning_and_an_answer_takes_it_back(rt: Runtime) -> None:
    talk = half_way(rt)
    at_local(23)
    sweeps()
    (reminder,) = [message for message in talk.outbox() if message.state == "queued"]
    morning = reminder.not_before.astimezone(rt.settings.zone)
    assert (morning.hour, morning.date()) > (8, runtime.now().astimezone(rt.settings.zone).date())
    talk.texts("Sempre gentili")
    assert talk.given()[-1] == ("why", "Sempre gentili")
    assert talk.said() == ["Quante stelle alle consegne, da 1 a 5?"]


@on_sqlite
def test_nobody_is_reminded_who_said_stop_or_ended_or_was_not_asked_yet(rt: Runtime) -> None:
    for words in (("8", "STOP"), ("8", "gentili", "4", "domani"), ()):
        talk = asked(rt)
        at_local(9)
        for said in words:
            talk.replies(said)
        if not words:
            talk.texts("8")
        at_local(12)
        waiting = talk.said()
        sweeps()
        assert talk.said() == waiting, words


@on_sqlite
@pytest.mark.parametrize(
    ("hours", "pauses"), [(6, [1] * 16), (24, [60])], ids=["by night", "after a long sleep"]
)
def test_two_reminders_keep_their_distance(rt: Runtime, hours: int, pauses: list[int]) -> None:
    silence = {"remind_after_hours": hours, "reminders": 2, "close_after_hours": 240}
    talk = asked(rt, survey=varied(rt, silence=silence))
    at_local(20)
    talk.replies("8")
    for pause in pauses:
        later(hours=pause)
        sweeps()
    assert [message.step for message in talk.outbox() if message.state == "queued"] == ["silence"]
    later(hours=1)
    talk.hands_over()
    later(hours=hours)
    sweeps()
    assert [message.step for message in talk.outbox() if message.state == "queued"] == ["silence"]


@on_sqlite
def test_nobody_is_reminded_whose_carrier_refuses_our_texts_for_them(rt: Runtime) -> None:
    talk = asked(rt, channel="email")
    talk.answers_on_the_page("nps", "8")
    talk.texts("boh")
    (text,) = leaves(Channel.SMS, at=runtime.now())
    with runtime.reading() as db:
        refused = db.get_one(Message, text)
    reports("twilio", EventKind.FAILED, refused, "21610")
    later(days=1)
    sweeps()
    assert talk.now().state == ConversationState.STOPPED
    assert talk.outbox()[-1].step == "conversation"
