"""`riattiva webhooks`: what the providers posted, and another try for what could not be read."""

import click

from app import runtime
from app.cli.base import Command, Group, open_installation, print_json
from app.intake import expand, find
from app.intake.models import RawState


@click.group(cls=Group)
def webhooks() -> None:
    """What the providers posted."""


@webhooks.command(cls=Command)
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """How many posts came through each door and what became of them."""
    _show(as_json, "")


@webhooks.command(cls=Command)
@click.option("--json", "as_json", is_flag=True)
def quarantine(as_json: bool) -> None:
    """The posts that could not be read, with the reason."""
    _show(as_json, RawState.QUARANTINED)


@webhooks.command(cls=Command)
def replay() -> None:
    """Read again what was set aside; what was read already is never read twice."""
    open_installation()
    with runtime.session() as db:
        count = expand.replay(db)
    click.echo(f"{count} posts will be read again")


def _show(as_json: bool, state: str) -> None:
    open_installation()
    with runtime.reading() as db:
        rows = [row for row in find.doors(db) if not state or row["state"] == state]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['route']:<18} {row['state']:<12} {row['posts']:>8}  {row['reason'] or ''}".rstrip())
