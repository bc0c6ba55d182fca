"""`riattiva up` as its operator meets it: what it prints, what it refuses, and that it always ends whole."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from app import settings
from tests.flows.conftest import eventually, free_port, mobile
from tests.service.processes import Place, Up, alive, family, gone_within, place, ready, start_up, within
from tests.service.waves import import_people, launch, once_each, settled

PORT = free_port()
URL = f"http://127.0.0.1:{PORT}"
PARTS = ("valkey-server", "app.sandbox", "gunicorn", "replies", "sending", "bulk", "scheduler")
_running: list[Up] = []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One data directory for this whole file; whatever runs on it at the end is stopped."""
    yield place(tmp_path_factory.mktemp("home"))
    for up in _running:
        if up.process.poll() is None:
            up.process.terminate()
            up.process.communicate(timeout=20)
    _running.clear()


@pytest.fixture
def up(home: Place) -> Up:
    """A running `up` on that directory: started again after a test that ended it, as an operator would."""
    if not _running or _running[-1].process.poll() is not None:
        _running.append(start_up(home, PORT))
    eventually(lambda: ready(URL), 40)
    return _running[-1]


def test_it_prints_an_address_that_answers_and_a_link_that_opens_the_first_form(up: Up) -> None:
    assert up.link("Riattiva runs on") == URL
    assert requests.get(f"{URL}/healthz", timeout=5).text == "ok\n"
    form = requests.get(up.link("make the first user"), timeout=5)
    assert form.ok
    assert "<form" in form.text
    assert "password" in form.text
    assert requests.get(f"{URL}/setup/guessed", timeout=5).status_code == 404
    assert "nothing real is sent" in up.said
    assert requests.get(up.link("nothing real is sent)"), timeout=5).ok


def test_every_part_is_a_process_and_no_key_shows_in_the_process_list(up: Up, home: Place) -> None:
    shown = family(up.process.pid)
    for part in PARTS:
        assert any(part in args for args in shown.values()), f"no {part} in {shown}"
    secret = [
        value
        for name in ("secrets.env", "running.env")
        for key, value in (line.split("=", 1) for line in (home.data / name).read_text().split())
        if "KEY" in key or "SECRET" in key or "TOKEN" in key
    ]
    assert len(secret) > 4
    assert not [args for args in shown.values() if any(one in args for one in secret)]


@pytest.mark.usefixtures("up")
def test_other_commands_make_links_to_where_it_serves_unless_told_otherwise(
    home: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    assert settings.load(home.data).public_url == URL
    monkeypatch.setenv("PUBLIC_URL", "https://riattiva.example")
    assert settings.load(home.data).public_url == "https://riattiva.example"


def test_a_public_url_given_to_it_alone_holds_for_other_commands(tmp_path: Path) -> None:
    own = place(tmp_path / "own", PUBLIC_URL="https://sondaggi.aurora.example")
    process = start_up(own, free_port()).process
    try:
        assert settings.load(own.data).public_url == "https://sondaggi.aurora.example"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_a_second_up_names_the_first_and_leaves_it_alone(up: Up, home: Place) -> None:
    before = family(up.process.pid)
    status, said = within(30, home.up(free_port()))
    assert status == 2
    assert said.count("\n") == 1
    assert f"process {up.process.pid}" in said
    assert alive(before) == before
    assert ready(URL)


@pytest.mark.usefixtures("up")
def test_a_port_of_another_program_is_refused_and_nothing_is_left_behind(tmp_path: Path) -> None:
    other = place(tmp_path / "other")
    status, said = within(30, other.up(PORT))
    assert status == 2
    assert f"port {PORT} is taken" in said
    assert said.count("\n") == 1
    assert not (other.data / "running.env").exists()
    assert not (other.data / "valkey" / "url").exists()
    assert ready(URL)


@pytest.mark.usefixtures("up")
def test_a_second_sending_process_on_sqlite_is_refused(home: Place) -> None:
    status, said = within(30, home.worker("sending"))
    assert status == 2
    assert said.startswith("riattiva: with SQLite one process sends")
    assert said.count("\n") == 1


@pytest.mark.long
def test_a_killed_worker_comes_back_and_the_wave_launched_meanwhile_goes_out_once(
    up: Up, home: Place
) -> None:
    def sending() -> list[int]:
        return [pid for pid, args in family(up.process.pid).items() if args.endswith("worker.py sending")]

    database = f"sqlite:///{home.data / 'riattiva.db'}"
    (killed,) = sending()
    os.kill(killed, signal.SIGKILL)
    wave = launch(home, "Venti", [mobile() for _ in range(20)])
    eventually(lambda: settled(database, wave, 20), 20)
    assert once_each(database, wave, home.data / "sandbox")
    (again,) = sending()
    assert again != killed


def leave_stale_files(home: Place) -> None:
    """What a power cut leaves: a pid that is a stranger's by now, a dead socket, settings of a dead sandbox."""
    (home.data / "riattiva.lock").write_text(str(os.getpid()))
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(home.data / "valkey" / "valkey.sock"))
    (home.data / "valkey" / "url").write_text(f"unix://{home.data / 'valkey' / 'valkey.sock'}")
    (home.data / "running.env").write_text("REDIS_URL=redis://127.0.0.1:1\nTWILIO_ACCOUNT_SID=ACdead\n")


@pytest.mark.long
def test_ctrl_c_ends_everything_and_the_next_start_finds_its_data(up: Up, home: Place) -> None:
    phone = mobile()
    import_people(home, "Una", [phone])
    everything = family(up.process.pid)
    os.killpg(up.process.pid, signal.SIGINT)
    status, said = within(15, up.process)
    assert status == 0
    assert said.endswith("stopping\n")
    assert alive(everything) == {}
    assert not (home.data / "valkey" / "valkey.sock").exists()
    assert not (home.data / "running.env").exists()
    for log in (home.data / "logs").glob("*.log"):
        assert "Traceback" not in log.read_text(), log
    leave_stale_files(home)
    _running.append(start_up(home, PORT))
    assert json.loads(home.riattiva("contacts", "show", phone, "--json"))["company"] == "Una"


@pytest.mark.long
def test_a_killed_up_leaves_nothing_and_starts_again_at_once(up: Up, home: Place) -> None:
    eventually(lambda: len(family(up.process.pid)) > len(PARTS))  # gunicorn has its worker too
    everything = family(up.process.pid)
    assert (home.data / "running.env").exists()
    up.process.kill()
    _running.append(again := start_up(home, PORT))
    gone_within(5, everything)
    eventually(lambda: ready(URL), 40)
    assert again.link("Riattiva runs on") == URL


@pytest.mark.long
def test_it_stops_as_well_while_it_is_still_starting(tmp_path: Path) -> None:
    fresh = place(tmp_path / "fresh")
    process = fresh.up(free_port())
    eventually((fresh.data / "valkey" / "url").exists)
    everything = family(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    status, said = within(40, process)
    assert status == 0, said
    assert "Traceback" not in said
    assert alive(everything) == {}
