"""`riattiva export`: verdicts and suppressed contacts to a file, each row with its evidence."""

import sys
from pathlib import Path

import click

from app import runtime
from app.cli.base import Command, open_installation
from app.errors import BadInput
from app.exports import files
from app.waves import find


@click.command(cls=Command)
@click.argument("what", type=click.Choice(files.WHAT))
@click.option("--wave", "wave_id", help="Only this wave; else each contact's latest.")
@click.option(
    "--format", "file_format", type=click.Choice(list(files.FORMATS)), help="By default as --out ends; csv."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="`-` is standard output; by default a file under DATA_DIR/exports.",
)
def export(what: str, wave_id: str | None, file_format: str | None, out: Path | None) -> None:
    """Write re-engaged, removable and the other verdicts with their evidence."""
    file_format = file_format or _format_of(out)
    if str(out) == "-" and file_format == "xlsx" and sys.stdout.isatty():
        raise BadInput(
            "a workbook cannot be shown on a terminal", where="--out", mend="Name a file: --out FILE.xlsx."
        )
    rt = open_installation()
    path = out or files.default_path(rt.settings.data_dir, what, file_format)
    with runtime.reading() as db:
        if wave_id:
            find.get(db, wave_id)
        key = rt.settings.suppression_key
        if str(path) == "-":
            stream = sys.stdout.buffer
            files.write(db, stream, what, wave_id=wave_id, file_format=file_format, suppression_key=key)
            return
        count = files.save(db, path, what, wave_id=wave_id, file_format=file_format, suppression_key=key)
    click.echo(f"{count} rows in {path}")


def _format_of(out: Path | None) -> str:
    ending = out.suffix.lstrip(".").lower() if out else ""
    return ending if ending in files.FORMATS else "csv"
