"""Who the rows of a page may be: everybody they could mean, fetched by a few set-based look-ups."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from app.contacts.consent import counts
from app.contacts.identity import is_role
from app.contacts.imports.people import COLUMNS, Line, Person, addresses
from app.contacts.imports.rows import Row
from app.contacts.models import Consent, Contact, ContactKey, PhoneKind
from app.db import table_of

_contacts, _keys, _consents = table_of(Contact), table_of(ContactKey), table_of(Consent)


@dataclass(slots=True)
class Progress:
    """What an import carries from page to page."""

    source: str
    started_at: datetime
    hash_key: str
    dated: bool
    """Whether the file has a column that dates its records."""
    counts: Counter[str] = field(default_factory=Counter)
    owners: dict[str, str] = field(default_factory=dict)
    led: set[int] = field(default_factory=set)
    """Hashes of the records that already had their say in this file."""
    met: set[str] = field(default_factory=set)
    """Ids of the contacts the rows of this file meant."""


@dataclass(slots=True)
class Page:
    """The people the rows of one page may mean, by every name they answer to, and the stops they said."""

    people: dict[str, Person]
    found: dict[tuple[str, str], list[Person]]
    gone: list[Person] = field(default_factory=list)
    stops: list[tuple[str, str, str, datetime | None, datetime]] = field(default_factory=list)


def look_up(db: Session, progress: Progress, rows: Sequence[Row]) -> Page:
    emails = {email for row in rows for email in (row.email_key, *row.more_emails) if email}
    phones = {row.phone.number for row in rows if row.phone and row.phone.kind is PhoneKind.MOBILE}
    names = {key for row in rows for key in (row.key, own_key(row), fingerprint(row)) if key}
    wanted = ((progress.source, names), ("email", emails), ("phone", phones))
    ids: set[str] = set()
    for source, keys in wanted:
        found = select(_keys.c.contact_id).where(_keys.c.source == source, _keys.c.key.in_(keys))
        ids |= set(db.execute(found).scalars()) if keys else set()
    for column, values in ((_contacts.c.email_key, emails), (_contacts.c.phone, phones)):
        ids |= (
            set(db.execute(select(_contacts.c.id).where(column.in_(values))).scalars()) if values else set()
        )
    page = Page({}, defaultdict(list))
    ordered = sorted(ids)
    for start in range(0, len(ordered), 1000):
        _load(db, progress, page, ordered[start : start + 1000])
    for person in page.people.values():
        for address in {*addresses(person), *(k for k in person.keys if k[0] == progress.source)}:
            page.found[address].append(person)
    return page


def _load(db: Session, progress: Progress, page: Page, ids: list[str]) -> None:
    held = db.execute(
        select(_contacts).where(_contacts.c.id.in_(ids)).order_by(_contacts.c.id).with_for_update()
    )
    for row in held:
        page.people[row.id] = Person(
            id=row.id,
            fresh=row.created_at == progress.started_at,
            new=False,
            email=row.email,
            email_key=row.email_key,
            phone=row.phone,
            phone_kind=row.phone_kind,
            dated=row.crm_created_at,
            values={name: getattr(row, name) for name in COLUMNS},
            attributes=dict(row.attributes),
        )
    for row in db.execute(select(_keys).where(_keys.c.contact_id.in_(ids))):
        page.people[row.contact_id].keys.add((row.source, row.key))
    for row in db.execute(select(_consents).where(_consents.c.contact_id.in_(ids), counts())):
        page.people[row.contact_id].ledger.append(Line(row.channel, row.state, row.source, row.at))


def own_key(row: Row) -> str | None:
    """A key for a row that neither address nor source identifies, so that the next import knows it again."""
    certain = (row.email_key and not is_role(row.email_key)) or (
        row.phone and row.phone.kind is PhoneKind.MOBILE
    )
    return None if row.key or certain else fingerprint(row)


def fingerprint(row: Row) -> str:
    facts = [row.email_key, row.phone.number if row.phone else None]
    facts += [row.values.get(name) for name in ("first_name", "last_name", "company")]
    return "#" + hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()
