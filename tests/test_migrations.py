"""Migrations go down and up again over data, on both engines, and nothing is lost."""

from alembic import command
from sqlalchemy import text

from app import schema
from app.runtime import Runtime
from tests.conversations.talk import asked

KEPT = ("contacts", "conversations", "answers", "messages", "sentiments", "ratings", "interactions")


def test_down_to_the_version_before_conversations_had_a_clock_and_up_again(rt: Runtime) -> None:
    talk = asked(rt)
    for words in ("3", "pessimo servizio, una vergogna", "4"):
        talk.replies(words)
    before = counts(rt)
    config = schema._config()
    config.attributes["engine"] = rt.engine
    command.downgrade(config, "0009")
    assert counts(rt) == before
    schema.upgrade(rt.engine)
    assert talk.replies("domani") == ["Grazie di tutto!"]
    with rt.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sentiments WHERE angry")).scalar_one() > 0
        if rt.engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def counts(rt: Runtime) -> dict[str, int]:
    with rt.engine.connect() as connection:
        return {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in KEPT
        }
