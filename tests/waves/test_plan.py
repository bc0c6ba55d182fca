"""A plan says what the launch then does: the same people, channels, variants and reasons, to the last one."""

import json
import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlmodel import col, func, select, update

from app import runtime
from app.cli.main import main
from app.contacts import consent, suppression
from app.contacts.addresses import address_hash, email_key
from app.contacts.models import ConsentState, Contact, PhoneKind
from app.conversations.models import Answer
from app.db import new_id, table_of
from app.messages.models import Message, State
from app.runtime import Runtime
from app.waves import batches, find, launch
from app.waves.definition import Definition, from_source
from app.waves.forecast import plan
from app.waves.forecast.rehearsal import Rehearser
from app.waves.models import Arm, Wave, WaveMember, WaveState
from tests.waves.small_wave import launch_wave

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def definition(**more: Any) -> Definition:
    source: dict[str, Any] = {
        "name": "Autunno",
        "survey": "riattivazione",
        "segment": {"company": ["Prova Srl"]},
        "control": 20,
        "steps": [
            {"name": "invite", "channels": ["email", "sms"]},
            {"name": "reminder", "after": "3 days", "channels": ["sms"], "only": "no_answer"},
        ],
        "window": {"from": "00:00", "to": "24:00"},
        "rest": "14 days",
    }
    return from_source(source | more)


def people(rt: Runtime, count: int, seed: int = 1) -> list[Contact]:
    """Contacts of every kind there is: without consent, suppressed, sharing an address, with no address at all."""
    chance, now, made = random.Random(seed), rt.now(), []
    with runtime.session() as db:
        for number in range(count):
            email = f"p{number // 3 if chance.random() < 0.2 else number}@ditta{number % 7}.example"
            mobile = f"+3934712{number // 2 if chance.random() < 0.2 else number:05d}"
            contact = Contact(
                email=email if chance.random() < 0.7 else None,
                email_key=None,
                phone=mobile if chance.random() < 0.7 else None,
                phone_kind=PhoneKind.MOBILE if chance.random() < 0.9 else PhoneKind.LANDLINE,
                first_name=chance.choice(["Ada", "Élodie", "Mariantonietta", "Łucja", None]),
                company="Prova Srl",
                language=chance.choice(["it", "en", "de", None]),
                created_at=now,
                updated_at=now,
            )
            contact.email_key = email_key(contact.email) if contact.email else None
            made.append(contact)
        db.add_all(made)
        db.flush()
        for contact in made:
            state = ConsentState.GRANTED if chance.random() < 0.85 else ConsentState.WITHDRAWN
            channels = [name for name in ("email", "sms") if chance.random() < 0.9]
            consent.record(db, contact.id, channels, state, at=now, recorded_at=now, source="import:crm")
        for contact in made[::17]:
            for channel, address in (("email", contact.email), ("sms", contact.phone)):
                if address:
                    hashed = address_hash(rt.settings.suppression_key, channel, address)
                    suppression.suppress(db, [(channel, hashed)], reason="list", source="prova", at=now)
    return made


def planned(rt: Runtime, wanted: Definition) -> plan.Plan:
    with runtime.reading() as db:
        return plan.plan(db, rt, wanted, now=rt.now())


def launched(rt: Runtime, wanted: Definition, wave_id: str) -> None:
    with runtime.session() as db:
        launch.launch(db, rt, wanted, by="prova", now=rt.now(), wave_id=wave_id)
    more = True
    while more:
        with runtime.session() as db:
            more = batches.plan_page(db, rt, wave_id, now=rt.now())


def test_the_launch_does_what_was_planned(rt: Runtime) -> None:
    people(rt, 400)
    wanted = definition(
        variants=[
            {"name": "a", "share": 50},
            {"name": "b", "share": 50, "channels": ["sms", "email"], "subject": {"it": "Ci sei ancora?"}},
        ]
    )
    earlier = planned(rt, definition(segment={"company": ["Prova Srl"], "language": ["de"]}))
    launched(rt, definition(segment={"company": ["Prova Srl"], "language": ["de"]}), earlier.wave_id)
    before = planned(rt, wanted)
    launched(rt, wanted, before.wave_id)
    with runtime.reading() as db:
        arms = find.members(db, before.wave_id)
        reasons = find.left_out(db, before.wave_id)
        rows = db.exec(
            select(WaveMember.variant, Message.channel, func.count())
            .join(Message, col(Message.contact_id) == col(WaveMember.contact_id))
            .where(col(Message.group_id) == before.wave_id, col(WaveMember.wave_id) == before.wave_id)
            .group_by(col(WaveMember.variant), col(Message.channel))
        ).all()
        texts = db.exec(
            select(Message.text).where(Message.group_id == before.wave_id, Message.channel == "sms")
        )
        said = Counter(texts.all())
    assert (before.treated, before.control, before.waiting) == (
        arms[Arm.TREATED],
        arms[Arm.CONTROL],
        arms[Arm.WAITING],
    )
    assert before.left_out == reasons
    assert len(reasons) >= 5, "the contacts are of every kind"
    assert reasons["rested"] > 0
    first = before.steps[0]
    assert first.exact
    by_variant = first.by_variant or {"": first.by_channel}
    counted = {
        (name, channel): count for name, channels in by_variant.items() for channel, count in channels.items()
    }
    assert counted == {(name or "", channel): count for name, channel, count in rows}
    assert first.messages == before.treated == sum(count for _, _, count in rows)
    assert first.by_channel["sms"] == said.total()
    for preview in before.previews:
        assert preview.channel == "email" or preview.text in said, "word for word"


@ON_SQLITE
def test_messages_leave_when_they_were_planned_to(rt: Runtime) -> None:
    people(rt, 150)
    now, wave_id = rt.now(), new_id()
    hours = {"window": {"from": "09:00", "to": "19:00", "days": ["mon", "wed", "fri"]}, "spread": "3 days"}
    wanted = definition(at="learnt", **hours)
    with runtime.reading() as db:
        survey = rt.surveys["riattivazione"]
        due = Rehearser(db, rt, wanted, survey, wave_id, now).run().due[0]
    with runtime.session() as db:
        launch.launch(db, rt, wanted, by="prova", now=now, wave_id=wave_id)
    with runtime.session() as db:
        batches.plan_page(db, rt, wave_id, now=now)
    with runtime.reading() as db:
        messages = db.exec(
            select(Message.not_before, Message.channel).where(Message.group_id == wave_id)
        ).all()
    counted = Counter(
        (at.replace(minute=0, second=0, microsecond=0), str(channel)) for at, channel in messages
    )
    assert counted == {(key.hour, str(key.channel)): count for key, count in due.items()}
    assert len({at.date() for at, _ in counted}) == 3


@ON_SQLITE
def test_a_plan_that_has_no_time_says_how_far_it_came(rt: Runtime) -> None:
    people(rt, 30)
    with runtime.reading() as db:
        found = plan.plan(db, rt, definition(), now=rt.now(), seconds=1e-9)
    assert not found.complete
    assert "not_all" in {one.code for one in found.concerns}


@ON_SQLITE
def test_costs_are_those_of_every_recipients_own_text(rt: Runtime) -> None:
    people(rt, 120)
    found = planned(rt, definition(steps=[{"name": "invite", "channels": ["sms"]}], control=0))
    (line,) = found.texts
    assert (line.country, line.texts) == ("IT", found.treated)
    assert line.parts > line.texts, "an opening needs more than one part"
    assert 0 < line.unicode < line.texts, "Łucja is not in the SMS alphabet, Élodie is"
    assert found.cost == found.cost_first == line.parts * line.price
    assert (found.currency, found.prices_own) == ("EUR", False)
    dear = next(one for one in found.concerns if one.code == "dear")
    assert dear.values == {"count": line.unicode, "characters": "Ł"}
    (rt.settings.data_dir / "sms_prices.yaml").write_text(
        "as_of: 2026-11-01\nprices: {EUR: {other: 0.5}}", "utf-8"
    )
    assert planned(rt, definition(steps=[{"name": "invite", "channels": ["sms"]}], control=0)).cost == (
        line.parts * Decimal("0.5")
    )


@ON_SQLITE
def test_pace_and_budget_that_do_not_fit_are_said(rt: Runtime) -> None:
    people(rt, 120)
    found = planned(
        rt,
        definition(
            control=0,
            pace={"per_hour": 1},
            budget={"amount": "0.10", "currency": "EUR"},
            steps=[
                {"name": "invite", "channels": ["email", "sms"]},
                {"name": "reminder", "after": "1 hour", "only": "no_answer"},
            ],
        ),
    )
    codes = {one.code: one for one in found.concerns}
    leaving = found.steps[0].leaving
    assert leaving is not None
    begun = leaving.first.replace(minute=0, second=0, microsecond=0)
    assert leaving.last == begun + timedelta(hours=found.treated - 1)
    assert codes["overlap"].values["step"] == "invite"
    assert codes["budget_first"].values["budget"] == (Decimal("0.10"), "EUR")
    assert {"not_set", "not_https", "same_address"} <= codes.keys()
    unknown = planned(rt, definition(budget={"amount": "10", "currency": "JPY"}))
    assert {one.code for one in unknown.concerns if one.stops} == {"not_priced"}


@ON_SQLITE
def test_everybody_left_out_can_be_listed(rt: Runtime) -> None:
    people(rt, 150)
    found = planned(rt, definition())
    with runtime.reading() as db:
        for reason, count in found.left_out.items():
            listed = list(plan.left_out(db, rt, definition(), reason, now=rt.now()))
            assert len(listed) == count
            assert [id_ for id_, _ in found.named[reason]] == [id_ for id_, _, _ in listed][:20]


@ON_SQLITE
def test_what_past_waves_brought_is_expected_again(rt: Runtime) -> None:
    people(rt, 10)
    assert planned(rt, definition()).expected == []
    past = launch_wave(rt, [f"n{number}" for number in range(60)])
    with runtime.session() as db:
        db.execute(
            update(table_of(Message)).where(col(Message.group_id) == past.id).values(state=State.DELIVERED)
        )
        db.get_one(Wave, past.id).state = WaveState.FINISHED
        for conversation in list(past.conversations.values())[:15]:
            db.add(
                Answer(
                    conversation_id=conversation.id,
                    contact_id=conversation.contact_id,
                    question="nps",
                    kind="nps",
                    value=9,
                    channel="web",
                    at=rt.now(),
                )
            )
    (one,) = planned(rt, definition()).expected
    assert (one.channel, one.rate, one.waves) == ("email", 0.25, 1)


@ON_SQLITE
def test_a_plan_that_cannot_be_launched_says_why(rt: Runtime) -> None:
    found = planned(rt, definition(steps=[{"name": "thanks"}]))
    assert found.refused
    assert next(one for one in found.concerns if one.stops).code == "not_ready"
    assert "nobody" in {one.code for one in found.concerns}
    assert found.selected == 0


@ON_SQLITE
def test_the_command_tells_it_all_and_writes_nothing(rt: Runtime, tmp_path: Path) -> None:
    people(rt, 60)
    file = tmp_path / "wave.yaml"
    file.write_text(
        "name: Autunno\nsurvey: riattivazione\nsegment: {company: [Prova Srl]}\n"
        "steps:\n  - name: invite\n  - {name: reminder, after: 3 days, only: no_answer}\n",
        "utf-8",
    )
    env = {"DATA_DIR": str(rt.settings.data_dir), "DATABASE_URL": rt.settings.database_url}
    told = CliRunner().invoke(main, ["waves", "plan", str(file)], env=env)
    assert told.exit_code == 0, told.output
    assert "selected                          60" in told.output
    assert "list prices: check yours" in told.output
    assert "no past waves to tell from" in told.output
    assert "at most" in told.output
    found = json.loads(CliRunner().invoke(main, ["waves", "plan", str(file), "--json"], env=env).stdout)
    assert found["treated"] + found["control"] + sum(found["left_out"].values()) == found["selected"] == 60
    assert {one["code"] for one in found["warnings"]} >= {"not_set", "not_https"}
    listed = CliRunner().invoke(main, ["waves", "plan", str(file), "--left-out", "suppressed"], env=env)
    assert len(listed.stdout.splitlines()) == found["left_out"]["suppressed"]
    with runtime.reading() as db:
        assert db.exec(select(func.count()).select_from(Wave)).one() == 0
