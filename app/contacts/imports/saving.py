"""Writing what a page of an import decided, set by set: contacts, keys, ledger lines, stops and owners."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from app.contacts import declarations, doubles, suppression
from app.contacts.addresses import address_hash
from app.contacts.imports.lookup import Page, Progress, channels
from app.contacts.imports.people import COLUMNS, IMPORTED, Line, Person, alive, fields
from app.contacts.imports.rows import Row
from app.contacts.models import (
    Became,
    Consent,
    ConsentState,
    Contact,
    ContactChange,
    ContactKey,
    Owner,
    Suppression,
)
from app.db import insert_all, insert_new, new_id, table_of, upsert

_contacts, _keys, _consents = table_of(Contact), table_of(ContactKey), table_of(Consent)
_changes = table_of(ContactChange)


def save(db: Session, progress: Progress, page: Page, *, rehearsed: bool = False) -> None:
    """Write everything the page decided; the counts of who may be written to follow."""
    people = [person for person in page.people.values() if person.into is None and person.meant]
    insert_all(db, Contact, [_contact(person, progress) for person in people if not person.stored])
    _retire(db, progress, page.gone)
    insert_new(
        db,
        ContactKey,
        [
            {"source": source, "key": key, "contact_id": person.id}
            for person in people
            for source, key in (person.new_keys if person.stored else person.keys)
        ],
    )
    insert_all(db, Consent, _ledger_rows(people, progress))
    _update(db, progress, [person for person in people if person.changed and person.stored])
    _note_changes(db, progress, people)
    _stop(db, progress, page, people)
    if not rehearsed:
        _note_same(db, progress, page)
    _declare(db, progress, people)
    for person in page.people.values():
        if person.into is None and (person.met or person.meant):
            _count(progress, page, person)


def _contact(person: Person, progress: Progress) -> dict[str, Any]:
    values = person.values
    return {
        "id": person.id,
        "email": person.email,
        "email_key": person.email_key,
        "phone": person.phone,
        "phone_kind": person.phone_kind,
        "attributes": person.attributes,
        "crm_created_at": person.dated,
        "created_at": person.created_at or progress.started_at,
        "updated_at": progress.started_at,
        **{name: values.get(name) for name in COLUMNS},
    }


def _update(db: Session, progress: Progress, people: Sequence[Person]) -> None:
    if not people:
        return
    held = [_contact(person, progress) | {"contact": person.id} for person in people]
    columns: dict[str, Any] = {name: bindparam(name) for name in held[0] if name not in ("id", "contact")}
    for row in held:
        del row["id"]
    db.connection().execute(
        _contacts.update().where(_contacts.c.id == bindparam("contact")).values(columns), held
    )


def _ledger_rows(people: Iterable[Person], progress: Progress) -> list[dict[str, Any]]:
    rows = [
        {
            "contact_id": person.id,
            "channel": line.channel,
            "state": line.state,
            "basis": said.basis,
            "at": line.at,
            "recorded_at": progress.started_at,
            "source": line.source,
            "wording": said.wording,
            "evidence": said.evidence if said.at else said.evidence | {"undated": True},
            "act_id": progress.import_id,
        }
        for person in people
        for line, said in person.new_lines
    ]
    # In a rehearsal the ledger of a contact of the real database comes along, so that later pages hear it.
    copied: list[dict[str, Any]] = [
        {
            "contact_id": person.id,
            "channel": line.channel,
            "state": line.state,
            "basis": "",
            "at": line.at,
            "recorded_at": progress.started_at,
            "source": line.source,
            "wording": "",
            "evidence": {},
            "act_id": None,
        }
        for person in people
        if not person.stored and not person.new
        for line in person.ledger
        if not any(line is new for new, _ in person.new_lines)
    ]
    return rows + copied


def _note_changes(db: Session, progress: Progress, people: Iterable[Person]) -> None:
    made: list[dict[str, Any]] = []
    met: list[dict[str, Any]] = []
    for person in people:
        changed = _changed(progress, person)
        row = {
            "import_id": progress.import_id,
            "contact_id": person.id,
            "became": _became(person, changed),
            "led": person.led,
            "fields": changed,
        }
        (met if person.met else made).append(row)
    insert_all(db, ContactChange, made)
    if met:
        statement = upsert(db, _changes)
        columns = {name: statement.excluded[name] for name in ("became", "led", "fields")}
        both = ["import_id", "contact_id"]
        db.connection().execute(statement.on_conflict_do_update(index_elements=both, set_=columns), met)


def _became(person: Person, changed: dict[str, Any]) -> str:
    if person.fresh:
        return Became.CREATED
    return Became.UPDATED if changed else Became.UNCHANGED


def _changed(progress: Progress, person: Person) -> dict[str, Any]:
    """Field -> [value before this import, value after this page]; nothing new for whom the import made."""
    found = dict(person.history)
    if person.before is None or not person.changed:
        return found
    after = fields(person)
    for name in person.before.keys() | after.keys():
        old, new = person.before.get(name), after.get(name)
        if old != new:
            progress.changes[name] += name not in found
            found[name] = [found[name][0] if name in found else old, new]
    if person.new_keys:
        found["keys"] = found.get("keys", []) + [list(pair) for pair in person.new_keys]
    return found


def _retire(db: Session, progress: Progress, gone: Iterable[Person]) -> None:
    """Take contacts this import made a moment ago, and that proved to be another, out of the database."""
    for person in gone:
        kept = alive(person)
        progress.counts.subtract(f"may_{channel}" for channel in person.could)
        if person.stored:
            db.execute(_keys.update().where(_keys.c.contact_id == person.id).values(contact_id=kept.id))
            db.execute(
                _consents.update().where(_consents.c.contact_id == person.id).values(contact_id=kept.id)
            )
            ours = (_changes.c.import_id == progress.import_id) & (_changes.c.contact_id == person.id)
            db.execute(_changes.delete().where(ours))
            db.execute(_contacts.delete().where(_contacts.c.id == person.id))


def _declare(db: Session, progress: Progress, people: Sequence[Person]) -> None:
    """Who came from a source somebody answers for may be emailed, where nothing else is known."""
    silent = [p for p in people if p.email_key and not any(line.channel == "email" for line in p.ledger)]
    if declarations.extend(db, progress.source, [person.id for person in silent], progress.started_at):
        for person in silent:
            person.ledger.append(Line("email", ConsentState.GRANTED, "declaration", progress.started_at))


def _note_same(db: Session, progress: Progress, page: Page) -> None:
    """Contacts from before this import that a row proved to be one are merged by order, not by the way."""
    pairs = {tuple(sorted((alive(page.people[a]).id, alive(page.people[b]).id))) for a, b in page.same}
    reasons = [("same_row", progress.source, progress.source)]
    doubles.note_certain(db, [(a, b) for a, b in pairs if a != b], reasons, progress.started_at)


def _count(progress: Progress, page: Page, person: Person) -> None:
    """Keep `may_email` and `may_sms` true: each contact of this file once, as things stand after this page."""
    now = channels(person, page, progress.hash_key)
    for channel in ("email", "sms"):
        progress.counts[f"may_{channel}"] += (channel in now) - (person.met and channel in person.could)


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
    touched = {(channel, hashed) for channel, hashed, *_ in page.stops} | {
        (channel, new) for channel, _, new in moves
    }
    page.stopped |= suppression.suppressed(db, sorted(touched))


def owners(db: Session, under: Session | None, progress: Progress, rows: Sequence[Row]) -> None:
    """Know the owners the rows name, making those that are new."""
    given = {row.owner: row.owner_email for row in rows if row.owner and row.owner not in progress.owners}
    if not given:
        return
    table = table_of(Owner)
    named = select(table).where(table.c.name.in_(given))
    known = [dict(owner) for owner in under.execute(named).mappings()] if under else []
    fresh = given.keys() - {owner["name"] for owner in known}
    known += [{"id": new_id(), "name": name, "email": given[name]} for name in sorted(fresh)]
    insert_new(db, Owner, known)
    for owner in db.execute(named):
        progress.owners[owner.name] = owner.id
        if owner.email is None and given[owner.name]:
            db.execute(table.update().where(table.c.id == owner.id).values(email=given[owner.name]))
