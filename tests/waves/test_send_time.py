"""The hour that suits each contact: learnt from what they did, in their own hours, with the others to lean on."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from app import runtime
from app.contacts import consent
from app.contacts.models import ConsentState, Contact
from app.db import insert_all, new_id
from app.engagement.models import Interaction, Kind
from app.engagement.words import grade_of, is_human
from app.messages.models import Message
from app.runtime import Runtime
from app.waves import batches, launch
from app.waves.definition import from_source
from app.waves.models import SendTimes
from app.waves.planning import hours, send_time
from tests.waves.small_wave import launch_wave

ROME, NEW_YORK, LISBON = ZoneInfo("Europe/Rome"), ZoneInfo("America/New_York"), ZoneInfo("Europe/Lisbon")
NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)  # a Monday, 07:00 in Rome
WAVE = "01940000-0000-7000-8000-000000000000"
NINE, SEVEN = time(9), time(19)
DAY = {"opens": NINE, "closes": SEVEN, "now": NOW}


def people(rt: Runtime, *zones: str | None) -> list[tuple[str, str | None]]:
    with runtime.session() as db:
        made = [Contact(time_zone=zone, created_at=rt.now(), updated_at=rt.now()) for zone in zones]
        db.add_all(made)
        db.flush()
        return [(contact.id, contact.time_zone) for contact in made]


def did(contact_id: str, kind: Kind, at: Sequence[datetime], *, machine: bool = False) -> None:
    grade = grade_of(kind, by_machine=machine)
    rows = [
        {"contact_id": contact_id, "kind": kind, "grade": grade, "human": is_human(grade), "at": moment}
        | {"detail": "", "source": "prova", "dedupe_key": new_id()}
        for moment in at
    ]
    with runtime.session() as db:
        insert_all(db, Interaction, rows)


def at(hour: int, zone: ZoneInfo, *, weeks: int = 6, minute: int = 20) -> list[datetime]:
    """That hour on the clock of that zone, on Mondays, some in summer time and some not."""
    mondays = (datetime(2026, 10, 26, tzinfo=zone) - timedelta(weeks=back) for back in range(weeks))
    return [day.replace(hour=hour, minute=minute) for day in mondays]


def hour_of(contacts: list[tuple[str, str | None]]) -> list[int]:
    with runtime.reading() as db:
        # Nobody explores under this name, see test_a_share_explores for who does.
        found = send_time.best_hours(db, contacts, **DAY, wave_id=_calm(contacts))
    return [found[contact_id].hour for contact_id, _ in contacts]


def _calm(contacts: list[tuple[str, str | None]]) -> str:
    salt = runtime.current().settings.suppression_key
    names = (new_id() for _ in range(10_000))
    return next(
        name
        for name in names
        if not any(hours.explores(salt, name, contact_id, send_time.EXPLORED) for contact_id, _ in contacts)
    )


def test_each_is_written_to_when_they_act_on_their_own_clock(rt: Runtime) -> None:
    (ada, ugo, eva) = contacts = people(rt, None, "America/New_York", "Europe/Rome")
    did(ada[0], Kind.CLICK, at(17, ROME))
    did(ugo[0], Kind.LOGIN, at(10, NEW_YORK))
    did(eva[0], Kind.ANSWER, at(12, ROME))
    assert hour_of(contacts) == [17, 10, 12]


def test_what_machines_did_and_opens_and_bare_days_teach_nothing(rt: Runtime) -> None:
    (ada, ugo) = contacts = people(rt, "Europe/Rome", "Europe/Rome")
    did(ugo[0], Kind.CLICK, at(11, ROME, weeks=40))
    did(ada[0], Kind.OPEN, at(18, ROME, weeks=40))
    did(ada[0], Kind.CLICK, at(18, ROME, weeks=40), machine=True)
    did(ada[0], Kind.WEBINAR, at(15, ROME, weeks=40))
    did(ada[0], Kind.PURCHASE, at(0, ROME, weeks=40, minute=0))
    assert hour_of(contacts) == [11, 11], "who shows nothing of their own gets the hour of the others"


def test_the_audience_is_heard_before_everybody_and_a_wave_keeps_to_what_it_learnt(rt: Runtime) -> None:
    crowd, own, new = people(rt, *["Europe/Rome"] * 3)
    did(crowd[0], Kind.CLICK, at(10, ROME, weeks=60))
    did(
        own[0],
        Kind.CLICK,
        [moment - timedelta(days=day) for day in range(7) for moment in at(16, ROME, weeks=90)],
    )
    wave = launch_wave(rt, ["ada"])
    with runtime.session() as db:
        audience = select(Contact.id).where(Contact.id == own[0])
        send_time.learn(db, wave.id, audience, now=NOW)
        kept = db.get_one(SendTimes, wave.id)
        assert (kept.explored, round(sum(kept.curve), 3)) == (10, 1)
        kept.explored = 0
    did(crowd[0], Kind.CLICK, at(9, ROME, weeks=100, minute=40))
    with runtime.reading() as db:
        assert send_time.best_hours(db, [new], **DAY, wave_id=wave.id)[new[0]].hour == 16
        assert send_time.results(db, wave.id) == {
            "learnt": send_time.Tried(1, 0),
            "explored": send_time.Tried(0, 0),
        }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_share_explores_and_is_told_apart_later(rt: Runtime) -> None:
    contacts, salt = [(new_id(), "Europe/Rome") for _ in range(3_000)], rt.settings.suppression_key
    with runtime.reading() as db:
        found = send_time.best_hours(db, contacts, **DAY, wave_id=WAVE)
        assert send_time.best_hours(db, contacts, **DAY, wave_id=WAVE) == found
    explored = {one for one, _ in contacts if hours.explores(salt, WAVE, one, send_time.EXPLORED)}
    assert 0.08 < len(explored) / len(contacts) < 0.12
    assert len({found[one] for one, _ in contacts if one not in explored}) == 1
    spread = Counter(found[one].hour for one in explored)
    assert set(spread) == set(range(9, 19))
    assert max(spread.values()) < 3 * min(spread.values())


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 95),
    st.integers(0, 95),
    st.integers(0, 366 * 96),
    st.data(),
)
def test_hours_lie_in_the_window_and_on_a_day_that_is_open(
    opens: int, closes: int, later: int, data: st.DataObject
) -> None:
    one, other = (time(quarter // 4, quarter % 4 * 15) for quarter in (opens, closes))
    days = data.draw(st.sets(st.integers(0, 6), min_size=1))
    offered = hours.offered(NOW + timedelta(minutes=15 * later), LISBON, one, other, days)
    assert offered[0][0] == one
    assert len({at for at, _ in offered}) == len(offered)
    for hour, slot in offered:
        within = one <= hour < other if one < other else one == other or hour >= one or hour < other
        assert within
        assert slot % 24 == hour.hour
        assert slot // 24 in days


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, hours.WEEK - 1)))
def test_a_curve_is_one_whole_and_leans_on_its_prior(signs: list[int]) -> None:
    curve = hours.curve(signs)
    assert sum(curve) == pytest.approx(1)
    assert min(curve) > 0
    assert hours.curve([], curve) == pytest.approx(curve)
    assert curve[hours.best({}, curve, range(hours.WEEK), 1)] == pytest.approx(max(curve))


def test_a_lone_sign_speaks_for_its_neighbours_and_little_for_the_other_days() -> None:
    monday_ten = hours.kernel()[10]
    assert monday_ten[10] > monday_ten[11] > monday_ten[12] > monday_ten[15]
    assert monday_ten[9] == pytest.approx(monday_ten[11])
    assert monday_ten[10] > monday_ten[24 + 10] > monday_ten[5 * 24 + 10]
    assert hours.kernel()[0][23] == pytest.approx(hours.kernel()[0][1]), "midnight parts no neighbours"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wave_writes_at_the_learnt_hour(rt: Runtime) -> None:
    [ada] = contacts = people(rt, "Europe/Lisbon")
    did(ada[0], Kind.REPLY, at(17, LISBON))
    steps = [{"name": "invite", "channels": ["email"]}]
    asked = {"name": "W", "survey": "riattivazione", "segment": {"company": ["Prova"]}, "control": 0}
    with runtime.session() as db:
        contact = db.get_one(Contact, ada[0])
        contact.email = contact.email_key = "ada@ditta.example"
        contact.company = "Prova"
        consent.record(
            db, ada[0], ["email"], ConsentState.GRANTED, at=NOW, recorded_at=NOW, source="import:crm"
        )
        definition = from_source(asked | {"steps": steps, "at": "learnt"})
        wave = launch.launch(db, rt, definition, by="prova", now=NOW, wave_id=_calm(contacts))
        batches.plan_page(db, rt, wave.id, now=NOW)
    with runtime.reading() as db:
        [message] = db.exec(select(Message).where(Message.group_id == wave.id)).all()
    assert message.not_before.astimezone(LISBON).replace(tzinfo=None).isoformat() == "2026-11-02T17:00:00"
