"""Thousands of values in one statement: exactly those are asked for."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import ARRAY, String, func, literal, select

from app import runtime
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
