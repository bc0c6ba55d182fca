"""While the database, or Redis, is away: what was accepted is on disk, and comes home once and in order."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.intake import jobs, spool
from app.runtime import Runtime
from app.webhooks import clerk
from tests.webhooks.doors import doors, from_sendgrid, from_twilio, kept

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def bodies() -> list[bytes]:
    return [bytes(raw.body) for raw in kept()]


def laid(rt: Runtime) -> list[Path]:
    return sorted((rt.settings.data_dir / spool.FOLDER).glob("*.post"))


@contextmanager
def locked(rt: Runtime) -> Iterator[None]:
    """Somebody else holds SQLite's write lock and does not let go."""
    with closing(sqlite3.connect(str(rt.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@ON_SQLITE
def test_a_locked_database_loses_nothing(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerk, "PATIENCE", 0.3)
    client = doors(rt)
    from_sendgrid(client, b"[1]")
    with locked(rt):
        for number in range(2, 6):
            assert from_sendgrid(client, b"[%d]" % number).status_code == 204
        assert from_twilio(client, "messages", "MessageSid=SM1&From=%2B39&Body=si").status_code == 200
        assert from_sendgrid(client, b"[2]").status_code == 204, "brought again meanwhile"
        assert bodies() == [b"[1]"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in laid(rt)} == {0o600}
        assert len(laid(rt)) == 6
    from_sendgrid(client, b"[6]")
    jobs.sweep()
    assert sorted(bodies()) == sorted(
        [b"[%d]" % n for n in range(1, 7)] + [b"MessageSid=SM1&From=%2B39&Body=si"]
    )
    assert [body for body in bodies() if len(body) == 3] == [b"[%d]" % number for number in range(1, 7)]
    assert laid(rt) == []
