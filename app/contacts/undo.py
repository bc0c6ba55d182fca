"""Undoing an import: its contacts as they were before, except opt-outs and what happened since."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exists, select
from sqlmodel import Session

from app.contacts import declarations, find, suppression
from app.contacts.addresses import address_hash
from app.contacts.imports import turn
from app.contacts.imports.people import COLUMNS
from app.contacts.imports.turn import Transaction
from app.contacts.models import (
    Became,
    Consent,
    ConsentState,
    Contact,
    ContactChange,
    ContactImport,
    ContactKey,
    ImportState,
    Suppression,
    VoidedAct,
)
from app.db import database_now, insert_new, table_of
from app.journal import record as journal

PAGE = 1_000
_AWAY = timedelta(minutes=1)
_contacts, _keys, _consents = table_of(Contact), table_of(ContactKey), table_of(Consent)
_changes, _imports = table_of(ContactChange), table_of(ContactImport)
_FIELDS = ("email", "email_key", "phone", "phone_kind", *COLUMNS)


def undo(
    transaction: Transaction,
    import_id: str,
    *,
    hash_key: str,
    now: datetime,
    actor: str,
    tick: Callable[[int], None] = lambda _: None,
    until: float = float("inf"),
) -> dict[str, int]:
    """Undo a contact import, page by page; run again after any end, it goes on. Returns what became of its contacts:
    `removed`, `restored`, `kept` (something happened with them since) and `untouched`.

    Stops early at `until` (monotonic seconds): the import's state then stays `undoing`.

    Raises NotFound for no such import, Conflict while it runs, when it is undone, or for a history of interactions.
    """
    with transaction() as db:
        counts = Counter(turn.begin_undo(db, import_id))
        # Before the first contact is touched, nothing the import granted counts any more.
        insert_new(db, VoidedAct, [{"id": import_id, "at": now, "actor": actor}])
    while True:
        with transaction() as db:
            page = _page(db, import_id)
            counts.update(_undo_page(db, import_id, page, hash_key=hash_key, now=now))
            if not page:
                break
            turn.note_undo(db, import_id, counts)
        tick(counts.total())
        if time.monotonic() > until:
            return _told(counts)
    with transaction() as db:
        turn.end_undo(db, import_id, now)
        journal.record(db, at=now, actor=actor, verb="undone", subject=("import", import_id), **counts)
    return _told(counts)


def ask(db: Session, import_id: str, actor: str) -> None:
    """Order an undo that a worker carries out; raises NotFound and Conflict as `undo`."""
    turn.begin_undo(db, import_id)
    begun = db.get_one(ContactImport, import_id)
    begun.counts = begun.counts | {"undone_by": actor}
    db.add(begun)


def left(db: Session) -> list[tuple[str, str]]:
    """(import, actor) of the undos that nobody has been at for a minute."""
    query = select(_imports.c.id, _imports.c.counts).where(
        _imports.c.state == ImportState.UNDOING, _imports.c.beat_at < database_now(db) - _AWAY
    )
    return [(row.id, row.counts.get("undone_by", "system")) for row in db.execute(query.limit(100))]


def _told(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in ("removed", "restored", "kept", "untouched")}


def _page(db: Session, import_id: str) -> list[Any]:
    query = select(_changes).where(_changes.c.import_id == import_id).order_by(_changes.c.contact_id)
    return list(db.execute(query.limit(PAGE)))


def _undo_page(
    db: Session, import_id: str, page: Sequence[Any], *, hash_key: str, now: datetime
) -> Iterator[str]:
    """Undo what the import did to these contacts; yields what became of each, and forgets how to do it again."""
    if not page:
        return
    ids = [change.contact_id for change in page]
    held = {
        row.id: row for row in db.execute(select(_contacts).where(_contacts.c.id.in_(ids)).with_for_update())
    }
    made = [c.contact_id for c in page if c.became == Became.CREATED and c.contact_id in held]
    free = _free(db, import_id, made)
    _hand_over(db, import_id, [id_ for id_ in made if id_ not in free])
    _remember_stops(db, [held[id_] for id_ in free], hash_key=hash_key, now=now)
    _remove(db, free)
    later = _later(db, import_id, ids)
    moves: list[tuple[str, str, str]] = []
    for change in page:
        contact = held.get(change.contact_id)
        if change.contact_id in free:
            yield "removed"
            continue
        if contact is not None:
            moves += _restore(db, contact, change, later[change.contact_id], now)
        if contact is None or change.became == Became.CREATED:
            yield "kept"
        else:
            yield "restored" if change.fields else "untouched"
    hashed = (
        (way, address_hash(hash_key, way, old), address_hash(hash_key, way, new)) for way, old, new in moves
    )
    suppression.follow(db, list(hashed))
    inherited = [
        {"import": one.import_id, "contact": one.contact_id, "fields": one.fields}
        for change in page
        if change.fields
        for one in later[change.contact_id]
    ]
    if inherited:
        theirs = (_changes.c.import_id == bindparam("import")) & (
            _changes.c.contact_id == bindparam("contact")
        )
        db.connection().execute(_changes.update().where(theirs).values(fields=bindparam("fields")), inherited)
    gone = _changes.c.contact_id.in_(ids)
    db.execute(delete(_changes).where(_changes.c.import_id == import_id, gone))
    declarations.let_go(db, db.get_one(ContactImport, import_id).source, ids, import_id)


def _free(db: Session, import_id: str, ids: Sequence[str]) -> set[str]:
    """Those of these contacts that nothing but this import speaks of."""
    if not ids:
        return set()
    others = exists().where(_changes.c.contact_id == _contacts.c.id, _changes.c.import_id != import_id)
    query = select(_contacts.c.id).where(_contacts.c.id.in_(ids), ~others, ~find.spoken_of())
    return set(db.execute(query).scalars())


def _hand_over(db: Session, import_id: str, ids: Sequence[str]) -> None:
    """Contacts that another import vouches for are that one's from now on: undoing it removes them."""
    others = (_changes.c.contact_id.in_(ids)) & (_changes.c.import_id != import_id)
    query = select(_changes.c.contact_id, _changes.c.import_id).where(others)
    heirs = {row.contact_id: row.import_id for row in db.execute(query.order_by(_changes.c.import_id.desc()))}
    for contact_id, heir in heirs.items():
        theirs = (_changes.c.contact_id == contact_id) & (_changes.c.import_id == heir)
        db.execute(_changes.update().where(theirs).values(became=Became.CREATED))


def _remember_stops(db: Session, contacts: Sequence[Any], *, hash_key: str, now: datetime) -> None:
    """A contact who goes leaves their no behind, as keyed hashes of every address: opt-outs are not undone."""
    ids = [contact.id for contact in contacts]
    query = select(_consents.c.contact_id, _consents.c.channel).where(
        _consents.c.contact_id.in_(ids), _consents.c.state == ConsentState.WITHDRAWN
    )
    said_no = {(row.contact_id, row.channel) for row in db.execute(query)}
    addresses = [("email", contact.email_key, contact.id) for contact in contacts]
    addresses += [("sms", contact.phone, contact.id) for contact in contacts]
    second = select(_keys).where(_keys.c.contact_id.in_(ids), _keys.c.source.in_(("email", "phone")))
    addresses += [
        ("email" if row.source == "email" else "sms", row.key, row.contact_id) for row in db.execute(second)
    ]
    left = [
        {
            "channel": channel,
            "address_hash": address_hash(hash_key, channel, address),
            "reason": "withdrawn",
            "source": "undo",
            "at": now,
        }
        for channel, address, contact_id in addresses
        if address and (contact_id, channel) in said_no
    ]
    insert_new(db, Suppression, left)


def _remove(db: Session, ids: set[str]) -> None:
    for table in (_keys, _consents):
        db.execute(delete(table).where(table.c.contact_id.in_(ids)))
    db.execute(delete(_contacts).where(_contacts.c.id.in_(ids)))


def _later(db: Session, import_id: str, ids: Sequence[str]) -> dict[str, list[Any]]:
    """Contact -> what imports after this one did to them, in their order."""
    query = select(_changes).where(_changes.c.contact_id.in_(ids), _changes.c.import_id > import_id)
    found: dict[str, list[Any]] = defaultdict(list)
    for change in db.execute(query.order_by(_changes.c.import_id)):
        found[change.contact_id].append(change)
    return found


def _restore(
    db: Session, contact: Any, change: Any, later: Sequence[Any], now: datetime
) -> Iterator[tuple[str, str, str]]:
    """Give a contact back what the import replaced. Where a later import replaced it since, that one's undo will.

    Yields (channel, address that goes, address that comes back): where a stop on the one must follow.
    """
    values: dict[str, Any] = {}
    attributes, keys = dict(contact.attributes), change.fields.get("keys", [])
    for name, pair in change.fields.items():
        if name == "keys":
            continue
        before, after = pair
        heir = next(
            (one.fields for one in later if name in one.fields and one.fields[name][0] == after), None
        )
        if heir is not None:
            heir[name] = [before, heir[name][1]]
            if inherited := [key for key in keys if key[1] == before]:
                heir["keys"] = heir.get("keys", []) + inherited
                keys = [key for key in keys if key not in inherited]
        elif name.startswith("attributes."):
            plain = name.removeprefix("attributes.")
            if attributes.get(plain) == after:
                attributes |= {plain: before}
        elif name == "crm_created_at":
            if contact.crm_created_at and contact.crm_created_at.isoformat() == after:
                values[name] = datetime.fromisoformat(before) if before else None
        elif name in _FIELDS and getattr(contact, name) == after:
            values[name] = before
        else:
            # The contact has corrected it since: what they had before the import stays a name of theirs.
            keys = [key for key in keys if key[1] != before]
    attributes = {name: value for name, value in attributes.items() if value is not None}
    if attributes != contact.attributes:
        values["attributes"] = attributes
    for source, key in keys:
        held = (_keys.c.source == source) & (_keys.c.key == key)
        db.execute(delete(_keys).where(held, _keys.c.contact_id == contact.id))
    if values:
        changed = _contacts.update().where(_contacts.c.id == contact.id)
        db.execute(changed.values(**values, updated_at=now))
    for channel, name in (("email", "email_key"), ("sms", "phone")):
        if values.get(name) and getattr(contact, name):
            yield channel, getattr(contact, name), values[name]
