"""The worker processes of `riattiva up`: kept alive while it runs, gone when it ends."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.embedded.lifeline import Offspring, spawn
from app.embedded.valkey import Valkey

log = logging.getLogger(__name__)

_ROUND_SECONDS = 0.2
_LONGEST_PAUSE = 30.0
_RETRY_SECONDS = 5.0
_STEADY_SECONDS = 60.0  # having lived so long, a child's earlier failures are forgotten


@dataclass(slots=True)
class _Child:
    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    offspring: Offspring
    started: float
    failures: int = 0
    start_again_at: float | None = None


class Children:
    """Named processes whose output goes to DATA_DIR/logs/<name>.log."""

    def __init__(self, data_dir: Path) -> None:
        self._logs = data_dir / "logs"
        self._children: list[_Child] = []

    def start(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> int:
        """Start `argv` with `env` added to our environment; its pid. Raises OSError when it cannot start.

        Call it and `wait` from one lasting thread: on Linux children end with the thread that started them.
        """
        child = _Child(name, argv, env, self._spawn(name, argv, env), time.monotonic())
        self._children.append(child)
        return child.offspring.process.pid

    def pids(self) -> dict[str, int]:
        """The process id of each child by name; a child being started again keeps its old one until then."""
        return {child.name: child.offspring.process.pid for child in self._children}

    def wait(self, stop_event: threading.Event, valkey: Valkey | None = None) -> None:
        """Start again what dies (after 1, 2, 4 … 30 s), `valkey` too, until `stop_event` is set."""
        # Not stop_event.wait(): a signal handler that sets the event while we hold its inner lock would hang.
        while not stop_event.is_set():
            if valkey is not None:
                valkey.revive()
            self.look()
            time.sleep(_ROUND_SECONDS)

    def look(self) -> None:
        """Look once after each child, for a caller that has work of its own between two looks."""
        for child in self._children:
            self._look_after(child)

    def stop(self, grace: float = 20.0) -> None:
        """SIGTERM to all at once, `grace` seconds for all together, then SIGKILL; may be called twice."""
        for child in self._children:
            child.offspring.ask_to_stop()
        deadline = time.monotonic() + grace
        for child in self._children:
            child.offspring.end(max(0.0, deadline - time.monotonic()))
        self._children.clear()

    def _look_after(self, child: _Child) -> None:
        now = time.monotonic()
        status = child.offspring.process.poll()
        if status is None:
            if child.failures and now - child.started > _STEADY_SECONDS:
                child.failures = 0
        elif child.start_again_at is None:
            pause = min(_LONGEST_PAUSE, 2.0**child.failures)
            log.warning("%s ended with %s; starting it again in %.0f s", child.name, status, pause)
            child.offspring.dismiss_watcher()
            child.failures += 1
            child.start_again_at = now + pause
        elif now >= child.start_again_at:
            self._start_again(child, now)

    def _start_again(self, child: _Child, now: float) -> None:
        try:
            child.offspring = self._spawn(child.name, child.argv, child.env)
        except OSError as error:  # no memory, a full disk: it must not bring down those that still run
            log.warning("%s cannot start: %s; trying again in %.0f s", child.name, error, _RETRY_SECONDS)
            child.start_again_at = now + _RETRY_SECONDS
        else:
            child.started, child.start_again_at = now, None

    def _spawn(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> Offspring:
        return spawn(argv, log=self._logs / f"{name}.log", env=env)
