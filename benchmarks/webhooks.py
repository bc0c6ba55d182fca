"""Event batches at the door of a real web process, against verifying and one raw row with nothing around them."""

import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from app import runtime
from app.channels.base import Channel
from app.cli.service import web_command
from app.db import new_id
from app.messages.models import State
from app.runtime import Runtime
from benchmarks._poster import EVENTS, LENGTH
from benchmarks._wave import ROOT, fill, in_state, launched, provided, settle, sink
from benchmarks.blast import _free_port
from benchmarks.harness import Figures, in_turns, installation
from benchmarks.waves import plan

DEFAULT = 3_000
CONNECTIONS, WARMING = 8, 200
LIMITS = {"postgres": 50.0, "sqlite": 250.0}
"""Milliseconds the 99th percentile may take at half load while a wave is sent."""
WAVE = 40_000
"""Contacts of that wave: at the pace we speak to a provider it lasts longer than the posts do."""
SECONDS = 15
"""For how long the posts come at half load."""

_KEY = ec.generate_private_key(ec.SECP256R1())
_PUBLIC = base64.b64encode(
    _KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
_PRIVATE = _KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Events per second accepted; the method ends with the percentiles at half of that while a wave is sent."""
    loads: list[float] = []
    figures = in_turns(
        "webhooks",
        engine,
        "events/s",
        "",
        ours=lambda: _throughput(engine, rows, "wsgi:app", loads),
        ceiling=lambda: _throughput(engine, rows, "benchmarks._bare_door:app", loads),
        runs=runs,
    )
    half = figures.ours / EVENTS / 2
    waits, sent = _while_sending(engine, half)
    return Figures(
        **{name: getattr(figures, name) for name in Figures.__slots__ if name != "method"},
        method=f"{rows:,} posts of {EVENTS} events ({LENGTH // 1000} kB), each signed (ECDSA) and another one, over "
        f"{CONNECTIONS} kept connections to gunicorn as `riattiva up` starts it; the poster is a process of its own "
        f"(busiest {max(loads):.0%} of a processor). Ours: the real route, with a Valkey to ring at. Ceiling: a bare "
        "Flask route in the same gunicorn, which verifies and inserts the body into a table of its own without a "
        f"unique key, as durably. At half load ({half:.0f} posts/s for {SECONDS} s, from the moment each was due) "
        f"while a wave is sent ({sent:,.0f} emails/s): median {statistics.median(waits) * 1000:.0f} ms, p99 "
        f"{_percentile(waits, 99):.0f} ms (limit {LIMITS[engine]:.0f}), longest {max(waits) * 1000:.0f} ms",
    )


def _percentile(waits: list[float], which: int) -> float:
    return statistics.quantiles(waits, n=100)[which - 1] * 1000


def _throughput(engine: str, rows: int, app: str, loads: list[float]) -> float:
    with installation(engine, redis=True) as rt, _web(rt, app) as port:
        _posted(port, WARMING)
        said = _posted(port, rows)
        loads.append(said["cpu"])
        return rows * EVENTS / said["seconds"]


def _while_sending(engine: str, pace: float) -> tuple[list[float], float]:
    """The wait of each post, and emails sent a second meanwhile."""
    with sink() as url, installation(engine, redis=True, **provided(url)) as rt:
        fill(rt, WAVE)
        plan(rt, launched(rt))
        settle(rt)
        with _web(rt, "wsgi:app") as port, _process([str(ROOT / "worker.py"), "sending"], _env(rt, port)):
            _posted(port, WARMING)
            runtime.ring("sending", "app.messages.jobs.send", Channel.EMAIL)
            while not in_state(State.ACCEPTED):
                time.sleep(0.1)
            before, started = in_state(State.ACCEPTED), time.perf_counter()
            said = _posted(port, int(pace * SECONDS), pace=pace, connections=4 * CONNECTIONS)
            sent = in_state(State.ACCEPTED) - before
            assert in_state(State.QUEUED), "the wave was over before the posts"
            return said["waits"], sent / (time.perf_counter() - started)


def _posted(port: int, posts: int, *, pace: float = 0, connections: int = CONNECTIONS) -> dict[str, Any]:
    told = {"port": port, "posts": posts, "pace": pace, "connections": connections, "key": _PRIVATE}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._poster"],
        input=json.dumps(told | {"run": new_id()}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    assert not said["failed"], said["failed"][:3]
    assert len(said["waits"]) == posts
    return said


def _env(rt: Runtime, port: int) -> dict[str, str]:
    told = {
        "DATA_DIR": str(rt.settings.data_dir),
        "DATABASE_URL": rt.settings.database,
        "REDIS_URL": rt.settings.redis_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SENDGRID_WEBHOOK_PUBLIC_KEYS": _PUBLIC,
        "SENDGRID_API_KEY": rt.settings.sendgrid_api_key,
        "SENDGRID_BASE_URL": rt.settings.sendgrid_base_url,
        "SENDGRID_FROM_EMAIL": rt.settings.sendgrid_from_email,
        "SENDGRID_INBOUND_DOMAIN": rt.settings.sendgrid_inbound_domain,
        "ORGANISATION_NAME": rt.settings.organisation_name,
    }
    return {**os.environ, "PYTHONPATH": str(ROOT), **told}


@contextmanager
def _web(rt: Runtime, app: str) -> Iterator[int]:
    port = _free_port()
    with _process(web_command(port, app)[1:], _env(rt, port)):
        deadline = time.monotonic() + 60
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "the web process does not answer"
                time.sleep(0.1)
        yield port


@contextmanager
def _process(argv: list[str], env: dict[str, str]) -> Iterator[None]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *argv], env=env, cwd=ROOT, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)
            log.seek(0)
            sys.stderr.write(log.read()[-3000:].decode(errors="replace"))
