"""Automations: who enters and when, at most once, on a clock of their own; and what keeps a message from leaving."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from app import runtime
from app.contacts import consent
from app.contacts.models import ConsentState, Contact
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session, new_id, table_of
from app.dossier import merge
from app.engagement.models import Interaction, Kind
from app.engagement.record import record_many
from app.engagement.words import grade_of
from app.errors import Conflict
from app.messages.models import Message
from app.outcomes import decide
from app.outcomes.models import Outcome
from app.runtime import Runtime
from app.segments import behaviour
from app.segments.values import Clock
from app.waves import batches, entering, find, launch, repeat, sweep
from app.waves.definition import from_source
from app.waves.models import Arm, Wave, WaveMember, WaveState
from app.waves.steering import control
from tests.never_twice.story import somebody

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOON = datetime(2026, 9, 7, 10, tzinfo=UTC)
"""A Monday, when the automations below are launched."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PRICES = {"did": {"what": "page_view", "page": "/prezzi*"}, "wait": "2 days"}


def automation(people: Iterable[Contact], trigger: dict[str, Any] = PRICES, **keys: Any) -> dict[str, Any]:
    return {
        "name": "Ha guardato i prezzi",
        "survey": "riattivazione",
        "segment": {"company": [one.company for one in people]},
        "control": 0,
        "trigger": trigger,
        "steps": [
            {"name": "invite", "channels": ["email"]},
            {"name": "reminder", "after": "3 days", "only": "no_answer"},
        ],
        "window": {"from": "00:00", "to": "24:00"},
    } | keys


def launched(rt: Runtime, people: Iterable[Contact], trigger: dict[str, Any] = PRICES, **keys: Any) -> str:
    with runtime.session() as db:
        source = automation(people, trigger, **keys)
        return launch.launch(db, rt, from_source(source), by="prova", now=NOON).id


def acts(
    who: Contact, at: datetime, kind: Kind = Kind.PAGE_VIEW, page: str = "/prezzi", key: str = ""
) -> None:
    with runtime.session() as db:
        row = {"contact_id": who.id, "kind": kind, "grade": grade_of(kind), "at": at, "source": "sito"}
        record_many(db, [row | {"detail": page, "dedupe_key": key or new_id()}])


def looks(wave_id: str, now: datetime, *, times: int = 3) -> None:
    """The sweeps of this moment: PostgreSQL takes in what a look finds once nobody writes any more."""
    for _ in range(times):
        with runtime.session() as db:
            entering.look(db, wave_id, now=now)


def goes_on(rt: Runtime, wave_id: str, now: datetime) -> None:
    """All that is due by then is planned."""
    looks(wave_id, now)
    more = True
    while more:
        with runtime.session() as db:
            more = batches.plan_page(db, rt, wave_id, now=now)


def members(wave_id: str) -> dict[str, WaveMember]:
    with runtime.reading() as db:
        held = db.exec(select(WaveMember).where(WaveMember.wave_id == wave_id)).all()
    return {one.contact_id: one for one in held}


def said(*people: Contact) -> list[str]:
    ids = [one.id for one in people]
    with runtime.reading() as db:
        query = select(Message.step).where(
            col(Message.contact_id).in_(ids), col(Message.group_id).is_not(None)
        )
        return sorted(db.exec(query.order_by(col(Message.created_at))))


def test_who_saw_the_page_is_written_to_after_the_wait_and_reminded(rt: Runtime) -> None:
    ada, bea = somebody(), somebody()
    wave_id = launched(rt, [ada, bea])
    acts(ada, NOON + HOUR, page="https://www.ditta.example/Prezzi/?utm_source=x")
    acts(bea, NOON + HOUR, page="/contatti")
    goes_on(rt, wave_id, NOON + 2 * DAY)
    (entered,) = members(wave_id).values()
    assert (entered.contact_id, entered.arm) == (ada.id, Arm.ENTERED)
    assert entered.due_at == NOON + HOUR + 2 * DAY, "counted from what they did"
    assert said(ada) == []
    goes_on(rt, wave_id, NOON + 2 * DAY + 2 * HOUR)
    assert said(ada) == ["invite"]
    goes_on(rt, wave_id, NOON + 5 * DAY + HOUR)
    assert said(ada) == ["invite"], "the reminder counts from their own invitation"
    goes_on(rt, wave_id, NOON + 5 * DAY + 2 * HOUR)
    assert (said(ada), said(bea)) == (["invite", "reminder"], [])
    goes_on(rt, wave_id, NOON + 40 * DAY)
    assert members(wave_id)[ada.id].ended_at is not None
    with runtime.session() as db:
        assert decide.decide_page(db, now=NOON + 40 * DAY)
        assert not decide.decide_page(db, now=NOON + 41 * DAY)
        assert db.get_one(Outcome, (wave_id, ada.id)).rule == "never_reached", (
            "their time is over, the wave's not"
        )
        assert sweep.sweep(db, rt, wave_id, now=NOON + 41 * DAY) in (True, False)
        assert db.get_one(Wave, wave_id).state in (WaveState.RUNNING, WaveState.PAUSED)


@on_sqlite
def test_what_happened_before_the_launch_or_is_told_too_late_lets_nobody_enter(rt: Runtime) -> None:
    before, late, intime, machine = (somebody() for _ in range(4))
    acts(before, NOON - HOUR)
    everybody = [before, late, intime, machine]
    wave_id = launched(rt, everybody, {"did": ["page_view", "click"], "within": "3 days"})
    acts(late, NOON + HOUR)
    acts(intime, NOON + 25 * HOUR)
    with runtime.session() as db:
        row = {"contact_id": machine.id, "kind": Kind.CLICK, "grade": "machine_click", "at": NOON + 4 * DAY}
        record_many(db, [row | {"source": "sito", "detail": "", "dedupe_key": new_id()}])
    looks(wave_id, NOON + 4 * DAY)
    assert set(members(wave_id)) == {intime.id}


def test_at_most_once_whatever_is_told_again_and_however_many_look(rt: Runtime) -> None:
    people = [somebody() for _ in range(5)]
    wave_id = launched(rt, people)
    for one in people:
        for number in range(3):
            acts(one, NOON + HOUR * number, key=f"{one.id}:{number % 2}")
    looks(wave_id, NOON + 3 * HOUR, times=1)  # PostgreSQL: notes how far it will look

    def turn(_: int) -> None:
        with runtime.session() as db:
            entering.look(db, wave_id, now=NOON + 3 * DAY)
        with runtime.session() as db:
            batches.plan_page(db, rt, wave_id, now=NOON + 3 * DAY)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(turn, range(12)))
    assert {one.arm for one in members(wave_id).values()} == {Arm.TREATED}
    assert said(*people) == ["invite"] * 5
    with runtime.session() as db:  # a replay of everything
        held = db.get_one(Wave, wave_id)
        held.looked = {"seen": 0, "upto": 0}
        db.add(held)
    goes_on(rt, wave_id, NOON + 3 * DAY)
    assert said(*people) == ["invite"] * 5


@on_sqlite
def test_a_stop_a_condition_and_a_paused_wave_keep_a_message_from_leaving(rt: Runtime) -> None:
    stopped, bought, plain = (somebody() for _ in range(3))
    unless = {"did": {"what": "purchase", "within_days": 5}}
    wave_id = launched(rt, [stopped, bought, plain], PRICES | {"unless": unless})
    for one in (stopped, bought, plain):
        acts(one, NOON + HOUR)
    looks(wave_id, NOON + 2 * HOUR)
    acts(bought, NOON + DAY, Kind.PURCHASE)
    with runtime.session() as db:
        at = NOON + DAY
        no = ConsentState.WITHDRAWN
        consent.record(db, stopped.id, ["email", "sms"], no, at=at, recorded_at=at, source="web")
        control.pause(db, wave_id, by="prova", reason="by_hand", now=at)
    goes_on(rt, wave_id, NOON + 3 * DAY)
    assert said(plain) == []
    with runtime.session() as db:
        control.resume(db, wave_id, by="prova", now=NOON + 3 * DAY)
    goes_on(rt, wave_id, NOON + 3 * DAY)
    held = members(wave_id)
    reasons = {one.id: held[one.id].reason for one in (stopped, bought, plain)}
    assert reasons == {stopped.id: "consent_withdrawn", bought.id: "unless", plain.id: None}
    assert said(stopped, bought, plain) == ["invite"]
    with runtime.session() as db:
        control.cancel(db, wave_id, by="prova", now=NOON + 3 * DAY)
    acts(plain, NOON + 4 * DAY)
    goes_on(rt, wave_id, NOON + 9 * DAY)
    assert said(plain) == ["invite"]


def test_quiet_for_so_long(rt: Runtime) -> None:
    once, again, other, old = (somebody() for _ in range(4))
    acts(once, NOON - 59 * DAY, Kind.PURCHASE)
    acts(again, NOON - 59 * DAY, Kind.PURCHASE)
    acts(again, NOON - 10 * DAY, Kind.PURCHASE)
    acts(other, NOON - 59 * DAY, Kind.LOGIN)
    acts(old, NOON - 200 * DAY, Kind.PURCHASE)
    quiet = {"did": "purchase", "quiet_for": "60 days", "wait": "1 day"}
    wave_id = launched(rt, [once, again, other, old], quiet)
    looks(wave_id, NOON + 23 * HOUR)
    assert members(wave_id) == {}
    looks(wave_id, NOON + 25 * HOUR)
    (entered,) = members(wave_id).values()
    assert (entered.contact_id, entered.entered_at, entered.due_at) == (once.id, NOON + DAY, NOON + 2 * DAY)
    acts(once, NOON + 30 * HOUR, Kind.PURCHASE)
    goes_on(rt, wave_id, NOON + 3 * DAY)
    assert (said(once), members(wave_id)[once.id].reason) == ([], "came_back")
    looks(wave_id, NOON + 52 * DAY)
    goes_on(rt, wave_id, NOON + 53 * DAY)
    assert said(again, other, old) == ["invite"], "the second purchase is as long ago by now"


@on_sqlite
def test_of_those_who_did_nothing_at_all_for_so_long(rt: Runtime) -> None:
    quiet, busy = somebody(), somebody()
    for one in (quiet, busy):
        acts(one, NOON - 59 * DAY, Kind.LOGIN)
    acts(busy, NOON - 20 * DAY, Kind.PAGE_VIEW)
    wave_id = launched(rt, [quiet, busy], {"quiet_for": "60 days"})
    goes_on(rt, wave_id, NOON + 2 * DAY)
    assert (said(quiet), said(busy)) == (["invite"], [])


def test_again_after_a_while_in_an_edition_of_its_own(rt: Runtime) -> None:
    ada = somebody()
    wave_id = launched(rt, [ada], PRICES | {"again_after": "20 days"}, steps=[{"name": "invite"}])
    acts(ada, NOON + 15 * DAY)
    looks(wave_id, NOON + 16 * DAY)
    goes_on(rt, wave_id, NOON + 18 * DAY)
    assert said(ada) == ["invite"]
    with runtime.session() as db:
        walks.close(db, ConversationState.EXPIRED, now=NOON + 19 * DAY, group_id=wave_id)

    def begin(_: int) -> str | None:
        with runtime.session() as db:
            made = repeat.begin(db, rt, wave_id, now=NOON + 20 * DAY)
            return made.id if made else None

    with runtime.reading() as db:
        assert repeat.due(db, NOON + 20 * DAY) == [wave_id], "its people under way hold nothing up"
    with ThreadPoolExecutor(3) as pool:
        (second,) = [made for made in pool.map(begin, range(3)) if made]
    acts(ada, NOON + 21 * DAY)
    for one in (wave_id, second):
        goes_on(rt, one, NOON + 24 * DAY)
    assert said(ada) == ["invite"], "too soon"
    acts(ada, NOON + 36 * DAY)
    for one in (wave_id, second):
        goes_on(rt, one, NOON + 38 * DAY)
    assert said(ada) == ["invite", "invite"]
    with runtime.session() as db:
        sweep.sweep(db, rt, wave_id, now=NOON + 38 * DAY)
        first = db.get_one(Wave, wave_id)
        assert (first.looked, first.state) == (None, WaveState.FINISHED), (
            "whoever entered it came to their end"
        )
        repeat.end(db, second, by="prova", now=NOON + 38 * DAY)
    with runtime.session() as db:
        with pytest.raises(Conflict, match="not repeated"):
            repeat.end(db, second, by="prova", now=NOON + 38 * DAY)
        assert repeat.due(db, NOON + 99 * DAY) == []
    acts(somebody(), NOON + 39 * DAY)
    goes_on(rt, second, NOON + 42 * DAY)
    assert set(members(second)) == {ada.id}


@on_sqlite
def test_an_address_that_two_share_hears_once_in_two_editions_too(rt: Runtime) -> None:
    ada, same = somebody(), somebody()
    with runtime.session() as db:
        held = db.get_one(Contact, same.id)
        held.email, held.email_key = ada.email, ada.email_key
        db.add(held)
    wave_id = launched(rt, [ada, same], PRICES | {"again_after": "20 days"}, steps=[{"name": "invite"}])
    acts(ada, NOON + 16 * DAY)
    looks(wave_id, NOON + 17 * DAY)
    goes_on(rt, wave_id, NOON + 18 * DAY)
    with runtime.session() as db:
        second = repeat.begin(db, rt, wave_id, now=NOON + 20 * DAY)
        assert second is not None
    acts(same, NOON + 21 * DAY)
    goes_on(rt, second.id, NOON + 23 * DAY)
    assert (said(ada, same), members(second.id)[same.id].reason) == (["invite"], "same_address")


@on_sqlite
@pytest.mark.parametrize("first_gone", [True, False])
def test_two_who_prove_to_be_one_get_one_message(rt: Runtime, first_gone: bool) -> None:
    ada, same = somebody(), somebody()
    wave_id = launched(rt, [ada, same])
    acts(ada, NOON + HOUR)
    acts(same, NOON + 5 * HOUR)
    looks(wave_id, NOON + 6 * HOUR)
    goes_on(rt, wave_id, NOON + 2 * DAY + 2 * HOUR)
    gone, keep = (ada, same) if first_gone else (same, ada)
    with runtime.session() as db:
        at = NOON + 2 * DAY + 3 * HOUR
        merge.merge(db, keep.id, gone.id, hash_key=rt.settings.suppression_key, at=at, actor="prova")
    goes_on(rt, wave_id, NOON + 3 * DAY)
    assert said(ada, same) == ["invite"]
    goes_on(rt, wave_id, NOON + 5 * DAY + 3 * HOUR)
    assert said(ada, same) == ["invite", "reminder"]


@on_sqlite
def test_the_held_out_stay_so_and_are_over_as_late_as_the_others(rt: Runtime) -> None:
    people = [somebody() for _ in range(16)]
    wave_id = launched(rt, people, control=50)
    for one in people:
        acts(one, NOON + HOUR)
    goes_on(rt, wave_id, NOON + 3 * DAY)
    arms = {one.contact_id: one.arm for one in members(wave_id).values()}
    assert set(arms.values()) == {Arm.CONTROL, Arm.TREATED}
    assert len(said(*people)) == list(arms.values()).count(Arm.TREATED)
    goes_on(rt, wave_id, NOON + 6 * DAY)
    goes_on(rt, wave_id, NOON + 13 * DAY)
    ended = {one.ended_at for one in members(wave_id).values()}
    assert ended == {NOON + 13 * DAY}


@on_sqlite
def test_whoever_is_in_another_conversation_waits_for_its_end(rt: Runtime) -> None:
    ada = somebody()
    first = launched(rt, [ada], {"did": "login"})
    second = launched(rt, [ada])
    acts(ada, NOON + HOUR, Kind.LOGIN)
    acts(ada, NOON + HOUR)
    goes_on(rt, first, NOON + 2 * HOUR)
    goes_on(rt, second, NOON + 3 * DAY)
    assert members(second)[ada.id].arm == Arm.WAITING
    with runtime.session() as db:
        walks.close(db, ConversationState.EXPIRED, now=NOON + 4 * DAY, group_id=first)
    with runtime.reading() as db:
        assert batches.somebody_is_free(db, second, NOON + 5 * DAY)
        assert not batches.somebody_is_free(db, second, NOON + 8 * DAY), (
            "half of the time for answers is over"
        )
    goes_on(rt, second, NOON + 5 * DAY)
    assert members(second)[ada.id].due_at == NOON + 8 * DAY
    goes_on(rt, second, NOON + 8 * DAY)
    assert said(ada) == ["invite", "invite", "reminder"]


@on_sqlite
def test_a_server_that_was_off_asks_before_it_sends(rt: Runtime) -> None:
    ada = somebody()
    wave_id = launched(rt, [ada], {"did": "page_view"})
    with runtime.session() as db:
        sweep.sweep(db, rt, wave_id, now=NOON)
    acts(ada, NOON + HOUR)
    looks(wave_id, NOON + 2 * HOUR)
    with runtime.session() as db:
        sweep.sweep(db, rt, wave_id, now=NOON + DAY)
        wave = find.get(db, wave_id)
        assert (wave.state, "was due 23 hours ago" in str(wave.reason)) == (WaveState.PAUSED, True)


EVENTS = st.tuples(st.integers(0, 2), st.sampled_from(["see", "buy", "look", "plan", "stop"]))


@given(story=st.lists(EVENTS, max_size=20))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@on_sqlite
def test_whatever_comes_in_whatever_order_nobody_gets_a_step_twice(
    rt: Runtime, story: list[tuple[int, str]]
) -> None:
    people = [somebody() for _ in range(3)]
    wave_id = launched(rt, people, PRICES | {"wait": "6 hours"})
    now, seen, stopped = NOON, dict.fromkeys(range(3), False), set[int]()
    for who, what in story:
        now += 3 * HOUR
        if what in ("see", "buy"):
            acts(people[who], now, Kind.PAGE_VIEW if what == "see" else Kind.PURCHASE)
            seen[who] |= what == "see"
        elif what == "stop" and not said(people[who]):
            with runtime.session() as db:
                no = ConsentState.WITHDRAWN
                consent.record(
                    db, people[who].id, ["email", "sms"], no, at=now, recorded_at=now, source="web"
                )
            stopped.add(who)
        elif what == "look":
            looks(wave_id, now, times=1)
        else:
            with runtime.session() as db:
                batches.plan_page(db, rt, wave_id, now=now)
    goes_on(rt, wave_id, now + DAY)
    for number, one in enumerate(people):
        steps = said(one)
        assert steps.count("invite") == (seen[number] and number not in stopped)
        assert steps.count("reminder") <= 1


PAGES = {
    "/prezzi": ["/prezzi/", "https://x.example/Prezzi?a=/b", "http://x.example/prezzi#su"],
    "/prezzi*": ["/prezzi-2027", "https://x.example/prezzi/annui"],
    "*annui": ["https://x.example/prezzi/annui"],
    "/": ["https://x.example", "https://x.example/?p=/prezzi"],
    "/100%_*": ["/100%_sconto"],
}
ELSEWHERE = ["/altro", "https://x.example/blog/prezzi", "/1000_sconto", "prezzi", ""]


def test_the_path_of_a_page(rt: Runtime) -> None:
    ada = somebody()
    for number, one in enumerate(sorted({*ELSEWHERE, *(page for pages in PAGES.values() for page in pages)})):
        acts(ada, NOON - HOUR * number, page=one)
    event, clock = table_of(Interaction), Clock(NOON, rt.settings.zone)
    for page, pages in PAGES.items():
        held = behaviour.own(event, {"what": "page_view", "page": page}, clock, ())
        with runtime.reading() as db:
            found = set(db.scalars(select(event.c.detail).where(held)))
        begins = set(PAGES["/prezzi"]) if page == "/prezzi*" else set()
        assert found == {*pages, *begins}, page


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_what_is_committed_after_what_came_later_is_not_missed(rt: Runtime) -> None:
    first, later = somebody(), somebody()
    wave_id = launched(rt, [first, later])
    with Session(rt.engine) as slow:
        slow.add(
            Interaction(
                contact_id=first.id,
                kind=Kind.PAGE_VIEW,
                grade="click",
                human=True,
                at=NOON + HOUR,
                detail="/prezzi",
                source="file",
                dedupe_key=new_id(),
            )
        )
        slow.flush()
        acts(later, NOON + HOUR)
        looks(wave_id, NOON + 2 * HOUR)
        assert members(wave_id) == {}, "somebody is still writing a lower number"
        slow.commit()
    looks(wave_id, NOON + 2 * HOUR)
    assert set(members(wave_id)) == {first.id, later.id}
