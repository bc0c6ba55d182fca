"""Finding contacts by what people and files call them."""

import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, or_, union
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from app.contacts import phones
from app.contacts.addresses import email_key, hashes
from app.contacts.models import Contact, ContactImport, ContactKey
from app.db import among, table_of
from app.errors import NotFound

_PAGE = 1_000
# What an import itself writes about a contact: it goes with them.
_OWN = ("contact_keys", "consents")
FORMER = "riattiva"
"""The source of the ids of contacts that became part of another: links and tokens that carry them still lead on."""


def by_names(db: Session, names: Collection[str]) -> dict[str, str]:
    """Address as it is compared (or a source's key) -> contact id; whoever has two names answers to both.

    Of several contacts with one address the oldest is meant; an address they hold comes before a key.
    """
    found: dict[str, str] = {}
    wanted = sorted(names)
    # The index of the keys begins with the source, of which there are few.
    sources = {"email", "phone", FORMER, *db.exec(select(ContactImport.source).distinct())}
    for start in range(0, len(wanted), _PAGE):
        page = wanted[start : start + _PAGE]
        keys = select(ContactKey.key, ContactKey.contact_id).where(
            col(ContactKey.source).in_(sources), col(ContactKey.key).in_(page)
        )
        emails = select(Contact.email_key, Contact.id).where(col(Contact.email_key).in_(page))
        mobiles = select(Contact.phone, Contact.id).where(col(Contact.phone).in_(page))
        found |= dict(db.exec(keys.order_by(col(ContactKey.contact_id).desc())).all())
        for held in (emails, mobiles):
            found |= {str(name): id_ for name, id_ in db.exec(held.order_by(col(Contact.id).desc()))}
    return found


def one(db: Session, name: str, *, country: str) -> Contact:
    """The contact an email, phone number, id or source key means; raises NotFound.

    `country` (ISO 3166-1) is where a number without international prefix is dialled.
    """
    given = name.strip()
    try:
        held = db.get(Contact, str(uuid.UUID(given))) if len(given) == 36 else None
    except ValueError:
        held = None
    phone = phones.read(given, country=country, mobile=True) if "@" not in given else None
    names = [email_key(given) if "@" in given else given, *([phone.number] if phone else [])]
    names += [given.lower()] if len(given) == 36 else []
    found = by_names(db, names)
    ids = [found[known] for known in reversed(names) if known in found]
    held = held or (db.get(Contact, ids[0]) if ids else None)
    if held is None:
        raise NotFound(f"no contact is known as {name!r}: name them by email address, phone number or an id")
    return held


def every_address(db: Session, contact: Contact, hash_key: str) -> list[tuple[str, str]]:
    """(channel, keyed hash) of every address a contact has or had: what "no more contact" must reach."""
    other = select(ContactKey).where(
        col(ContactKey.contact_id) == contact.id, col(ContactKey.source).in_(("email", "phone"))
    )
    found = set(hashes(hash_key, contact.email, contact.phone))
    for key in db.exec(other):
        found |= set(hashes(hash_key, *((key.key, None) if key.source == "email" else (None, key.key))))
    return sorted(found)


def ids_at(db: Session, *, email: str | None = None, phone: str | None = None) -> list[str]:
    """Every contact that has this email or E.164 number, as their own or as a second one; oldest first."""
    return ids_at_all(db, [address for address in (email, phone) if address])[email or phone or ""]


def ids_at_all(db: Session, addresses: Collection[str]) -> dict[str, list[str]]:
    """Address (an email, or a number in E.164) -> `ids_at`."""
    name_of = {given: email_key(given) if "@" in given else given for given in addresses}
    found: dict[str, set[str]] = {name: set() for name in name_of.values()}
    for source, held in (("email", table_of(Contact).c.email_key), ("phone", table_of(Contact).c.phone)):
        wanted = {name for name in found if ("@" in name) is (source == "email")}
        if not wanted:
            continue
        keys = table_of(ContactKey).c
        own = select_columns(held, table_of(Contact).c.id).where(among(db, held, wanted))
        second = select_columns(keys.key, keys.contact_id).where(
            keys.source == source, among(db, keys.key, wanted)
        )
        for name, contact_id in db.execute(union(own, second)):
            found[name].add(contact_id)
    return {given: sorted(found[name]) for given, name in name_of.items()}


def hold(db: Session, contact_id: str) -> Contact | None:
    """The contact with this id, or whom they became part of, with the row locked; None when nobody is left."""
    held = db.exec(
        select(Contact).where(col(Contact.id) == contact_id).with_for_update(key_share=True)
    ).first()
    if held is not None:
        return held
    became = now_known_as(db, contact_id)
    return hold(db, became) if became else None


def hold_all(db: Session, contact_ids: Collection[str]) -> dict[str, Contact]:
    """Each of these ids -> `hold`, locked in one order for everybody; ids of whom nobody is left are missing."""
    these = among(db, table_of(Contact).c.id, contact_ids)
    rows = select(Contact).where(these).order_by(col(Contact.id)).with_for_update(key_share=True)
    held = {contact.id: contact for contact in db.exec(rows)}
    for contact_id in sorted(set(contact_ids) - set(held)):
        if contact := hold(db, contact_id):
            held[contact_id] = contact
    return held


def now_known_as(db: Session, contact_id: str) -> str | None:
    """The contact that one with this id became part of, if any."""
    query = select(ContactKey.contact_id).where(
        col(ContactKey.source) == FORMER, col(ContactKey.key) == contact_id
    )
    return db.exec(query).first()


def former_ids(db: Session, contact_ids: Collection[str]) -> dict[str, str]:
    """The ids of contacts that became part of these -> whose they are now."""
    query = select(ContactKey.key, ContactKey.contact_id).where(
        col(ContactKey.contact_id).in_(contact_ids), col(ContactKey.source) == FORMER
    )
    return dict(db.exec(query).all())


def spoken_of() -> ColumnElement[bool]:
    """SQL: a row of any other room names this contact, so that something happened with them.

    What is only derived from a contact goes with it (ON DELETE CASCADE) and speaks for nothing.
    """
    return or_(
        *(
            exists().where(key.parent == col(Contact.id))
            for table in SQLModel.metadata.tables.values()
            for key in table.foreign_keys
            if key.column is table_of(Contact).c.id and key.ondelete != "CASCADE" and table.name not in _OWN
        )
    )


def lock(db: Session, contact_ids: Collection[str]) -> set[str]:
    """Hold these contacts' rows, in one order for everybody: what is read of them afterwards stays true. Returns
    the ids that are still there.

    Not against foreign keys: a row that only names a contact is written meanwhile.
    """
    these = among(db, table_of(Contact).c.id, contact_ids)
    rows = select(Contact.id).where(these).order_by(col(Contact.id))
    return set(db.exec(rows.with_for_update(key_share=True)).all())


def addresses_of(db: Session, contact_ids: Collection[str]) -> dict[str, tuple[str | None, str | None]]:
    """Contact id -> (email, phone)."""
    query = select(Contact.id, Contact.email, Contact.phone).where(col(Contact.id).in_(contact_ids))
    return {id_: (email, phone) for id_, email, phone in db.exec(query)}
