"""What contacts say about themselves, taken into their record: attributes, tags, and data that have changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError
from sqlmodel import col, select

from app import runtime
from app.contacts import find, phones, suppression
from app.contacts.addresses import address_hash, email_key
from app.contacts.imports import full_names
from app.contacts.imports.rows import read_email
from app.contacts.models import Contact, ContactEdit, ContactKey, PhoneKind
from app.db import Session, insert_new
from app.files import cells

TAGS = "tags"
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Said:
    """Whence a change comes: `survey` and the conversation in which it was said, and when."""

    source: str
    conversation_id: str | None
    at: datetime


def set_attribute(db: Session, contact: Contact, name: str, value: Any, said: Said) -> None:
    """Give an attribute this value (a number, a text or a list of texts, as an import types them); None takes it
    away. The contact's row must be locked."""
    attributes = {**contact.attributes, name: value}
    _change(db, contact, {"attributes": {k: v for k, v in attributes.items() if v is not None}}, said)


def add_tag(db: Session, contact: Contact, tag: str, said: Said) -> None:
    """Add a tag to the contact's `tags`, once; a text that an import left there becomes the first of the list."""
    held = contact.attributes.get(TAGS) or []
    tags = [str(one) for one in held] if isinstance(held, list) else [str(held)]
    if tag.casefold() not in (one.casefold() for one in tags):
        set_attribute(db, contact, TAGS, [*tags, tag], said)


def remove_tag(db: Session, contact: Contact, tag: str, said: Said) -> None:
    """Take a tag away, where the contact has it."""
    held = contact.attributes.get(TAGS)
    if isinstance(held, list) and (left := [one for one in held if one != tag]) != held:
        set_attribute(db, contact, TAGS, left or None, said)


def correct(
    db: Session, contact: Contact, given: Mapping[str, str], said: Said, *, hash_key: str, country: str
) -> list[str]:
    """Take over what the contact wrote for email, phone, name and company; returns a reason for each that could
    not be: `bad_email`, `bad_phone`, `address_taken` (somebody else's, who keeps it).

    The old address stays a name of theirs, so that what comes from it still finds them; a stop on it follows to
    the new one, and one that stands on the new one stays. `country` is where a number without prefix is dialled.
    The contact's row must be locked.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field, read in (("email", _email), ("phone", _phone)):
        if text := given.get(field, "").strip():
            found = read(db, contact, text, country)
            if isinstance(found, str):
                problems.append(found)
            else:
                values |= found
    name = cells.text(given.get("name", "")[:_LONGEST], name=True)
    first, last = full_names.split(name) if name else (None, None)
    company = cells.text(given.get("company", "")[:_LONGEST], name=True)
    known = (("first_name", first), ("last_name", last), ("company", company))
    values |= {column: value for column, value in known if value}
    _remember(db, contact, values, hash_key)
    _change(db, contact, values, said)
    return problems


def _email(db: Session, contact: Contact, text: str, _: str) -> dict[str, Any] | str:
    try:
        address = read_email(text)
    except EmailNotValidError:
        return "bad_email"
    key = email_key(address)
    if key == contact.email_key:
        return {}
    if set(find.ids_at(db, email=address)) - {contact.id} or not _claimed(db, contact, "email", key):
        return "address_taken"
    return {"email": address, "email_key": key}


def _phone(db: Session, contact: Contact, text: str, country: str) -> dict[str, Any] | str:
    phone = phones.read(text, country=contact.country or country)
    if phone is None:
        return "bad_phone"
    if phone.number == contact.phone:
        return {}
    if phone.kind is not PhoneKind.MOBILE and contact.phone_kind == PhoneKind.MOBILE:
        # An office line does not take the place of the number that gets texts.
        return {"attributes": {**contact.attributes, "landline": phone.number}}
    if phone.kind is PhoneKind.MOBILE:
        others = set(find.ids_at(db, phone=phone.number)) - {contact.id}
        if others or not _claimed(db, contact, "phone", phone.number):
            return "address_taken"
    taken: dict[str, Any] = {"phone": phone.number, "phone_kind": phone.kind}
    if contact.phone and phone.kind is PhoneKind.MOBILE and contact.phone_kind != PhoneKind.MOBILE:
        taken["attributes"] = {**contact.attributes, "landline": contact.phone}
    return taken


def _claimed(db: Session, contact: Contact, source: str, key: str) -> bool:
    """Make the new address a name of the contact; False when somebody else was quicker."""
    insert_new(db, ContactKey, [{"source": source, "key": key, "contact_id": contact.id}])
    held = select(ContactKey.contact_id).where(col(ContactKey.source) == source, col(ContactKey.key) == key)
    return db.exec(held).one() == contact.id


def _remember(db: Session, contact: Contact, values: Mapping[str, Any], hash_key: str) -> None:
    """The addresses that go stay names of the contact, and their stops follow."""
    moves = [("email", "email", contact.email_key, values.get("email_key"))]
    if contact.phone_kind == PhoneKind.MOBILE:
        moves.append(("sms", "phone", contact.phone, values.get("phone")))
    for channel, source, old, new in moves:
        if old and new:
            insert_new(db, ContactKey, [{"source": source, "key": old, "contact_id": contact.id}])
            pair = (channel, address_hash(hash_key, channel, old), address_hash(hash_key, channel, new))
            suppression.follow(db, [pair])


def _change(db: Session, contact: Contact, values: Mapping[str, Any], said: Said) -> None:
    """Write what differs, and what stood there before."""
    fields: dict[str, Any] = {}
    for name, value in values.items():
        held = getattr(contact, name)
        if name == "attributes":
            both = sorted({*held, *value})
            fields |= {
                f"attributes.{one}": [held.get(one), value.get(one)]
                for one in both
                if held.get(one) != value.get(one)
            }
        elif held != value:
            fields[name] = [held, str(value)]
    if not fields:
        return
    for name, value in values.items():
        setattr(contact, name, value)
    contact.updated_at = runtime.now()
    db.add(contact)
    db.add(
        ContactEdit(
            contact_id=contact.id,
            at=said.at,
            source=said.source,
            conversation_id=said.conversation_id,
            fields=fields,
        )
    )
    db.flush()
