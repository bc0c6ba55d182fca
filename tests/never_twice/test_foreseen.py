"""On SQLite a page is drafted before the write lock is taken: whatever happens in between still counts."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app import runtime
from app.contacts import consent
from app.contacts.models import ConsentState, Contact
from app.dossier import merge as merging
from app.runtime import Runtime
from app.waves import batches, jobs
from tests.never_twice.story import (
    BY_EMAIL,
    REMINDER_DUE,
    launched,
    messages,
    plan,
    says,
    somebody,
    under_way,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Meanwhile = Callable[[Runtime, Contact], object]


def withdraws(rt: Runtime, ada: Contact) -> None:
    with runtime.session() as db:
        consent.record(
            db, ada.id, ["email"], ConsentState.WITHDRAWN, at=rt.now(), recorded_at=rt.now(), source="reply"
        )


def becomes_part_of_another(rt: Runtime, ada: Contact) -> None:
    bea, key = somebody(), rt.settings.suppression_key
    with runtime.session() as db:
        merging.merge(db, bea.id, ada.id, hash_key=key, at=rt.now(), actor="user:prova")


def is_in_another_wave(rt: Runtime, ada: Contact) -> None:
    plan(rt, launched(rt, ada, BY_EMAIL))


def foreseen_then(rt: Runtime, wave_id: str, act: Callable[[], object], after: timedelta) -> None:
    now = rt.now() + after
    with runtime.reading() as db:
        foreseen = batches.foresee(db, rt, wave_id, now=now)
    assert foreseen is not None
    assert len(foreseen.drafted.page.messages) == 1
    act()
    with runtime.session() as db:
        batches.plan_page(db, rt, wave_id, now=now, foreseen=foreseen)


@pytest.mark.parametrize("meanwhile", [withdraws, becomes_part_of_another, is_in_another_wave])
def test_nobody_is_invited_who_was_lost_meanwhile(rt: Runtime, meanwhile: Meanwhile) -> None:
    ada = somebody()
    wave_id = launched(rt, ada, BY_EMAIL)
    foreseen_then(rt, wave_id, lambda: meanwhile(rt, ada), timedelta())
    assert messages(wave_id, "invite") == []


@pytest.mark.parametrize("words", ["STOP", "9"])
def test_nobody_is_reminded_who_spoke_meanwhile(rt: Runtime, words: str) -> None:
    ada = somebody()
    wave_id = under_way(rt, ada)
    foreseen_then(rt, wave_id, lambda: says(ada, words), REMINDER_DUE)
    assert messages(wave_id, "reminder") == []


def test_a_page_is_written_once_though_two_workers_foresaw_it(rt: Runtime) -> None:
    wave_id = launched(rt, somebody(), BY_EMAIL)
    foreseen_then(rt, wave_id, lambda: jobs.plan(wave_id), timedelta())
    assert len(messages(wave_id, "invite")) == 1


def test_what_was_foreseen_is_what_is_written(rt: Runtime) -> None:
    wave_id = launched(rt, somebody(), BY_EMAIL)
    with runtime.reading() as db:
        foreseen = batches.foresee(db, rt, wave_id, now=rt.now())
    somebody()  # changes the database, and nothing of this wave
    assert foreseen is not None
    with runtime.session() as db:
        assert batches.plan_page(db, rt, wave_id, now=rt.now(), foreseen=foreseen)
    (drafted,) = foreseen.drafted.page.messages
    assert [message.id for message in messages(wave_id, "invite")] == [drafted["id"]]
