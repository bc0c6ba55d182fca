"""What planning makes of variants, cohorts, hours and wishes: seen in the rows a marketer's figures come from."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from app import runtime
from app.contacts.models import Contact
from app.conversations.models import Conversation
from app.messages.models import Message
from app.runtime import Runtime
from app.waves import launch
from app.waves.definition import LEARNT, Definition, from_source
from app.waves.models import WaveMember
from app.waves.planning import timing
from tests.never_twice.story import plan, somebody

ROME = ZoneInfo("Europe/Rome")
FRIDAY = datetime(2026, 9, 4, 8, 0, tzinfo=UTC)
"""Ten in the morning in Rome."""
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def definition(people: Sequence[Contact] = (), **more: Any) -> Definition:
    return from_source(
        {
            "name": "Prova",
            "survey": "riattivazione",
            "segment": {"company": [one.company for one in people]},
            "control": 0,
            "steps": [
                {"name": "invite", "channels": ["email", "sms"]},
                {"name": "reminder", "after": "1 second", "only": "no_answer"},
            ],
            "window": {"from": "00:00", "to": "24:00"},
        }
        | more
    )


def launched(rt: Runtime, people: Sequence[Contact], **more: Any) -> str:
    with runtime.session() as db:
        wave = launch.launch(db, rt, definition(people, **more), by="prova", now=rt.now())
    plan(rt, wave.id)
    return wave.id


def said(wave_id: str, step: str = "invite") -> dict[str, Message]:
    """Contact id -> what they get at this step."""
    query = select(Message).where(Message.group_id == wave_id, Message.step == step)
    with runtime.reading() as db:
        return {str(message.contact_id): message for message in db.exec(query)}


def leave(given: Definition, now: datetime, **more: Any) -> timing.Window:
    return timing.leave(given, given.steps[0], launched_at=FRIDAY, now=now, zone=ROME, country="IT", **more)


def test_who_prefers_texts_gets_one_and_the_reminder_goes_there_too(rt: Runtime) -> None:
    ada, bea = somebody(), somebody()
    with runtime.session() as db:
        held = db.get_one(Contact, bea.id)
        held.attributes = {"preferred_channel": "sms"}
        db.add(held)
    wave_id = launched(rt, [ada, bea])
    assert {one: message.channel for one, message in said(wave_id).items()} == {
        ada.id: "email",
        bea.id: "sms",
    }
    plan(rt, wave_id, after=timedelta(seconds=5))
    reminders = said(wave_id, "reminder")
    assert {one: message.channel for one, message in reminders.items()} == {ada.id: "email", bea.id: "sms"}
    with runtime.reading() as db:
        walks = db.exec(select(Conversation.walk).where(Conversation.group_id == wave_id)).all()
    assert [walk["said"] for walk in walks] == [2, 2]


def test_a_variant_is_kept_with_the_member_and_decides_about_its_step_alone(rt: Runtime) -> None:
    people = [somebody() for _ in range(16)]
    variants = [{"name": "a", "share": 50}, {"name": "b", "share": 50, "channels": ["sms"]}]
    wave_id = launched(rt, people, variants=variants)
    query = select(WaveMember).where(WaveMember.wave_id == wave_id)
    with runtime.reading() as db:
        drawn = {member.contact_id: member.variant for member in db.exec(query)}
    assert set(drawn.values()) == {"a", "b"}
    channels = {one: message.channel for one, message in said(wave_id).items()}
    assert channels == {one: "email" if name == "a" else "sms" for one, name in drawn.items()}
    plan(rt, wave_id, after=timedelta(seconds=5))
    assert {message.channel for message in said(wave_id, "reminder").values()} == {"email"}


def test_a_spread_wave_invites_equal_parts_one_a_day(rt: Runtime) -> None:
    people = [somebody() for _ in range(24)]
    wave_id = launched(rt, people, spread="3 days", window={"from": "09:00", "to": "19:00"})
    messages = said(wave_id)
    days = Counter(message.not_before.astimezone(rt.settings.zone).date() for message in messages.values())
    assert (len(messages), len(days)) == (24, 3)
    hours = {message.not_before.astimezone(rt.settings.zone).hour for message in messages.values()}
    assert min(hours) >= 9
    assert max(hours) < 19


def test_cohorts_skip_the_days_on_which_nothing_leaves(rt: Runtime) -> None:
    given = definition(window={"from": "09:00", "to": "19:00", "days": ["mon", "tue", "wed", "thu", "fri"]})
    begins = [leave(given, FRIDAY, day=day)[0].astimezone(ROME) for day in range(3)]
    assert [(moment.day, moment.hour) for moment in begins] == [(4, 10), (7, 9), (8, 9)]


def test_the_hour_of_the_wave_counts_from_when_the_step_was_due(rt: Runtime) -> None:
    given = definition(window={"from": "09:00", "to": "19:00"}, at="10:00")
    planned_late = FRIDAY + timedelta(minutes=20)
    begins, ends = leave(given, planned_late)
    assert (begins, ends) == (planned_late, datetime(2026, 9, 4, 17, 0, tzinfo=UTC))
    long_after = FRIDAY + timedelta(days=2)
    assert leave(given, long_after)[0] == long_after


def test_a_learnt_hour_is_used_where_it_is_known(rt: Runtime) -> None:
    given = definition(window={"from": "09:00", "to": "19:00"}, at=LEARNT)
    assert leave(given, FRIDAY, learnt=time(18))[0] == datetime(2026, 9, 4, 16, 0, tzinfo=UTC)
    assert leave(given, FRIDAY)[0] == FRIDAY
