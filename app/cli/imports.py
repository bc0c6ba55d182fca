"""Commands that bring contacts and their history in."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from app import runtime
from app.cli.base import Command, Group, console, open_installation, print_json, print_pairs, progress
from app.cli.contacts import contacts
from app.contacts.imports import mappings, turn
from app.contacts.imports import run as imports
from app.contacts.imports.find import newest, told
from app.contacts.imports.plan import Plan, plan
from app.contacts.imports.run import Result
from app.dossier.settle import settle
from app.dossier.undo import undo_import as undo_imported
from app.engagement import history
from app.feedback.jobs import sweep as rate_reviews
from app.runtime import Runtime

_SECONDS_FOR_DOUBLES = 15.0
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
    """Import a CRM's export: CSV, XLSX, JSONL, also compressed. Run again, it finishes what was interrupted."""
    opened = open_installation()
    given = mappings.read_mapping(mapping) if mapping else None
    planned = plan(
        file,
        source=source,
        mapping=given,
        recall=_saved_mapping,
        country=default_country or opened.settings.default_country,
        zone=opened.settings.zone,
    )
    _say(f"Read as {planned.reading}", *(f"Note: {note}" for note in planned.columns.notes))
    if planned.mapping.saved:
        _say(f"Columns as laid down for {planned.source!r} before; --mapping FILE lays them down anew.")
    if not dry_run:
        _keep_mapping(given, planned, opened)
    result = _import(opened, planned, rejects or _rejects(opened, file), dry_run=dry_run)
    found = None if dry_run else _settle(opened)
    told = _told(result) | {
        "doubles": found,
        "import_id": None if dry_run else result.import_id,
        "recognised": planned.reading,
        "columns": planned.columns.said(),
        "notes": list(planned.columns.notes),
        "dry_run": dry_run,
    }
    if as_json:
        print_json(told)
        return
    _explain(result, dry_run=dry_run)
    if found:
        _say_doubles(found)


def _import(opened: Runtime, planned: Plan, rejects: Path, *, dry_run: bool) -> Result:
    with progress() as bars:
        task = bars.add_task("Contacts", total=planned.rows_expected)
        terms: dict[str, Any] = {
            "hash_key": opened.settings.suppression_key,
            "now": opened.now(),
            "rejects": rejects,
            "tick": lambda done: bars.update(task, completed=done),
        }
        if dry_run:
            return imports.rehearse(planned, runtime.reading, **terms)
        return imports.run(planned, runtime.bulk_session, **terms)


def _settle(opened: Runtime) -> dict[str, Any]:
    """Look for doubles among whom the file brought, for a moment: the rest is a worker's, or the next command's."""
    with progress() as bars:
        task = bars.add_task("Doubles", total=None)
        counts, done = settle(
            runtime.session,
            hash_key=opened.settings.suppression_key,
            now=opened.now(),
            until=time.monotonic() + _SECONDS_FOR_DOUBLES,
            tick=lambda looked: bars.update(task, completed=looked),
        )
    return {"merged": counts["merged"], "doubtful": counts["doubtful"], "all_compared": done}


def _say_doubles(found: dict[str, Any]) -> None:
    if found["merged"]:
        click.echo(
            f"{found['merged']} doubles among earlier contacts were merged; `contacts unmerge` undoes one."
        )
    if found["doubtful"]:
        click.echo(f"{found['doubtful']} doubtful doubles wait for you: `riattiva contacts doubles`.")
    if not found["all_compared"]:
        click.echo("Not everybody was compared yet: `riattiva contacts doubles find`, or leave it to `up`.")


def _explain(result: Result, *, dry_run: bool) -> None:
    """The report for a person: the counts, then what they should know or do."""
    counts = {name: count for name, count in result.counts.items() if count or name in _REPORTED}
    print_pairs(counts if dry_run else counts | {"import_id": result.import_id})
    if result.changes:
        click.echo("  on known contacts: " + ", ".join(f"{name} {n}" for name, n in result.changes.items()))
    if result.counts["stay_out"]:
        click.echo(f"{result.counts['stay_out']} rows would bring back someone who opted out: they stay out.")
    if result.owners_without_email:
        click.echo("Owners without an email address: " + ", ".join(result.owners_without_email))
    for path, what in ((result.rejects_path, "Rejected rows"), (result.warnings_path, "Warnings")):
        if path:
            click.echo(f"{what}: {path}")
    if result.resumed_after:
        _say(f"An interrupted import went on after line {result.resumed_after}.")
    if dry_run:
        return
    with runtime.session() as db:
        for left in turn.interrupted(db):
            _say(
                f"Interrupted: the import of {left.file_name} after line {left.line} ({left.reason}). "
                f"Run it again to finish it, or `riattiva contacts undo-import {left.id}`."
            )


_REPORTED = ("rows", "created", "updated", "merged", "unchanged", "rejected", "may_email", "may_sms")


def _saved_mapping(source: str) -> mappings.Mapping | None:
    with runtime.reading() as db:
        return mappings.saved(db, source)


def _keep_mapping(given: mappings.Mapping | None, planned: Plan, opened: Runtime) -> None:
    if given is not None:
        with runtime.session() as db:
            mappings.save(db, planned.source, given, opened.now())
        _say(f"These columns are kept for the next file of {planned.source!r}.")


def _say(*lines: str) -> None:
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


@contacts.command("imports", cls=Command)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@_as_json
def list_imports(limit: int, as_json: bool) -> None:
    """The newest imports with their ids, states and counts."""
    open_installation()
    with runtime.session() as db:
        turn.interrupted(db)  # whose process is gone is said to be so
        found = [
            {"import_id": one.id, "kind": one.kind, "file": one.file_name, "source": one.source, "state": one.state,
             "started_at": one.started_at, "line": one.line, "reason": one.reason, **told(one)}
            for one in newest(db, limit)
        ]  # fmt: skip
    if as_json:
        print_json(found)
        return
    for one in found:
        begun = f"{one['started_at']:%Y-%m-%d %H:%M}"
        click.echo(f"{one['import_id']}  {begun}  {one['state']:<11}  {one['rows']:>9} rows  {one['file']}")


@contacts.command("undo-import", cls=Command)
@click.argument("import_id", metavar="ID")
@_as_json
def undo_import(import_id: str, as_json: bool) -> None:
    """Put things back as before an import, except opt-outs and what happened since."""
    opened = open_installation()
    with progress() as bars:
        task = bars.add_task("Contacts", total=None)
        counts = undo_imported(
            runtime.session,
            import_id,
            hash_key=opened.settings.suppression_key,
            now=opened.now(),
            actor="user:command line",
            tick=lambda done: bars.update(task, completed=done),
        )
    (print_json if as_json else print_pairs)(counts | {"import_id": import_id})


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
    console.print(f"Read as {planned.reading}", highlight=False, markup=False, soft_wrap=True)
    with progress() as bars:
        task = bars.add_task("Interactions", total=None)
        result = history.run(
            planned,
            runtime.bulk_session,
            hash_key=opened.settings.suppression_key,
            now=opened.now(),
            rejects=rejects or _rejects(opened, file),
            tick=lambda done: bars.update(task, completed=done),
        )
    rate_reviews()
    if as_json:
        print_json(_told(result))
        return
    print_pairs(result.counts | {"import_id": result.import_id})
    if result.resumed_after:
        _say(f"An interrupted import went on after line {result.resumed_after}.")
    if result.rejects_path:
        click.echo(f"Rejected rows: {result.rejects_path}")


def _told(result: Result) -> dict[str, Any]:
    counts = asdict(result)
    return {**counts.pop("counts"), **counts}


def _rejects(opened: Runtime, file: Path) -> Path:
    return opened.settings.data_dir / "rejects" / f"{file.stem}-{opened.now():%Y%m%d-%H%M%S}.csv"
