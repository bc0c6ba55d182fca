"""A worker process: `worker.py replies|sending|bulk …` runs those queues, `scheduler` rings the sweeps."""

import argparse
import logging
import os
import signal
import socket
import sys
import threading

from app import queue, runtime, settings
from app.accounts import installation
from app.embedded import AlreadyRunning
from app.embedded.lock import lock_file
from app.errors import RiattivaError
from app.factory import SWEEPS
from app.runtime import Runtime

QUEUES = ("replies", "sending", "bulk")
SCHEDULER = "scheduler"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queues", nargs="+", choices=[*QUEUES, SCHEDULER])
    asked = parser.parse_args().queues
    if SCHEDULER in asked and len(asked) > 1:
        parser.error("the scheduler is a process of its own")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it says which database it meets
    try:
        loaded = settings.load(make_secrets=True)
        if "sending" in asked and loaded.database.startswith("sqlite"):
            # SQLite has one writer: a second claiming process would only make both wait.
            lock_file(loaded.data_dir / "sending.lock")
        run(installation.start(loaded), asked)
    except AlreadyRunning as error:
        return refuse(f"with SQLite one process sends, and it is running already ({error})")
    except RiattivaError as error:
        return refuse(str(error))
    return 0


def run(rt: Runtime, asked: list[str]) -> None:
    """Work until SIGTERM or SIGINT. Raises NotAvailable when Redis cannot be reached."""
    if asked != [SCHEDULER]:
        runtime.collect_seldom()
        queue.work(rt.redis, asked, f"{socket.gethostname()}-{os.getpid()}")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    queue.schedule(rt.redis, SWEEPS, stop)


def refuse(why: str) -> int:
    """Say it in one line; the exit status."""
    sys.stderr.write(f"riattiva: {why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
