"""Commands about who may be written to: the proof of one contact's consent, stops taken over, declarations."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from app import runtime
from app.channels.base import ChannelError
from app.cli.base import Command, console, open_installation, print_json, print_pairs, progress
from app.cli.contacts import contacts
from app.contacts import blocklist, declarations, find, proof, provider_lists, stop_lists
from app.contacts.models import Declaration
from app.db import Session
from app.errors import BadInput, NotAvailable
from app.runtime import Runtime

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
_dry_run = click.option("--dry-run", is_flag=True, help="Count only; change nothing.")
_ACTOR = "user:command line"


@contacts.command("consent", cls=Command)
@click.argument("name", metavar="EMAIL|PHONE|ID")
@_as_json
def show_consent(name: str, as_json: bool) -> None:
    """Prove what one contact consented to: every line with its source, words and evidence, and every stop."""
    opened = open_installation()
    with runtime.reading() as db:
        held = find.one(db, name, country=opened.settings.default_country)
        proven = proof.of(db, held, hash_key=opened.settings.suppression_key)
    if as_json:
        print_json(proven)
        return
    stopped = {one["channel"] for one in proven["suppressions"] if not one["lifted_at"]}
    for channel, state in proven["consent"].items():
        click.echo(f"{channel:<5}  {state}{'; suppressed' if channel in stopped else ''}")
    for line in proven["ledger"]:
        _print_line(line)
    for one in proven["suppressions"]:
        why = f"{one['reason']}, by {one['source']}"
        click.echo(f"{one['at']:%Y-%m-%d %H:%M}  {one['channel']:<5}  suppressed {one['address']}: {why}")
        if one["lifted_at"]:
            by = one["lifted_by"] or "contact"
            click.echo(f"{'':18}lifted {one['lifted_at']:%Y-%m-%d %H:%M} by their own opt-in ({by})")


@contacts.command("suppress", cls=Command)
@click.argument("target", metavar="[FILE|EMAIL|PHONE]", required=False)
@click.option("--from-sendgrid", is_flag=True, help="Take over the lists of the SendGrid account.")
@click.option("--reason", help="Why, in one word, where the rows do not say. Default: manual.")
@_dry_run
@_as_json
def suppress(
    target: str | None, from_sendgrid: bool, reason: str | None, dry_run: bool, as_json: bool
) -> None:
    """Never write to an address again, or to any address of a list.

    A list may come from any tool (SendGrid, Mailchimp, Brevo, ActiveCampaign, HubSpot, Twilio) or be one address
    a line; reasons and dates are taken from its rows where they stand.
    """
    if bool(target) == from_sendgrid:
        raise BadInput(
            "name a file, an address or a number", where="suppress", mend="Or say --from-sendgrid."
        )
    opened = open_installation()
    if from_sendgrid:
        told = _from_sendgrid(opened, dry_run)
    elif Path(str(target)).exists():
        told = _from_file(opened, Path(str(target)), reason, dry_run)
    else:
        entry = blocklist.one(str(target), reason=reason or "manual", country=opened.settings.default_country)
        told = _shown(_suppress(opened, [[entry]], _ACTOR, dry_run))
    told["dry_run"] = dry_run
    if as_json:
        print_json(told)
        return
    rejects = told.pop("rejects", [])
    for name in ("reasons", "lists"):
        if name in told:
            told[name] = ", ".join(f"{key} {count}" for key, count in told[name].items())
    print_pairs(told)
    for one in rejects:
        console.print(f"line {one['line']}: {one['reason']}: {one['value']}", highlight=False, markup=False)


@contacts.command("declare", cls=Command)
@click.argument("source")
@click.option("--statement", required=True, metavar="FILE|TEXT", help="How these people agreed, in writing.")
@click.option("--by", required=True, metavar="NAME", help="Who declares it, with full name.")
@click.option("--basis", type=click.Choice(declarations.BASES), default="consent", show_default=True)
@_dry_run
@_as_json
def declare(source: str, statement: str, by: str, basis: str, dry_run: bool, as_json: bool) -> None:
    """Declare in writing that the contacts of a source, whose consent nobody recorded, may be sent email.

    It is kept and journalled with the exact statement. It never concerns texts, nor anybody who said no.
    """
    opened = open_installation()
    file = Path(statement)
    words = _read(file) if len(statement) < 255 and file.is_file() else statement
    with _transaction(dry_run) as db:
        unknown = declarations.unknown(db, source)
        made = declarations.declare(
            db, source, statement=words, by=by, basis=basis, actor=_ACTOR, at=opened.now()
        )
        told: dict[str, Any] = {
            "id": None if dry_run else made.id,
            "source": source,
            "basis": basis,
            "by": made.signed_by,
        }
        if dry_run:
            told |= {"contacts": unknown}
    if not dry_run:
        told |= {"contacts": _apply(opened, made, unknown)}
    (print_json if as_json else print_pairs)({**told, "dry_run": dry_run})


@contacts.command("undeclare", cls=Command)
@click.argument("declaration_id", metavar="ID")
@_as_json
def undeclare(declaration_id: str, as_json: bool) -> None:
    """Withdraw a declaration: whoever could be written to only because of it is left out again."""
    opened = open_installation()
    with runtime.session() as db:
        held = declarations.withdraw(db, declaration_id, actor=_ACTOR, at=opened.now())
        told = {
            "id": held.id,
            "source": held.source,
            "contacts": held.contacts,
            "withdrawn_at": held.withdrawn_at,
        }
    (print_json if as_json else print_pairs)(told)


@contacts.command("sources", cls=Command)
@_as_json
def sources(as_json: bool) -> None:
    """Where contacts came from, how many may be written to by email, and what was declared."""
    open_installation()
    with runtime.reading() as db:
        standings, made = declarations.standings(db), declarations.all_of(db)
    if as_json:
        shown = [{name: getattr(one, name) for name in _STANDING} for one in standings]
        print_json({"sources": shown, "declarations": [one.model_dump(exclude={"cursor"}) for one in made]})
        return
    for one in standings:
        counts = ", ".join(f"{name} {getattr(one, name)}" for name in _STANDING[1:])
        click.echo(f"{one.source}: {counts}")
    for made_one in made:
        state = "withdrawn" if made_one.withdrawn_at else "in force"
        click.echo(
            f"{made_one.id}  {made_one.source}, by {made_one.signed_by}, {made_one.at:%Y-%m-%d}, {state}"
        )


_STANDING = ("source", "contacts", "consented", "declared", "refused", "unknown")


def _print_line(line: dict[str, Any]) -> None:
    click.echo(
        f"{line['at']:%Y-%m-%d %H:%M}  {line['channel']:<5}  {line['state']:<9}  {line['source']}  ({line['basis']})"
        + ("" if line["counts"] else f"; does not count: {line['because']}")
    )
    if line["wording"]:
        click.echo(f"{'':18}{line['wording']!r}")
    shown = {name: value for name, value in line["evidence"].items() if value not in ("", None)}
    if shown:
        click.echo(f"{'':18}" + ", ".join(f"{name} {value}" for name, value in shown.items()))
    if "declaration" in line:
        said = line["declaration"]
        click.echo(f"{'':18}declared by {said['signed_by']}: {said['statement']!r}")
    click.echo(f"{'':18}recorded {line['recorded_at']:%Y-%m-%d %H:%M}")


def _from_file(opened: Runtime, file: Path, reason: str | None, dry_run: bool) -> dict[str, Any]:
    settings = opened.settings
    reading, entries = stop_lists.entries(
        file, reason=reason, country=settings.default_country, zone=settings.zone, now=opened.now()
    )
    total = _suppress(opened, blocklist.pages(entries), f"list:{file.name}", dry_run)
    counts = {"rows": reading.rows, "rejected": reading.rejected, "left_out": reading.left_out}
    return _shown(total) | counts | {"rejects": reading.rejects}


def _suppress(opened: Runtime, pages: Any, source: str, dry_run: bool) -> Counter[str]:
    total: Counter[str] = Counter(suppressed=0, already=0)
    with progress() as bars:
        task = bars.add_task("Addresses", total=None)
        for page in pages:
            with _transaction(dry_run) as db:
                total += blocklist.suppress(
                    db,
                    page,
                    source=source,
                    hash_key=opened.settings.suppression_key,
                    now=opened.now(),
                    write=not dry_run,
                )
            bars.advance(task, len(page))
    if not dry_run:
        with runtime.session() as db:
            blocklist.note(db, total, actor=_ACTOR, at=opened.now(), source=source)
    return total


def _from_sendgrid(opened: Runtime, dry_run: bool) -> dict[str, Any]:
    if opened.email is None:
        raise NotAvailable("SendGrid is not configured: set SENDGRID_API_KEY")
    with progress() as bars:
        task = bars.add_task("Addresses", total=None)
        try:
            total = provider_lists.pull(
                opened.email,
                lambda: _transaction(dry_run),
                hash_key=opened.settings.suppression_key,
                now=opened.now(),
                actor=_ACTOR,
                only_new=False,
                write=not dry_run,
                tick=lambda done: bars.advance(task, done),
            )
        except ChannelError as error:
            raise NotAvailable(str(error)) from error
    lists = {name.removeprefix("list."): count for name, count in total.items() if name.startswith("list.")}
    return _shown(total) | {"lists": lists}


def _shown(total: Counter[str]) -> dict[str, Any]:
    reasons = {
        name.removeprefix("reason."): n for name, n in sorted(total.items()) if name.startswith("reason.")
    }
    return {"suppressed": total["suppressed"], "already": total["already"], "rejected": 0, "reasons": reasons}


def _apply(opened: Runtime, made: Declaration, unknown: int) -> int:
    with progress() as bars:
        task = bars.add_task("Contacts", total=unknown)
        more = True
        while more:
            with runtime.session() as db:
                more = declarations.apply_page(db, made.id, now=opened.now())
            bars.advance(task, declarations.PAGE)
    with runtime.reading() as db:
        return db.get_one(Declaration, made.id).contacts


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "the statement cannot be read", where=str(file), mend="Save it as UTF-8 text."
        ) from error


@contextmanager
def _transaction(dry_run: bool) -> Iterator[Session]:
    """A transaction, which a dry run undoes."""
    with runtime.session() as db:
        yield db
        if dry_run:
            db.rollback()
