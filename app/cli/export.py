"""`riattiva export`: verdicts and suppressed contacts to a file, each row with its evidence."""

import sys
from pathlib import Path

import click

from app import runtime
from app.cli.base import Command, open_installation
from app.exports import files
from app.waves import find


@click.command(cls=Command)
@click.argument("what", type=click.Choice(files.WHAT))
@click.option("--wave", "wave_id", help="Only this wave; else each contact's latest.")
@click.option("--format", "file_format", type=click.Choice(files.FORMATS), default="csv", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="`-` is standard output.")
def export(what: str, wave_id: str | None, file_format: str, out: Path | None) -> None:
    """Write re-engaged, removable and the other verdicts with their evidence."""
    rt = open_installation()
    path = out or files.default_path(rt.settings.data_dir, what, file_format)
    with runtime.reading() as db:
        if wave_id:
            find.get(db, wave_id)
        key = rt.settings.suppression_key
        if str(path) == "-":
            files.write(db, sys.stdout, what, wave_id=wave_id, file_format=file_format, suppression_key=key)
            return
        count = files.save(db, path, what, wave_id=wave_id, file_format=file_format, suppression_key=key)
    click.echo(f"{count} rows in {path}")
