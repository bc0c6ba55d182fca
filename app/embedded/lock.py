"""One data directory, one owner: two services on the same files would undo each other's work."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from app.errors import NotAvailable


class AlreadyRunning(NotAvailable):
    """Another process holds the data directory; the text names its pid."""


class DataDirLock:
    """A held lock: only `release` lets go of it, or the kernel when the process ends, however it ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        # A bare descriptor: a file object would let go once nobody keeps the lock in a variable.
        self._descriptor: int | None = descriptor

    @property
    def held(self) -> bool:
        """False once released."""
        return self._descriptor is not None

    def release(self) -> None:
        """Let go; calling it twice does nothing more."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def lock_data_dir(data_dir: Path) -> DataDirLock:
    """Take DATA_DIR/riattiva.lock for this process, making the directory when it is missing.

    Raises AlreadyRunning, naming the holder's pid. A file left by a dead process is no obstacle.
    """
    return lock_file(data_dir / "riattiva.lock")


def lock_file(path: Path) -> DataDirLock:
    """Take the advisory lock (flock) on `path`, which then holds our pid for people to read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Never unlinked: a second process could otherwise lock a file that no longer has a name.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode("ascii", "replace") or "unknown"
        os.close(descriptor)
        raise AlreadyRunning(
            f"{path.parent} is in use by process {holder}. Stop it first, or choose another DATA_DIR."
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return DataDirLock(path, descriptor)
