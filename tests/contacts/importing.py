"""What the tests of imports share: writing a file, importing it, and looking at the people it made."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from app import runtime
from app.contacts import consent
from app.contacts.imports import run as imports
from app.contacts.imports.columns import Mapping
from app.contacts.imports.plan import Plan, plan
from app.contacts.imports.run import Result
from app.contacts.models import Contact, Suppression

ROME = ZoneInfo("Europe/Rome")
KEY = "k" * 32


def write(folder: Path, content: str | bytes, name: str = "gestionale.csv") -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return file


def bring(
    folder: Path, content: str | bytes, name: str = "gestionale.csv", mapping: Mapping | None = None
) -> Result:
    planned = plan(write(folder, content, name), mapping=mapping, country="IT", zone=ROME)
    return take(planned, folder)


def take(planned: Plan, folder: Path) -> Result:
    return imports.run(
        planned, runtime.session, hash_key=KEY, now=runtime.now(), rejects=folder / "rejects.csv"
    )


def people() -> list[Contact]:
    with runtime.reading() as db:
        found = sorted(db.exec(select(Contact)), key=lambda one: (one.email_key or "", one.phone or ""))
        db.expunge_all()
        return found


def one() -> Contact:
    (contact,) = people()
    return contact


def consents(contact: Contact) -> dict[str, str]:
    with runtime.reading() as db:
        return consent.present(db, contact.id)


def suppressions() -> list[tuple[str, str]]:
    with runtime.reading() as db:
        return sorted((row.channel, row.reason) for row in db.exec(select(Suppression)))


def outcome(result: Result) -> dict[str, Any]:
    names = ("created", "updated", "merged", "unchanged", "rejected")
    assert sum(result.counts[name] for name in names) == result.counts["rows"]
    return {name: result.counts[name] for name in names if result.counts[name]}
