"""The same code beyond one machine's parts: PostgreSQL and Redis by URL, each process started by hand."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from redis import Redis
from sqlalchemy import text

from app import db as database
from app import queue
from app.channels.sendgrid import SendGrid
from app.db import new_id
from app.embedded import start_valkey
from tests.flows.conftest import eventually, free_port, mobile, page_text
from tests.service.processes import Place, place, ready, within
from tests.service.waves import launch, ledger, once_each, senders, settled

pytestmark = pytest.mark.long

KEY, ACCOUNT, TOKEN = "SG.apart", "AC" + "2" * 32, "t" * 32


@dataclass(frozen=True, slots=True)
class Apart:
    """The running processes by name, and what stands around them."""

    place: Place
    sandbox: str
    bill: Path
    processes: dict[str, subprocess.Popen[str]]

    @property
    def database(self) -> str:
        return self.place.env["DATABASE_URL"]

    @property
    def redis(self) -> Redis:
        return queue.connect(self.place.env["REDIS_URL"])


@pytest.fixture(scope="module")
def database_url(postgres: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this file's own."""
    name = f"apart_{new_id().replace('-', '')}"
    admin = database.open_engine(postgres).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_riattiva"))
    yield postgres.replace("/postgres?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """The providers' stand-in, started by hand: where the product will answer, its URL and its bill's folder."""
    public, data = f"http://127.0.0.1:{free_port()}", tmp_path_factory.mktemp("providers")
    env = {
        "SANDBOX_SENDGRID_API_KEY": KEY,
        "SANDBOX_TWILIO_ACCOUNT_SID": ACCOUNT,
        "SANDBOX_TWILIO_AUTH_TOKEN": TOKEN,
        "SANDBOX_EVENTS_URL": f"{public}/webhooks/sendgrid/events",
        "SANDBOX_INBOUND_SMS_URL": f"{public}/webhooks/twilio/messages#rc=5&rp=all",
    }
    command = [sys.executable, "-m", "app.sandbox", "--port", "0", "--speed", "2000", "--data"]
    process = place(data, **env).start(*command, data)
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said.startswith("sandbox ready on "), said
    yield public, said.split()[-1], data
    process.terminate()
    within(10, process)


@pytest.fixture(scope="module")
def apart(
    database_url: str, sandbox: tuple[str, str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Apart]:
    """Web, scheduler, replies, bulk and two senders, each as an operator's init system would start it."""
    public, provider, bill = sandbox
    valkey = start_valkey(tmp_path_factory.mktemp("valkey"))
    at = place(
        tmp_path_factory.mktemp("apart"),
        DATABASE_URL=database_url,
        REDIS_URL=valkey.url,
        PUBLIC_URL=public,
        SENDGRID_API_KEY=KEY,
        SENDGRID_BASE_URL=provider,
        SENDGRID_FROM_EMAIL="ciao@officine-aurora.example",
        SENDGRID_WEBHOOK_PUBLIC_KEYS=SendGrid(KEY, provider).webhook_public_key(),
        TWILIO_ACCOUNT_SID=ACCOUNT,
        TWILIO_AUTH_TOKENS=TOKEN,
        TWILIO_BASE_URL=provider,
        TWILIO_FROM="+15005550006",
    )
    processes = {name: at.worker(name) for name in ("replies", "sending", "bulk", "scheduler")}
    processes |= {"sending too": at.worker("sending"), "web": at.web(int(public.rpartition(":")[2]))}
    try:
        eventually(lambda: ready(public), 30)
        yield Apart(at, provider, bill, processes)
        for process in processes.values():
            process.terminate()
        ends = {name: within(20, process) for name, process in processes.items()}
        assert {name: status for name, (status, _) in ends.items()} == dict.fromkeys(processes, 0), ends
        assert "Traceback" not in "".join(said for _, said in ends.values())
    finally:
        for process in processes.values():
            process.kill()
        valkey.stop()


def test_a_wave_goes_out_and_an_answer_by_sms_comes_back(apart: Apart) -> None:
    phones = [mobile() for _ in range(3)]
    wave = launch(apart.place, "Tre", phones)
    eventually(lambda: settled(apart.database, wave, 3))
    assert once_each(apart.database, wave, apart.bill)
    thread = f"{apart.sandbox}/phones/{phones[0]}"
    requests.post(f"{thread}/reply", data={"body": "direi un otto"}, timeout=10).raise_for_status()
    eventually(lambda: "per arrivare a 10?" in page_text(requests.get(thread, timeout=10).text))


def test_two_senders_share_a_wave_and_send_each_message_once(apart: Apart) -> None:
    both = [apart.processes["sending"], apart.processes["sending too"]]
    eventually(lambda: apart.redis.scard("rq:workers:sending") == len(both))
    for process in both:  # held, so that both start on the same full table
        os.kill(process.pid, signal.SIGSTOP)
    try:
        wave = launch(apart.place, "Trecento", [mobile() for _ in range(300)])
        eventually(lambda: len(ledger(apart.database, wave)) == 300)
        for _ in both:
            queue.ring(apart.redis, "sending", "app.messages.jobs.send", "sms", unique=False)
    finally:
        for process in both:
            os.kill(process.pid, signal.SIGCONT)
    eventually(lambda: settled(apart.database, wave, 300), 30)
    assert once_each(apart.database, wave, apart.bill)
    assert {int(worker.rpartition(":")[2]) for worker in senders(apart.database, wave)} == {
        process.pid for process in both
    }
