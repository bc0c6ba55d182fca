"""Commands that bring contacts and their history in, and show what is known of one person."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlmodel import col, select

from app import runtime
from app.cli.base import Command, Group, console, open_installation, print_json, print_pairs, progress
from app.contacts import blocklist, consent, find, suppression
from app.contacts.addresses import hashes
from app.contacts.imports import columns
from app.contacts.imports import run as imports
from app.contacts.imports.run import Result
from app.contacts.imports.turn import Transaction
from app.contacts.models import Consent, Contact, Owner
from app.db import Session
from app.engagement import dormancy as quiet
from app.engagement import history
from app.errors import BadInput
from app.runtime import Runtime

_FILE = click.Path(path_type=Path)
_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@click.group(cls=Group)
def contacts() -> None:
    """Import contacts, see what is known of one, and say who must never be written to."""


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


@contacts.command("show", cls=Command)
@click.argument("name", metavar="EMAIL|PHONE|ID")
@_as_json
def show(name: str, as_json: bool) -> None:
    """Everything known of one contact."""
    opened = open_installation()
    with runtime.reading() as db:
        held = find.one(db, name, country=opened.settings.default_country)
        known = _known(db, opened, held)
    if as_json:
        print_json(known)
        return
    told = {key: value for key, value in known.items() if value not in (None, "", [], {})}
    for key in ("consent", "attributes"):
        if key in told:
            told[key] = ", ".join(f"{name} {value}" for name, value in told[key].items())
    if "suppressed" in told:
        told["suppressed"] = ", ".join(f"{one['channel']} ({one['reason']})" for one in told["suppressed"])
    print_pairs(told)


@contacts.command("consent", cls=Command)
@click.argument("name", metavar="EMAIL|PHONE|ID")
@_as_json
def show_consent(name: str, as_json: bool) -> None:
    """The consent ledger of one contact, oldest line first."""
    opened = open_installation()
    with runtime.reading() as db:
        held = find.one(db, name, country=opened.settings.default_country)
        query = select(Consent).where(col(Consent.contact_id) == held.id)
        lines = [line.model_dump() for line in db.exec(query.order_by(col(Consent.at), col(Consent.id)))]
    if as_json:
        print_json(lines)
        return
    for line in lines:
        click.echo(f"{line['at']:%Y-%m-%d %H:%M}  {line['channel']:<5}  {line['state']:<9}  {line['source']}")
        if line["wording"]:
            click.echo(f"{'':18}{line['wording']}")


@contacts.command("suppress", cls=Command)
@click.argument("target", metavar="FILE|EMAIL|PHONE")
@click.option("--reason", default="manual", show_default=True, help="Why, in one word.")
@click.option("--dry-run", is_flag=True, help="Count only; change nothing.")
@_as_json
def suppress(target: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Never write to an address, or to any address of a file, again."""
    opened = open_installation()
    now, settings = opened.now(), opened.settings
    listed = blocklist.read(target, country=settings.default_country, zone=settings.zone, now=now)
    with _transactions(dry_run) as transaction, transaction() as db:
        counts = blocklist.suppress(
            db, listed, reason=reason, hash_key=settings.suppression_key, now=now, actor="user:command line"
        )
    (print_json if as_json else print_pairs)({**counts, "dry_run": dry_run})


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


@click.command(cls=Command)
@click.option("--as-of", default="", help="An ISO time; a bare date is the end of that day. Default: now.")
@_as_json
def dormancy(as_of: str, as_json: bool) -> None:
    """How many contacts are active, cooling, dormant, or never engaged."""
    opened = open_installation()
    at = read_as_of(as_of, opened.settings.zone) if as_of else opened.now()
    with runtime.reading() as db:
        counts: dict[str, Any] = {**quiet.count(db, at)}
    (print_json if as_json else print_pairs)(counts | {"as_of": at.isoformat()})


def read_as_of(word: str, zone: ZoneInfo) -> datetime:
    """An ISO time (without offset: in `zone`); a bare date is the end of that day. Raises BadInput."""
    try:
        if len(word) == 10:
            return datetime.combine(date.fromisoformat(word), time.max, zone)
        at = datetime.fromisoformat(word)
    except ValueError:
        raise BadInput(f"{word!r} is no ISO date or time", mend="Write one like 2026-11-01.") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _known(db: Session, opened: Runtime, held: Contact) -> dict[str, Any]:
    state, last = quiet.of_contact(db, held.id, opened.now())
    owner = db.get(Owner, held.owner_id) if held.owner_id else None
    addresses = list(hashes(opened.settings.suppression_key, held.email, held.phone))
    return {
        "id": held.id,
        "email": held.email,
        "phone": held.phone,
        "phone_kind": held.phone_kind,
        "first_name": held.first_name,
        "last_name": held.last_name,
        "company": held.company,
        "job_title": held.job_title,
        "language": held.language,
        "country": held.country,
        "time_zone": held.time_zone,
        "owner": owner.name if owner else None,
        "consent": {"email": "unknown", "sms": "unknown"} | consent.present(db, held.id),
        "suppressed": [
            {"channel": one.channel, "reason": one.reason, "at": one.at}
            for one in suppression.held(db, addresses)
        ],
        "dormancy": state,
        "last_engaged_at": last,
        "attributes": held.attributes,
    }


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
