"""Rows left for later are written once, together, and only with the transaction they belong to."""

import contextlib

import pytest
from sqlalchemy import insert, select

from app import runtime
from app.db import Session, later, settle, table_of
from app.journal.models import Entry
from app.runtime import Runtime

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
calls: list[int] = []


def note(db: Session, verbs: list[str]) -> None:
    calls.append(len(verbs))
    at = runtime.now()
    rows = [
        {"at": at, "actor": "test", "verb": verb, "subject_kind": "", "subject_id": "", "facts": {}}
        for verb in verbs
    ]
    db.connection().execute(insert(table_of(Entry)), rows)


def noted() -> list[str]:
    with runtime.reading() as db:
        return list(db.scalars(select(table_of(Entry).c.verb).order_by(table_of(Entry).c.id)))


@pytest.fixture(autouse=True)
def _fresh() -> None:
    calls.clear()


@ON_SQLITE
def test_rows_are_written_together_at_the_commit(rt: Runtime) -> None:
    with runtime.session() as db:
        for verb in ("one", "two", "three"):
            later(db, note, verb)
        assert not calls
    assert noted() == ["one", "two", "three"]
    assert calls == [3]


@ON_SQLITE
def test_whoever_wants_to_read_them_settles_first(rt: Runtime) -> None:
    with runtime.session() as db:
        later(db, note, "one")
        settle(db)
        assert db.scalars(select(table_of(Entry).c.verb)).all() == ["one"]
        later(db, note, "two")
    assert calls == [1, 1]


def _fail(db: Session, verb: str) -> None:
    later(db, note, verb)
    raise RuntimeError


@ON_SQLITE
def test_a_rollback_takes_them_along(rt: Runtime) -> None:
    with contextlib.suppress(RuntimeError), runtime.session() as db:
        _fail(db, "never")
    with runtime.session() as db:
        later(db, note, "kept")
        with contextlib.suppress(RuntimeError), db.begin_nested():
            _fail(db, "undone")
    assert noted() == ["kept"]
