"""`riattiva db`: the schema."""

import click
from sqlalchemy.exc import OperationalError

from app import db as database
from app import schema, settings
from app.accounts import installation
from app.cli.base import Command, Group
from app.errors import NotAvailable


@click.group(cls=Group)
def db() -> None:
    """The database."""


@db.command(cls=Command)
def upgrade() -> None:
    """Bring the schema to the newest migration."""
    loaded = settings.load(make_secrets=True)
    loaded.data_dir.mkdir(parents=True, exist_ok=True)
    engine = database.open_engine(loaded.database)
    try:
        schema.upgrade(engine)
    except OperationalError as error:
        raise NotAvailable(f"the database cannot be used: {engine.url!r}") from error
    installation.start(loaded)
    click.echo(f"{engine.dialect.name}: the schema is the newest")
