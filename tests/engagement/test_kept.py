"""The kept dormancy equals what happened, in whatever order it was told, under any policy."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, literal, select

from app import runtime
from app.contacts.models import Contact
from app.db import IdType, Session, UtcDateTime, table_of
from app.engagement import dormancy, keep, policies, rhythm, sends
from app.engagement.dormancy import State
from app.engagement.explain import explain
from app.engagement.jobs import sweep
from app.engagement.models import Dormancy, DormancyPolicy, Interaction, Kind, Send
from app.engagement.policy import Basis, Policy, document, read
from app.engagement.record import record_many
from app.engagement.words import grade_of
from app.errors import BadInput
from app.runtime import Runtime

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PEOPLE = 4
_kept = table_of(Dormancy)


@pytest.fixture
def people(rt: Runtime) -> list[str]:
    """Four contacts, two of them builders."""
    with runtime.session() as db:
        made = [
            Contact(created_at=NOW, updated_at=NOW, attributes={"settore": "Edilizia"} if n % 2 else {})
            for n in range(PEOPLE)
        ]
        db.add_all(made)
        return [one.id for one in made]


def act(contact_id: str, kind: Kind, days: float, machine: bool = False) -> dict[str, Any]:
    at = NOW - timedelta(days=days)
    grade = grade_of(kind, by_machine=machine)
    return {"contact_id": contact_id, "kind": kind, "grade": grade, "at": at, "source": "test",
            "dedupe_key": f"{contact_id}{kind}{days}{machine}"}  # fmt: skip


def went_out(db: Session, sent: list[tuple[str, str, datetime]]) -> None:
    for id_, key, at in sent:
        sends.note(
            db,
            select(
                literal(id_, IdType).label("i"),
                literal(key).label("k"),
                literal(at, UtcDateTime()).label("a"),
            ),
        )


def kept() -> list[dict[str, Any]]:
    with runtime.reading() as db:
        return [dict(row._mapping) for row in db.execute(select(_kept).order_by(_kept.c.contact_id))]


def replayed(policy: Policy, at: datetime = NOW) -> list[dict[str, Any]]:
    held = dormancy.standing(policy, as_of=at, once=True).subquery()
    known = held.c.last_engaged_at.is_not(None) | (held.c.sends_since > 0)
    with runtime.reading() as db:
        rows = db.execute(select(held).where(known).order_by(held.c.contact_id))
        return [{column.name: row._mapping[column.name] for column in _kept.c} for row in rows]


def in_force(policy: Policy) -> None:
    with runtime.session() as db:
        policies.set_(db, policy, now=NOW, actor="test")
    while carry_on():
        pass


def carry_on() -> int:
    with runtime.session() as db:
        return keep.page(db, now=NOW)


POLICIES = [
    Policy(),
    Policy(basis=Basis.OWN, own_gaps=2, own_floor=5, own_ceiling=60, unanswered_dormant=3),
    Policy(attribute="settore", groups=(("Edilizia", 120.0),), unanswered_cooling=1, unanswered_dormant=2),
    Policy(basis=Basis.FIXED, signals=frozenset({Kind.PURCHASE, Kind.LOGIN})),
]
EVENTS = st.lists(
    st.tuples(
        st.integers(0, PEOPLE - 1),
        st.sampled_from([Kind.OPEN, Kind.PURCHASE, Kind.LOGIN, Kind.BOUNCE, Kind.SENT]),
        st.integers(0, 1200),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=EVENTS, order=st.randoms(use_true_random=False), policy=st.sampled_from(POLICIES))
def test_any_order_and_repetition_is_kept_as_it_is_replayed(
    rt: Runtime, people: list[str], drawn: list[Any], order: Random, policy: Policy
) -> None:
    with runtime.session() as db:
        for model in (Interaction, Send, Dormancy, DormancyPolicy):
            db.execute(delete(model))
    in_force(policy)
    shuffled = [*drawn, *drawn[:5]]
    order.shuffle(shuffled)
    for start in range(0, len(shuffled), 7):
        with runtime.session() as db:
            page = shuffled[start : start + 7]
            acts = [act(people[who], *what) for who, *what in page if what[0] is not Kind.SENT]
            sent = [
                (people[who], f"{what[1]}", NOW - timedelta(days=what[1]))
                for who, *what in page
                if what[0] is Kind.SENT
            ]
            went_out(db, sent)
            record_many(db, acts)
    sweep()
    assert kept() == replayed(policy)
    with runtime.reading() as db:
        assert dormancy.count_kept(db, NOW) == dormancy.count(db, NOW, policy)
        held = dormancy.dormancy_of(NOW, policy).subquery()
        states = {row.contact_id: row.state for row in db.execute(select(held))}
        now = dormancy.kept_of(NOW).subquery()
        assert states == {row.contact_id: row.state for row in db.execute(select(now))}


def test_a_new_policy_reaches_everybody_and_a_killed_pass_goes_on(
    rt: Runtime, people: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with runtime.session() as db:
        record_many(db, [act(id_, Kind.LOGIN, 100) for id_ in people])
    monkeypatch.setattr(keep, "PAGE", 3)
    with runtime.session() as db:
        policies.set_(db, Policy(handling_days=20), now=NOW, actor="test")
    assert carry_on() == 3
    with runtime.reading() as db:
        assert not policies.kept_up(db)
    sweep()
    with runtime.reading() as db:
        assert policies.kept_up(db)
        assert dormancy.count_kept(db, NOW)["dormant"] == PEOPLE


@ON_SQLITE
def test_each_contacts_own_rhythm_and_what_was_measured(rt: Runtime, people: list[str]) -> None:
    weekly = [act(people[0], Kind.LOGIN, 400 - 10 * week) for week in range(30)]
    with runtime.session() as db:
        record_many(db, [*weekly, act(people[1], Kind.LOGIN, 110)])
    policy = Policy(basis=Basis.OWN)
    in_force(policy)
    first, second = kept()
    assert (first["basis"], first["gap_days"]) == ("own", 14), "ten days, but never less than the floor"
    assert (second["basis"], second["gap_days"]) == ("handling", 90)
    with runtime.reading() as db:
        states = [dormancy.of_contact(db, id_, NOW, policy)[0] for id_ in people[:3]]
        (line,) = rhythm.measure(db, policy, NOW)
    assert states == [State.DORMANT, State.ACTIVE, State.NEVER_ENGAGED]
    assert (line.days, line.contacts, line.pairs) == (10, 1, 29)


@ON_SQLITE
def test_messages_that_stay_unanswered_count_until_they_answer(rt: Runtime, people: list[str]) -> None:
    policy = Policy(unanswered_cooling=2, unanswered_dormant=3)
    in_force(policy)
    with runtime.session() as db:
        record_many(db, [act(people[0], Kind.REPLY, 50)])
        went_out(db, [(people[0], f"m{n}", NOW - timedelta(days=n)) for n in range(1, 4)])
        went_out(db, [(people[0], "m1", NOW)])
    sweep()
    (row,) = kept()
    assert (row["sends_since"], row["dormant_at"]) == (3, NOW - timedelta(days=1))
    with runtime.reading() as db:
        held = dormancy.row_of(db, people[0], policy, NOW)
    assert explain(held, policy, NOW, "en").endswith("; 3 messages since went unanswered")
    with runtime.session() as db:
        record_many(db, [act(people[0], Kind.CLICK, 0.5)])
    (row,) = kept()
    assert row["sends_since"] == 0
    assert row["cooling_at"] == NOW - timedelta(days=0.5) + timedelta(days=180)


@ON_SQLITE
def test_each_state_says_why(rt: Runtime, people: list[str]) -> None:
    with runtime.session() as db:
        record_many(db, [act(people[0], Kind.PURCHASE, 400), act(people[1], Kind.LOGIN, 200)])
    policy = Policy(attribute="settore", groups=(("Edilizia", 120.0),))

    def why(contact_id: str, lang: str, rules: Policy = policy) -> str:
        with runtime.reading() as db:
            return explain(dormancy.row_of(db, contact_id, rules, NOW), rules, NOW, lang)

    assert why(people[0], "en") == (
        "Dormant: last sign of life on Sep 27, 2025 (a purchase), 400 days ago; with a handling time of 90 days, "
        "dormant from 360 days"
    )
    assert why(people[0], "it") == (
        "Dormiente: ultimo segno di vita il 27 set 2025 (un acquisto), 400 giorni fa; con un tempo di gestione di "
        "90 giorni, dormiente da 360 giorni"
    )
    assert why(people[1], "en").endswith("; with the 120 days of their group, cooling from 240 days")
    assert why(people[1], "en", Policy(basis=Basis.FIXED)).endswith(
        "; cooling from 180 days, dormant from 360"
    )
    assert why(people[2], "en") == "Never engaged: no sign of life is known"


@pytest.mark.parametrize(
    ("given_policy", "said"),
    [
        ([], "policy: this must be a mapping"),
        ({"handlingdays": 3}, "policy: unknown key 'handlingdays'. Did you mean 'handling_days'"),
        ({"basis": "guess"}, "policy.basis: 'guess' is not known here"),
        ({"handling_days": True}, "policy.handling_days: True must be a number"),
        ({"cooling": 5}, "policy.dormant: 4 is less than cooling, 5"),
        ({"overrides": {"values": {"Edilizia": 3}}}, "policy.overrides.attribute: which attribute"),
        ({"overrides": {"attribute": "settore", "values": {"x": 0}}}, "policy.overrides.values.x: 0 must"),
        ({"signals": ["bounce"]}, "policy.signals: 'bounce' is not known here"),
        ({"unanswered": {"cooling": 4, "dormant": 2}}, "policy.unanswered.dormant: 2 is less"),
        ({"own": {"gaps": 1.5}}, "policy.own.gaps: 1.5 must be a whole number"),
    ],
)
def test_what_is_wrong_in_a_policy_is_named(given_policy: Any, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(given_policy)
    assert said in str(refused.value)


def test_a_policy_is_read_as_it_was_written() -> None:
    for policy in POLICIES:
        assert read(document(policy)) == policy
    example = Path(__file__).parents[2] / "docs/examples/dormancy.yaml"
    assert policies.from_file(example).groups
