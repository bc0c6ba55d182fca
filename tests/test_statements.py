"""Thousands of values in one statement: exactly those are asked for, and exactly those go in."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import ARRAY, String, and_, exists, func, literal, or_, select, text, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import aliased
from sqlmodel import col

from app import runtime
from app.channels.base import Channel
from app.db import IdType, among, insert_all, insert_naming, new_id, table_of
from app.messages.models import Receipt, Waiting
from app.runtime import Runtime

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.sampled_from(
    ["", "NULL", "{}", "a,b", '"', "\\", "\x1f", "è", " "]
)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS | st.none()))
@example(["a\x1fb", "c"])
@example(["0190f7a5-7e9b-7cc3-8f0a-1d2c3b4a5968", "NULL", ""])
def test_a_list_arrives_as_it_was_given(rt: Runtime, values: list[str | None]) -> None:
    with runtime.reading() as db:
        assert list(db.scalars(select(func.unnest(literal(values, ARRAY(String)))))) == values


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_list_with_nul_is_refused_and_not_cut_short(rt: Runtime) -> None:
    with runtime.reading() as db, pytest.raises(Exception, match="NUL"):
        db.scalars(select(func.unnest(literal(["a\0b", "c"], ARRAY(String)))))


def test_those_of_a_list_are_found_alone_and_among_others(rt: Runtime) -> None:
    post = table_of(Waiting).c.post
    with runtime.session() as db:
        insert_all(db, Waiting, [{"post": name, "since": rt.now()} for name in "abcd"])
        asked = select(post).order_by(post)
        both = among(db, post, ["a", "b"]), among(db, post, {"b", "c"})
        for condition, found in (
            (both[0], "ab"),
            (and_(*both), "b"),
            (or_(*both), "abc"),
            (~both[0], "cd"),
            (~or_(*both), "d"),
            (among(db, post, []), ""),
        ):
            assert "".join(db.scalars(asked.where(condition))) == found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_list_is_looked_up_in_the_index(rt: Runtime) -> None:
    table = table_of(Waiting)
    with runtime.reading() as db:
        asked = select(table).where(among(db, table.c.post, ["a"]), table.c.since > rt.now())
        compiled = asked.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        plan = db.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
    assert any("(post=?)" in row.detail for row in plan), plan


def test_those_of_a_list_are_found_by_another_name_and_changed(rt: Runtime) -> None:
    post, other = table_of(Waiting).c.post, aliased(Waiting)
    with runtime.session() as db:
        insert_all(db, Waiting, [{"post": name, "since": rt.now()} for name in "abc"])
        named = select(col(other.post)).where(among(db, col(other.post), ["a", "x"]))
        assert list(db.scalars(named)) == ["a"]
        beside = exists().where(among(db, col(other.post), ["b"]), col(other.post) == post)
        assert list(db.scalars(select(post).where(beside))) == ["b"]
        db.execute(update(Waiting).where(among(db, col(Waiting.post), ["a", "c"])).values(post=post + "!"))
        assert list(db.scalars(select(post).order_by(post))) == ["a!", "b", "c!"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_ids_and_words_of_an_enumeration_go_in_a_list(rt: Runtime) -> None:
    ids = [new_id(), new_id()]
    with runtime.reading() as db:
        assert list(db.scalars(select(func.unnest(literal(ids, ARRAY(IdType)))))) == ids
        words = [Channel.SMS, "email"]
        assert list(db.scalars(select(func.unnest(literal(words, ARRAY(String)))))) == ["sms", "email"]


def receipt(rt: Runtime, key: str) -> dict[str, object]:
    return {
        "provider": "twilio",
        "event_key": key,
        "message_id": None,
        "kind": "sent",
        "at": rt.now(),
        "facts": {},
    }


def test_of_those_that_collide_only_the_new_go_in_and_are_named(rt: Runtime) -> None:
    with runtime.session() as db:
        for given, new in (("ab", "ab"), ("bc", "c"), ("ac", ""), ("d", "d")):
            rows = [receipt(rt, key) for key in given]
            assert insert_naming(db, Receipt, rows, "event_key") == set(new), given
        with db.begin_nested() as undone:
            assert insert_naming(db, Receipt, [receipt(rt, key) for key in "de"], "event_key") == {"e"}
            undone.rollback()
        assert sorted(db.scalars(select(col(Receipt.event_key)))) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_two_who_bring_the_same_at_once_bring_it_once(rt: Runtime) -> None:
    """The second looks while the first has not committed, and is told of the collision as it writes."""
    first, looked = threading.Event(), threading.Event()
    found: dict[str, set[str]] = {}

    def one() -> None:
        with runtime.session() as db:
            found["one"] = insert_naming(db, Receipt, [receipt(rt, key) for key in "ab"], "event_key")
            first.set()
            assert looked.wait(20)
            time.sleep(0.3)  # by now the other waits for this one

    def two() -> None:
        assert first.wait(20)
        with runtime.session() as db:
            looked.set()
            found["two"] = insert_naming(db, Receipt, [receipt(rt, key) for key in "bc"], "event_key")

    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda do: do(), (one, two)))
    assert found == {"one": {"a", "b"}, "two": {"c"}}
