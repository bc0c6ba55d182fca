"""What may not start does not start: every process says why in one line, and nothing is half done."""

import multiprocessing
from collections.abc import Callable, Iterator
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import text

from app import db as database
from app import settings
from app.db import new_id
from app.errors import BadInput
from tests.flows.conftest import free_port
from tests.service.processes import Place, place, within

SAFE = {
    "RIATTIVA_ENV": "production",
    "SECRET_KEYS": "k" * 32,
    "SUPPRESSION_KEY": "s" * 32,
    "PUBLIC_URL": "https://riattiva.example",
    "SENDGRID_API_KEY": "SG.real",
    "SENDGRID_INBOUND_DOMAIN": "risposte.example",
    "SENDGRID_INBOUND_SECRET": "i" * 16,
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKENS": "t" * 32,
}
UNSAFE = {
    "SECRET_KEYS": ["", "guessed", "k" * 32 + ",guessed"],
    "SUPPRESSION_KEY": ["", "guessed"],
    "PUBLIC_URL": ["", "http://riattiva.example"],
    "SENDGRID_INBOUND_SECRET": ["", "guessed"],
    "SENDGRID_BASE_URL": [
        "http://127.0.0.1:9",
        "https://sendgrid.com.evil.example",
        "http://api.sendgrid.com",
    ],
    "TWILIO_BASE_URL": ["http://127.0.0.1:9", "https://nottwilio.com"],
    "RIATTIVA_NOW": ["2026-11-01T09:00:00+01:00"],
}


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., settings.Settings]:
    """Load the settings as a production process would, with some of them changed."""
    monkeypatch.chdir(tmp_path)

    def load(**changed: str) -> settings.Settings:
        for name, value in (SAFE | changed).items():
            monkeypatch.setenv(name, value)
        return settings.load(tmp_path, make_secrets=True)

    return load


def test_production_starts_with_safe_settings_and_makes_no_secrets(
    production: Callable[..., settings.Settings], tmp_path: Path
) -> None:
    assert production().public_url == "https://riattiva.example"
    assert not (tmp_path / "secrets.env").exists()


@pytest.mark.parametrize(("name", "value"), [(n, value) for n, values in UNSAFE.items() for value in values])
def test_production_refuses_each_unsafe_setting_by_name(
    production: Callable[..., settings.Settings], name: str, value: str
) -> None:
    with pytest.raises(BadInput, match=name) as refused:
        production(**{name: value})
    assert str(refused.value).count(";") == 0, "only the one that is wrong is named"
    assert value not in str(refused.value) or not value or not name.endswith(("KEY", "KEYS", "SECRET"))


def ends_of(at: Place, *, web: bool = True) -> dict[str, tuple[int, str]]:
    """How `up`, a worker and the web process (which checks what a worker does) end here, all started at once."""
    started = {"up": at.up(free_port()), "worker": at.worker("replies")}
    if web:
        started["web"] = at.web(free_port())
    return {name: within(30, process) for name, process in started.items()}


def refused(ends: dict[str, tuple[int, str]], *words: str) -> None:
    """Each process ended with its status and one line of ours with these words in it."""
    for name, (status, said) in ends.items():
        assert status == (3 if name == "web" else 2), f"{name} ended with {status}: {said}"
        assert "Traceback" not in said, said
        (line,) = [line for line in said.splitlines() if line.startswith("riattiva: ")]
        assert all(word in line for word in words), f"{name}: {line}"
        if name != "web":  # gunicorn has words of its own
            assert said == f"{line}\n"


@pytest.mark.long
def test_every_process_refuses_unsafe_settings_in_production(tmp_path: Path) -> None:
    unsafe = {"PUBLIC_URL": "http://riattiva.example", "SECRET_KEYS": "", "RIATTIVA_NOW": "2026-11-01"}
    at = place(tmp_path, **(SAFE | unsafe))
    refused(ends_of(at), "PUBLIC_URL", "SECRET_KEYS", "RIATTIVA_NOW")
    assert not (tmp_path / "riattiva.db").exists()
    assert not (tmp_path / "secrets.env").exists()


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An installation that has been started before, with a key of its own."""
    at = place(tmp_path_factory.mktemp("known"))
    at.riattiva("dormancy")
    return at


@pytest.mark.long
def test_every_process_refuses_another_suppression_key(known: Place) -> None:
    other = Place(known.data, known.env | {"SUPPRESSION_KEY": "another key than the one it was made with"})
    ends = ends_of(other)
    refused(ends, "SUPPRESSION_KEY", "Put the old key back")
    assert "another key than" not in "".join(said for _, said in ends.values())


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """A PostgreSQL database no migration has seen."""
    name = f"service_{new_id().replace('-', '')}"
    admin = database.open_engine(postgres).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres.replace("/postgres?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.mark.long
def test_every_process_refuses_a_postgres_behind_the_migrations(tmp_path: Path, empty_postgres: str) -> None:
    refused(ends_of(place(tmp_path, DATABASE_URL=empty_postgres)), "riattiva db upgrade")


@pytest.mark.long
def test_a_start_says_that_the_database_is_away_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://riattiva:geheim@127.0.0.1:1/riattiva"
    ends = ends_of(place(tmp_path, DATABASE_URL=url), web=False)
    refused(ends, "the database cannot be used", "127.0.0.1:1")
    assert "geheim" not in "".join(said for _, said in ends.values())


@pytest.mark.long
def test_a_worker_says_that_redis_is_away_and_that_the_scheduler_is_apart(known: Place) -> None:
    away = Place(known.data, known.env | {"REDIS_URL": "redis://127.0.0.1:1"})
    workers = away.worker("replies", "sending", "bulk"), away.worker("replies", "scheduler")
    (lost, why), (mixed, usage) = (within(15, worker) for worker in workers)
    assert lost == mixed == 2
    assert why.splitlines()[-1].startswith("riattiva: Redis cannot be reached")
    assert "Traceback" not in why
    assert "the scheduler is a process of its own" in usage


def _first_start(folder: Path, together: Barrier, made: "Queue[str]") -> None:
    together.wait()
    loaded = settings.load(folder, make_secrets=True)
    made.put(f"{loaded.suppression_key} {loaded.secret_keys} {loaded.sendgrid_inbound_secret}")


def test_first_starts_at_once_make_one_set_of_secrets(tmp_path: Path) -> None:
    fork, starts = multiprocessing.get_context("fork"), 6
    together, made = fork.Barrier(starts), fork.Queue()
    processes = [
        fork.Process(target=_first_start, args=(tmp_path / "new", together, made)) for _ in range(starts)
    ]
    for process in processes:
        process.start()
    found = {made.get(timeout=20) for _ in processes}
    for process in processes:
        process.join()
    assert len(found) == 1
    assert len(found.pop().split()[0]) >= 32
    assert (tmp_path / "new" / "secrets.env").stat().st_mode & 0o777 == 0o600
