"""`riattiva db`: the schema."""

import click

from app import runtime, schema
from app.cli.base import Command, Group, open_installation


@click.group(cls=Group)
def db() -> None:
    """The database."""


@db.command(cls=Command)
def upgrade() -> None:
    """Bring the schema to the newest migration."""
    rt = open_installation(upgrade=False)
    schema.upgrade(rt.engine)
    click.echo(f"{rt.engine.dialect.name}: the schema is the newest")
    runtime.current().engine.dispose()
