"""A wave that repeats: on its day, one edition at a time, the same people held out, and never a heap after a pause."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from app import runtime
from app.contacts import consent
from app.contacts.models import ConsentState
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import table_of
from app.errors import BadInput, Conflict
from app.journal.models import Entry
from app.messages.models import Message
from app.runtime import Runtime
from app.waves import batches, find, launch, repeat
from app.waves.calendar import holidays_of, next_edition
from app.waves.definition import Every, Repeat, from_source
from app.waves.models import Arm, Wave, WaveMember, WaveState
from app.waves.steering import control
from tests.waves.small_wave import person

ROME = ZoneInfo("Europe/Rome")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def rome(*at: int) -> datetime:
    return datetime(*at, tzinfo=ROME).astimezone(UTC)  # type: ignore[arg-type, misc]


MONDAY = rome(2026, 9, 7, 11)
"""When the first editions below are launched."""


@pytest.mark.parametrize(
    ("every", "first", "after", "found"),
    [
        ("week", rome(2026, 9, 7, 11), rome(2026, 9, 7, 11), rome(2026, 9, 14, 9)),
        ("week", rome(2026, 9, 7, 11), rome(2026, 9, 14, 9), rome(2026, 9, 21, 9)),
        ("week", rome(2026, 10, 19, 11), rome(2026, 10, 19, 11), rome(2026, 10, 26, 9)),
        ("month", rome(2027, 1, 31, 8), rome(2027, 1, 31, 8), rome(2027, 2, 28, 9)),
        ("month", rome(2027, 1, 31, 8), rome(2027, 3, 1, 8), rome(2027, 3, 31, 9)),
        ("quarter", rome(2026, 11, 30, 8), rome(2026, 11, 30, 8), rome(2027, 2, 28, 9)),
        ("month", rome(2026, 9, 7, 11), rome(2027, 5, 1, 0), rome(2027, 5, 7, 9)),
        ("month", rome(2026, 9, 7, 11), rome(2027, 6, 7, 9), None),
    ],
)  # fmt: skip
def test_the_next_edition_by_the_calendar(
    every: str, first: datetime, after: datetime, found: datetime | None
) -> None:
    rule = Repeat(Every(every), rome(2026, 1, 1, 9).astimezone(ROME).time(), date(2027, 6, 30))
    assert next_edition(rule, first, after, ROME) == found


def test_public_holidays_by_country() -> None:
    assert date(2026, 4, 6) in holidays_of("IT", 2026), "Easter Monday"
    assert date(2027, 1, 1) in holidays_of("IT", 2026), "the next year is known too"
    assert date(2026, 7, 4) not in holidays_of("IT", 2026)
    assert date(2026, 11, 26) in holidays_of("US", 2026)
    assert not holidays_of("XK9", 2026)
    assert not holidays_of(None, 2026)


def definition(**keys: Any) -> dict[str, Any]:
    return {
        "name": "Ogni settimana",
        "survey": "riattivazione",
        "segment": {"company": ["Ditta"]},
        "control": 50,
        "steps": [{"name": "invite"}],
        "answers_until": "5 days",
        "window": {"from": "00:00", "to": "24:00"},
        "repeat": {"every": "week"},
    } | keys


def begun(rt: Runtime, **keys: Any) -> str:
    with runtime.session() as db:
        return launch.launch(db, rt, from_source(definition(**keys)), by="prova", now=MONDAY).id


def over(state: WaveState = WaveState.FINISHED) -> None:
    """Whatever is under way comes to an end."""
    with runtime.session() as db:
        waves = update(table_of(Wave)).where(col(Wave.state).in_(repeat.UNDER_WAY))
        db.execute(waves.values(state=state, finished_at=MONDAY))


def at(rt: Runtime, now: datetime) -> list[Wave]:
    """The editions that a sweep at this time launches."""
    with runtime.reading() as db:
        due = repeat.due(db, now)
    found = []
    for first in due:
        with runtime.session() as db:
            found.append(repeat.begin(db, rt, first, now=now))
    return [wave for wave in found if wave]


def told(verb: str) -> list[dict[str, Any]]:
    with runtime.reading() as db:
        return [entry.facts for entry in db.exec(select(Entry).where(Entry.verb == verb)).all()]


def test_each_edition_begins_at_its_time(rt: Runtime) -> None:
    first = begun(rt)
    over()
    assert at(rt, rome(2026, 9, 14, 8, 59)) == []
    (second,) = at(rt, rome(2026, 9, 14, 9))
    assert (second.name, second.parent_id, second.state) == ("Ogni settimana (2)", first, "running")
    assert second.next_at is None, "the first keeps the calendar"
    assert at(rt, rome(2026, 9, 14, 9, 1)) == []
    over()
    (third,) = at(rt, rome(2026, 9, 21, 9, 1))
    assert third.name == "Ogni settimana (3)"
    with runtime.reading() as db:
        assert repeat.next_at(db, third) == rome(2026, 9, 28, 9)
        again = find.launched_before(db, from_source(definition()).fingerprint, now=rome(2027, 9, 1, 0))
        assert again is not None
        assert again.id == first, "as long as it is repeated it counts as launched"


def test_two_sweeps_at_once_launch_one_edition(rt: Runtime) -> None:
    first = begun(rt)
    over()

    def sweep(_: int) -> bool:
        with runtime.session() as db:
            return repeat.begin(db, rt, first, now=rome(2026, 9, 14, 9)) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(sweep, range(4))) == [False, False, False, True]


@on_sqlite
def test_the_next_edition_waits_for_the_one_under_way(rt: Runtime) -> None:
    first = begun(rt, answers_until="8 days")
    assert at(rt, rome(2026, 9, 14, 9)) == []
    with runtime.session() as db:
        control.pause(db, first, by="prova", reason="by_hand", now=MONDAY)
        assert repeat.begin(db, rt, first, now=rome(2026, 9, 14, 9)) is None, "a paused one is under way"
    over()
    (second,) = at(rt, rome(2026, 9, 15, 11, 1))
    assert second.state == "running", "it was not late: it waited"
    assert told("wave.editions_skipped") == []


@on_sqlite
def test_after_weeks_of_silence_there_is_one_edition_and_it_asks(rt: Runtime) -> None:
    begun(rt)
    over()
    (second,) = at(rt, rome(2026, 10, 7, 12))
    assert second.state == "paused"
    assert "was due 51 hours ago" in str(second.reason)
    assert told("wave.editions_skipped") == [{"count": 3}]
    over()
    assert at(rt, rome(2026, 10, 7, 13)) == []
    (third,) = at(rt, rome(2026, 10, 12, 9))
    assert third.state == "running"


@on_sqlite
def test_a_repeated_wave_ends(rt: Runtime) -> None:
    begun(rt, repeat={"every": "week", "until": "2026-09-14"})
    over()
    (second,) = at(rt, rome(2026, 9, 14, 9))
    over()
    assert at(rt, rome(2026, 12, 31, 9)) == [], "after the last day"
    with runtime.session() as db, pytest.raises(Conflict, match="not repeated"):
        repeat.end(db, second.id, by="prova", now=MONDAY)
    by_hand = begun(rt)
    with runtime.session() as db:
        repeat.end(db, by_hand, by="prova", now=MONDAY)
    begun(rt, name="Annullata")
    over(WaveState.CANCELED)
    assert at(rt, rome(2026, 9, 14, 9)) == [], "a canceled edition is the last"
    assert len(told("wave.repeat_ended")) == 2
    with pytest.raises(BadInput, match="would not be repeated by 2026-09-13"):
        begun(rt, repeat={"every": "week", "until": "2026-09-13"})


@on_sqlite
def test_an_edition_that_cannot_go_out_is_told_and_the_calendar_goes_on(rt: Runtime) -> None:
    begun(rt)
    over()
    assert at(replace(rt, surveys={}), rome(2026, 9, 14, 9)) == []
    assert "there is no survey" in told("alert")[0]["said"]
    with runtime.reading() as db:
        assert len(find.newest(db)) == 1, "nothing is left of the attempt"
    (second,) = at(rt, rome(2026, 9, 21, 9))
    assert second.state == "running"


def test_the_same_people_are_held_out_and_nobody_is_written_to_twice(rt: Runtime) -> None:
    people = [person("Ditta", f"p{number}", True, "Ada", "it") for number in range(40)]
    with runtime.session() as db:
        db.add_all(people)
        db.flush()
        for one in people:
            consent.record(
                db,
                one.id,
                ["email"],
                ConsentState.GRANTED,
                at=MONDAY,
                recorded_at=MONDAY,
                source="import:crm",
            )
    first = begun(rt)
    with runtime.session() as db:
        batches.plan_page(db, rt, first, now=MONDAY)
        walks.close(db, ConversationState.EXPIRED, now=MONDAY, group_id=first)
    over()
    (second,) = at(rt, rome(2026, 9, 14, 9))
    with runtime.session() as db:
        while batches.plan_page(db, rt, second.id, now=rome(2026, 9, 14, 9)):
            pass
    held, written = [], []
    with runtime.reading() as db:
        for wave in (first, second.id):
            members = db.exec(select(WaveMember).where(WaveMember.wave_id == wave)).all()
            held.append({member.contact_id for member in members if member.arm == Arm.CONTROL})
            messages = db.exec(select(Message.contact_id).where(Message.group_id == wave)).all()
            written.append(sorted(str(one) for one in messages))
    assert held[0] == held[1]
    assert 5 < len(held[0]) < 35
    assert written[0] == written[1] == sorted({one.id for one in people} - held[0])
