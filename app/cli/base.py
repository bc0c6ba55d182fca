"""What every command shares: opening the installation, errors in one line, JSON for programs, progress."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from app import settings
from app.accounts import installation
from app.errors import RiattivaError
from app.runtime import Runtime

console = Console(stderr=True)


class Command(click.Command):
    """A command whose known errors are one clear line and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RiattivaError as error:
            console.print(f"[red]riattiva:[/red] {error}", highlight=False, soft_wrap=True, markup=True)
            ctx.exit(2)


class Group(click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type


def open_installation() -> Runtime:
    """The runtime of the installation in DATA_DIR; its SQLite is upgraded, a PostgreSQL must be the newest."""
    made = settings.load(make_secrets=True)
    made.data_dir.mkdir(parents=True, exist_ok=True)
    return installation.start(made, upgrade=True)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_pairs(pairs: dict[str, Any]) -> None:
    """A short two-column list for people."""
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        click.echo(f"  {name.replace('_', ' '):<{width}}  {value}")


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress bars on a terminal; silent when the output goes to a file or a program."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not sys.stderr.isatty(), transient=True) as bars:
        yield bars


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
