"""Dormancy: only people's own signs count, at the company's own rhythm, as of any day."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import func, select

from app import runtime
from app.contacts.models import Contact
from app.engagement import dormancy
from app.engagement.dormancy import Policy, State
from app.engagement.models import Grade, Interaction, Kind
from app.engagement.record import record
from app.runtime import Runtime

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def contact_seen(*days_ago: float, grade: Grade = Grade.CLICK) -> str:
    with runtime.session() as db:
        contact = Contact(created_at=NOW, updated_at=NOW)
        db.add(contact)
        db.flush()
        for days in days_ago:
            at = NOW - timedelta(days=days)
            record(db, contact.id, Kind.CLICK, grade, at, "test", f"{contact.id}{days}")
        return contact.id


def state_of(contact_id: str, at: datetime = NOW, policy: Policy = dormancy.DEFAULT) -> State:
    with runtime.reading() as db:
        return dormancy.of_contact(db, contact_id, at, policy)[0]


@pytest.mark.usefixtures("rt")
def test_the_bounds() -> None:
    bounds = {0: "active", 179.9: "active", 180: "cooling", 359.9: "cooling", 360: "dormant", 4000: "dormant"}
    assert {days: str(state_of(contact_seen(days))) for days in bounds} == bounds


@ON_SQLITE
def test_machines_wake_nobody(rt: Runtime) -> None:
    assert state_of(contact_seen(1, grade=Grade.MACHINE_CLICK)) is State.NEVER_ENGAGED


def test_another_day_and_another_rhythm_give_another_state(rt: Runtime) -> None:
    contact = contact_seen(400, 100)
    assert state_of(contact) is State.ACTIVE
    assert state_of(contact, NOW - timedelta(days=101)) is State.COOLING
    assert state_of(contact, NOW - timedelta(days=500)) is State.NEVER_ENGAGED
    assert state_of(contact, policy=Policy(handling_days=20)) is State.DORMANT


def test_counts_name_every_state(rt: Runtime) -> None:
    for days in ([1], [200], [400], [500], []):
        contact_seen(*days)
    with runtime.reading() as db:
        assert dormancy.count(db, NOW) == {"active": 1, "cooling": 1, "dormant": 2, "never_engaged": 1}


def test_the_same_thing_is_recorded_once(rt: Runtime) -> None:
    contact = contact_seen()
    with runtime.session() as db:
        for _ in range(2):
            record(db, contact, Kind.LOGIN, Grade.ACT, NOW, "test", "same")
    with runtime.session() as db:
        record(db, contact, Kind.LOGIN, Grade.ACT, NOW, "test", "same")
    with runtime.reading() as db:
        assert db.exec(select(func.count()).select_from(Interaction)).one() == 1
