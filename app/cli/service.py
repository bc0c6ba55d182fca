"""The whole service on one machine: Valkey, web, workers, scheduler and, with no provider, the sandbox."""

import contextlib
import errno
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app import runtime, settings
from app.accounts import installation, tokens
from app.accounts.models import Role
from app.channels.base import ChannelError
from app.channels.sendgrid import SendGrid
from app.embedded import Children, Valkey, lock_data_dir, start_valkey
from app.errors import BadInput, NotAvailable, NotFound
from app.runtime import Runtime
from app.settings import RUNNING_FILE, Settings

ROOT = Path(__file__).resolve().parents[2]
WORKERS = ("replies", "sending", "bulk", "scheduler")
READY_WITHIN = 30.0
THREADS = 8
AFTER_CRASH = 10.0
"""Seconds the processes of a killed `up` may take to end and give the port back."""


@dataclass(frozen=True, slots=True)
class Service:
    """What is running: its runtime in this process, its processes, and where to look."""

    rt: Runtime
    children: Children
    valkey: Valkey | None
    url: str
    sandbox_url: str | None


@contextmanager
def running(data_dir: Path, *, port: int, sandbox_speed: float = 1.0) -> Iterator[Service]:
    """Start everything under DATA_DIR and stop it at the end, whatever the reason of the end.

    Raises AlreadyRunning when this directory is in use, BadInput when a setting or the port is wrong.
    """
    with ExitStack() as stack:
        stack.enter_context(lock_data_dir(data_dir))
        running_file = data_dir / RUNNING_FILE
        crashed = running_file.exists()
        running_file.unlink(missing_ok=True)
        loaded = settings.load(data_dir, make_secrets=True)
        _refuse_taken(port, AFTER_CRASH if crashed else 0.0)
        # Links in mails are made by whatever command writes them: all must know where this one serves.
        given = "public_url" in loaded.model_fields_set
        public = loaded.public_url if given else f"http://127.0.0.1:{port}"
        facts = {"DATA_DIR": str(data_dir.resolve()), "PUBLIC_URL": public}
        if loaded.riattiva_now and "@" not in loaded.riattiva_now:
            facts["RIATTIVA_NOW"] = f"{loaded.riattiva_now}@{time.time():.3f}"
        valkey = None
        if not loaded.redis_url:
            valkey = start_valkey(data_dir)
            stack.callback(valkey.stop)
            facts["REDIS_URL"] = valkey.url
        installation.start(loaded, upgrade=True).engine.dispose()
        children = Children(data_dir)
        stack.callback(children.stop)
        sandbox_url = None
        if not (loaded.sendgrid_api_key or loaded.twilio_account_sid):
            if loaded.riattiva_env == "production":
                raise BadInput(
                    "no provider is configured", mend="Set SENDGRID_API_KEY or TWILIO_ACCOUNT_SID."
                )
            sandbox_url = _start_sandbox(children, loaded, facts, port, sandbox_speed)
        _write(running_file, facts)
        stack.callback(running_file.unlink, missing_ok=True)
        _start_processes(children, facts, port)
        rt = runtime.open_runtime(settings.load(data_dir))
        runtime.install(rt)
        _wait_for(port)
        yield Service(rt, children, valkey, f"http://127.0.0.1:{port}", sandbox_url)


def _start_sandbox(
    children: Children, loaded: Settings, facts: dict[str, str], port: int, speed: float
) -> str:
    """The sandbox as its own process, with keys of its own; what it is called with goes into `facts`."""
    own = _free_port()
    url, inside = f"http://127.0.0.1:{own}", f"http://127.0.0.1:{port}"
    public = facts["PUBLIC_URL"]
    with runtime.session() as db:
        with contextlib.suppress(NotFound):
            tokens.revoke(db, "sandbox", runtime.now())
        api_token = tokens.issue(db, "sandbox", Role.MARKETER, runtime.now())
    facts |= {
        "SENDGRID_API_KEY": f"SG.{secrets.token_urlsafe(24)}",
        "SENDGRID_BASE_URL": url,
        "SENDGRID_FROM_EMAIL": loaded.sendgrid_from_email or "ciao@officine-aurora.example",
        "SENDGRID_INBOUND_DOMAIN": loaded.sendgrid_inbound_domain or "risposte.officine-aurora.example",
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKENS": secrets.token_hex(16),
        "TWILIO_BASE_URL": url,
        "TWILIO_FROM": loaded.twilio_from or "+15005550006",
    }
    env = {
        "SANDBOX_SENDGRID_API_KEY": facts["SENDGRID_API_KEY"],
        "SANDBOX_TWILIO_ACCOUNT_SID": facts["TWILIO_ACCOUNT_SID"],
        "SANDBOX_TWILIO_AUTH_TOKEN": facts["TWILIO_AUTH_TOKENS"],
        "SANDBOX_EVENTS_URL": f"{public}/webhooks/sendgrid/events",
        "SANDBOX_INBOUND_EMAIL_URL": f"{inside}/webhooks/sendgrid/inbound/{loaded.sendgrid_inbound_secret}",
        # Twilio's connection overrides: retry five times whatever went wrong, as one would at its console.
        "SANDBOX_INBOUND_SMS_URL": f"{public}/webhooks/twilio/messages#rc=5&rp=all",
        "SANDBOX_API_URL": f"{inside}/api/v1",
        "SANDBOX_API_TOKEN": api_token,
    }
    if loaded.riattiva_now:
        env["SANDBOX_NOW"] = runtime.now().isoformat()
    argv = [sys.executable, "-m", "app.sandbox", "--port", str(own)]
    argv += ["--data", str(loaded.data_dir / "sandbox"), "--speed", str(speed), "--die-with-parent"]
    children.start("sandbox", argv, {**env, "PYTHONPATH": str(ROOT)})
    facts["SENDGRID_WEBHOOK_PUBLIC_KEYS"] = _public_key(SendGrid(facts["SENDGRID_API_KEY"], url, timeout=2))
    return url


def _public_key(sandbox: SendGrid) -> str:
    """The key that verifies its event webhooks, asked for as one asks SendGrid; waits until it answers."""
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            return sandbox.webhook_public_key()
        except ChannelError as error:
            if time.monotonic() > deadline:
                raise NotAvailable(f"the sandbox does not answer: {error}; see logs/sandbox.log") from error
            time.sleep(0.1)


def _start_processes(children: Children, facts: Mapping[str, str], port: int) -> None:
    env = {**facts, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    children.start("web", web_command(port), env)
    for name in WORKERS:
        children.start(name, [sys.executable, str(ROOT / "worker.py"), name], env)


def web_command(port: int, app: str = "wsgi:app") -> list[str]:
    """The web process as it is shipped: one process, threads because it mostly waits for the database."""
    web = [sys.executable, "-m", "gunicorn", app, "--chdir", str(ROOT), "--bind", f"127.0.0.1:{port}"]
    # Its control socket would stand in the home directory, one for all installations of this user.
    web += ["--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS), "--no-control-socket"]
    return [*web, "--log-level", "warning"]


def _write(file: Path, facts: Mapping[str, str]) -> None:
    """What other commands need to know of the running service; mode 600, for it holds the sandbox's keys."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.writelines(f"{name}={value}\n" for name, value in facts.items() if name != "DATA_DIR")


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise NotAvailable(f"the web process does not answer on port {port}; see logs/web.log under DATA_DIR")


def _refuse_taken(port: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while (problem := _bind_problem(port)) == errno.EADDRINUSE and time.monotonic() < deadline:
        time.sleep(0.1)
    if problem == errno.EADDRINUSE:
        raise BadInput(f"port {port} is taken by another program", mend="Choose another with --port.")
    if problem:
        raise BadInput(
            f"port {port} cannot be used: {os.strerror(problem)}", mend="Choose another with --port."
        )


def _bind_problem(port: int) -> int:
    """The errno of binding this port as the web process will; 0 when it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno or errno.EIO
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
