"""What each report of a provider does: to the person, to the address, to the wave, and to whoever runs it."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col, select

from app import runtime
from app.channels.base import Channel
from app.channels.sendgrid_reasons import DROPPED
from app.channels.twilio_errors import ERRORS, Action
from app.contacts import consent
from app.contacts.models import Consent, Contact, Suppression
from app.db import new_id, table_of
from app.intake.expand import stops_first
from app.intake.models import DoorCount, Route
from app.journal.models import Entry
from app.messages import outbox
from app.messages import sweep as outbox_sweep
from app.messages.models import Message, State
from app.outcomes.models import Outcome
from app.runtime import Runtime
from app.waves import sweep
from app.waves.models import Wave
from app.waves.steering import control
from tests.never_twice.story import (
    BY_EMAIL,
    BY_SMS,
    REMINDED,
    REMINDER_DUE,
    Steps,
    addresses,
    leaves,
    messages,
    plan,
    says,
    somebody,
    suppressed,
    under_way,
    verdict,
)
from tests.webhooks.doors import doors, expand_all, from_sendgrid, from_twilio, kept

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BOTH = {"email", "sms"}
BLOCKED = {"event": "bounce", "type": "blocked", "status": "5.2.2", "reason": "552 mailbox full"}
DELIVERED = {"event": "delivered"}


def told(client: FlaskClient, message: Message, *events: Mapping[str, Any]) -> None:
    """SendGrid reports these of one email, and they are read."""
    batch = [
        {"sg_event_id": new_id(), "w_message": message.id, "email": message.address}
        | {"timestamp": int(runtime.now().timestamp())}
        | event
        for event in events
    ]
    assert from_sendgrid(client, json.dumps(batch).encode()).status_code == 204
    assert expand_all() == {}


def texted(client: FlaskClient, message: Message, status: str, code: str, sid: str = "") -> None:
    """Twilio reports on one text, and it is read."""
    body = f"MessageSid={sid or 'SM' + new_id()}&MessageStatus={status}&ErrorCode={code}"
    assert from_twilio(client, "status", body, f"m={message.id}").status_code == 204
    assert expand_all() == {}


def begun(rt: Runtime, steps: Steps) -> tuple[Contact, str, Message]:
    """Somebody whose invitation the provider has taken."""
    contact = somebody()
    wave_id = under_way(rt, contact, steps)
    with runtime.session() as db:
        mine = update(table_of(Message)).where(col(Message.group_id) == wave_id)
        db.execute(mine.values(state=State.ACCEPTED, delivered_at=None, called_at=rt.now()))
    return contact, wave_id, messages(wave_id, "invite")[0]


def looked_at(rt: Runtime, wave_id: str) -> str:
    """State of the wave, once the sweep has looked at it."""
    with runtime.session() as db:
        sweep.sweep(db, rt, wave_id, now=rt.now())
    with runtime.reading() as db:
        return db.get_one(Wave, wave_id).state


def state(message: Message) -> str:
    with runtime.reading() as db:
        return db.get_one(Message, message.id).state


def alerts(kind: str, subject: str) -> list[str]:
    """What somebody is told to look at, oldest first."""
    mine = select(Entry).where(Entry.subject_kind == kind, Entry.subject_id == subject, Entry.verb == "alert")
    with runtime.reading() as db:
        return [str(entry.facts.get("said")) for entry in db.exec(mine.order_by(col(Entry.id)))]


def unknown() -> dict[str, int]:
    """Unknown reason -> how often it was met."""
    with runtime.reading() as db:
        rows = db.exec(select(DoorCount).where(DoorCount.what == "unknown")).all()
    return {row.reason: row.times for row in rows}


def reasons(contact: Contact) -> dict[str, str]:
    """Channel -> why this contact must not be written to on it."""
    hashes = [address for _, address in addresses(contact)]
    with runtime.reading() as db:
        held = db.exec(select(Suppression).where(col(Suppression.address_hash).in_(hashes))).all()
    return {stop.channel: stop.reason for stop in held if stop.lifted_at is None}


DROPS: dict[str, tuple[set[str], str, str]] = {
    "Bounced Address": ({"email"}, "running", "granted"),
    "Invalid": ({"email"}, "running", "granted"),
    "Unsubscribed Address": ({"email"}, "running", "withdrawn"),
    "Spam Reporting Address": (BOTH, "running", "withdrawn"),
    "Spam Content": (set(), "paused", "granted"),
    "Invalid SMTPAPI header": (set(), "paused", "granted"),
    "Recipient List over Package Quota": (set(), "paused", "granted"),
    "Moon phase": (set(), "running", "granted"),
}
"""Reason -> channels that are stopped, state of the wave, the person's consent to email."""


@ON_SQLITE
def test_each_reason_of_a_drop_does_what_it_says(rt: Runtime) -> None:
    assert {reason.lower() for reason in DROPS} - set(DROPPED) == {"moon phase"}
    client = doors(rt)
    for reason, (stopped, waves, said) in DROPS.items():
        contact, wave_id, invite = begun(rt, BY_EMAIL)
        told(client, invite, {"event": "dropped", "reason": reason})
        with runtime.reading() as db:
            present = consent.present(db, contact.id)["email"]
        assert (suppressed(contact), looked_at(rt, wave_id), present) == (stopped, waves, said), reason
        assert state(invite) == "failed"
        if waves == "paused":
            assert len(alerts("wave", wave_id)) == 1
    assert unknown() == {"dropped: Moon phase": 1}


@ON_SQLITE
def test_quota_holds_whatever_goes_by_email_and_content_only_its_own_wave(rt: Runtime) -> None:
    client = doors(rt)
    other, texts = begun(rt, REMINDED)[1], begun(rt, BY_SMS)[1]  # the reminder of the one goes by email
    _, content, invite = begun(rt, BY_EMAIL)
    told(client, invite, {"event": "dropped", "reason": "Spam Content"})
    assert [looked_at(rt, wave) for wave in (content, other, texts)] == ["paused", "running", "running"]
    _, quota, invite = begun(rt, BY_EMAIL)
    told(client, invite, {"event": "dropped", "reason": "Recipient List over Package Quota"})
    assert [looked_at(rt, wave) for wave in (quota, other, texts)] == ["paused", "paused", "running"]
    with runtime.reading() as db:
        assert "quota" in str(db.get_one(Wave, other).reason)


@ON_SQLITE
def test_what_had_left_before_somebody_resumed_pauses_nothing_again(rt: Runtime) -> None:
    client = doors(rt)
    contact, wave_id, invite = begun(rt, BY_SMS)
    texted(client, invite, "undelivered", "30007")
    assert looked_at(rt, wave_id) == "paused"
    with runtime.session() as db:
        control.resume(db, wave_id, by="prova", now=rt.now() + timedelta(seconds=1))
    texted(client, invite, "failed", "30007")
    assert looked_at(rt, wave_id) == "running"
    assert suppressed(contact) == set()


@ON_SQLITE
def test_a_change_of_the_account_holds_all_email_once(rt: Runtime) -> None:
    client = doors(rt)
    mail, texts = begun(rt, BY_EMAIL)[1], begun(rt, BY_SMS)[1]
    change = {"event": "account_status_change", "type": "compliance_suspend", "timestamp": 1709142428}
    body = json.dumps([change | {"sg_event_id": "MjEzNTg5OTcyOC10ZXJtaW5hdGU"}]).encode()
    assert from_sendgrid(client, body).status_code == 204
    assert expand_all() == {}
    assert (looked_at(rt, mail), looked_at(rt, texts)) == ("paused", "running")
    assert alerts("provider", "sendgrid") == alerts("wave", mail) == ["SendGrid: compliance_suspend"]
    with runtime.session() as db:
        control.resume(db, mail, by="prova", now=rt.now())
    again = json.dumps([change | {"sg_event_id": "MjEzNTg5OTcyOC10ZXJtaW5hdGU"}, {"event": "processed"}])
    assert from_sendgrid(client, again.encode()).status_code == 204
    better = change | {"sg_event_id": "other", "type": "compliance_reactivate"}
    assert from_sendgrid(client, json.dumps([better]).encode()).status_code == 204
    assert expand_all() == {}
    assert looked_at(rt, mail) == "running"
    assert alerts("provider", "sendgrid") == [
        "SendGrid: compliance_suspend",
        "SendGrid: compliance_reactivate",
    ]


@ON_SQLITE
@pytest.mark.parametrize("event", ["unsubscribe", "group_unsubscribe"])
def test_no_resubscription_at_the_provider_lifts_a_stop(rt: Runtime, event: str) -> None:
    client = doors(rt)
    contact, wave_id, invite = begun(rt, BY_EMAIL)
    told(client, invite, DELIVERED, {"event": event, "asm_group_id": 7})
    told(client, invite, {"event": "group_resubscribe", "asm_group_id": 7})
    assert suppressed(contact) == {"email"}
    assert verdict(wave_id, contact) == ("removable", "asked_to_stop")
    with runtime.reading() as db:
        (line,) = db.exec(
            select(Consent).where(Consent.contact_id == contact.id, Consent.state == "withdrawn")
        )
        noted = db.exec(select(Entry).where(Entry.verb == "resubscribed_there")).one()
    assert (line.channel, line.wording, line.evidence["group"]) == ("email", event, 7)
    assert noted.subject_id == contact.id


@ON_SQLITE
@pytest.mark.parametrize(
    ("more", "waves"),
    [
        ({"bounce_classification": "Mailbox Unavailable"}, "running"),
        ({"bounce_classification": "Technical Failure", "status": "5.7.1"}, "running"),
        ({"bounce_classification": "Reputation"}, "paused"),
        ({"bounce_classification": "Content"}, "paused"),
        ({"bounce_classification": "Frequency or Volume Too High"}, "paused"),
        ({"bounce_classification": "Unclassified", "status": "4.7.0"}, "paused"),
        ({"status": "5.7.1"}, "paused"),
    ],
)
def test_a_refusal_that_is_about_us_pulls_the_brakes(rt: Runtime, more: dict[str, str], waves: str) -> None:
    client = doors(rt)
    contact, wave_id, invite = begun(rt, BY_EMAIL)
    with runtime.session() as db:
        wave = db.get_one(Wave, wave_id)
        wave.definition = wave.definition | {"brakes": {"minimum": 1}}
        db.add(wave)
    told(client, invite, BLOCKED | more)
    with runtime.session() as db:
        outbox_sweep.sweep(db, now=rt.now())
    assert (looked_at(rt, wave_id), suppressed(contact)) == (waves, set())


@ON_SQLITE
def test_a_deferral_is_no_failure_and_says_nothing_of_the_person(rt: Runtime) -> None:
    client = doors(rt)
    contact, _, invite = begun(rt, BY_EMAIL)
    told(client, invite, *[{"event": "deferred", "attempt": str(number)} for number in range(5)])
    assert (state(invite), suppressed(contact)) == ("accepted", set())


@ON_SQLITE
def test_a_text_that_cannot_arrive_is_followed_by_an_email(rt: Runtime) -> None:
    client = doors(rt)
    for code in ("30005", "30006", "21614"):
        contact, wave_id, invite = begun(rt, REMINDED)
        texted(client, invite, "undelivered", code)
        assert reasons(contact) == {"sms": "bad_number"}
        plan(rt, wave_id, after=REMINDER_DUE)
        (reminder,) = messages(wave_id, "reminder")
        assert leaves(Channel.EMAIL, at=rt.now() + 2 * REMINDER_DUE) == {reminder.id}, code


@ON_SQLITE
@pytest.mark.parametrize("code", [code for code, known in ERRORS.items() if known.action is Action.SUPPRESS])
def test_who_opted_out_at_the_carrier_hears_nothing_more(rt: Runtime, code: str) -> None:
    client = doors(rt)
    contact, wave_id, invite = begun(rt, REMINDED)
    plan(rt, wave_id, after=REMINDER_DUE)
    texted(client, invite, "failed", code)
    assert reasons(contact) == {"sms": "provider_opt_out"}
    assert [message.state for message in messages(wave_id, "reminder")] == ["withdrawn"]
    assert verdict(wave_id, contact) == ("removable", "asked_to_stop")


@ON_SQLITE
def test_every_code_that_stops_the_sender_pauses_and_tells_why(rt: Runtime) -> None:
    client = doors(rt)
    pausing = [code for code, known in ERRORS.items() if known.action is Action.PAUSE]
    assert {"30002", "30007", "30032", "30033", "30034", "30035"} <= set(pausing)
    for code in pausing:
        contact, wave_id, invite = begun(rt, BY_SMS)
        texted(client, invite, "failed", code)
        assert looked_at(rt, wave_id) == "paused", code
        assert alerts("wave", wave_id) == [f"Twilio {code}: {ERRORS[code].text}"]
        assert suppressed(contact) == set()


@ON_SQLITE
def test_what_somebody_should_see_is_told_once_and_what_we_do_not_know_is_counted(rt: Runtime) -> None:
    client = doors(rt)
    contact, wave_id, invite = begun(rt, BY_SMS)
    for _ in range(2):
        texted(client, invite, "failed", "21408")
    texted(client, invite, "failed", "39999")
    texted(client, invite, "undelivered", "39999")
    assert alerts("wave", wave_id) == [f"Twilio 21408: {ERRORS['21408'].text}"]
    assert unknown() == {"error 39999": 2}
    assert (looked_at(rt, wave_id), suppressed(contact)) == ("running", set())


@ON_SQLITE
def test_a_text_that_never_left_the_provider_is_tried_once_more_and_no_other(rt: Runtime) -> None:
    client = doors(rt)
    for status, code in (("undelivered", "30003"), ("undelivered", "30008"), ("undelivered", "30017")):
        _, wave_id, invite = begun(rt, BY_SMS)
        texted(client, invite, status, code)
        assert len(messages(wave_id, "invite")) == 1, code
    contact, wave_id, invite = begun(rt, BY_SMS)
    texted(client, invite, "failed", "30001")
    texted(client, invite, "failed", "30001")
    (again,) = [one for one in messages(wave_id, "invite") if one.id != invite.id]
    assert (again.text, again.address, again.state) == (invite.text, invite.address, "queued")
    assert leaves(Channel.SMS, at=rt.now() + timedelta(minutes=50)) == set()
    assert leaves(Channel.SMS, at=rt.now() + timedelta(minutes=70)) == {again.id}
    texted(client, again, "failed", "30001")
    assert len(messages(wave_id, "invite")) == 2, "not for ever"
    _, answered, invite = begun(rt, BY_SMS)
    stopped, stopping, late = begun(rt, BY_SMS)
    texted(client, late, "failed", "30022")
    says(stopped, "STOP")
    assert leaves(Channel.SMS, at=rt.now() + timedelta(minutes=70)) == set()
    assert {one.state for one in messages(stopping, "invite") if one.id != late.id} == {"withdrawn"}
    assert suppressed(contact) == set()
    assert len(messages(answered, "invite")) == 1


def test_who_wants_out_does_not_wait_behind_the_reports_of_a_wave(rt: Runtime) -> None:
    client = doors(rt)
    contact, _, invite = begun(rt, BY_EMAIL)
    texted_to, _, text = begun(rt, BY_SMS)
    stamp = {"w_message": invite.id, "email": invite.address, "timestamp": 1_790_000_000}
    for number in range(8):
        batch = [stamp | {"event": "delivered", "sg_event_id": f"{number}-{one}"} for one in range(50)]
        batch[-1]["event"] = "group_unsubscribe" if number == 7 else "delivered"
        assert from_sendgrid(client, json.dumps(batch, separators=(",", ":")).encode()).status_code == 204
        code = "21610" if number == 7 else ""
        body = f"MessageSid=SM{number}&MessageStatus={'failed' if code else 'sent'}&ErrorCode={code}"
        assert from_twilio(client, "status", body, f"m={text.id}").status_code == 204
    for route in Route:
        stops_first(route)
    assert (suppressed(contact), suppressed(texted_to)) == ({"email"}, {"sms"})
    assert [raw.state for raw in kept()].count("received") == 14
    assert expand_all() == {}


CARRIER = ("STOP", "stopall", "Unsubscribe", "CANCEL", "End", "QUIT", "REVOKE", " optout ")
OURS = ("BASTA", "Basta!", "annulla", "CANCELLAMI", "disiscrivimi", "Stop.", "ferma", "toglietemi")
IN_OTHER_WORDS = ("non scrivetemi più", "toglietemi dalla lista per favore", "OPT OUT", "stop please")


@ON_SQLITE
def test_a_stop_by_text_is_heard_in_every_word_and_answered_by_nobody(rt: Runtime) -> None:
    client = doors(rt)
    said = [(words, "") for words in (*CARRIER, *OURS, *IN_OTHER_WORDS)]
    people = {one: somebody() for one in (*said, ("lasciate stare", "STOP"), ("va bene", "NEWS"))}
    for (words, by_carrier), contact in people.items():
        form = {
            "MessageSid": f"SM{new_id()}",
            "From": str(contact.phone),
            "To": "+15005550006",
            "Body": words,
        }
        form |= {"OptOutType": by_carrier} if by_carrier else {}
        assert from_twilio(client, "messages", urlencode(form)).status_code == 200
    assert expand_all() == {}
    heard = {one: suppressed(contact) for one, contact in people.items()}
    assert heard.pop(("va bene", "NEWS")) == set(), "not everything a carrier says is a stop"
    assert [one for one, stopped in heard.items() if "sms" not in stopped] == []
    whole = {words for (words, _), stopped in heard.items() if stopped == BOTH}
    assert whole == set(IN_OTHER_WORDS), "a keyword stops its number, a sentence stops everything"
    with runtime.reading() as db:
        assert db.exec(select(Message).where(Message.direction == "out")).all() == []


# Soft bounces: 3 of the last 5


def written_to(rt: Runtime, contact: Contact, times: int, channel: Channel = Channel.EMAIL) -> list[Message]:
    """Messages to this contact that left one day after the other, oldest first."""
    now, key = rt.now(), dict(addresses(contact))[channel]
    to = contact.email if channel is Channel.EMAIL else contact.phone
    with runtime.session() as db:
        content = outbox.freeze(db, Channel.EMAIL, "it", text="Ciao", subject="Ciao", html="<p>Ciao</p>")
        rows = [
            {"id": new_id(), "channel": channel, "contact_id": contact.id, "address": to}
            | {"address_hash": key, "content_id": content, "not_before": now, "created_at": now}
            for _ in range(times)
        ]
        outbox.put(db, rows)
        for days, row in enumerate(rows):
            left = now - timedelta(days=100 - days)
            mine = update(table_of(Message)).where(col(Message.id) == row["id"])
            db.execute(mine.values(state=State.ACCEPTED, called_at=left, accepted_at=left))
    with runtime.reading() as db:
        return [db.get_one(Message, str(row["id"])) for row in rows]


def report(client: FlaskClient, sent: Sequence[Message], fates: str) -> None:
    """b: blocked, d: delivered, r: refused over our reputation, -: nothing is known; one for each email."""
    kinds = {"b": BLOCKED, "d": DELIVERED, "r": BLOCKED | {"bounce_classification": "Reputation"}}
    for message, fate in zip(sent, fates, strict=True):
        if fate in kinds:
            told(client, message, kinds[fate])


@ON_SQLITE
@pytest.mark.parametrize(
    ("fates", "given_up"),
    [
        ("bb", False),
        ("bbb", True),
        ("bdbdb", True),
        ("bdbddb", False),
        ("b-b-b", True),
        ("bddddbddddb", False),
        ("bbbddddd", True),
        ("rrrrr", False),
        ("brbrr", False),
    ],
)
def test_three_of_the_last_five_gives_an_address_up(rt: Runtime, fates: str, given_up: bool) -> None:
    client, ada = doors(rt), somebody()
    report(client, written_to(rt, ada, len(fates)), fates)
    assert reasons(ada) == ({"email": "soft_bounces"} if given_up else {})


@ON_SQLITE
def test_who_is_given_up_is_removable_with_the_evidence_and_can_come_back(rt: Runtime) -> None:
    client = doors(rt)
    ada, wave_id, invite = begun(rt, BY_EMAIL)
    sent = written_to(rt, ada, 3)
    report(client, sent[:2], "bb")
    told(client, invite, BLOCKED)
    assert verdict(wave_id, ada) == ("removable", "cannot_be_reached")
    with runtime.reading() as db:
        evidence = db.get_one(Outcome, (wave_id, ada.id)).evidence
        assert consent.present(db, ada.id)["email"] == "granted", "they never said no"
    assert [(sign["what"], sign["detail"]) for sign in evidence] == [("soft_bounces", "email")]
    with runtime.session() as db:
        now = rt.now() + timedelta(seconds=2)
        given = {"at": now, "recorded_at": now, "source": "web", "wording": "RESTO", "evidence": {}}
        consent.opt_in(db, ada.id, addresses(ada), **given)
    assert suppressed(ada) == set()
    told(client, sent[2], BLOCKED | {"timestamp": int((rt.now() - timedelta(days=9)).timestamp())})
    assert suppressed(ada) == set(), "an old report says nothing against a newer yes"


@ON_SQLITE
def test_a_phone_that_is_off_again_and_again_is_given_up_too(rt: Runtime) -> None:
    client, ada = doors(rt), somebody()
    codes = ("30003", "30017", "30008", "30003")
    for message, code in zip(written_to(rt, ada, 4, Channel.SMS), codes, strict=True):
        assert reasons(ada) == {}
        texted(client, message, "undelivered", code)
    assert reasons(ada) == {"sms": "soft_bounces"}


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    fates=st.lists(st.sampled_from(("", "b", "d", "bd", "r", "h", "u")), min_size=3, max_size=9),
    data=st.data(),
)
def test_no_order_of_the_reports_changes_what_becomes_of_an_address(
    rt: Runtime, fates: list[str], data: st.DataObject
) -> None:
    """h: a hard bounce, u: they unsubscribe; doubled and shuffled."""
    client, kinds = doors(rt), {"b": BLOCKED, "d": DELIVERED, "r": BLOCKED | {"status": "5.7.1"}}
    kinds |= {"h": BLOCKED | {"type": "bounce"}, "u": {"event": "unsubscribe"}}
    ends = []
    for shuffled in (False, True):
        ada = somebody()
        sent = written_to(rt, ada, len(fates))
        events = [
            {"sg_event_id": f"{message.id}{kind}", "w_message": message.id, "email": message.address}
            | {"timestamp": 1_790_000_000 + number}
            | kinds[kind]
            for number, (message, fate) in enumerate(zip(sent, fates, strict=True))
            for kind in fate
        ]
        if shuffled:
            events = data.draw(st.permutations(events + events[:2]))
        for start in range(0, len(events), 3):
            assert from_sendgrid(client, json.dumps(events[start : start + 3]).encode()).status_code == 204
        assert expand_all() == {}
        ends.append((reasons(ada), [state(message) for message in sent]))
    assert ends[0] == ends[1]
