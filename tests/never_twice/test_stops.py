"""A stop holds until the contact's own later word: not a retry, an old START or a slow provider undoes it."""

from datetime import timedelta

import pytest

from app import runtime
from app.channels.base import Channel, EventKind
from app.contacts import consent, suppression
from app.contacts.addresses import address_hash
from app.intake import stops
from app.messages import batches, sweep
from app.messages.models import Message
from app.runtime import Runtime
from app.waves.steering import control
from tests.never_twice.story import (
    REMINDER_DUE,
    addresses,
    leaves,
    messages,
    plan,
    reports,
    says,
    somebody,
    suppressed,
    under_way,
    verdict,
)
from tests.webhooks.doors import doors, expand_all, from_sendgrid

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECOND = timedelta(seconds=1)
LEFT_AND_STAYED = ("9", "la cortesia di tutti", "LASCIO", "RESTO")


@pytest.mark.parametrize("meanwhile", ["STOP", "9", "cancel"])
def test_a_refused_call_does_not_bring_back_what_was_withdrawn_meanwhile(rt: Runtime, meanwhile: str) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    plan(rt, wave_id, after=REMINDER_DUE)
    later = rt.now() + 2 * REMINDER_DUE
    (reminder,) = leaves(Channel.EMAIL, at=later)
    if meanwhile == "cancel":
        with runtime.session() as db:
            control.cancel(db, wave_id, by="prova", now=later)
    else:
        says(ada, meanwhile)
    with runtime.session() as db:
        attempt = str(db.get_one(Message, reminder).attempt_id)
        batches.back(db, attempt, [reminder], not_before=later, reason="429")
    with runtime.session() as db:
        sweep.sweep(db, now=later)
    assert leaves(Channel.EMAIL, at=later) == set()
    with runtime.reading() as db:
        assert db.get_one(Message, reminder).state == "withdrawn"


def test_a_start_read_late_does_not_lift_a_newer_stop(rt: Runtime) -> None:
    ada, begun = somebody(), rt.now()
    under_way(rt, ada)
    says(ada, "STOP", at=begun)
    pressed = begun + 20 * SECOND
    with runtime.session() as db:
        stops.stop(
            db,
            ada,
            addresses(ada),
            reason="preferences_all",
            source="web",
            wording="Non scrivetemi più",
            at=pressed,
            now=pressed,
        )
    says(ada, "START", at=begun + 10 * SECOND)
    assert suppressed(ada) == {"email", "sms"}


def test_of_a_start_and_a_stop_at_the_same_time_the_stop_holds(rt: Runtime) -> None:
    ada, now = somebody(), rt.now()
    under_way(rt, ada)
    says(ada, "STOP", at=now - 5 * SECOND)
    says(ada, "START", at=now)
    says(ada, "STOP", at=now)
    assert suppressed(ada) == {"sms"}


def test_of_a_stop_and_a_start_at_the_same_time_the_verdict_follows_the_stop(rt: Runtime) -> None:
    ada = somebody()
    wave_id, now = under_way(rt, ada), rt.now()
    says(ada, "STOP", at=now)
    says(ada, "START", at=now)
    with runtime.reading() as db:
        assert consent.present(db, ada.id)["sms"] == "withdrawn"
    assert verdict(wave_id, ada) == ("removable", "asked_to_stop")


def test_a_stop_that_only_the_provider_heard_ends_the_reminders(rt: Runtime) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    (invite,) = messages(wave_id, "invite")
    reports("twilio", EventKind.FAILED, invite, "21610")
    plan(rt, wave_id, after=REMINDER_DUE)
    assert messages(wave_id, "reminder") == []


def test_a_stop_that_only_the_provider_heard_takes_back_a_queued_reminder(rt: Runtime) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    plan(rt, wave_id, after=REMINDER_DUE)
    (invite,) = messages(wave_id, "invite")
    reports("twilio", EventKind.FAILED, invite, "21610")
    assert leaves(Channel.EMAIL, at=rt.now() + 2 * REMINDER_DUE) == set()


def test_a_stop_in_the_subject_of_an_empty_email_is_heard(rt: Runtime) -> None:
    client, ada = doors(rt), somebody()
    wave_id = under_way(runtime.current(), ada)
    subject, to = "Cancellatemi dalla lista", "risposte@azienda.example"
    fields = {
        "headers": f"From: Ada <{ada.email}>\nSubject: {subject}\nMessage-ID: <{wave_id}@ditta.example>\n",
        "from": f"{ada.email}",
        "to": to,
        "subject": subject,
        "text": "",
        "envelope": f'{{"to":["{to}"],"from":"{ada.email}"}}',
    }
    opening = '--b\r\nContent-Disposition: form-data; name="'
    parts = [f'{opening}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    mail = "".join([*parts, "--b--\r\n"]).encode()
    posted = from_sendgrid(client, mail, "inbound", "multipart/form-data; boundary=b")
    assert posted.status_code == 204
    assert expand_all() == {}
    assert suppressed(ada) == {"email", "sms"}


@pytest.mark.parametrize("reason", ["wrong_person", "bad_number", "hard_bounce"])
def test_what_is_wrong_with_an_address_does_not_follow_the_person(rt: Runtime, reason: str) -> None:
    key = rt.settings.suppression_key
    old, new = (address_hash(key, "sms", number) for number in ("+393470000001", "+393470000002"))
    with runtime.session() as db:
        suppression.suppress(db, [("sms", old)], reason=reason, source="sms", at=rt.now())
        suppression.follow(db, [("sms", old, new)])
        assert suppression.suppressed(db, [("sms", old), ("sms", new)]) == {("sms", old)}


def test_who_leaves_and_then_stays_is_welcome_again(rt: Runtime) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    for word in LEFT_AND_STAYED:
        says(ada, word)
    assert suppressed(ada) == set()
    with runtime.reading() as db:
        assert consent.present(db, ada.id) == {"email": "granted", "sms": "granted"}
    assert verdict(wave_id, ada)[0] == "reengaged"


@pytest.mark.parametrize("reason", ["hard_bounce", "complaint"])
def test_staying_does_not_revive_a_dead_address_or_undo_a_complaint(rt: Runtime, reason: str) -> None:
    ada = somebody()
    under_way(rt, ada)
    with runtime.session() as db:
        suppression.suppress(db, addresses(ada)[:1], reason=reason, source="provider", at=rt.now())
    for word in LEFT_AND_STAYED:
        says(ada, word)
    assert suppressed(ada) == {"email"}


@pytest.mark.parametrize("reason", ["hard_bounce", "complaint"])
def test_what_lasts_outweighs_a_stop_that_came_before(rt: Runtime, reason: str) -> None:
    ada = somebody()
    under_way(rt, ada)
    *left, stay = LEFT_AND_STAYED
    for word in left:
        says(ada, word)
    with runtime.session() as db:
        suppression.suppress(db, addresses(ada)[:1], reason=reason, source="provider", at=rt.now())
    says(ada, stay)
    assert suppressed(ada) == {"email"}
