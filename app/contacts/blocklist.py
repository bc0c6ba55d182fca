"""Addresses an operator never wants written to: one typed by hand, or a whole list from another tool."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError

from app.contacts import phones, suppression
from app.contacts.addresses import address_hash, email_key
from app.contacts.imports import columns, rows
from app.db import Session
from app.errors import BadInput
from app.files import tables
from app.journal import record as journal


@dataclass(slots=True)
class Blocklist:
    """(channel, address) pairs, and how many rows held none."""

    addresses: list[tuple[str, str]] = field(default_factory=list)
    rejected: int = 0


def read(target: str, *, country: str, zone: ZoneInfo, now: datetime) -> Blocklist:
    """The addresses in `target` (an email, a phone number or a file of them); raises BadInput."""
    if Path(target).exists():
        return _read_file(Path(target), country=country, zone=zone, now=now)
    if "@" in target:
        try:
            return Blocklist([("email", email_key(rows.read_email(target)))])
        except EmailNotValidError as error:
            raise BadInput(f"{target!r} is no email address: {error}") from None
    phone = phones.read(target, country=country, mobile=True)
    if phone is None:
        if sum(char.isdigit() for char in target) > 4 and not any(char.isalpha() for char in target):
            raise BadInput(f"{target!r} is no possible phone number", mend="Check its digits and prefix.")
        raise BadInput(f"{target!r} is no file, no email address and no phone number")
    return Blocklist([("sms", phone.number)])


def suppress(
    db: Session, listed: Blocklist, *, reason: str, hash_key: str, now: datetime, actor: str
) -> dict[str, int]:
    """Suppress every address on its channel; returns how many were `suppressed` now and `already` before."""
    hashed = sorted({(channel, address_hash(hash_key, channel, one)) for channel, one in listed.addresses})
    known: set[tuple[str, str]] = set()
    for start in range(0, len(hashed), 1000):
        known |= suppression.suppressed(db, hashed[start : start + 1000])
    suppression.suppress(db, hashed, reason=reason, source=actor, at=now)
    counts = {"suppressed": len(hashed) - len(known), "already": len(known), "rejected": listed.rejected}
    journal.record(db, at=now, actor=actor, verb="suppressed", subject=("suppression", reason), **counts)
    return counts


def _read_file(file: Path, *, country: str, zone: ZoneInfo, now: datetime) -> Blocklist:
    table = tables.open_table(file)
    sample = list(islice(table.records(), columns.SAMPLE))
    reading = rows.Reading(columns.recognise(table, sample, columns.Mapping()), country, zone, now)
    listed = Blocklist()
    for record in table.records():
        found = list(_addresses(rows.read(record, reading)))
        listed.addresses += found
        listed.rejected += not found
    return listed


def _addresses(row: rows.Row) -> Iterator[tuple[str, str]]:
    for email in filter(None, (row.email_key, *row.more_emails)):
        yield "email", email
    for number in ([row.phone.number] if row.phone else []) + row.more_phones:
        yield "sms", number
