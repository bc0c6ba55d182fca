"""Starting the product's processes as an operator does, and seeing which of them are alive."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.paths import ROOT

BIN = Path(sys.executable).parent
OURS = re.compile(r"^(RIATTIVA|SANDBOX|SENDGRID|TWILIO|SECRET|SUPPRESSION|DATABASE|REDIS|PUBLIC|DATA)_")


@dataclass(frozen=True, slots=True)
class Place:
    """A data directory and what the processes on it are told."""

    data: Path
    env: dict[str, str]

    def start(self, *argv: str | Path) -> subprocess.Popen[str]:
        """A process in a session of its own (so that a signal to its group is a Ctrl-C), output as one text."""
        return subprocess.Popen(
            [str(word) for word in argv],
            cwd=self.data,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def riattiva(self, *words: str) -> str:
        """A command's standard output; it must succeed."""
        done = subprocess.run(
            [BIN / "riattiva", *words],
            cwd=self.data,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def worker(self, *queues: str) -> subprocess.Popen[str]:
        return self.start(sys.executable, ROOT / "worker.py", *queues)

    def web(self, port: int) -> subprocess.Popen[str]:
        bind = ("--bind", f"127.0.0.1:{port}")
        return self.start(BIN / "gunicorn", "wsgi:app", "--no-control-socket", *bind, "--threads", "8")

    def up(self, port: int) -> subprocess.Popen[str]:
        return self.start(BIN / "riattiva", "up", "--port", str(port), "--sandbox-speed", "2000")


def place(data: Path, **env: str) -> Place:
    """An installation of its own: nothing is inherited from the environment of the tests."""
    data.mkdir(parents=True, exist_ok=True)
    plain = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    given = {"DATA_DIR": str(data), "PYTHONPATH": str(ROOT), "SANDBOX_SILENT_PERSONAS": "1"}
    return Place(data, plain | given | env)


@dataclass(frozen=True, slots=True)
class Up:
    """A `riattiva up` that has said what it runs."""

    process: subprocess.Popen[str]
    said: str

    def link(self, before: str) -> str:
        """The address printed after these words."""
        found = re.search(rf"{re.escape(before)}:? +(http://\S+)", self.said)
        assert found, self.said
        return found[1]


def start_up(at: Place, port: int) -> Up:
    """`riattiva up`, once it has printed all it prints."""
    process = at.up(port)
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            return Up(process, "".join(said))
    raise AssertionError(f"up ended with {process.wait()}: {''.join(said)}")


def ready(url: str) -> bool:
    """Whether the web process answers there and reaches its database."""
    try:
        return bool(requests.get(f"{url}/readyz", timeout=10).json() == {"database": "ok"})
    except requests.RequestException:  # not there yet, or too busy with its start to answer
        return False


def family(pid: int) -> dict[int, str]:
    """The living descendants of a process: pid and command line."""
    shown = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True
    ).stdout
    rows = [line.split(None, 2) for line in shown.splitlines()]
    found: dict[int, str] = {}
    parents = {pid}
    while parents:
        young = {int(one): args for one, parent, args in rows if int(parent) in parents}
        found |= young
        parents = set(young)
    return found


def alive(pids: dict[int, str]) -> dict[int, str]:
    """Which of these still run; a zombie does not."""
    wanted = ",".join(str(pid) for pid in pids) or "0"
    shown = subprocess.run(["ps", "-o", "pid=,stat=", "-p", wanted], capture_output=True, text=True).stdout
    states = dict(line.split()[:2] for line in shown.splitlines())
    return {pid: args for pid, args in pids.items() if states.get(str(pid), "Z")[0] != "Z"}


def within(seconds: float, process: subprocess.Popen[str]) -> tuple[int, str]:
    """How a process that must end by itself ended: exit status and all it said."""
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"still running after {seconds} s: {process.communicate()[0]}") from None
    return process.returncode, said


def gone_within(seconds: float, pids: dict[int, str]) -> None:
    """Fails naming what is still alive after so long."""
    deadline = time.monotonic() + seconds
    while left := alive(pids):
        assert time.monotonic() < deadline, f"still alive after {seconds} s: {left}"
        time.sleep(0.1)
