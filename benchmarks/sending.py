"""Claim, cross and complete as the sender does them, against the same three statements with nothing around them."""

import time

from app import runtime
from app.channels.base import Channel
from app.messages import batches
from app.messages.models import State
from app.runtime import Runtime
from benchmarks._wave import Bare, as_planned, fill, in_state, launched, settle
from benchmarks.harness import Figures, in_turns, installation
from benchmarks.waves import plan

DEFAULT = 50_000
SIZE = 500


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Messages per second through all three, in batches of SIZE."""
    runtime.collect_seldom()
    return in_turns(
        "sending",
        engine,
        "messages/s",
        f"about {rows:,} planned emails in batches of {SIZE}, each of the three steps a transaction. Ours: claim in "
        "the groups' turns; cross, which looks at suppression, consent, group, domain and kill switch in the same "
        "statement; complete, with the provider's id and a note for what stays unanswered. Ceiling: three bare UPDATEs "
        "of the same table that look at nothing but the state. Both with a worker's garbage collection",
        ours=lambda: _ours(engine, rows),
        ceiling=lambda: _bare(engine, rows),
        runs=runs,
    )


def _ours(engine: str, rows: int) -> float:
    with installation(engine, redis=True) as rt:
        fill(rt, rows)
        plan(rt, launched(rt))
        settle(rt)
        count, total = in_state(State.QUEUED), 0.0
        while took := _batch(rt):
            total += took
        assert in_state(State.ACCEPTED) == count
        return count / total


def _batch(rt: Runtime) -> float:
    """Seconds for one batch; 0 when nothing is due."""
    started = time.perf_counter()
    with runtime.session() as db:
        attempt = batches.claim(db, Channel.EMAIL, worker="bench", size=SIZE, now=rt.now(), answers=False)
    if attempt is None:
        return 0.0
    with runtime.reading() as db:
        ids = [message.id for message in batches.held(db, attempt)]
    with runtime.session() as db:
        crossed = batches.cross(db, attempt, now=rt.now(), held=ids)
    with runtime.session() as db:
        batches.accepted(db, dict.fromkeys(crossed, "x"), now=rt.now())
    return time.perf_counter() - started


def _bare(engine: str, rows: int) -> float:
    with installation(engine, redis=True) as rt:
        fill(rt, 300)
        plan(rt, launched(rt))
        like = as_planned()
    with installation(engine, redis=True) as rt:
        fill(rt, rows)
        bare = Bare(rt, like)
        bare.insert()
        settle(rt)
        return rows / bare.send(SIZE)
