"""A planned wave sent by one worker process and by two, to a provider that takes its time (PostgreSQL)."""

import time
from contextlib import ExitStack
from statistics import median

from app import runtime
from app.errors import BadInput
from app.messages.models import State
from benchmarks._wave import fill, in_state, launched, provided, settle, sink, worker
from benchmarks.harness import Figures, installation
from benchmarks.waves import plan

DEFAULT = 50_000
LATENCY = 0.5
"""Seconds the provider takes for a request of a thousand."""


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Emails per second of two workers; the ceiling is what one does, so the ratio is the gain. Raises BadInput for
    SQLite, where one process sends."""
    if engine == "sqlite":
        raise BadInput("with SQLite one process sends", mend="Measure it with --engine postgres.")
    pairs = [(_sent(engine, rows, 1), _sent(engine, rows, 2)) for _ in range(runs)]
    return Figures(
        name="senders",
        engine=engine,
        ours=round(median(two for _, two in pairs), 1),
        ceiling=round(median(one for one, _ in pairs), 1),
        ratio=round(median(two / one for one, two in pairs), 3),
        unit="emails/s",
        runs=runs,
        method=f"a wave to {rows:,} contacts in three languages, a tenth held out, planned before; a provider that "
        f"answers after {LATENCY} s; from the ring to the last email accepted. Ours: two worker processes; the "
        "ceiling: one. The database, the provider and all workers share this machine's cores",
    )


def _sent(engine: str, rows: int, workers: int) -> float:
    provider = sink(LATENCY)
    with provider as url, installation(engine, redis=True, **provided(url)) as rt, ExitStack() as stack:
        fill(rt, rows)
        plan(rt, launched(rt))
        settle(rt)
        count = in_state(State.QUEUED)
        rt.redis.flushall()  # planning has rung for it
        for _ in range(workers):
            stack.enter_context(worker(rt, "sending"))
        while rt.redis.scard("rq:workers") < workers:
            time.sleep(0.1)
        started = time.perf_counter()
        runtime.ring("sending", "app.messages.jobs.send", "email")
        while in_state(State.ACCEPTED) < count:
            time.sleep(0.25)
        return count / (time.perf_counter() - started)
