"""Who the rows of a page may be: everybody they could mean, fetched by a few set-based look-ups."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from app.contacts import suppression
from app.contacts.addresses import address_hash
from app.contacts.consent import counts as line_counts
from app.contacts.find import spoken_of
from app.contacts.identity import is_role
from app.contacts.imports.people import COLUMNS, Line, Person, addresses, fields
from app.contacts.imports.rows import Row
from app.contacts.models import (
    Became,
    Consent,
    Contact,
    ContactChange,
    ContactEdit,
    ContactKey,
    PhoneKind,
)
from app.db import among, table_of

_contacts, _keys, _consents = table_of(Contact), table_of(ContactKey), table_of(Consent)
_changes, _edits = table_of(ContactChange), table_of(ContactEdit)
_PAGE = 1_000


@dataclass(slots=True)
class Progress:
    """What an import carries from page to page: a handful of counts, however long the file."""

    import_id: str
    source: str
    started_at: datetime
    hash_key: str
    dated: bool
    """Whether the file has a column that dates its records."""
    counts: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    """Field -> how many contacts it changed on."""
    owners: dict[str, str] = field(default_factory=dict)
    ended: bool = False
    """Whether the last row of the file is in."""


@dataclass(slots=True)
class Page:
    """The people the rows of one page may mean, by every name they answer to, and the stops they said."""

    people: dict[str, Person]
    found: dict[tuple[str, str], list[Person]]
    stopped: set[tuple[str, str]] = field(default_factory=set)
    """(channel, address hash) that must not be written to."""
    gone: list[Person] = field(default_factory=list)
    stops: list[tuple[str, str, str, datetime | None, datetime]] = field(default_factory=list)
    same: list[tuple[str, str]] = field(default_factory=list)
    """Contacts from before this import that a row proves to be one person."""


def look_up(db: Session, under: Session | None, progress: Progress, rows: Sequence[Row]) -> Page:
    """Everybody the rows may mean. `under`: in a rehearsal, the real database below the one that is written."""
    page = Page({}, defaultdict(list))
    for base in filter(None, (db, under)):
        ids = _ids(base, progress, rows) - page.people.keys()
        for chunk in _chunks(sorted(ids)):
            _load(base, progress, page, chunk, stored=base is db)
    if under is None:
        _bind(db, page)
    for person in page.people.values():
        for address in {*addresses(person), *(k for k in person.keys if k[0] == progress.source)}:
            page.found[address].append(person)
    for base in filter(None, (db, under)):
        _stopped(base, progress, page, rows)
    for person in page.people.values():
        person.could = channels(person, page, progress.hash_key)
    return page


def channels(person: Person, page: Page, hash_key: str) -> frozenset[str]:
    """Where a person may be written to: consent granted, an address to write to, and no stop on it."""
    may = set()
    if person.email_key and granted(person, "email"):
        may |= {"email"} - _no(page, hash_key, "email", person.email_key)
    if person.phone and person.phone_kind == PhoneKind.MOBILE and granted(person, "sms"):
        may |= {"sms"} - _no(page, hash_key, "sms", person.phone)
    return frozenset(may)


def granted(person: Person, channel: str) -> bool:
    """Whether the ledger's latest line on a channel is a yes; on a tie the no holds."""
    last = max(
        (line for line in person.ledger if line.channel == channel),
        key=lambda line: (line.at, line.state != "granted"),
        default=None,
    )
    return last is not None and last.state == "granted"


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


def _no(page: Page, hash_key: str, channel: str, address: str) -> set[str]:
    return {channel} if (channel, address_hash(hash_key, channel, address)) in page.stopped else set()


def _ids(db: Session, progress: Progress, rows: Sequence[Row]) -> set[str]:
    emails = {email for row in rows for email in (row.email_key, *row.more_emails) if email}
    phones = {row.phone.number for row in rows if row.phone and row.phone.kind is PhoneKind.MOBILE}
    names = {key for row in rows for key in (row.key, own_key(row)) if key}
    ids: set[str] = set()
    held: dict[str, str] = {}
    for source, keys in ((progress.source, names), ("email", emails), ("phone", phones)):
        for chunk in _chunks(keys):
            query = select(_keys.c.key, _keys.c.contact_id).where(
                _keys.c.source == source, among(db, _keys.c.key, chunk)
            )
            found = {row.key: row.contact_id for row in db.execute(query)}
            ids |= set(found.values())
            held |= found if source == progress.source else {}
    for column, values in ((_contacts.c.email_key, emails), (_contacts.c.phone, phones)):
        for chunk in _chunks(values):
            ids |= set(db.execute(select(_contacts.c.id).where(among(db, column, chunk))).scalars())
    # A key that a CRM gave to somebody else before: that row goes by its fingerprint.
    twice = Counter(row.key for row in rows if row.key)
    prints = {fingerprint(row) for row in rows if row.key and (row.key in held or twice[row.key] > 1)}
    for chunk in _chunks(prints):
        query = select(_keys.c.contact_id).where(
            _keys.c.source == progress.source, among(db, _keys.c.key, chunk)
        )
        ids |= set(db.execute(query).scalars())
    return ids


def _load(db: Session, progress: Progress, page: Page, ids: Sequence[str], *, stored: bool) -> None:
    held = select(_contacts).where(among(db, _contacts.c.id, ids)).order_by(_contacts.c.id)
    for row in db.execute(held.with_for_update() if stored else held):
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
            stored=stored,
            created_at=row.created_at,
        )
    # An undo may have taken one out between the look-up of the names and this.
    ids = [id_ for id_ in ids if id_ in page.people]
    for row in db.execute(select(_keys).where(among(db, _keys.c.contact_id, ids))):
        page.people[row.contact_id].keys.add((row.source, row.key))
    for row in db.execute(select(_consents).where(among(db, _consents.c.contact_id, ids), line_counts())):
        page.people[row.contact_id].ledger.append(Line(row.channel, row.state, row.source, row.at))
    for row in db.execute(
        select(_edits.c.contact_id, _edits.c.fields).where(among(db, _edits.c.contact_id, ids))
    ):
        before = ((name, pair[0]) for name, pair in row.fields.items())
        page.people[row.contact_id].outdated |= {(name, one) for name, one in before if isinstance(one, str)}
    if stored:
        _remember(db, progress, page, ids)
    for id_ in ids:
        if not page.people[id_].fresh:
            page.people[id_].before = fields(page.people[id_])


def _bind(db: Session, page: Page) -> None:
    for chunk in _chunks([person.id for person in page.people.values() if person.fresh]):
        query = select(_contacts.c.id).where(among(db, _contacts.c.id, chunk), spoken_of())
        for id_ in db.execute(query).scalars():
            page.people[id_].bound = True


def _remember(db: Session, progress: Progress, page: Page, ids: Sequence[str]) -> None:
    query = select(_changes).where(
        _changes.c.import_id == progress.import_id, among(db, _changes.c.contact_id, ids)
    )
    for row in db.execute(query):
        person = page.people[row.contact_id]
        person.met, person.led, person.became, person.history = True, row.led, row.became, dict(row.fields)
        # In a rehearsal everybody met is written; only those the file made were not there before.
        person.fresh = row.became == Became.CREATED


def _stopped(db: Session, progress: Progress, page: Page, rows: Sequence[Row]) -> None:
    pairs = {("email", row.email_key) for row in rows if row.email_key}
    pairs |= {("sms", row.phone.number) for row in rows if row.phone}
    for person in page.people.values():
        pairs |= {("email", person.email_key)} if person.email_key else set()
        pairs |= {("sms", person.phone)} if person.phone else set()
    hashed = [(channel, address_hash(progress.hash_key, channel, one)) for channel, one in pairs]
    for chunk in _chunks(hashed):
        page.stopped |= suppression.suppressed(db, chunk)


def _chunks(values: Collection[Any]) -> Iterator[list[Any]]:
    ordered = list(values)
    for start in range(0, len(ordered), _PAGE):
        yield ordered[start : start + _PAGE]
