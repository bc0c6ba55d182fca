"""Thousands of values in one statement: exactly those are asked for."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import ARRAY, String, and_, func, literal, or_, select, text
from sqlalchemy.dialects import sqlite

from app import runtime
from app.db import among, insert_all, table_of
from app.messages.models import Waiting
from app.runtime import Runtime

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.sampled_from(
    ["", "NULL", "{}", "a,b", '"', "\\", "\x1f", "è", " "]
)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
