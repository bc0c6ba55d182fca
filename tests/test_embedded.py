"""The embedded Valkey and the supervised children: what survives, what is refused, what is left."""

import logging
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError
from redis.retry import Retry

from app.embedded import (
    AlreadyRunning,
    Children,
    Valkey,
    find_valkey,
    lock_data_dir,
    start_valkey,
    valkey_url,
)
from app.embedded.lifeline import spawn
from app.errors import NotAvailable
from tests.paths import ROOT

SUPERVISOR = """
import sys, time
from pathlib import Path
from app.embedded import Children, lock_data_dir, start_valkey
data = Path(sys.argv[1])
lock_data_dir(data)
valkey = start_valkey(data)
children = Children(data)
child = children.start("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], {})
print(valkey.pid, child, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


def soon(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """A process that holds the directory and runs a Valkey and one child; with the pids of both."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    server, child = map(int, process.stdout.readline().split())
    yield process, server, child
    process.kill()
    process.communicate()


def test_a_clean_stop_keeps_everything(tmp_path: Path) -> None:
    valkey = start_valkey(tmp_path)
    Redis.from_url(valkey.url).rpush("waiting", *range(1000))
    valkey.stop()
    assert not alive(valkey.pid)
    again = start_valkey(tmp_path)
    valkey.stop()  # once more, and it must not touch its successor
    assert valkey_url(tmp_path) == again.url
    assert Redis.from_url(again.url).llen("waiting") == 1000
    again.stop()


def test_only_we_may_reach_the_server_and_it_never_drops_a_job(tmp_path: Path) -> None:
    valkey = start_valkey(tmp_path)
    client = Redis.from_url(valkey.url, decode_responses=True)
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert client.config_get("appendonly") == {"appendonly": "yes"}
    assert client.config_get("port") == {"port": "0"}
    assert stat.S_IMODE((tmp_path / "valkey/url").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "valkey").stat().st_mode) == 0o700
    valkey.stop()


def test_a_path_too_long_for_a_socket_gets_a_guarded_port(tmp_path: Path) -> None:
    data = tmp_path / ("a directory with a long name " * 4)
    valkey = start_valkey(data)
    assert valkey.url.startswith("redis://")
    assert valkey.url == valkey_url(data)
    client = Redis.from_url(valkey.url)
    assert client.ping()
    port = client.connection_pool.connection_kwargs["port"]
    with pytest.raises(AuthenticationError):
        Redis(port=port, retry=Retry(NoBackoff(), 0)).ping()
    command = subprocess.run(
        ["ps", "-o", "args=", "-p", str(valkey.pid)], capture_output=True, text=True
    ).stdout
    assert client.connection_pool.connection_kwargs["password"] not in command
    valkey.stop()


def test_a_path_with_spaces_quotes_and_accents_works(tmp_path: Path) -> None:
    valkey = start_valkey(tmp_path / 'perché "no" % \\')
    assert Redis.from_url(valkey.url).ping()
    valkey.stop()


def test_a_second_start_is_refused_and_names_the_first(
    tmp_path: Path, supervisor: tuple[subprocess.Popen[str], int, int]
) -> None:
    process, server, _ = supervisor
    with pytest.raises(AlreadyRunning, match=f"process {process.pid}"):
        lock_data_dir(tmp_path)
    with pytest.raises(AlreadyRunning, match=f"process {process.pid}"):
        start_valkey(tmp_path)
    assert alive(server)
    assert Redis.from_url(valkey_url(tmp_path)).ping()


def test_the_lock_is_free_again_after_release_and_a_dead_holder_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "riattiva.lock").write_text("1")
    with lock_data_dir(tmp_path) as lock, pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
        lock_data_dir(tmp_path)
    lock.release()
    lock_data_dir(tmp_path).release()


def test_a_killed_parent_leaves_nothing_running(
    tmp_path: Path, supervisor: tuple[subprocess.Popen[str], int, int]
) -> None:
    process, server, child = supervisor
    assert alive(server)
    assert alive(child)
    process.kill()
    assert soon(lambda: not alive(server) and not alive(child))
    lock_data_dir(tmp_path).release()


def test_the_watcher_ends_a_process_whose_parent_was_killed(tmp_path: Path) -> None:
    program = f"""
import sys, time
from pathlib import Path
from app.embedded.lifeline import spawn
sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
child = spawn(sleeper, log=Path({str(tmp_path / "log")!r}), watched=True)
print(child.process.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    parent.communicate()
    assert soon(lambda: not alive(pid))


def test_the_watcher_leaves_with_a_process_that_ends_well(tmp_path: Path) -> None:
    child = spawn([sys.executable, "-c", "import time; time.sleep(60)"], log=tmp_path / "log", watched=True)
    child.ask_to_stop()
    assert child.end(5) == child.end(5) == -signal.SIGTERM
    assert child.watcher is not None
    assert child.watcher.returncode == 0


@pytest.fixture
def orphan(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Valkey without supervisor on the directory, as a crash may leave it."""
    first = start_valkey(tmp_path)
    url = valkey_url(tmp_path)
    first.stop()
    (tmp_path / "valkey/url").write_text(url)
    home, socket = tmp_path / "valkey", tmp_path / "valkey/valkey.sock"
    options = ["--port", "0", "--dir", str(home), "--unixsocket", str(socket), "--appendonly", "yes"]
    process = subprocess.Popen([find_valkey(), *options], stdout=subprocess.DEVNULL)
    assert soon(socket.exists)
    yield process
    process.kill()
    process.wait()


def test_a_leftover_server_is_ended_cleanly_before_a_new_one_starts(
    tmp_path: Path, orphan: subprocess.Popen[bytes]
) -> None:
    Redis.from_url(valkey_url(tmp_path)).rpush("waiting", *range(1000))
    valkey = start_valkey(tmp_path)
    assert orphan.wait(5) == 0
    assert valkey.pid != orphan.pid
    assert Redis.from_url(valkey.url).llen("waiting") == 1000
    valkey.stop()


def test_a_server_on_another_directory_is_left_alone(tmp_path: Path, orphan: subprocess.Popen[bytes]) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "valkey").mkdir(parents=True)
    (elsewhere / "valkey/url").write_text(valkey_url(tmp_path))  # a copied data directory
    start_valkey(elsewhere).stop()
    assert orphan.poll() is None
    assert Redis.from_url(valkey_url(tmp_path)).ping()


def test_a_server_that_can_write_no_more_still_ends_when_asked(tmp_path: Path) -> None:
    valkey = start_valkey(tmp_path)
    Redis.from_url(valkey.url).set("one", "1")
    shutil.rmtree(tmp_path / "valkey")
    os.kill(valkey.pid, signal.SIGTERM)
    assert soon(lambda: not alive(valkey.pid), seconds=2)
    valkey.stop()


def test_a_server_that_cannot_start_says_where_to_look_and_frees_the_directory(tmp_path: Path) -> None:
    (tmp_path / "valkey/appendonlydir").mkdir(parents=True)
    (tmp_path / "valkey/appendonlydir/appendonly.aof.manifest").write_text("nonsense")
    for _ in range(2):
        with pytest.raises(NotAvailable, match=r"valkey\.log"):
            start_valkey(tmp_path)
    assert "manifest" in (tmp_path / "valkey/valkey.log").read_text()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    started = start_valkey(tmp_path)
    yield started
    started.stop()


def test_a_server_that_dies_is_started_again_with_its_data(valkey: Valkey) -> None:
    client = Redis.from_url(valkey.url)
    client.rpush("waiting", "one")
    assert not valkey.revive()
    time.sleep(1.1)  # appendfsync everysec
    os.kill(valkey.pid, signal.SIGKILL)
    assert soon(valkey.revive)
    valkey.wait_until_ready()
    assert client.llen("waiting") == 1


def test_a_child_that_dies_is_started_again_later_and_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    children = Children(tmp_path)
    children.start("faulty", [sys.executable, "-c", "print('here I am')"], {})
    stop = threading.Event()
    timer = threading.Timer(1.6, stop.set)
    timer.start()
    with caplog.at_level(logging.WARNING):
        children.wait(stop)
    children.stop()
    pauses = [record.getMessage().split(" in ")[1] for record in caplog.records]
    assert pauses == ["1 s", "2 s"]
    assert (tmp_path / "logs/faulty.log").read_text() == "here I am\n" * 2


def test_a_large_log_makes_room_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "logs/talker.log"
    file.parent.mkdir()
    file.write_bytes(b"x" * 5_000_001)
    children = Children(tmp_path)
    children.start("talker", [sys.executable, "-c", "import os; print(os.environ['WORD'])"], {"WORD": "ciao"})
    assert soon(lambda: file.read_text() == "ciao\n")
    children.stop()
    assert file.with_name("talker.log.1").stat().st_size == 5_000_001


def test_one_interrupt_in_a_terminal_stops_all_once(tmp_path: Path) -> None:
    program = f"""
import signal, sys, threading
from pathlib import Path
from app.embedded import Children
children, stop = Children(Path({str(tmp_path)!r})), threading.Event()
signal.signal(signal.SIGINT, lambda *_: stop.set())
polite = "import signal, sys, time\\n" \\
    "signal.signal(signal.SIGTERM, lambda *_: (print('asked to stop', flush=True), sys.exit(0)))\\n" \\
    "print('ready', flush=True)\\ntime.sleep(60)"
for name in ("one", "two"):
    children.start(name, [sys.executable, "-c", polite], {{}})
print("up", flush=True)
children.wait(stop)
children.stop()
"""
    group = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    )
    assert group.stdout is not None
    group.stdout.readline()
    logs = [tmp_path / "logs/one.log", tmp_path / "logs/two.log"]
    assert soon(lambda: all(log.exists() and log.read_text() == "ready\n" for log in logs))
    os.killpg(group.pid, signal.SIGINT)
    assert group.wait(5) == 0
    group.communicate()
    assert [log.read_text() for log in logs] == ["ready\nasked to stop\n"] * 2


def test_a_child_that_will_not_stop_is_killed_with_all_it_started(tmp_path: Path) -> None:
    stubborn = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True)\n"
        "time.sleep(60)"
    )
    children = Children(tmp_path)
    child = children.start("stubborn", [sys.executable, "-c", stubborn], {})
    log = tmp_path / "logs/stubborn.log"
    assert soon(lambda: log.read_text().endswith("\n"))
    children.stop(grace=0.2)
    assert not alive(child)
    assert soon(lambda: not alive(int(log.read_text())))
