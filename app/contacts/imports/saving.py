"""Writing what a page of an import decided, set by set: contacts, keys, ledger lines, stops and owners."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from app.contacts import consent, suppression
from app.contacts.addresses import address_hash
from app.contacts.imports.lookup import Page, Progress
from app.contacts.imports.people import COLUMNS, IMPORTED, Person, alive
from app.contacts.imports.rows import Row
from app.contacts.models import Consent, Contact, ContactKey, Owner, Suppression
from app.db import insert_new, new_id, table_of

_contacts, _keys, _consents = table_of(Contact), table_of(ContactKey), table_of(Consent)


def save(db: Session, progress: Progress, page: Page) -> None:
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


def _stop(db: Session, progress: Progress, page: Page, people: Iterable[Person]) -> None:
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


def owners(db: Session, progress: Progress, rows: Sequence[Row]) -> None:
    given = {row.owner: row.owner_email for row in rows if row.owner and row.owner not in progress.owners}
    if not given:
        return
    table = table_of(Owner)
    insert_new(db, Owner, [{"id": new_id(), "name": name, "email": email} for name, email in given.items()])
    for owner in db.execute(select(table).where(table.c.name.in_(given))):
        progress.owners[owner.name] = owner.id
        if owner.email is None and given[owner.name]:
            db.execute(table.update().where(table.c.id == owner.id).values(email=given[owner.name]))
