"""One page of an import: look up who the rows may be, decide in memory, write what changed set by set."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.contacts import consent, suppression
from app.contacts.addresses import address_hash
from app.contacts.identity import is_role, names_agree, names_match, strangers
from app.contacts.models import Consent, Contact, ContactKey, Owner, PhoneKind, Suppression
from app.contacts.people import COLUMNS, IMPORTED, Line, Person, addresses, alive, answer_to, fold, hear, take
from app.contacts.rows import Problem, Row
from app.db import Session, insert_new, new_id, table_of

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


@dataclass(slots=True)
class _Page:
    people: dict[str, Person]
    found: dict[tuple[str, str], list[Person]]
    gone: list[Person] = field(default_factory=list)
    stops: list[tuple[str, str, str, datetime | None, datetime]] = field(default_factory=list)


def apply(db: Session, progress: Progress, rows: Sequence[Row]) -> None:
    """Bring the reachable rows of one page into the database and count what became of each."""
    _owners(db, progress, rows)
    page = _look_up(db, progress, rows)
    for row in rows:
        progress.counts[_place(progress, page, row)] += 1
    _write(db, progress, page)


def _place(progress: Progress, page: _Page, row: Row) -> str:
    key = row.key or _own_key(row)
    person, others, key = _who(progress, page, row, key)
    values = dict(row.values)
    if row.owner:
        values["owner_id"] = progress.owners[row.owner]
    became = "merged"
    if person is None:
        person = Person(new_id(), fresh=True, new=True)
        page.people[person.id] = person
        became = "created"
    elif not person.fresh:
        became = ""
    before, person.changed = person.changed, False
    leads = _leads(progress, person, row, key)
    if key:
        answer_to(person, progress.source, key)
    take(person, row, values, leads=leads)
    for other in others:
        _fold(progress, page, person, other)
    _hear(progress, page, person, row)
    became = became or ("updated" if person.changed else "unchanged")
    person.changed |= before
    for address in (*addresses(person), *([(progress.source, key)] if key else [])):
        if person not in page.found[address]:
            page.found[address].append(person)
    return became


def _who(
    progress: Progress, page: _Page, row: Row, key: str | None
) -> tuple[Person | None, list[Person], str | None]:
    """The person a row means, others it proves to be the same, and the key it may be kept under."""
    name = (row.values.get("first_name"), row.values.get("last_name"))
    found = [alive(p) for p in page.found[(progress.source, key)]] if key else []
    if key and found and _another(found[0], row, name):
        row.problems.append(Problem("key", key, "this key belonged to another person before"))
        key = _fingerprint(row)
        found = [alive(p) for p in page.found[(progress.source, key)]]
    for email in filter(None, (row.email_key, *row.more_emails)):
        agree = names_match if is_role(email) else _anyone
        found += [p for p in map(alive, page.found[("email", email)]) if agree(name, p.name)]
    if row.phone and row.phone.kind is PhoneKind.MOBILE:
        found += [p for p in map(alive, page.found[("phone", row.phone.number)]) if names_agree(name, p.name)]
    unique = list({p.id: p for p in found}.values())
    return (unique[0] if unique else None), unique[1:], key


def _another(person: Person, row: Row, name: tuple[str | None, str | None]) -> bool:
    """Whether a CRM gave a key it had used before to somebody else: other address and other name."""
    other_email = bool(person.email_key and row.email_key) and row.email_key not in (
        person.email_key,
        *(key for source, key in person.keys if source == "email"),
    )
    return other_email and strangers(name, person.name)


def _leads(progress: Progress, person: Person, row: Row, key: str | None) -> bool:
    """Whether a row replaces what is known: a newer record does; of two alike the lower key, once a file."""
    if progress.dated and row.dated != person.dated and (person.email_key or person.phone):
        return row.dated is not None and (person.dated is None or row.dated > person.dated)
    own = [known for source, known in person.keys if source == progress.source]
    if key and own and key != min(own):
        return key < min(own)
    token = hash(key or person.id)
    first = token not in progress.led
    progress.led.add(token)
    return first


def _fold(progress: Progress, page: _Page, person: Person, other: Person) -> None:
    if not other.fresh:
        progress.counts["possible_doubles"] += 1
        return
    fold(person, other, IMPORTED + progress.source, progress.started_at)
    page.gone.append(other)
    progress.counts["created"] -= 1
    progress.counts["merged"] += 1


def _hear(progress: Progress, page: _Page, person: Person, row: Row) -> None:
    for said in row.said:
        if not hear(person, said, IMPORTED + progress.source, progress.started_at):
            progress.counts["consents_refused"] += 1
    for channel, reason, since in row.stops:
        given = row.email_key if channel == "email" else row.phone.number if row.phone else None
        held = person.email_key if channel == "email" else person.phone
        # A bounce condemns the address of the row; a stop is the person's, so it takes their present one too.
        for address in {given, held} if reason != "hard_bounce" else {given}:
            if address:
                hashed = address_hash(progress.hash_key, channel, address)
                page.stops.append((channel, hashed, reason, since, row.dated or progress.started_at))


def _look_up(db: Session, progress: Progress, rows: Sequence[Row]) -> _Page:
    emails = {email for row in rows for email in (row.email_key, *row.more_emails) if email}
    phones = {row.phone.number for row in rows if row.phone and row.phone.kind is PhoneKind.MOBILE}
    names = {key for row in rows for key in (row.key, _own_key(row), _fingerprint(row)) if key}
    wanted = ((progress.source, names), ("email", emails), ("phone", phones))
    ids: set[str] = set()
    for source, keys in wanted:
        found = select(_keys.c.contact_id).where(_keys.c.source == source, _keys.c.key.in_(keys))
        ids |= set(db.execute(found).scalars()) if keys else set()
    for column, values in ((_contacts.c.email_key, emails), (_contacts.c.phone, phones)):
        ids |= (
            set(db.execute(select(_contacts.c.id).where(column.in_(values))).scalars()) if values else set()
        )
    page = _Page({}, defaultdict(list))
    ordered = sorted(ids)
    for start in range(0, len(ordered), 1000):
        _load(db, progress, page, ordered[start : start + 1000])
    for person in page.people.values():
        for address in {*addresses(person), *(k for k in person.keys if k[0] == progress.source)}:
            page.found[address].append(person)
    return page


def _load(db: Session, progress: Progress, page: _Page, ids: list[str]) -> None:
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
    for row in db.execute(select(_consents).where(_consents.c.contact_id.in_(ids))):
        page.people[row.contact_id].ledger.append(Line(row.channel, row.state, row.source, row.at))


def _write(db: Session, progress: Progress, page: _Page) -> None:
    people = [person for person in page.people.values() if person.into is None]
    new = [
        _contact(person, progress) | {"created_at": progress.started_at} for person in people if person.new
    ]
    if new:
        db.execute(_contacts.insert(), new)
    _retire(db, page.gone)
    keys = [
        {"source": source, "key": key, "contact_id": person.id}
        for person in people
        for source, key in person.new_keys
    ]
    insert_new(db, ContactKey, keys)
    consent.append(db, _ledger_rows(people, progress))
    changed = [_contact(person, progress) for person in people if person.changed and not person.new]
    if changed:
        columns: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name != "id"}
        held = [{**row, "contact": row.pop("id")} for row in changed]
        db.connection().execute(
            _contacts.update().where(_contacts.c.id == bindparam("contact")).values(columns), held
        )
    _stop(db, progress, page, people)


def _contact(person: Person, progress: Progress) -> dict[str, Any]:
    return {
        "id": person.id,
        "email": person.email,
        "email_key": person.email_key,
        "phone": person.phone,
        "phone_kind": person.phone_kind,
        "attributes": person.attributes,
        "crm_created_at": person.dated,
        "updated_at": progress.started_at,
        **{name: person.values.get(name) for name in COLUMNS},
    }


def _ledger_rows(people: Iterable[Person], progress: Progress) -> list[dict[str, Any]]:
    return [
        {
            "contact_id": person.id,
            "channel": line.channel,
            "state": line.state,
            "basis": said.basis,
            "at": line.at,
            "recorded_at": progress.started_at,
            "source": line.source,
            "wording": said.wording,
            "evidence": {} if said.at else {"undated": True},
        }
        for person in people
        for line, said in person.new_lines
    ]


def _retire(db: Session, gone: Iterable[Person]) -> None:
    """Take contacts this import made a moment ago, and that proved to be another, out of the database."""
    for person in gone:
        if not person.new:
            kept = alive(person).id
            db.execute(_keys.update().where(_keys.c.contact_id == person.id).values(contact_id=kept))
            db.execute(_consents.update().where(_consents.c.contact_id == person.id).values(contact_id=kept))
            db.execute(_contacts.delete().where(_contacts.c.id == person.id))


def _stop(db: Session, progress: Progress, page: _Page, people: Iterable[Person]) -> None:
    source = IMPORTED + progress.source
    for channel, hashed, reason, since, _ in page.stops:
        if since:
            suppression.suppress(db, [(channel, hashed)], reason=reason, source=source, at=since)
    # Without a date of its own a stop cannot be newer than a lift, so it only adds what was never there.
    undated = [
        {"channel": channel, "address_hash": hashed, "reason": reason, "source": source, "at": at}
        for channel, hashed, reason, since, at in page.stops
        if since is None
    ]
    insert_new(db, Suppression, undated)
    moves = [
        (
            channel,
            address_hash(progress.hash_key, channel, one),
            address_hash(progress.hash_key, channel, other),
        )
        for person in people
        for channel, one, other in person.moves
    ]
    suppression.follow(db, moves)


def _owners(db: Session, progress: Progress, rows: Sequence[Row]) -> None:
    given = {row.owner: row.owner_email for row in rows if row.owner and row.owner not in progress.owners}
    if not given:
        return
    table = table_of(Owner)
    insert_new(db, Owner, [{"id": new_id(), "name": name, "email": email} for name, email in given.items()])
    for owner in db.execute(select(table).where(table.c.name.in_(given))):
        progress.owners[owner.name] = owner.id
        if owner.email is None and given[owner.name]:
            db.execute(table.update().where(table.c.id == owner.id).values(email=given[owner.name]))


def _own_key(row: Row) -> str | None:
    """A key for a row that neither address nor source identifies, so that the next import knows it again."""
    certain = (row.email_key and not is_role(row.email_key)) or (
        row.phone and row.phone.kind is PhoneKind.MOBILE
    )
    return None if row.key or certain else _fingerprint(row)


def _fingerprint(row: Row) -> str:
    facts = [row.email_key, row.phone.number if row.phone else None]
    facts += [row.values.get(name) for name in ("first_name", "last_name", "company")]
    return "#" + hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def _anyone(_mine: Any, _theirs: Any) -> bool:
    return True
