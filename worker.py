"""A worker process: `python worker.py replies|sending|bulk …` runs those queues, `scheduler` rings the sweeps."""

import argparse
import logging
import os
import signal
import socket
import sys
import threading

from app import queue, settings
from app.embedded import AlreadyRunning
from app.embedded.lock import lock_file
from app.errors import RiattivaError
from app.factory import SWEEPS, open_process

QUEUES = ("replies", "sending", "bulk")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queues", nargs="+", choices=[*QUEUES, "scheduler"])
    asked = parser.parse_args().queues
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        loaded = settings.load(make_secrets=True)
        if "sending" in asked and loaded.database.startswith("sqlite"):
            # SQLite has one writer: a second claiming process would only make both wait.
            lock_file(loaded.data_dir / "sending.lock")
        rt = open_process(loaded)
        if asked == ["scheduler"]:
            stop = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
            queue.schedule(rt.redis, SWEEPS, stop)
        else:
            queue.work(
                rt.redis, [name for name in asked if name in QUEUES], f"{socket.gethostname()}-{os.getpid()}"
            )
    except AlreadyRunning as error:
        print(
            f"riattiva: with SQLite one process sends, and it is running already ({error})", file=sys.stderr
        )
        return 2
    except RiattivaError as error:
        print(f"riattiva: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
