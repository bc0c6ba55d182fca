"""The verdict rests on what the person did: not on a machine's reply, a canceled wave or an unused address."""

import pytest
from sqlmodel import select

from app import runtime
from app.channels.base import EventKind
from app.engagement.models import Interaction
from app.outcomes import decide
from app.runtime import Runtime
from app.waves.models import WaveMember
from app.waves.steering import control
from tests.never_twice.story import (
    AWAY,
    BY_EMAIL,
    BY_SMS,
    REMINDER_DUE,
    finish,
    messages,
    plan,
    reports,
    says,
    somebody,
    under_way,
    verdict,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_canceled_wave_frees_its_people_for_the_next(rt: Runtime) -> None:
    ada = somebody()
    canceled = under_way(rt, ada)
    with runtime.session() as db:
        control.cancel(db, canceled, by="prova", now=rt.now())
    following = under_way(rt, ada)
    with runtime.reading() as db:
        member = db.get_one(WaveMember, (following, ada.id))
    assert (member.arm, member.reason) == ("treated", None)


def test_who_wrote_without_answering_was_not_silent(rt: Runtime) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada, BY_SMS)
    says(ada, "Buongiorno, mi potete richiamare domani?")
    finish(wave_id)
    with runtime.session() as db:
        decide.decide_page(db, now=rt.now())
    assert verdict(wave_id, ada) == ("undecided", "wrote_but_did_not_answer")


@pytest.mark.parametrize(
    "words", ["Ha sbagliato numero, non sono Ada", AWAY, "I am out of office until Monday"]
)
def test_a_machine_or_somebody_else_is_no_sign_of_life(rt: Runtime, words: str) -> None:
    ada = somebody()
    under_way(rt, ada)
    says(ada, words)
    with runtime.reading() as db:
        signs = db.exec(select(Interaction).where(Interaction.contact_id == ada.id)).all()
    assert [sign.kind for sign in signs if sign.human] == []


def test_an_out_of_office_keeps_the_reminder(rt: Runtime) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    plan(rt, wave_id, after=REMINDER_DUE)
    says(ada, AWAY)
    assert [message.state for message in messages(wave_id, "reminder")] == ["queued"]


def test_a_dead_email_is_all_there_is_for_a_wave_by_email(rt: Runtime) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada, BY_EMAIL)
    (invite,) = messages(wave_id, "invite")
    reports("sendgrid", EventKind.BOUNCED, invite, "5.1.1")
    assert verdict(wave_id, ada) == ("removable", "cannot_be_reached")
