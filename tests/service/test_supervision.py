"""A part that cannot be started again for a while must not take the others down with it."""

import os
import signal
import sys
import time
from pathlib import Path

from app.embedded import Children, start_valkey
from tests.flows.conftest import eventually
from tests.service.processes import alive

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")


def test_parts_that_cannot_start_now_are_started_when_they_can(tmp_path: Path) -> None:
    valkey, children = start_valkey(tmp_path), Children(tmp_path)
    dead = {children.start("first", SLEEPER, {}): "first", valkey.pid: "valkey"}
    other = {children.start("other", SLEEPER, {}): "other"}

    def look(seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            children.look()
            valkey.revive()
            time.sleep(0.1)
        return children.pids()["first"] not in dead and valkey.pid not in dead

    try:
        # In the way as a full disk would be: neither of the two can open its files.
        (tmp_path / "logs").rename(tmp_path / "away")
        (tmp_path / "logs").touch()
        (tmp_path / "valkey" / "url").unlink()
        (tmp_path / "valkey" / "url").mkdir()
        for pid in dead:
            os.kill(pid, signal.SIGKILL)
        assert not look(1.5)
        assert alive(other) == other
        (tmp_path / "logs").unlink()
        (tmp_path / "valkey" / "url").rmdir()
        eventually(lambda: look(0.1), 12)
        valkey.wait_until_ready(5)
        assert alive(other) == other
    finally:
        children.stop()
        valkey.stop()
