"""Commands about contacts already here: what is known of one, their consent, and who is never written to."""

from typing import Any

import click

from app import runtime
from app.cli.base import Command, Group, open_installation, print_json, print_pairs
from app.contacts import consent, find, suppression
from app.contacts.addresses import hashes
from app.contacts.models import Contact, Owner
from app.db import Session
from app.engagement import dormancy as quiet
from app.engagement import policies
from app.engagement.explain import explain
from app.feedback import find as feedback
from app.runtime import Runtime
from app.scoring import explain as score

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
            told[key] = ", ".join(f"{name} {_short(value)}" for name, value in told[key].items())
    told["score"] = f"{told['score']['value']} ({told['score']['stage']})"
    if rating := known["rating"]:
        told["rating"] = ", ".join(
            f"{name} {rating[name]}"
            for name in ("nps", "nps_class", "csat", "trend")
            if rating[name] is not None
        )
    if "suppressed" in told:
        told["suppressed"] = ", ".join(f"{one['channel']} ({one['reason']})" for one in told["suppressed"])
    print_pairs(told)


def _short(value: object) -> object:
    """A list in one word: the commas stand between the names."""
    return "/".join(map(str, value)) if isinstance(value, list) else value


def _known(db: Session, opened: Runtime, held: Contact) -> dict[str, Any]:
    policy = policies.present(db)
    stands = quiet.row_of(db, held.id, policy, opened.now())
    owner = db.get(Owner, held.owner_id) if held.owner_id else None
    addresses = list(hashes(opened.settings.suppression_key, held.email, held.phone))
    opinion = feedback.latest(db, held.id, now=opened.now())
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
        "dormancy": quiet.state_of(stands, opened.now()),
        "dormancy_reason": explain(stands, policy, opened.now(), opened.settings.default_language),
        "last_engaged_at": stands.last_engaged_at,
        "score": score.known(db, held.id, now=opened.now(), lang=opened.settings.default_language),
        "rating": opinion.rating,
        "sentiment": opinion.sentiment,
        "attributes": held.attributes,
    }
