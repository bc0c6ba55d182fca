"""Processes that never outlive the one that started them, even when that one is killed with -9."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

_LINUX = sys.platform == "linux"
# Loaded before any fork: between fork and exec only the bare call is safe.
_LIBC = ctypes.CDLL(None) if _LINUX else None
_PR_SET_PDEATHSIG = 1  # linux/prctl.h

# Where the kernel offers no such signal, a process waits for the end of its standard input: one byte means
# that all ended well, none that the parent died.
_WATCHER = "import os, signal, sys; sys.stdin.buffer.read() or os.kill(int(sys.argv[1]), signal.SIGTERM)"

_LOG_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Offspring:
    """A running process and, where the kernel needs help, the watcher that ends it with us."""

    process: subprocess.Popen[bytes]
    watcher: subprocess.Popen[bytes] | None

    def ask_to_stop(self) -> None:
        """SIGTERM, without waiting; a process already gone is fine."""
        self.process.terminate()

    def end(self, grace: float) -> int:
        """Wait `grace` seconds for the end asked for, then SIGKILL the whole session; the exit status."""
        try:
            self.process.wait(grace)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        status = self.process.wait()
        self.dismiss_watcher()
        return status

    def dismiss_watcher(self) -> None:
        """Tell the watcher that the process is gone, before its pid means another; may be called twice."""
        if self.watcher is not None and self.watcher.returncode is None:
            self.watcher.communicate(b".")


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    given: bytes = b"",
    watched: bool = not _LINUX,
) -> Offspring:
    """Start `argv` in a session of its own, so that one Ctrl-C reaches us alone and we stop it once.

    `given` becomes its standard input, its output goes to the end of `log`, `env` is added to our own,
    `watched` adds the watcher process. On Linux the signal comes when the *thread* that called this ends, so
    call it from one that lasts. Raises OSError when it cannot be started.
    """
    with _open_log(log) as output:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            start_new_session=True,
            preexec_fn=None if watched else partial(die_with_parent, os.getpid()),
        )
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(given)
    watcher = None
    if watched:
        command = [sys.executable, "-c", _WATCHER, str(process.pid)]
        watcher = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    return Offspring(process, watcher)


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel for SIGTERM when our parent dies (prctl(2), PR_SET_PDEATHSIG); nothing to do elsewhere.

    `spawn` does this for all it starts; a Python process started by other means may call it first thing.
    `parent` is its expected pid: a parent that died before the request means that we end at once.
    """
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def _open_log(path: Path) -> BinaryIO:
    """Append to `path`; one that grew large makes room first, and only one such is kept."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_name(path.name + ".1"))
    return path.open("ab")
