"""Addresses an operator never wants written to: one typed by hand, or a whole list from another tool."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlmodel import col, select

from app.contacts import consent, phones, suppression
from app.contacts.addresses import address_hash, email_key, hashes
from app.contacts.models import ConsentState, Contact, ContactKey
from app.contacts.stop_lists import Entry
from app.contacts.suppression import Stop
from app.db import Session
from app.errors import BadInput
from app.journal.record import record

PAGE = 1_000
OF_THE_PERSON = ("unsubscribed", "complaint")
"""What somebody said for themselves: their consent ledger says so too."""


def one(target: str, *, reason: str, country: str) -> Entry:
    """The one email address or phone number a person typed; raises BadInput."""
    if "@" in target:
        try:
            validate_email(target, check_deliverability=False)
        except EmailNotValidError as error:
            raise BadInput(f"{target!r} is no email address: {error}") from None
        return Entry(0, "email", email_key(target), reason, None, "")
    phone = phones.read(target, country=country, mobile=True)
    if phone is None:
        if sum(char.isdigit() for char in target) > 4 and not any(char.isalpha() for char in target):
            raise BadInput(f"{target!r} is no possible phone number", mend="Check its digits and prefix.")
        raise BadInput(f"{target!r} is no file, no email address and no phone number")
    return Entry(0, "sms", phone.number, reason, None, "")


def pages(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    """The entries by the thousand, as many as one transaction takes."""
    page: list[Entry] = []
    for entry in entries:
        page.append(entry)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def suppress(
    db: Session, page: Sequence[Entry], *, source: str, hash_key: str, now: datetime, write: bool = True
) -> Counter[str]:
    """Suppress a page of addresses, and whatever else of the person a complaint reaches; never lifts one.

    Counts `suppressed` (new), `already`, and every reason as `reason.NAME`. An entry without a date counts from now.
    With `write` false it only counts.
    """
    hashed = {(one.channel, one.address): address_hash(hash_key, one.channel, one.address) for one in page}
    stops = {
        Stop(one.channel, hashed[one.channel, one.address], one.reason, source, one.at or now) for one in page
    }
    addresses = sorted({(stop.channel, stop.address_hash) for stop in stops})
    already = suppression.suppressed(db, addresses)
    counts = Counter(suppressed=len(addresses) - len(already), already=len(already))
    counts.update(f"reason.{reason}" for _, reason in {(stop[:2], stop.reason) for stop in stops})
    if write:
        suppression.add(db, stops)
        _tell(db, [one for one in page if one.reason in OF_THE_PERSON], source, hash_key, now)
    return counts


def note(db: Session, counts: Counter[str], *, actor: str, at: datetime, **facts: Any) -> None:
    """Journal what a whole list came to."""
    record(db, at=at, actor=actor, verb="suppressed", subject=("suppression", ""), **counts, **facts)


def _tell(db: Session, told: Sequence[Entry], source: str, hash_key: str, now: datetime) -> None:
    """Write into the ledgers of the contacts who have these addresses what they said elsewhere."""
    holders = _holders(db, told)
    ids = {contact_id for held in holders.values() for contact_id in held}
    every = _addresses(db, ids, hash_key)
    lines: list[dict[str, Any]] = []
    reached: list[Stop] = []
    for entry in told:
        at = entry.at or now
        for contact_id in holders.get((entry.channel, entry.address), ()):
            complained = entry.reason == "complaint"
            channels = ("email", "sms") if complained else (entry.channel,)
            if complained:
                reached += [Stop(*pair, entry.reason, source, at) for pair in every[contact_id]]
            lines += [
                {
                    "contact_id": contact_id,
                    "channel": channel,
                    "state": ConsentState.WITHDRAWN,
                    "basis": "consent",
                    "at": at,
                    "recorded_at": now,
                    "source": source,
                    "wording": entry.said or entry.reason,
                    "evidence": {"line": entry.line} if entry.line else {},
                }
                for channel in channels
            ]
    suppression.add(db, reached)
    undated = {line["contact_id"] for line in lines if line["at"] == now}
    known = _refusing(db, undated)
    # A list without dates that is taken again says nothing new.
    consent.append_once(
        db,
        [line for line in lines if line["at"] != now or (line["contact_id"], line["channel"]) not in known],
    )


def _refusing(db: Session, ids: set[str]) -> set[tuple[str, str]]:
    held = consent.present_states(sorted(ids))
    query = select(held.c.contact_id, held.c.channel).where(held.c.state == ConsentState.WITHDRAWN)
    return {(contact_id, channel) for contact_id, channel in db.execute(query)} if ids else set()


def _holders(db: Session, told: Sequence[Entry]) -> dict[tuple[str, str], set[str]]:
    """(channel, address) -> the contacts who have it, as their own or as a second one."""
    found: dict[tuple[str, str], set[str]] = {}
    for channel, source, own in (
        ("email", "email", col(Contact.email_key)),
        ("sms", "phone", col(Contact.phone)),
    ):
        wanted = sorted({one.address for one in told if one.channel == channel})
        if not wanted:
            continue
        second = select(ContactKey.key, ContactKey.contact_id).where(
            col(ContactKey.source) == source, col(ContactKey.key).in_(wanted)
        )
        for query in (select(own, Contact.id).where(own.in_(wanted)), second):
            for address, contact_id in db.execute(query):
                found.setdefault((channel, address), set()).add(contact_id)
    return found


def _addresses(db: Session, ids: set[str], hash_key: str) -> dict[str, set[tuple[str, str]]]:
    """Contact id -> (channel, hash) of every address they have or had."""
    found: dict[str, set[tuple[str, str]]] = {contact_id: set() for contact_id in ids}
    own = select(Contact.id, Contact.email, Contact.phone).where(col(Contact.id).in_(ids))
    for contact_id, email, phone in db.execute(own):
        found[contact_id] |= set(hashes(hash_key, email, phone))
    second = select(ContactKey.contact_id, ContactKey.source, ContactKey.key).where(
        col(ContactKey.contact_id).in_(ids), col(ContactKey.source).in_(("email", "phone"))
    )
    for contact_id, source, key in db.execute(second):
        found[contact_id] |= set(hashes(hash_key, *((key, None) if source == "email" else (None, key))))
    return found
