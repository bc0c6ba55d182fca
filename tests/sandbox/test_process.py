"""The sandbox as a process: says when it listens, stops when told, never outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.paths import ROOT
from tests.sandbox.conftest import Product
from tests.sandbox.test_sendgrid import distinct, mail


@contextmanager
def process(
    data: Path, *more: str, pipe: int | None = None, events_url: str = ""
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    env = {**os.environ, "SANDBOX_SENDGRID_API_KEY": "SG.mine", "SANDBOX_EVENTS_URL": events_url}
    env["SANDBOX_SILENT_PERSONAS"] = "1"
    if pipe is not None:
        env["RIATTIVA_PARENT_PIPE"] = str(pipe)
    argv = [sys.executable, "-m", "app.sandbox", "--port", "0", "--data", str(data), *more]
    running = subprocess.Popen(
        argv,
        cwd=ROOT,
        env=env,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=[pipe] if pipe is not None else [],
    )
    assert running.stderr is not None
    line = running.stderr.readline()
    try:
        assert line.startswith("sandbox ready on http://127.0.0.1:"), line
        yield running, line.split()[-1]
    finally:
        running.kill()
        running.wait()
        running.stderr.close()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_with_the_settings_of_its_environment_and_stops_when_told(
    tmp_path: Path, told: signal.Signals
) -> None:
    with process(tmp_path) as (running, url):
        key = {"Authorization": "Bearer SG.mine"}
        assert requests.get(f"{url}/v3/suppression/bounces", headers=key, timeout=5).json() == []
        assert requests.get(url, timeout=5).ok
        running.send_signal(told)
        assert running.wait(5) == 0


def test_a_killed_sandbox_goes_on_where_it_was(tmp_path: Path, product: Product) -> None:
    events = f"{product.url}/events"
    with process(tmp_path, "--speed", "3", events_url=events) as (running, url):
        key = {"Authorization": "Bearer SG.mine"}
        assert requests.post(f"{url}/v3/mail/send", json=mail("a@uno.example"), headers=key, timeout=5).ok
        running.kill()
    with process(tmp_path, events_url=events):
        assert [event["event"] for event in distinct(product, 2)] == ["processed", "delivered"]
    assert len((tmp_path / "accepted.jsonl").read_text().splitlines()) == 1


def test_it_stops_when_its_parents_pipe_closes(tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    with process(tmp_path, pipe=ours) as (running, _):
        os.close(ours)
        assert running.poll() is None
        os.close(theirs)
        assert running.wait(5) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="parent-death signals are Linux's")
def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "app.sandbox", "--port", "0", "--data", str(tmp_path), "--die-with-parent"]
    script = f"""
import os, subprocess
child = subprocess.Popen({argv!r}, stderr=subprocess.PIPE, text=True)
child.stderr.readline()
print(child.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    child = int(done.stdout)
    end = time.monotonic() + 5
    while time.monotonic() < end and _alive(child):
        time.sleep(0.02)
    assert not _alive(child)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
