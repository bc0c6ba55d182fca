"""Reading the rows of a file, in a process of its own where the file is long: checking them is half the work."""

import os
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from queue import Queue
from typing import IO

from app.contacts.imports import rows
from app.contacts.imports.plan import Plan
from app.contacts.imports.rows import Row
from app.errors import BadInput, NotAvailable

PAGE = 1_000
_WORTH_A_PROCESS = 2_000_000  # bytes; below, starting one costs more than it saves
_AHEAD = 4  # pages read while one is written
_LENGTH = struct.Struct("<Q")

Read = tuple[Row, list[str]]
"""A row as it was understood, and its cells as they were given."""


@contextmanager
def pages(planned: Plan, *, after: int, now: datetime) -> Iterator[Iterator[list[Read]]]:
    """The rows that start after line `after`, in pages; raises BadInput where the file cannot be read on."""
    if planned.table.size < _WORTH_A_PROCESS or (os.cpu_count() or 1) < 2:
        yield read(planned, after, now)
        return
    argv = [sys.executable, "-m", "app.contacts.imports.reader"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            pickle.dump((planned, after, now), child.stdin)
            child.stdin.close()
            yield _received(child.stdout)
        finally:
            child.kill()


def read(planned: Plan, after: int, now: datetime) -> Iterator[list[Read]]:
    """The same, in this process."""
    reading = rows.Reading(planned.columns, planned.country, planned.zone, now)
    records = (record for record in planned.table.records() if record.line > after)
    while page := [(rows.read(record, reading), record.cells) for record in islice(records, PAGE)]:
        yield page


def _received(pipe: IO[bytes]) -> Iterator[list[Read]]:
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
    planned, after, now = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent's
    try:
        for page in read(planned, after, now):
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
