"""Commands about contacts already here: what is known of one, their consent, and who is never written to."""

from pathlib import Path
from typing import Any

import click
from sqlmodel import col, select

from app import runtime
from app.cli.base import Command, Group, open_installation, print_json, print_pairs
from app.contacts import blocklist, consent, find, suppression
from app.contacts.addresses import hashes
from app.contacts.models import Consent, Contact, Owner
from app.db import Session
from app.engagement import dormancy as quiet
from app.runtime import Runtime

_FILE = click.Path(path_type=Path)
_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@click.group(cls=Group)
def contacts() -> None:
    """Import contacts, see what is known of one, and say who must never be written to."""


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
    with runtime.session() as db:
        counts = blocklist.suppress(
            db, listed, reason=reason, hash_key=settings.suppression_key, now=now, actor="user:command line"
        )
        if dry_run:
            db.rollback()
    (print_json if as_json else print_pairs)({**counts, "dry_run": dry_run})


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
