"""The score of people whom money alone would misjudge, and of everybody, the same on every engine and for one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlmodel import col

from app import runtime
from app.contacts.models import Contact
from app.db import Session
from app.engagement.models import Kind
from app.runtime import Runtime
from app.scoring import find, jobs, recompute, rejoin, score
from app.scoring.card import POINTED, QUINTILES
from app.scoring.models import ScoreRow
from tests.scoring.people import NOW, Did, add, did, person

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def everybody() -> dict[str, ScoreRow]:
    recompute.run(runtime.session, now=NOW)
    return stored()


def stored() -> dict[str, ScoreRow]:
    with runtime.reading() as db:
        return {row.contact_id: row for row in db.scalars(select(ScoreRow))}


@sqlite_only
def test_whom_money_alone_would_misjudge(rt: Runtime) -> None:
    with runtime.session() as db:
        buyers = [person(db, did("purchase", 20 + 10 * n, 100 * n, "EUR")) for n in range(1, 10)]
        video = did("review", 30, 5, detail="Video recensione sul nostro canale (42.000 iscritti)")
        vlogger = person(db, video, video, follower=42_000)
        referrer = person(db, did("click", 5), segnalazioni=3, nps=(9,))
        orders = [did("purchase", days, 5000, "EUR") for days in (1, 30, 60, 90)]
        loyal = person(db, *orders, nps=(9,), words=("positive",))
        furious = person(db, *orders, nps=(0,), words=("negative",))
        unpaid = person(db, *orders, insoluti=True)
        complained = person(db, *orders, did("complaint", 3))
        machine = person(db, *[did("machine open", n) for n in range(1, 30)])
        known = person(db, numero_ordini=12, fatturato_totale=99_000, last_purchase_on="2026-10-31")
        gone = person(db, did("click", 1000), did("purchase", 1200, 10, "EUR"))
    found = everybody()
    usual = max(found[one].value for one in buyers)
    assert found[vlogger].value > usual
    assert (found[vlogger].stage, found[vlogger].purchases, found[vlogger].monetary) == ("advocate", 0, None)
    assert found[referrer].value > usual
    assert found[referrer].stage == "advocate"
    assert found[loyal].stage == "loyal"
    assert found[furious].stage == found[unpaid].stage == found[complained].stage == "at_risk"
    assert found[furious].monetary == found[loyal].monetary == 4
    assert found[furious].value < usual < found[loyal].value
    assert (found[machine].value, found[machine].engagement, found[machine].stage) == (0, 0, "stranger")
    assert (found[known].monetary, found[known].recency, found[known].stage) == (5, 5, "loyal")
    assert found[known].last_purchase_day == (NOW - datetime(1970, 1, 2, tzinfo=UTC)).days
    assert found[gone].stage == "lost"
    assert found[vlogger].satisfaction is not None
    assert found[buyers[0]].satisfaction is None


@sqlite_only
def test_money_in_another_currency_is_not_added_but_the_purchase_counts(rt: Runtime) -> None:
    with runtime.session() as db:
        mixed = person(
            db, did("purchase", 5, 100, "EUR"), did("purchase", 4, 9000, "GBP"), did("purchase", 3, 10)
        )
        person(db, did("purchase", 5, 100, "EUR"))
    assert (found := everybody()[mixed]).spent == 110
    assert found.purchases == 3


@pytest.mark.parametrize(
    ("amounts", "tiles"),
    [
        ([10, 20, 30], [1, 3, 5]),
        ([7, 7, 7, 7], [3, 3, 3, 3]),
        ([1, 1, 1, 1, 1, 1, 1, 1, 2, 2], [2, 2, 2, 2, 2, 2, 2, 2, 5, 5]),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
        ([5], [3]),
    ],
)
@sqlite_only
def test_equals_share_a_quintile_and_the_middle_of_them_says_which(
    rt: Runtime, amounts: list[int], tiles: list[int]
) -> None:
    with runtime.session() as db:
        ids = [person(db, did("purchase", 5, amount, "EUR")) for amount in amounts]
        person(db, did("click"))
    found = everybody()
    assert [found[one].monetary for one in ids] == tiles


def test_news_late_facts_and_a_second_pass_agree(rt: Runtime) -> None:
    """By the sweep or by a pass, in whatever order the facts came: one score."""
    with runtime.session() as db:
        early = person(db, did("purchase", 30, 50, "EUR"), did("click", 3))
        late = person(db, did("click", 3))
        for amount in range(1, 6):
            person(db, did("purchase", 40, amount * 30, "EUR"))
    everybody()
    with runtime.session() as db:
        add(db, late, did("purchase", 30, 50, "EUR"))
        new = person(db, did("purchase", 30, 50, "EUR"), did("click", 3), nps=(10,))
        while recompute.news(db, now=NOW):
            pass
    swept = stored()
    assert same(swept[late]) == same(swept[early])
    assert swept[new].value > swept[early].value
    once = everybody()
    assert same(once[late]) == same(once[early])
    assert {one: same(row) for one, row in everybody().items()} == {
        one: same(row) for one, row in once.items()
    }


@sqlite_only
def test_the_sweep_scores_everybody_once_a_day_and_when_the_weights_change(rt: Runtime) -> None:
    with runtime.session() as db:
        one = person(db, did("click"))
    jobs.sweep()
    assert stored()[one].engagement > 0
    with runtime.reading() as db:
        at = runtime.now()
        assert not recompute.due(db, at)
        assert recompute.due(db, at + timedelta(days=1))


@sqlite_only
def test_two_contacts_who_prove_to_be_one_have_one_score(rt: Runtime) -> None:
    with runtime.session() as db:
        keep, gone = person(db, did("click")), person(db, did("purchase", 3, 40, "EUR"))
        score.rescore(db, [keep, gone], now=NOW)
        assert rejoin.rejoin(db, gone, keep) == {}
        assert find_row(db, gone) is None
        rejoin.part(db, gone, keep, {})
        assert find_row(db, gone).purchases == 1  # type: ignore[union-attr]
        nobody = person(db)
        score.rescore(db, [nobody], now=NOW)
        db.execute(delete(Contact).where(col(Contact.id) == nobody))
        assert find_row(db, nobody) is None, "the score goes with the contact"


def find_row(db: Session, contact_id: str) -> ScoreRow | None:
    return db.scalars(select(ScoreRow).where(col(ScoreRow.contact_id) == contact_id)).first()


def same(row: ScoreRow) -> dict[str, Any]:
    return row.model_dump(exclude={"contact_id", "at"})


acts = st.lists(
    st.builds(
        did,
        st.sampled_from([*(k.value for k in Kind if k != "sent"), "machine open", "machine click"]),
        st.sampled_from([0.5, 100, 179, 181, 729, 731, 2000]),
        st.sampled_from([None, 1, 2, 3, 4, 5, 99.5, 120.49, -30]),
        st.sampled_from(["", "EUR", "eur", "USD"]),
        st.sampled_from(["", "42.000 Iscritti", "ottimo"]),
    ),
    max_size=8,
)
people = st.lists(
    st.tuples(
        acts,
        st.lists(st.integers(0, 10), max_size=3),
        st.lists(st.integers(1, 5), max_size=2),
        st.lists(st.sampled_from(["positive", "neutral", "negative"]), max_size=2),
        st.dictionaries(
            st.sampled_from(
                ["followers", "Iscritti_canale", "referrals", "insoluti", "overdue", "Lifecycle Stage", "N. ordini",
                 "Fatturato totale", "orders", "last_purchase_on", "ultimo acquisto", "other"]
            ),
            st.one_of(
                st.booleans(), st.integers(-5, 10**13), st.sampled_from([0.5, 2.5, 1999.99]), st.none(),
                st.sampled_from(["Sì", "yes", "Evangelist", "no", "12", "", "è",
                                 "2024-02-30", "2020-02-29T10:00", "2099-01-01"]), st.just([1, 2]),
            ),
            max_size=4,
        ),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people)
def test_the_reasons_and_the_set_based_score_agree(
    rt: Runtime, given_people: list[tuple[list[Did], list[int], list[int], list[str], dict[str, Any]]]
) -> None:
    """What the page explains by the pure rules is what the database reckoned, for anybody."""
    with runtime.session() as db:
        ids = [
            person(db, *did_, nps=tuple(nps), csat=tuple(csat), words=tuple(words), **attributes)
            for did_, nps, csat, words, attributes in given_people
        ]
    found = everybody()
    with runtime.reading() as db:
        for one in ids:
            (told, _), row = find.of_contact(db, one, now=NOW), found[one]
            assert {part: told.part(part) for part in (*QUINTILES, *POINTED)} == {
                part: getattr(row, part) for part in (*QUINTILES, *POINTED)
            }
            assert (told.value, told.stage, told.purchases, told.spent, told.last_purchase_day) == (
                row.value, row.stage, row.purchases, row.spent, row.last_purchase_day
            )  # fmt: skip
