"""What steers a running wave: brakes, a long sleep, its pace, a stopped step, who came back, what nobody confirmed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update
from sqlmodel import col, select

from app import runtime
from app.channels.base import Channel, EventKind, ProviderEvent
from app.cli.main import main
from app.contacts import consent
from app.contacts.models import ConsentState
from app.db import table_of
from app.engagement import bulk, history
from app.engagement.models import Kind
from app.engagement.rows import Event
from app.errors import BadInput, Conflict
from app.feedback.models import SentimentReading
from app.intake import acts
from app.journal.find import about
from app.messages import receipts
from app.messages import sweep as messages_sweep
from app.messages.models import Message, MessageGroup, State
from app.runtime import Runtime
from app.waves import batches, launch, sweep
from app.waves.definition import from_source
from app.waves.models import Wave, WaveState
from app.waves.steering import control, reasons, unconfirmed
from tests.messages.conftest import Queue
from tests.messages.conftest import queue_up as queue_up
from tests.never_twice.story import REMINDED, REMINDER_DUE, leaves, messages, plan, somebody, under_way

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)
NIGHT = timedelta(hours=9)


def wave_of(rt: Runtime, **more: Any) -> str:
    """A wave to nobody, launched now, in which the tests put messages of their own."""
    definition = {
        "name": "Ondata",
        "survey": "riattivazione",
        "segment": {"company": ["nessuno"]},
        "steps": [{"name": "invite", "channels": ["email", "sms"]}],
        "brakes": {"minimum": 20},
        **more,
    }
    with runtime.session() as db:
        return launch.launch(db, rt, from_source(definition), by="prova", now=rt.now()).id


def happened(kind: EventKind, ids: Sequence[str]) -> None:
    """The provider reports this of each of these messages; read twice, as providers do."""
    code = "5.1.1" if kind is EventKind.BOUNCED else None
    events = [
        ProviderEvent(f"{kind}:{id_}", kind, id_, None, None, None, code, None, False, None, None, None, {})
        for id_ in ids
    ]
    for _ in range(2):
        with runtime.session() as db:
            receipts.record(db, "sendgrid", events, received_at=runtime.now())


def looked_at(rt: Runtime, wave_id: str, *, later: timedelta = timedelta(0)) -> Wave:
    """The wave after both rooms' sweeps."""
    now = rt.now() + later
    with runtime.session() as db:
        messages_sweep.sweep(db, now=now)
    with runtime.session() as db:
        sweep.sweep(db, rt, wave_id, now=now)
    with runtime.reading() as db:
        return db.get_one(Wave, wave_id)


def resume(rt: Runtime, wave_id: str, *, later: timedelta = timedelta(0)) -> None:
    with runtime.session() as db:
        control.resume(db, wave_id, by="user:a", now=rt.now() + later)


def alerts(wave_id: str) -> list[dict[str, Any]]:
    with runtime.reading() as db:
        return [entry.facts for entry in about(db, "wave", [wave_id], "alert")]


def at_domain(ids: Sequence[str], domain: str) -> None:
    with runtime.session() as db:
        db.execute(update(table_of(Message)).where(col(Message.id).in_(ids)).values(domain=domain))


def test_bounces_pause_a_wave_and_whoever_resumes_it_is_not_overruled(rt: Runtime, queue_up: Queue) -> None:
    wave_id = wave_of(rt)
    ids = queue_up(60, group=wave_id)
    happened(EventKind.DELIVERED, ids[:19])
    assert looked_at(rt, wave_id).state == WaveState.RUNNING
    happened(EventKind.BOUNCED, ids[18:20])  # one of them had been delivered before
    wave = looked_at(rt, wave_id)
    assert (wave.state, wave.why) == (
        WaveState.PAUSED,
        {"code": "bounces", "share": 10.0, "of": 20, "limit": 5.0},
    )
    assert wave.why
    assert reasons.say("it", wave.why) == "il 10 % di 20 messaggi è tornato indietro; il limite è 5 %"
    assert [alert["reason"] for alert in alerts(wave_id)] == ["bounces"]
    resume(rt, wave_id)
    happened(EventKind.DELIVERED, ids[20:39])
    assert looked_at(rt, wave_id).state == WaveState.RUNNING
    happened(EventKind.COMPLAINED, ids[20:21])
    happened(EventKind.DELIVERED, ids[39:40])
    wave = looked_at(rt, wave_id)
    assert (wave.state, wave.why and wave.why["code"]) == (WaveState.PAUSED, "complaints")


@ON_SQLITE
def test_one_bad_domain_is_held_alone_and_may_go_on(rt: Runtime, queue_up: Queue) -> None:
    wave_id = wave_of(rt)
    ids = queue_up(64, group=wave_id)
    at_domain(ids[:22], "male.example")
    happened(EventKind.DELIVERED, ids[2:20] + ids[22:62])
    happened(EventKind.BOUNCED, ids[:2])
    assert looked_at(rt, wave_id).state == WaveState.RUNNING
    assert [(alert["domain"], alert["share"]) for alert in alerts(wave_id)] == [("male.example", 10.0)]
    now = datetime.now(UTC)
    sent = update(table_of(Message)).where(col(Message.id).in_(ids[:20] + ids[22:62]))
    with runtime.session() as db:
        db.execute(sent.values(state=State.DELIVERED))
    assert leaves(Channel.EMAIL, at=now) == set(ids[62:])
    looked_at(rt, wave_id)
    assert len(alerts(wave_id)) == 1
    with runtime.session() as db:
        control.resume_domain(db, wave_id, "male.example", by="user:a", now=now)
        with pytest.raises(Conflict):
            control.resume_domain(db, wave_id, "altro.example", by="user:a", now=now)
    looked_at(rt, wave_id)
    assert leaves(Channel.EMAIL, at=now) == set(ids[20:22])


@ON_SQLITE
def test_a_domain_that_is_nearly_all_of_the_wave_pauses_it_whole(rt: Runtime, queue_up: Queue) -> None:
    wave_id = wave_of(rt)
    ids = queue_up(22, group=wave_id)
    happened(EventKind.BOUNCED, ids)
    assert looked_at(rt, wave_id).state == WaveState.PAUSED


def test_opt_outs_pause_a_wave(rt: Runtime, queue_up: Queue) -> None:
    wave_id = wave_of(rt)
    ids = queue_up(30, group=wave_id)
    happened(EventKind.DELIVERED, ids)
    with runtime.session() as db:
        db.execute(update(table_of(Message)).values(called_at=rt.now()))
        people = db.scalars(select(Message.contact_id).order_by(col(Message.id)).limit(4)).all()
    for contact_id in people[:3]:
        says_no(rt, str(contact_id))
    assert looked_at(rt, wave_id).state == WaveState.RUNNING, "a tenth is within the limit"
    says_no(rt, str(people[3]))
    wave = looked_at(rt, wave_id, later=2 * timedelta(minutes=1))
    assert wave.why == {"code": "opt_outs", "share": 13.3, "of": 30, "limit": 10.0}
    resume(rt, wave_id, later=HOUR)
    assert looked_at(rt, wave_id, later=HOUR).state == WaveState.RUNNING


def says_no(rt: Runtime, contact_id: str) -> None:
    with runtime.session() as db:
        now = rt.now()
        no = ConsentState.WITHDRAWN
        consent.record(db, contact_id, ["email"], no, at=now, recorded_at=now, source="one_click")


@ON_SQLITE
def test_unhappy_answers_pause_a_wave(rt: Runtime, queue_up: Queue) -> None:
    wave_id = wave_of(rt, brakes={"minimum": 20, "negative": 40})
    ids = queue_up(25, group=wave_id)
    happened(EventKind.DELIVERED, ids)
    with runtime.session() as db:
        for number, person in enumerate(db.scalars(select(Message.contact_id).limit(20)).all()):
            db.add(
                SentimentReading(
                    contact_id=str(person),
                    group_id=wave_id,
                    label="negative" if number % 2 else "positive",
                    score=0.0,
                    language="it",
                    decided_by="words",
                    needs_review=False,
                    source="sms",
                    at=rt.now(),
                    source_key=f"k{number}",
                )
            )
    wave = looked_at(rt, wave_id)
    assert wave.why == {"code": "negative", "share": 50.0, "of": 20, "limit": 40.0}


@ON_SQLITE
def test_a_step_that_fell_due_while_nothing_ran_asks_first(rt: Runtime) -> None:
    steps = [REMINDED[0], {**REMINDED[1], "after": "1 hour"}]
    ada = somebody()
    wave_id = under_way(rt, ada, steps)
    looked_at(rt, wave_id)
    later = HOUR + NIGHT
    plan(rt, wave_id, after=later)
    assert messages(wave_id, "reminder") == [], "a doorbell of before is not heard"
    wave = looked_at(rt, wave_id, later=later)
    assert (wave.state, wave.why and wave.why["code"]) == (WaveState.PAUSED, "stale")
    assert wave.reason == "“reminder” was due 9 hours ago, and nothing was running: resume to send it now"
    resume(rt, wave_id, later=later)
    looked_at(rt, wave_id, later=later)
    plan(rt, wave_id, after=later)
    assert len(messages(wave_id, "reminder")) == 1
    assert len(leaves(Channel.EMAIL, at=rt.now() + later)) == 1


@ON_SQLITE
def test_a_night_in_which_nothing_was_due_asks_nothing(rt: Runtime) -> None:
    wave_id = under_way(rt, somebody(), [REMINDED[0], {**REMINDED[1], "after": "9 hours"}])
    looked_at(rt, wave_id)
    assert looked_at(rt, wave_id, later=NIGHT + HOUR).state == WaveState.RUNNING
    plan(rt, wave_id, after=NIGHT + HOUR)
    assert len(messages(wave_id, "reminder")) == 1


@ON_SQLITE
def test_messages_whose_window_closed_while_nothing_ran_ask_too(rt: Runtime, queue_up: Queue) -> None:
    wave_id = wave_of(rt)
    queue_up(1, group=wave_id)
    with runtime.session() as db:
        db.execute(update(table_of(Message)).values(not_before=rt.now(), not_after=rt.now() + HOUR))
    looked_at(rt, wave_id)
    assert looked_at(rt, wave_id, later=NIGHT).state == WaveState.PAUSED
    resume(rt, wave_id, later=NIGHT)
    with runtime.session() as db:
        sweep.reopen_windows(db, rt, wave_id, now=rt.now() + NIGHT)
    with runtime.reading() as db:
        (message,) = db.exec(select(Message)).all()
    assert message.not_after
    assert message.not_before >= rt.now() + NIGHT - timedelta(minutes=1)
    assert message.not_after > rt.now() + NIGHT


@ON_SQLITE
def test_a_pace_is_changed_while_the_wave_runs(rt: Runtime) -> None:
    wave_id = wave_of(rt, pace={"per_hour": 100}, budget={"amount": "50.00", "currency": "EUR"})
    with runtime.session() as db:
        control.set_pace(
            db, wave_id, {"per_hour": None, "per_day": 7, "budget": Decimal("80")}, by="user:a", now=rt.now()
        )
    with runtime.reading() as db:
        group, wave = db.get_one(MessageGroup, wave_id), db.get_one(Wave, wave_id)
    assert (group.per_hour, group.per_day, group.budget) == (None, 7, Decimal("80"))
    assert group.prices["IT"]
    pace = from_source(wave.definition).pace
    assert (pace.per_hour, pace.per_day) == (None, 7)
    by_email = wave_of(rt, steps=[{"name": "invite", "channels": ["email"]}])
    with runtime.session() as db, pytest.raises(BadInput, match="no texts"):
        control.set_pace(db, by_email, {"budget": Decimal("80")}, by="user:a", now=rt.now())
    with runtime.session() as db:
        control.cancel(db, wave_id, by="user:a", now=rt.now())
    with runtime.session() as db, pytest.raises(Conflict):
        control.set_pace(db, wave_id, {"per_day": 8}, by="user:a", now=rt.now())


@ON_SQLITE
def test_a_budget_is_given_to_a_wave_that_was_launched_without(rt: Runtime) -> None:
    wave_id = wave_of(rt)
    with runtime.session() as db:
        db.get_one(MessageGroup, wave_id).spent = Decimal("3.5")
    env = {"DATA_DIR": str(rt.settings.data_dir), "DATABASE_URL": rt.settings.database_url}
    told = CliRunner().invoke(main, ["waves", "budget", wave_id, "80"], env=env)
    assert told.exit_code == 0, told.output
    assert "80 EUR, 3.5" in told.output, "what it spent before counts"
    with runtime.reading() as db:
        group, wave = db.get_one(MessageGroup, wave_id), db.get_one(Wave, wave_id)
    assert (group.budget, wave.definition["budget"]) == (Decimal("80"), {"amount": "80", "currency": "EUR"})
    (rt.settings.data_dir / "sms_prices.yaml").write_text(
        "as_of: 2026-11-01\nprices: {CHF: {other: '0.2'}}", "utf-8"
    )
    assert CliRunner().invoke(main, ["waves", "budget", wave_id, "90"], env=env).exit_code == 0
    assert CliRunner().invoke(main, ["waves", "budget", wave_id, "0"], env=env).exit_code == 0
    refused = CliRunner().invoke(main, ["waves", "budget", wave_id, "70"], env=env)
    assert (refused.exit_code, "prices" in refused.stderr) == (2, True), (
        "in which currency is not known any more"
    )


@ON_SQLITE
def test_a_step_is_stopped_and_the_others_go_on(rt: Runtime) -> None:
    last = {"name": "last_call", "after": "2 seconds", "channels": ["email"], "only": "no_answer"}
    wave_id = under_way(rt, somebody(), [*REMINDED, last])
    plan(rt, wave_id, after=REMINDER_DUE)
    with runtime.session() as db:
        with pytest.raises(BadInput, match="Its steps: invite, reminder, last_call"):
            control.stop_step(db, wave_id, "promemoria", by="user:a", now=rt.now())
        assert control.stop_step(db, wave_id, "reminder", by="user:a", now=rt.now()) == 1
        control.stop_step(db, wave_id, "last_call", by="user:a", now=rt.now())
    for _ in range(3):
        plan(rt, wave_id, after=2 * REMINDER_DUE)
    assert [message.state for message in messages(wave_id, "reminder")] == [State.WITHDRAWN]
    assert messages(wave_id, "last_call") == []
    with runtime.reading() as db:
        assert batches.step_due_at(db.get_one(Wave, wave_id)) is None


@ON_SQLITE
@pytest.mark.parametrize("planned", [True, False])
def test_who_buys_something_after_the_invitation_gets_no_reminder(rt: Runtime, planned: bool) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    with runtime.session() as db:
        db.execute(update(table_of(Message)).values(called_at=rt.now()))
    if planned:
        plan(rt, wave_id, after=REMINDER_DUE)
    bought = Event((str(ada.email_key),), Kind.PURCHASE, False, rt.now(), Decimal(12), "EUR", "")
    with runtime.session() as db:
        acts.take(db, [(bought, "shop")])
    plan(rt, wave_id, after=REMINDER_DUE)
    told = [(message.state, message.reason) for message in messages(wave_id, "reminder")]
    assert told == ([(State.WITHDRAWN, "came_back")] if planned else [])


def test_what_an_import_tells_of_since_is_heard_at_the_line(rt: Runtime) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    plan(rt, wave_id, after=REMINDER_DUE)
    later = rt.now() + 2 * REMINDER_DUE
    bought = Event((str(ada.email_key),), Kind.LOGIN, False, rt.now() + REMINDER_DUE, None, None, "")
    with runtime.session() as db:
        row = (ada.id, bulk.prepare(bought, "crm"))
        history.keep(db, [row], [], source="crm", hash_key=rt.settings.suppression_key, now=later)
    assert leaves(Channel.EMAIL, at=later) == set()
    told = [(message.state, message.reason) for message in messages(wave_id, "reminder")]
    assert told == [(State.WITHDRAWN, "came_back")]


def test_what_nobody_confirmed_is_sent_again_once_and_only_on_purpose(rt: Runtime) -> None:
    wave_id = under_way(rt, somebody(), [REMINDED[0], {**REMINDED[1], "after": "9 hours"}])
    with runtime.session() as db:
        db.execute(update(table_of(Message)).values(state=State.UNCONFIRMED, called_at=rt.now()))
    (first,) = messages(wave_id, "invite")
    with runtime.reading() as db:
        (line,) = unconfirmed.page(db, wave_id)
        assert (line.message.id, line.again) == (first.id, True)
    sent = []
    for _ in range(3):
        with runtime.session() as db:
            sent.append(unconfirmed.resend(db, rt, wave_id, by="user:a", now=rt.now()))
    assert sent == [1, 0, 0]
    _, copy = messages(wave_id, "invite")
    assert (copy.text, copy.address, copy.state) == (first.text, first.address, State.QUEUED)
    happened(EventKind.DELIVERED, [first.id])
    assert leaves(Channel.SMS, at=rt.now()) == set(), "the first had arrived after all"
    with runtime.reading() as db:
        assert unconfirmed.page(db, wave_id) == []


@ON_SQLITE
def test_who_was_heard_since_gets_nothing_unconfirmed_again(rt: Runtime) -> None:
    wave_id = under_way(rt, somebody())
    plan(rt, wave_id, after=REMINDER_DUE)
    (invite,), (reminder,) = messages(wave_id, "invite"), messages(wave_id, "reminder")
    with runtime.session() as db:
        here = update(table_of(Message))
        db.execute(
            here.where(col(Message.id) == invite.id).values(state=State.UNCONFIRMED, called_at=rt.now())
        )
        db.execute(here.where(col(Message.id) == reminder.id).values(state=State.ACCEPTED))
    with runtime.session() as db:
        assert unconfirmed.resend(db, rt, wave_id, by="user:a", now=rt.now()) == 0
