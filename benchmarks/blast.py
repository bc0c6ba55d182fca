"""Ten thousand people answering within a minute after a blast: how long each waits for the next question."""

import asyncio
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from app import runtime
from app.channels.base import Channel
from app.contacts.addresses import address_hash
from app.contacts.models import Consent, ConsentState, Contact
from app.db import insert_all, new_id, table_of
from app.messages import outbox
from app.messages.models import ANSWERING, Direction, Message, State
from app.runtime import Runtime
from benchmarks.conversations import SAID, people_asked
from benchmarks.harness import Figures, installation

DEFAULT = 10_000
LIMIT = 5.0
"""Seconds: a person is waiting on the phone."""
_MINUTE, _BACKLOG, _PROVIDER = 60.0, 20_000, 0.05
_ROOT = Path(__file__).resolve().parent.parent
_POSTERS = 6


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """The 99th percentile, over all who answered, of reply accepted to next question taken by the provider."""
    waits = [_blast(engine, rows) for _ in range(runs)]
    worst = [statistics.quantiles(wait, n=100)[98] for wait in waits]
    ours = statistics.median(worst)
    return Figures(
        name="blast",
        engine=engine,
        ours=round(ours, 2),
        ceiling=LIMIT,
        ratio=round(ours / LIMIT, 3),
        unit="s (99th percentile; the ceiling is the limit)",
        runs=runs,
        method=f"{rows} signed Twilio posts spread over {_MINUTE:.0f} s from {_POSTERS} connections to a real web process, "
        "three workers and a scheduler on the same machine as the database, a provider that takes "
        f"{_PROVIDER * 1000:.0f} ms a call, and {_BACKLOG} wave emails due meanwhile. Median wait "
        f"{statistics.median(statistics.median(wait) for wait in waits):.2f} s, longest {max(map(max, waits)):.2f} s",
    )


def _blast(engine: str, rows: int) -> list[float]:
    with installation(engine, redis=True) as rt, ExitStack() as stack:
        people = people_asked(rt, rows)
        _backlog(rt, _BACKLOG)
        port, sink = _free_port(), _free_port()
        env = _env(rt, port, sink)
        threading.Thread(target=_serve, args=(sink,), daemon=True).start()
        web = ("-m", "gunicorn", "wsgi:app", "--chdir", str(_ROOT), "--bind", f"127.0.0.1:{port}", "--no-control-socket",
               "--worker-class", "gthread", "--threads", "8", "--log-level", "warning")  # fmt: skip
        for argv in (web, *((str(_ROOT / "worker.py"), name) for name in ("replies", "sending", "bulk", "scheduler"))):
            stack.enter_context(_process(argv, env))
        _wait(port)
        _post_all(rt, people, port, env)
        return _waits(rt, rows)


def _env(rt: Runtime, port: int, sink: int) -> dict[str, str]:
    provider = f"http://127.0.0.1:{sink}"
    return {
        **os.environ,
        "PYTHONPATH": str(_ROOT),
        "DATA_DIR": str(rt.settings.data_dir),
        "DATABASE_URL": rt.settings.database,
        "REDIS_URL": str(rt.settings.redis_url),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKENS": secrets.token_hex(16),
        "TWILIO_BASE_URL": provider,
        "TWILIO_FROM": "+15005550006",
        "SENDGRID_API_KEY": "SG.bench",
        "SENDGRID_BASE_URL": provider,
        "SENDGRID_FROM_EMAIL": "bench@bench.example",
    }


def _post_all(rt: Runtime, people: Sequence[tuple[str, str, str]], port: int, env: dict[str, str]) -> None:
    """Each poster keeps its share of the pace, on one connection."""
    url, validator = f"{env['PUBLIC_URL']}/webhooks/twilio/messages", RequestValidator(env["TWILIO_AUTH_TOKENS"])
    posts = []
    for number, (_, _, phone) in enumerate(people):
        form = {"MessageSid": f"SM{number:032x}", "From": phone, "To": env["TWILIO_FROM"], "Body": SAID[number % len(SAID)],
                "NumMedia": "0", "AccountSid": env["TWILIO_ACCOUNT_SID"]}  # fmt: skip
        posts.append((urlencode(form), validator.compute_signature(url, form)))
    started = time.perf_counter()

    def poster(mine: int) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        for number in range(mine, len(posts), _POSTERS):
            body, signature = posts[number]
            time.sleep(max(0.0, started + number * _MINUTE / len(posts) - time.perf_counter()))
            headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
            connection.request("POST", "/webhooks/twilio/messages", body, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status < 300, answer.status

    threads = [threading.Thread(target=poster, args=(mine,)) for mine in range(_POSTERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _waits(rt: Runtime, rows: int) -> list[float]:
    """Seconds from accepting each reply to the provider's taking the answer to it."""
    table = table_of(Message)
    said, asked = table.alias(), table.alias()
    both = (
        select(said.c.created_at, asked.c.accepted_at)
        .join(asked, (asked.c.conversation_id == said.c.conversation_id) & (asked.c.step == ANSWERING))
        .where(said.c.direction == Direction.IN, asked.c.accepted_at.is_not(None))
    )
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        with runtime.reading() as db:
            if db.execute(select(func.count()).select_from(both.subquery())).scalar_one() >= rows:
                return [(taken - heard).total_seconds() for heard, taken in db.execute(both)]
        time.sleep(1)
    raise AssertionError("not everybody was answered within five minutes")


def _backlog(rt: Runtime, count: int) -> None:
    """A wave's emails, all due: sending goes on while people answer."""
    now, key = rt.now(), rt.settings.suppression_key
    with runtime.session() as db:
        content = outbox.freeze(db, Channel.EMAIL, "it", text="Ciao", subject="Ciao", html="<p>Ciao</p>")
    ids = [new_id() for _ in range(count)]
    with runtime.bulk_session() as db:
        insert_all(db, Contact, [
            {"id": c, "email": f"p{n}@bench.example", "email_key": f"p{n}@bench.example", "phone_kind": "unknown", "attributes": {},
             "created_at": now, "updated_at": now} for n, c in enumerate(ids)])  # fmt: skip
        insert_all(db, Consent, [
            {"contact_id": c, "channel": "email", "state": ConsentState.GRANTED, "at": now, "recorded_at": now, "source": "bench",
             "wording": "", "evidence": {}, "basis": "consent"} for c in ids])  # fmt: skip
        insert_all(db, Message, [
            {"id": new_id(), "direction": "out", "channel": "email", "state": State.QUEUED, "contact_id": c, "content_id": content,
             "step": "invite", "text": "", "address": f"p{n}@bench.example", "address_hash": address_hash(key, Channel.EMAIL, f"p{n}@bench.example"),
             "values_": {}, "headers": {}, "subject": "", "not_before": now, "created_at": now} for n, c in enumerate(ids)])  # fmt: skip


@contextmanager
def _process(argv: Sequence[str], env: dict[str, str]) -> Iterator[None]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *argv], env=env, cwd=_ROOT, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def _serve(port: int) -> None:
    """A provider that accepts everything after the time a call takes."""
    asyncio.run(_sink(port))


async def _sink(port: int) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
            await reader.readexactly(int(fields.get(b"content-length", b"0")))
            await asyncio.sleep(_PROVIDER)
            sid = f"SM{secrets.token_hex(16)}"
            mail = b"/v3/mail/send" in head.split(b"\r\n")[0]
            body = b"" if mail else json.dumps({"sid": sid, "status": "queued"}).encode()
            status = b"202 Accepted\r\nX-Message-Id: " + sid.encode() if mail else b"201 Created"
            writer.write(b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
            await writer.drain()

    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(quietly, "127.0.0.1", port)
    await server.serve_forever()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the web process does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
