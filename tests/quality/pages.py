"""The main pages of an installation with something to show, served as they are shipped."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from app import runtime, schema, settings
from app.cli.service import web_command
from app.runtime import Runtime
from app.tokens import Purpose
from tests.flows.conftest import eventually, free_port
from tests.service.processes import ready
from tests.waves.small_wave import launch_wave
from tests.web.story import tell

MARKETER = (
    "/",
    "/waves/new",
    "/contacts",
    "/contacts/imports",
    "/contacts/imports/new",
    "/contacts/sources",
    "/contacts/doubles",
    "/segments",
    "/segments/new",
    "/feedback",
    "/exports",
    "/providers",
    "/stop",
)
"""Pages behind the log-in; those of one wave and of one contact come on top."""


@contextmanager
def installation(data: Path) -> Iterator[Runtime]:
    """A runtime on a database in this folder."""
    rt = runtime.open_runtime(
        settings.load(data, make_secrets=True, database_url=f"sqlite:///{data / 'riattiva.db'}")
    )
    schema.upgrade(rt.engine)
    runtime.install(rt)
    try:
        yield rt
    finally:
        rt.engine.dispose()


def told(rt: Runtime) -> tuple[dict[str, str], dict[str, str]]:
    """Write something to look at: name -> path of the marketer's pages, and of the contacts'."""
    with runtime.session() as db:
        story = tell(db, rt.settings, rt.now() - timedelta(days=3))
    own = {path: path for path in MARKETER}
    own |= {"/waves/…": f"/waves/{story.wave_id}", "/contacts/…": f"/contacts/{story.happy}"}
    wave = launch_wave(rt, ["ada", "eva"])
    survey = wave.link(Purpose.SURVEY, "ada")
    theirs = {
        "survey": survey,
        "survey, answer clicked": f"{survey}?a=9",
        "preferences": wave.link(Purpose.PREFERENCES, "ada"),
        "unsubscribe": wave.link(Purpose.UNSUBSCRIBE, "eva"),
    }
    return own, theirs


@contextmanager
def served(rt: Runtime) -> Iterator[str]:
    """The web process on this installation; yields its address."""
    port = free_port()
    env = {"DATABASE_URL": rt.settings.database, "DATA_DIR": str(rt.settings.data_dir)}
    process = subprocess.Popen(web_command(port), env=os.environ | env, stdin=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: ready(url), 180)
        yield url
    finally:
        process.terminate()
        process.wait(60)
