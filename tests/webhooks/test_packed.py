"""Posts are kept packed: they come back byte for byte, whatever they begin with and whoever kept them."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from zstandard import FRAME_HEADER, ZstdCompressor

from app import runtime, schema
from app.db import Packed
from app.intake import accept
from app.intake.models import URGENT, Route
from app.runtime import Runtime
from tests.channels.examples import cases
from tests.webhooks.doors import doors, expand_all, from_sendgrid, kept


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=3_000) | st.binary(min_size=1, max_size=40).map(lambda some: some * 400))
@example(FRAME_HEADER)
@example(FRAME_HEADER + b"is how it begins, and no more than that")
@example(ZstdCompressor().compress(b"somebody packed it before us" * 100))
def test_any_bytes_come_back(rt: Runtime, body: bytes) -> None:
    with runtime.session() as db:
        accept.accept(db, Route.TWILIO_STATUS, body, now=rt.now())
    found = [(raw.body, raw.length) for raw in kept()]
    assert (body, len(body)) in found


def test_a_post_takes_less_room_than_it_had(rt: Runtime) -> None:
    body = (b'{"event":"delivered","email":"anna@azienda.example"},' * 100).join((b"[", b"]"))
    assert from_sendgrid(doors(rt), body).status_code == 204
    with rt.engine.connect() as connection:
        (took,) = connection.execute(text("SELECT length(body) FROM raw_events")).scalars()
    assert took < len(body) / 10
    assert [raw.body for raw in kept()] == [body]


def test_one_that_only_looks_packed_was_kept_before_and_comes_back_as_it_was(rt: Runtime) -> None:
    body = FRAME_HEADER + b"no frame at all" * 100
    with runtime.session() as db:
        accept.accept(db, Route.TWILIO_STATUS, b"m=1", now=rt.now())
    with rt.engine.begin() as connection:
        connection.execute(text("UPDATE raw_events SET body = :body"), {"body": body})
    assert [raw.body for raw in kept()] == [body]


def test_down_to_the_version_before_and_up_again_every_post_is_read(rt: Runtime) -> None:
    client = doors(rt)
    for case in cases("sendgrid_events"):
        assert from_sendgrid(client, json.dumps(case["events"]).encode()).status_code == 204
    with runtime.session() as db:
        accept.accept(db, Route.SENDGRID_INBOUND, b"begins so", now=rt.now())
    with rt.engine.begin() as connection:
        only_begins_so = {"body": FRAME_HEADER + b"nothing" * 300, "length": 2_104}
        found = "WHERE route = 'sendgrid_inbound'"
        connection.execute(
            text(f"UPDATE raw_events SET body = :body, length = :length {found}"), only_begins_so
        )
    posted = sorted((raw.body, raw.length) for raw in kept())
    urgent = sum(raw.urgent for raw in kept())
    assert urgent > 0
    assert max(length for _, length in posted) > 1_000, "none is packed"
    config = schema._config()
    config.attributes["engine"] = rt.engine
    command.downgrade(config, "0020")
    with rt.engine.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM raw_events")).scalars()
        assert sorted(map(bytes, bodies)) == [body for body, _ in posted]
    schema.upgrade(rt.engine)
    assert sorted((raw.body, raw.length) for raw in kept()) == posted
    assert sum(raw.urgent for raw in kept()) == urgent
    assert [door.split()[1] for door in expand_all()] == ["sendgrid_inbound"], (
        "what only begins so is no mail"
    )


def test_many_threads_pack_at_once(rt: Runtime) -> None:
    bodies = [secrets.token_bytes(500) * 20 for _ in range(40)]
    kind, dialect = Packed(), rt.engine.dialect

    def there_and_back(body: bytes) -> bytes | None:
        return kind.process_result_value(kind.process_bind_param(body, dialect), dialect)

    with ThreadPoolExecutor(8) as many:
        assert list(many.map(there_and_back, bodies * 10)) == bodies * 10


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_wants_out_is_found_in_an_index_of_their_own(rt: Runtime) -> None:
    asked = f"SELECT id FROM raw_events WHERE {URGENT} AND route = 'sendgrid_events' AND id > 7 ORDER BY id"
    with rt.engine.connect() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {asked}")).all()
    assert ["ix_raw_events_urgent" in row.detail for row in plan] == [True], plan
