"""Commands that bring contacts and their history in."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from app import runtime
from app.cli.base import Command, Group, console, open_installation, print_json, print_pairs, progress
from app.cli.contacts import contacts
from app.contacts.imports import columns
from app.contacts.imports import run as imports
from app.contacts.imports.run import Result
from app.contacts.imports.turn import Transaction
from app.engagement import history
from app.runtime import Runtime

_FILE = click.Path(path_type=Path)
_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@contacts.command("import", cls=Command)
@click.argument("file", type=_FILE)
@click.option("--source", default="", help="What the file's system is called; default: the file's name.")
@click.option("--mapping", type=_FILE, help="A YAML file that says what columns mean.")
@click.option("--default-country", default="", help="Where numbers without prefix are dialled (IT).")
@click.option("--dry-run", is_flag=True, help="Say what would become of the rows; change nothing.")
@click.option("--rejects", type=_FILE, help="Where rows that cannot be taken are written.")
@_as_json
def import_contacts(
    file: Path,
    source: str,
    mapping: Path | None,
    default_country: str,
    dry_run: bool,
    rejects: Path | None,
    as_json: bool,
) -> None:
    """Import a CRM's export (CSV, any delimiter and encoding). Safe to run again."""
    opened = open_installation()
    planned = imports.plan(
        file,
        source=source,
        mapping=columns.read_mapping(mapping) if mapping else None,
        country=default_country or opened.settings.default_country,
        zone=opened.settings.zone,
    )
    console.print(f"Read as {planned.reading}", highlight=False, soft_wrap=True)
    for note in planned.columns.notes:
        console.print(f"Note: {note}", highlight=False, markup=False, soft_wrap=True)
    with _transactions(dry_run) as transaction, progress() as bars:
        task = bars.add_task("Contacts", total=None)
        result = imports.run(
            planned,
            transaction,
            hash_key=opened.settings.suppression_key,
            now=opened.now(),
            rejects=rejects or _rejects(opened, file),
            tick=lambda done: bars.update(task, completed=done),
        )
    recognised = {
        "recognised": planned.reading,
        "columns": planned.columns.said(),
        "notes": list(planned.columns.notes),
        "dry_run": dry_run,
    }
    _report(result, as_json, recognised)


@click.group(cls=Group)
def interactions() -> None:
    """What contacts did: opens, clicks, purchases, log-ins, reviews."""


@interactions.command("import", cls=Command)
@click.argument("file", type=_FILE)
@click.option("--rejects", type=_FILE, help="Where rows that cannot be taken are written.")
@_as_json
def import_interactions(file: Path, rejects: Path | None, as_json: bool) -> None:
    """Import a history (columns: email, type, occurred_at, value, detail). Safe to run again."""
    opened = open_installation()
    planned = history.plan(file, country=opened.settings.default_country, zone=opened.settings.zone)
    with _transactions(False) as transaction, progress() as bars:
        task = bars.add_task("Interactions", total=None)
        result = history.run(
            planned,
            transaction,
            hash_key=opened.settings.suppression_key,
            now=opened.now(),
            rejects=rejects or _rejects(opened, file),
            tick=lambda done: bars.update(task, completed=done),
        )
    _report(result, as_json, {})


def _report(result: Result, as_json: bool, more: dict[str, Any]) -> None:
    counts = asdict(result)
    told = {**counts.pop("counts"), **counts}
    if as_json:
        print_json(told | more)
        return
    print_pairs({name: value for name, value in told.items() if value is not None})


def _rejects(opened: Runtime, file: Path) -> Path:
    return opened.settings.data_dir / "rejects" / f"{file.stem}-{opened.now():%Y%m%d-%H%M%S}.csv"


@contextmanager
def _transactions(dry_run: bool) -> Iterator[Transaction]:
    """How work is committed: every transaction for itself, or, in a dry run, all in one that is undone."""
    if not dry_run:
        yield runtime.session
        return
    with runtime.session() as db:
        yield lambda: nullcontext(db)
        db.rollback()
