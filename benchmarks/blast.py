"""Ten thousand people answering within a minute after a blast: how long each waits for the next question."""

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
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from app import runtime
from app.channels.base import Channel
from app.contacts.addresses import address_hash
from app.contacts.models import Consent, Contact
from app.db import insert_all, new_id, table_of
from app.messages import outbox
from app.messages.models import ANSWERING, Direction, Message, State
from app.runtime import Runtime
from benchmarks.conversations import SAID, Asked, consent_of, people_asked
from benchmarks.harness import Figures, installation

DEFAULT = 10_000
LIMIT = 5.0
"""Seconds: a person is waiting on the phone."""
MINUTE, BACKLOG, CALL = 60.0, 20_000, 0.05
"""Seconds the replies are spread over; wave emails due meanwhile; seconds a call to the provider takes."""
POSTERS = 6
ROOT = Path(__file__).resolve().parent.parent
WEB = ("-m", "gunicorn", "wsgi:app", "--no-control-socket", "--worker-class", "gthread", "--threads", "8")
WORKERS = ("replies", "sending", "bulk", "scheduler")


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """The 99th percentile, over all who answered, of reply accepted to next question taken by the provider."""
    told = [_blast(engine, rows) for _ in range(runs)]
    waits = [[heard + sent for heard, sent in one] for one in told]
    ours = statistics.median(_percentile(wait, 99) for wait in waits)
    halves = statistics.median(statistics.median(wait) for wait in waits)
    in_queue = statistics.median(statistics.median(sent for _, sent in one) for one in told)
    return Figures(
        name="blast",
        engine=engine,
        ours=round(ours, 2),
        ceiling=LIMIT,
        ratio=round(ours / LIMIT, 3),
        unit="s",
        runs=runs,
        method=f"99th percentile; what stands as the ceiling is the limit. {rows} signed Twilio posts spread over "
        f"{MINUTE:.0f} s from {POSTERS} connections, to a real web process with three workers and a scheduler, on the "
        f"same machine as the database and the provider's stand-in (each call takes {CALL * 1000:.0f} ms), while "
        f"{BACKLOG} wave emails are due. Median {halves:.2f} s, of which {in_queue:.2f} s "
        f"from the outbox to the provider; longest {max(map(max, waits)):.2f} s",
    )


def _percentile(waits: Sequence[float], which: int) -> float:
    return statistics.quantiles(waits, n=100)[which - 1]


def _blast(engine: str, rows: int) -> list[tuple[float, float]]:
    with installation(engine, redis=True) as rt, ExitStack() as stack:
        people = people_asked(rt, rows)
        port, provider = _free_port(), _free_port()
        env = _env(rt, port, provider)
        stack.enter_context(_process(("-m", "benchmarks._provider", str(provider), str(CALL)), env))
        stack.enter_context(_process((*WEB, "--bind", f"127.0.0.1:{port}"), env))
        for name in WORKERS:
            stack.enter_context(_process((str(ROOT / "worker.py"), name), env))
        _wait(port)
        _backlog(rt)
        _post_all(people, port, env)
        return _waits(rows)


def _env(rt: Runtime, port: int, provider: int) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(rt.settings.data_dir),
        "DATABASE_URL": rt.settings.database,
        "REDIS_URL": str(rt.settings.redis_url),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKENS": secrets.token_hex(16),
        "TWILIO_BASE_URL": f"http://127.0.0.1:{provider}",
        "TWILIO_FROM": "+15005550006",
        "SENDGRID_API_KEY": "SG.bench",
        "SENDGRID_BASE_URL": f"http://127.0.0.1:{provider}",
        "SENDGRID_FROM_EMAIL": "bench@bench.example",
    }


def _post_all(people: Sequence[Asked], port: int, env: dict[str, str]) -> None:
    """Each poster keeps its share of the pace, on one connection."""
    path = "/webhooks/twilio/messages"
    signer, posts = RequestValidator(env["TWILIO_AUTH_TOKENS"]), []
    for number, (_, _, phone) in enumerate(people):
        form = {"MessageSid": f"SM{number:032x}", "AccountSid": env["TWILIO_ACCOUNT_SID"], "NumMedia": "0"}
        form |= {"From": phone, "To": env["TWILIO_FROM"], "Body": SAID[number % len(SAID)]}
        posts.append((urlencode(form), signer.compute_signature(env["PUBLIC_URL"] + path, form)))
    started = time.perf_counter()

    def poster(mine: int) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        for number in range(mine, len(posts), POSTERS):
            body, signature = posts[number]
            time.sleep(max(0.0, started + number * MINUTE / len(posts) - time.perf_counter()))
            headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status < 300, answer.status

    threads = [threading.Thread(target=poster, args=(mine,)) for mine in range(POSTERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _waits(rows: int) -> list[tuple[float, float]]:
    """Seconds from accepting each reply to the answer in the outbox, and from there to the provider's taking it."""
    said, asked = table_of(Message).alias(), table_of(Message).alias()
    both = (
        select(said.c.created_at, asked.c.created_at, asked.c.accepted_at)
        .join(asked, (asked.c.conversation_id == said.c.conversation_id) & (asked.c.step == ANSWERING))
        .where(said.c.direction == Direction.IN, asked.c.accepted_at.is_not(None))
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with runtime.reading() as db:
            if db.execute(select(func.count()).select_from(both.subquery())).scalar_one() >= rows:
                return [
                    ((queued - heard).total_seconds(), (taken - queued).total_seconds())
                    for heard, queued, taken in db.execute(both)
                ]
        time.sleep(1)
    raise AssertionError("not everybody was answered within two minutes")


def _backlog(rt: Runtime) -> None:
    """A wave's emails, all due: sending goes on while people answer."""
    now, people = rt.now(), [(new_id(), f"p{number}@bench.example") for number in range(BACKLOG)]
    with runtime.session() as db:
        content = outbox.freeze(db, Channel.EMAIL, "it", text="Ciao", subject="Ciao", html="<p>Ciao</p>")
    contacts = [
        {"id": contact, "email": email, "email_key": email, "phone_kind": "unknown", "attributes": {}}
        | {"created_at": now, "updated_at": now}
        for contact, email in people
    ]
    due = {"direction": Direction.OUT, "channel": Channel.EMAIL, "state": State.QUEUED, "step": "invite"}
    due |= {"content_id": content, "text": "", "subject": "", "values_": {}, "headers": {}}
    due |= {"not_before": now, "created_at": now}
    key = rt.settings.suppression_key
    messages = [
        {"id": new_id(), "contact_id": contact, "address": email}
        | {"address_hash": address_hash(key, Channel.EMAIL, email)}
        | due
        for contact, email in people
    ]
    with runtime.bulk_session() as db:
        insert_all(db, Contact, contacts)
        insert_all(db, Consent, [consent_of(contact, "email", rt) for contact, _ in people])
        insert_all(db, Message, messages)


@contextmanager
def _process(argv: Sequence[str], env: dict[str, str]) -> Iterator[None]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *argv], env=env, cwd=ROOT, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int) -> None:
    """Until the web process answers, and the workers had the time to start that they have before any blast."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                time.sleep(5)
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the web process does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
