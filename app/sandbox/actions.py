"""Does what is due: state steps in a transaction with their own removal, the rest in threads."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import requests

from app.sandbox import phones, readers
from app.sandbox.errands import ERRANDS
from app.sandbox.events import MAX_BATCH, post_batch, take_batch
from app.sandbox.memory import claim
from app.sandbox.post import TryAgain
from app.sandbox.world import World

THREADS = 8
IN_FLIGHT = 64
STEPS = {**readers.STEPS, **phones.STEPS}
log = logging.getLogger(__name__)


def start(world: World) -> Callable[[], None]:
    """Start the loop; returns what stops it and waits until nothing is on the wire."""
    stopping = threading.Event()
    loop = threading.Thread(target=_run, args=(world, stopping), name="sandbox", daemon=True)
    loop.start()

    def stop() -> None:
        stopping.set()
        world.wake.set()
        loop.join()

    return stop


def _run(world: World, stopping: threading.Event) -> None:
    room = threading.Semaphore(IN_FLIGHT)
    flush_every = min(1.0, 30.0 / world.config.speed)
    flush_at = 0.0
    with ThreadPoolExecutor(THREADS, thread_name_prefix="wire") as pool:
        while not stopping.is_set():
            busy = _do_state_steps(world) + _send_errands(world, pool, room)
            if time.monotonic() >= flush_at:
                flush_at = time.monotonic() + flush_every
                busy += _send_events(world, pool, room)
            if not busy:
                world.wake.wait(0.05)
                world.wake.clear()


def _do_state_steps(world: World) -> int:
    with world.memory.write() as db:
        rows = claim(db, "actions", "lane = 'state'", time.time(), 200)
        for row in rows:
            STEPS[row["kind"]](world, db, json.loads(row["payload"]))
        db.executemany("DELETE FROM actions WHERE id = ?", [(row["id"],) for row in rows])
    return len(rows)


def _send_errands(world: World, pool: ThreadPoolExecutor, room: threading.Semaphore) -> int:
    free = 0
    while free < IN_FLIGHT // 2 and room.acquire(blocking=False):
        free += 1
    if not free:
        return 0
    with world.memory.write() as db:
        rows = claim(db, "actions", "lane = 'wire'", time.time(), free)
    for _ in range(free - len(rows)):
        room.release()
    for row in rows:
        _submit(pool, room, partial(_do_errand, world, row))
    return len(rows)


def _send_events(world: World, pool: ThreadPoolExecutor, room: threading.Semaphore) -> int:
    if not room.acquire(blocking=False):
        return 0
    with world.memory.write() as db:
        rows, rest = take_batch(claim(db, "events", "1 = 1", time.time(), MAX_BATCH))
        db.executemany("UPDATE events SET claimed = 0 WHERE id = ?", [(row["id"],) for row in rest])
    if not rows:
        room.release()
        return 0
    _submit(pool, room, partial(post_batch, world, rows))
    return len(rows)


def _submit(pool: ThreadPoolExecutor, room: threading.Semaphore, work: Callable[[], None]) -> None:
    future = pool.submit(work)

    def done(_: object) -> None:
        room.release()
        error = future.exception()
        if error is not None:
            log.error("a sandbox step failed", exc_info=error)

    future.add_done_callback(done)


def _do_errand(world: World, row: sqlite3.Row) -> None:
    """Do it, then forget it: after a crash in between it is done again, as providers do."""
    again = None
    try:
        ERRANDS[row["kind"]](world, json.loads(row["payload"]), row["attempt"])
    except TryAgain as error:
        again = error.seconds
    except requests.RequestException as error:
        log.warning("%s: %s", row["kind"], error)
        again = 30.0 if row["attempt"] < 3 else None
    with world.memory.write() as db:
        if again is None:
            db.execute("DELETE FROM actions WHERE id = ?", (row["id"],))
        else:
            sql = "UPDATE actions SET claimed = 0, attempt = attempt + 1, due = ? WHERE id = ?"
            db.execute(sql, (world.again(again), row["id"]))
