"""`riattiva up`: the whole service until Ctrl-C."""

import os
import signal
import threading
from pathlib import Path

import click

from app import runtime, settings
from app.accounts import setup
from app.cli.base import Command
from app.cli.service import running


@click.command(cls=Command)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="on 127.0.0.1")
@click.option("--sandbox-speed", type=click.FloatRange(0.01), default=1.0, hidden=True)
def up(port: int, sandbox_speed: float) -> None:
    """Start web, workers, scheduler, Valkey and, when no provider is configured, the sandbox."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    folder = data_dir()
    with running(folder, port=port, sandbox_speed=sandbox_speed) as service:
        click.echo(f"Riattiva runs on {service.url}")
        with runtime.session() as db:
            link = setup.setup_url(db, service.rt.settings, runtime.now())
        if link:
            click.echo(f"  make the first user:  {link}")
        if service.sandbox_url:
            click.echo(f"  sandbox (no provider is configured, nothing real is sent):  {service.sandbox_url}")
        click.echo(f"  data and logs:  {folder.resolve()}\n  Ctrl-C stops everything.")
        service.children.wait(stop, service.valkey)
        click.echo("stopping")


def data_dir() -> Path:
    """DATA_DIR as the settings see it."""
    return Path(os.environ.get("DATA_DIR") or settings.load().data_dir)
