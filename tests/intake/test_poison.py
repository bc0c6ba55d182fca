"""One event that cannot be taken in holds up nobody, whatever is wrong with it; it is kept, and can be read again."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from app import runtime
from app.db import is_sqlite
from app.engagement.models import Interaction
from app.intake import aside, expand, reports
from app.intake.accept import accept
from app.intake.models import RawEvent, Route
from app.messages import unmatched
from app.messages.models import Message, Receipt
from app.runtime import Runtime
from tests.waves.small_wave import SmallWave, launch_wave
from tests.webhooks.doors import expand_all, kept

ODD: list[dict[str, Any]] = [
    {},
    {"event": None},
    {"event": ["delivered"], "timestamp": [], "email": {"a": 1}, "sg_event_id": 7},
    {"event": {"a": {"b": [None]}}, "type": {}, "status": [], "reason": {"x": []}},
    {"event": "delivered", "w_message": "0192", "sg_event_id": "not a message of ours"},
    {"event": "delivered", "w_message": "x" * 5_000, "sg_message_id": "y" * 5_000, "email": "z" * 5_000},
    {"event": "bounce", "email": "@", "sg_event_id": "e" * 5_000},
    {"event": "bounce", "email": "no address", "type": 3, "status": 5.1},
    {"event": "bounce", "email": "ada@xn--\udcff.example", "reason": "\x00\ud800", "timestamp": 10**30},
    {"event": "open", "ip": "not an ip", "useragent": "\x00" * 9, "timestamp": -62135596800},
    {"event": "click", "url": "http://[", "url_offset": "0", "ip": "1.2.3.4, 5.6.7.8", "timestamp": "1e99"},
    {"event": "unsubscribe", "asm_group_id": {"a": []}, "email": " "},
    {"event": "dropped", "reason": "\N{PILE OF POO}" * 3_000, "n": 10**400, "m": -(10**25), "f": 1e308},
    {"event": "spamreport", "timestamp": 253402300799999},
    {"event": "account_status_change", "type": {"compliance": "suspend"}},
    {"event": "x" * 70_000, "category": [[["deep"] * 20] * 20] * 20},
]


def told(wave: SmallWave, event: str = "delivered", **more: Any) -> list[dict[str, Any]]:
    """One event for each person of the wave."""
    return [
        {
            "event": event,
            "w_message": message.id,
            "sg_event_id": f"{event}-{message.id}",
            "reason": name,
            **more,
        }
        for name, message in wave.messages.items()
    ]


def post(batch: Sequence[object]) -> None:
    with runtime.session() as db:
        accept(db, Route.SENDGRID_EVENTS, json.dumps(batch).encode(), now=runtime.now())


def states(wave: SmallWave) -> dict[str, str]:
    with runtime.reading() as db:
        return {name: db.get_one(Message, message.id).state for name, message in wave.messages.items()}


@contextmanager
def refused(reason: str) -> Iterator[None]:
    """The database takes no receipt with that reason: something about this one event that nobody foresaw."""
    with runtime.session() as db:
        if is_sqlite(db):
            statements = [
                f"CREATE TRIGGER poison BEFORE INSERT ON receipts WHEN NEW.reason = '{reason}' "
                "BEGIN SELECT RAISE(ABORT, 'unforeseen'); END"
            ]
        else:
            statements = [
                "CREATE FUNCTION refuse() RETURNS trigger AS 'BEGIN RAISE ''unforeseen''; END' LANGUAGE plpgsql",
                f"CREATE TRIGGER poison BEFORE INSERT ON receipts FOR EACH ROW WHEN (NEW.reason = '{reason}') "
                "EXECUTE FUNCTION refuse()",
            ]
        for statement in statements:
            db.execute(text(statement))
    yield
    with runtime.session() as db:
        db.execute(text("DROP TRIGGER poison" + ("" if is_sqlite(db) else " ON receipts")))


def test_one_poisonous_event_blocks_nobody_and_is_read_again_by_command(rt: Runtime) -> None:
    wave = launch_wave(rt, [f"p{n}" for n in range(7)])
    batch: list[object] = [*told(wave)]
    batch.insert(3, 17)
    batch.insert(6, None)
    with refused("p2"):
        post(batch)
        post([*batch[:2], *batch[3:5]])
        aside_ = expand_all()
        assert states(wave) == dict.fromkeys(wave.messages, "delivered") | {"p2": "accepted"}
        post([{"event": "processed"}, *batch[2:3], *batch[3:4]])
        assert expand_all() == aside_, "told twice, kept once"
    assert len(aside_) == 3
    assert sum("unforeseen" in str(why) for why in aside_.values()) == 1
    assert sum("JSON" in str(why) for why in aside_.values()) == 2
    whole = next(raw.id for raw in kept() if raw.state == "expanded")
    with runtime.session() as db:
        assert {one.part_of for one in aside.newest(db)} == {whole}
        assert expand.replay(db, aside.choose(db)) == 3
    assert len(expand_all()) == 2, "what is no event stays one nobody can read"
    assert set(states(wave).values()) == {"delivered"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_text_nobody_can_take_in_holds_up_no_other(rt: Runtime) -> None:
    wave = launch_wave(rt, [], ["a", "b", "c"])
    with runtime.session() as db:
        for name, message in wave.messages.items():
            body = f"MessageSid=SM{message.id}&MessageStatus=delivered&ErrorMessage={name}".encode()
            accept(db, Route.TWILIO_STATUS, body, query=f"m={message.id}", now=rt.now())
    with refused("b"):
        assert len(expand_all()) == 1
    assert states(wave) == {"a": "delivered", "b": "accepted", "c": "delivered"}


def test_odd_events_are_kept_and_spoil_nothing(rt: Runtime) -> None:
    wave = launch_wave(rt, ["first", "odd", "last"])
    first, odd, last = told(wave)
    marked = [{**one, "w_message": odd["w_message"]} | one for one in ODD]
    post([first, *ODD, *marked, last])
    assert expand_all() == {}
    assert states(wave)["first"] == states(wave)["last"] == "delivered"
    with runtime.reading() as db:
        kinds = db.exec(select(Receipt.kind)).all()
        times = db.exec(select(Interaction.at)).all()
    distinct = {json.dumps(one, sort_keys=True) for one in (*ODD, *marked)}
    assert len(kinds) >= len(distinct)
    assert kinds.count("other") >= 4
    assert times, "a complaint is one"
    assert max(times) < rt.now() + timedelta(days=2), "nothing happens in the year 9999"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bounce_without_any_id_is_about_the_newest_message_before_it(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    now, ada = rt.now(), wave.messages["ada"]
    with runtime.session() as db:
        message = db.get_one(Message, ada.id)
        message.called_at, message.provider_id = now, "req-1"
        earlier = message.model_dump(exclude={"id", "once_key"}) | {"called_at": now - timedelta(days=3)}
        later = earlier | {"called_at": now + timedelta(days=2)}
        others = [Message(**earlier), Message(**later)]
        db.add_all([message, *others])
        db.flush()
        ids = [other.id for other in others]
    post(
        [
            {
                "event": "bounce",
                "type": "bounce",
                "email": ada.address.upper(),
                "timestamp": now.timestamp() + 86_400,
            }
        ]
    )
    assert expand_all() == {}
    with runtime.reading() as db:
        assert [db.get_one(Message, id_).state for id_ in (*ids, ada.id)] == [
            "accepted",
            "accepted",
            "failed",
        ]
    assert states(wave)["bea"] == "accepted"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_no_message_is_known_for_is_looked_at_again_and_foreign_after_three_days(rt: Runtime) -> None:
    wave, now = launch_wave(rt, ["ada"]), rt.now()
    ids = {"sg_message_id": "req-9.filter1", "email": wave.messages["ada"].address, "sg_event_id": "e1"}
    post(
        [
            {"event": "delivered", **ids},
            {"event": "delivered", **ids, "sg_event_id": "e2", "email": "x@other.example"},
        ]
    )
    assert expand_all() == {}
    with runtime.session() as db:
        assert unmatched.standing(db) == {"waiting": 2, "foreign": 0}
        message = db.get_one(Message, wave.messages["ada"].id)
        message.provider_id = "req-9"
        db.add(message)
    for after in (timedelta(minutes=1), timedelta(hours=80)):
        with runtime.session() as db:
            reports.look_again(db, now=now + after)
    assert states(wave) == {"ada": "delivered"}
    with runtime.reading() as db:
        assert unmatched.standing(db) == {"waiting": 0, "foreign": 1}
        assert sorted(db.exec(select(Receipt.message_id)), key=str) == [message.id, None]
        assert db.exec(select(RawEvent.state).order_by(col(RawEvent.id))).all() == ["expanded"]
