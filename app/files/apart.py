"""Long reading in a process of its own: checking rows is half the work of an import, and needs no database."""

import gc
import os
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import IO, Any

from app.errors import BadInput, NotAvailable
from app.files import sources

_WORTH_A_PROCESS = 2_000_000  # bytes; below, starting one costs more than it saves
_AHEAD = 4  # pages read while one is written
_LENGTH = struct.Struct("<Q")


@contextmanager
def pages(file: Path, read: Callable[..., Iterator[Any]], *args: Any) -> Iterator[Iterator[Any]]:
    """What `read(*args)` yields of this file, read ahead where it is long; `read` is a function of a module.

    Raises what `read` raises of BadInput, NotAvailable when the other process ends early.
    """
    if sources.on_disk(file).stat().st_size < _WORTH_A_PROCESS or (os.cpu_count() or 1) < 2:
        yield read(*args)
        return
    argv = [sys.executable, "-m", "app.files.apart"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            pickle.dump((read, args), child.stdin)
            child.stdin.close()
            yield _received(child.stdout)
        finally:
            child.kill()


@contextmanager
def rare_collections() -> Iterator[None]:
    """Pages make and drop many objects without cycles: looking for cycles would cost a quarter of the time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _received(pipe: IO[bytes]) -> Iterator[Any]:
    """The pages the other process sends, read from the pipe while this one is busy with the page before."""
    waiting: Queue[bytes] = Queue(_AHEAD)

    def fetch() -> None:
        while header := pipe.read(_LENGTH.size):
            waiting.put(pipe.read(_LENGTH.unpack(header)[0]))
        waiting.put(b"")

    threading.Thread(target=fetch, daemon=True).start()
    while sent := waiting.get():
        page = pickle.loads(sent)  # noqa: S301 - our own child's
        if isinstance(page, BadInput):
            raise page
        if page is None:
            return
        yield page
    raise NotAvailable("the process that reads the file ended; run the import again to finish it")


def _serve() -> None:
    read, args = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent's
    gc.disable()
    try:
        for page in read(*args):
            _send(page)
        _send(None)
    except BadInput as error:
        _send(error)


def _send(page: object) -> None:
    data = pickle.dumps(page, pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.write(_LENGTH.pack(len(data)))
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    try:
        _serve()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)  # nobody listens any more
