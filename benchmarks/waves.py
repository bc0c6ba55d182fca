"""A wave planned and sent end to end, against its three parts done one after the other with nothing around them."""

import resource
import time
from contextlib import ExitStack
from math import inf
from statistics import median

from sqlalchemy import func, select

from app import runtime
from app.channels.base import Channel
from app.db import table_of
from app.messages import lanes
from app.messages.models import Message, State
from app.runtime import Runtime
from app.waves import batches
from app.waves.batches import step_due_at
from app.waves.models import Wave
from benchmarks._wave import Bare, as_planned, fill, in_state, launched, provided, settle, sink, worker
from benchmarks.harness import Figures, installation

DEFAULT = 100_000
Times = dict[str, float]


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Emails per second of one process, planned and then sent; the ceiling is 1/(1/insert + 1/three + 1/POST)."""
    runtime.collect_seldom()
    small = _run(engine, rows // 10)
    before = _memory()
    found, peak = [_run(engine, rows) for _ in range(runs)], _memory()
    middle = {name: median(one[name] for one in found) for name in small}
    shipped = median(_shipped(engine, rows) for _ in range(runs))
    return Figures(
        name="waves",
        engine=engine,
        ours=round(shipped, 1),
        ceiling=round(middle["ceiling"], 1),
        ratio=round(shipped / middle["ceiling"], 3),
        unit="emails/s",
        runs=runs,
        method=f"{rows:,} dormant contacts in three languages, a tenth held out, a provider that takes everything, "
        "1,000 a request. Ours: the worker that plans and the worker that sends, two processes, from "
        f"the launch to the last email taken. One process that first plans ({middle['plan']:,.0f} contacts/s) and then "
        f"sends ({middle['send']:,.0f} emails/s) does {middle['ours']:,.0f}/s, {middle['ratio']:.3f} of the ceiling. "
        "Ceiling, each part measured by itself on a database of its own in the same run: "
        f"insert of member, conversation and message ({middle['insert']:,.0f}/s), claim, cross and complete as three "
        f"bare UPDATEs ({middle['three']:,.0f}/s), POST of ready values ({middle['post']:,.0f}/s), one after the "
        f"other, all with a worker's garbage collection. An email costs {middle['each'] * 1e6:.0f} µs, at "
        f"{rows // 10:,} contacts {small['each'] * 1e6:.0f} µs: {middle['each'] / small['each']:.2f}x; of processor "
        "time of this process "
        f"{middle['cpu'] * 1e6:.0f} µs and {small['cpu'] * 1e6:.0f} µs: {middle['cpu'] / small['cpu']:.2f}x. Peak "
        f"memory {peak} MB, after {rows // 10:,} {before} MB",
    )


def _shipped(engine: str, rows: int) -> float:
    """Emails per second from the launch to the last that was taken, by the worker processes as they are started."""
    with sink() as url, installation(engine, redis=True, **provided(url)) as rt, ExitStack() as stack:
        fill(rt, rows)
        for name in ("bulk", "sending"):
            stack.enter_context(worker(rt, name))
        while rt.redis.scard("rq:workers") < 2:
            time.sleep(0.1)
        started = time.perf_counter()
        wave_id = launched(rt)
        while not (count := _all_sent(wave_id)):
            time.sleep(0.2)
        return count / (time.perf_counter() - started)


def _all_sent(wave_id: str) -> int:
    """How many emails a wave consists of, once it is planned and all were taken; 0 until then."""
    with runtime.reading() as db:
        wave = db.get_one(Wave, wave_id)
        if step_due_at(wave) is not None:
            return 0
        one = select(table_of(Message).c.id).where(table_of(Message).c.group_id == wave_id)
        if db.execute(one.where(table_of(Message).c.state != State.ACCEPTED).limit(1)).first():
            return 0
        return int(db.execute(select(func.count()).select_from(one.subquery())).scalar_one())


def plan(rt: Runtime, wave_id: str) -> None:
    """As the job does, page after page."""
    more = True
    while more:
        with runtime.reading() as db:
            foreseen = batches.foresee(db, rt, wave_id, now=rt.now())
        with runtime.bulk_session() as db:
            more = batches.plan_page(db, rt, wave_id, now=rt.now(), foreseen=foreseen)


def _run(engine: str, rows: int) -> Times:
    with sink() as url:
        with installation(engine, redis=True, **provided(url)) as rt:
            fill(rt, rows)
            wave_id = launched(rt)
            clock = [_clock()]
            plan(rt, wave_id)
            clock.append(_clock())
            count, like = in_state(State.QUEUED), as_planned()
            clock.append(_clock())
            lanes.send(Channel.EMAIL, until=inf, call=lambda: None)
            clock.append(_clock())
            assert in_state(State.ACCEPTED) == count > rows * 0.8, "all that was planned is sent"
        with installation(engine, redis=True, **provided(url)) as rt:
            fill(rt, rows)
            bare = Bare(rt, like)
            insert = bare.insert()
            settle(rt)
            three = bare.send()
            post = bare.post(url, rows)
    (start, cpu), (planned, cpu_planned), (resumed, cpu_resumed), (ended, cpu_ended) = clock
    took = planned - start + ended - resumed
    ceiling = rows / (insert + three + post)
    return {
        "ours": count / took,
        "ceiling": ceiling,
        "ratio": count / took / ceiling,
        "plan": rows / (planned - start),
        "send": count / (ended - resumed),
        "insert": rows / insert,
        "three": rows / three,
        "post": rows / post,
        "each": took / count,
        "cpu": (cpu_planned - cpu + cpu_ended - cpu_resumed) / count,
    }


def _clock() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
