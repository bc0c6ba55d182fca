"""What becomes of a contact's own rows when two prove to be one person, or part again: record, names, consent,
suppressions, and the pairs they stood in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import col

from app.contacts import doubles, suppression
from app.contacts.addresses import address_hash
from app.contacts.best import best, dates_of
from app.contacts.find import FORMER
from app.contacts.models import (
    Consent,
    ConsentState,
    Contact,
    ContactEdit,
    ContactKey,
    Double,
    DoubleState,
    Owner,
)
from app.db import Session, insert_new, new_id, table_of

_PAGE = 500
_contacts, _keys, _consents = table_of(Contact), table_of(ContactKey), table_of(Consent)
_doubles, _edits = table_of(Double), table_of(ContactEdit)
_TIMES = ("crm_created_at", "created_at", "updated_at")


def move(db: Session, table: Any, gone: str, keep: str) -> list[Any]:
    """Every row of `gone` in a table with `id` and `contact_id` becomes `keep`'s; returns their ids."""
    moved = update(table).where(table.c.contact_id == gone).values(contact_id=keep).returning(table.c.id)
    return sorted(db.execute(moved).scalars())


def move_back(db: Session, table: Any, ids: Sequence[Any], gone: str, keep: str) -> None:
    """Undo `move`: these rows, as far as they are still `keep`'s."""
    for start in range(0, len(ids), _PAGE):
        chosen = update(table).where(table.c.id.in_(ids[start : start + _PAGE]), table.c.contact_id == keep)
        db.execute(chosen.values(contact_id=gone))


def rejoin(
    db: Session, gone: str, keep: str, *, hash_key: str, at: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write the best of both into `keep`; `take_away` ends it, when every room has left `gone`.

    A no of either stands: the ledger's lines come together, and a stop on one's address follows to the others.
    Returns (snapshot of both and what was lost, facts to part them).
    """
    rows = {
        row.id: row._asdict() for row in db.execute(select(_contacts).where(_contacts.c.id.in_((gone, keep))))
    }
    pairs = _pairs_move(db, gone, keep)
    held = select(_keys.c.source, _keys.c.key).where(_keys.c.contact_id == gone)
    keys = [[source, key] for source, key in db.execute(held)]
    db.execute(update(_keys).where(_keys.c.contact_id == gone).values(contact_id=keep))
    addresses = _addresses(db, keep, [rows[gone], rows[keep]])
    chosen = best(
        rows[keep], rows[gone], dates_of(db, list(rows.values())), dead=_dead(db, addresses, hash_key)
    )
    facts = {
        "keys": keys,
        "consents": move(db, _consents, gone, keep),
        "edits": move(db, _edits, gone, keep),
        "second": _second(db, keep, [*chosen.second, (FORMER, gone)]),
        "pairs": pairs,
    }
    _stops_follow(db, addresses, hash_key)
    db.execute(update(_contacts).where(_contacts.c.id == keep).values(**chosen.values, updated_at=at))
    snapshot = {
        "keep": _plain(rows[keep]),
        "gone": _plain(rows[gone]),
        "merged": _plain(chosen.values),
        "lost": chosen.lost,
    }
    return snapshot, facts


def take_away(db: Session, gone: str) -> None:
    """The contact is no more: nothing can select them or write to them."""
    db.execute(delete(_contacts).where(_contacts.c.id == gone))


def bring_back(db: Session, snapshot: dict[str, Any], *, at: datetime) -> None:
    """Make the contact that went once more, as they were: the other rooms' rows can be theirs again."""
    row = _aware(snapshot["gone"])
    if row["owner_id"] and db.get(Owner, row["owner_id"]) is None:
        row["owner_id"] = None
    insert_new(db, Contact, [row | {"updated_at": at}])


def part(
    db: Session,
    gone: str,
    keep: str,
    facts: dict[str, Any],
    snapshot: dict[str, Any],
    *,
    hash_key: str,
    since: datetime,
    at: datetime,
) -> None:
    """Undo `rejoin`: names, ledger and record as before; what was said or changed since stays with `keep`, and a
    stop said since stands for both."""
    records = [snapshot["gone"], snapshot["keep"], _row(db, keep)]
    _stops_follow(db, _addresses(db, keep, records), hash_key)
    _stops_since(db, gone, keep, facts["consents"], since, at)
    move_back(db, _consents, facts["consents"], gone, keep)
    move_back(db, _edits, facts.get("edits", []), gone, keep)
    for source, key in facts["second"]:
        mine = (_keys.c.source == source, _keys.c.key == key, _keys.c.contact_id == keep)
        db.execute(delete(_keys).where(*mine))
    for source, key in facts["keys"]:
        mine = (_keys.c.source == source, _keys.c.key == key, _keys.c.contact_id == keep)
        db.execute(update(_keys).where(*mine).values(contact_id=gone))
    _restore(db, keep, _aware(snapshot["keep"]), _aware(snapshot["merged"]), at)
    _pairs_back(db, facts["pairs"])


def _row(db: Session, contact_id: str) -> dict[str, Any]:
    return db.execute(select(_contacts).where(_contacts.c.id == contact_id)).one()._asdict()


def _addresses(db: Session, keep: str, records: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """(channel, address) of all these records and of the second addresses `keep` answers to."""
    found = {("email", row["email_key"]) for row in records} | {("sms", row["phone"]) for row in records}
    held = select(_keys.c.source, _keys.c.key).where(
        _keys.c.contact_id == keep, _keys.c.source.in_(("email", "phone"))
    )
    found |= {("email" if source == "email" else "sms", key) for source, key in db.execute(held)}
    return sorted((channel, address) for channel, address in found if address)


def _dead(db: Session, addresses: Sequence[tuple[str, str]], hash_key: str) -> frozenset[str]:
    """Which of these addresses nobody can be reached at."""
    by_hash = {address_hash(hash_key, channel, address): address for channel, address in addresses}
    pairs = [(channel, address_hash(hash_key, channel, address)) for channel, address in addresses]
    held = suppression.held(db, pairs)
    return frozenset(by_hash[one.address_hash] for one in held if one.reason in suppression.UNREACHABLE)


def _stops_follow(db: Session, addresses: Sequence[tuple[str, str]], hash_key: str) -> None:
    """A stop at one address of a person stands at all of the same channel, one from the person at all."""
    pairs = [(channel, address_hash(hash_key, channel, address)) for channel, address in addresses]
    suppression.follow(
        db,
        [
            (channel, one, to)
            for channel, one in pairs
            for other, to in pairs
            if channel == other and one != to
        ],
    )
    for stop in suppression.held(db, pairs):
        if stop.reason in suppression.PERSON_WIDE:
            suppression.suppress(db, pairs, reason=stop.reason, source=stop.source, at=stop.at)


def _second(db: Session, keep: str, names: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Have `keep` answer to these names too; returns those that are new."""
    added = []
    for source, key in names:
        if insert_new(db, ContactKey, [{"source": source, "key": key, "contact_id": keep}]):
            added.append([source, key])
    return added


def _stops_since(
    db: Session, gone: str, keep: str, moved: Sequence[int], since: datetime, at: datetime
) -> None:
    """What was withdrawn while they were one, was withdrawn for both."""
    said = select(_consents).where(
        _consents.c.contact_id == keep,
        _consents.c.state == ConsentState.WITHDRAWN,
        _consents.c.recorded_at >= since,
    )
    rows = [row._asdict() for row in db.execute(said) if row.id not in set(moved)]
    for row in rows:
        row.pop("id")
        row |= {"contact_id": gone, "recorded_at": at, "evidence": row["evidence"] | {"said_as": keep}}
    if rows:
        db.execute(_consents.insert(), rows)


def _restore(db: Session, keep: str, before: dict[str, Any], merged: dict[str, Any], at: datetime) -> None:
    """Put back what the merge wrote, but not what was changed after it."""
    now = _row(db, keep)
    values = {name: before[name] for name in merged if name != "attributes" and now[name] == merged[name]}
    attributes = dict(now["attributes"])
    for name in {*merged["attributes"], *before["attributes"]}:
        if attributes.get(name) == merged["attributes"].get(name):
            attributes.pop(name, None)
            if name in before["attributes"]:
                attributes[name] = before["attributes"][name]
    values |= {"attributes": attributes, "updated_at": at}
    db.execute(update(_contacts).where(_contacts.c.id == keep).values(**values))


def _pairs_move(db: Session, gone: str, keep: str) -> dict[str, Any]:
    """Whoever looked like `gone` looks like `keep`, and whoever was told from `gone` is told from `keep`."""
    held, made = doubles.of_contact(db, gone), []
    held = [row for row in held if keep not in (row["one"], row["other"])]
    db.execute(delete(_doubles).where(_doubles.c.id.in_([row["id"] for row in held])))
    doubles.unlook(db, gone)
    doubles.unlook(db, keep)
    for row in held:
        third = row["other"] if row["one"] == gone else row["one"]
        if row["state"] == DoubleState.MERGED:
            continue
        one, other = min(third, keep), max(third, keep)
        mine: ColumnElement[bool] = (_doubles.c.one == one) & (_doubles.c.other == other)
        pair = row | {"id": new_id(), "one": one, "other": other}
        if insert_new(db, Double, [pair]):
            made.append(pair["id"])
        elif row["state"] == DoubleState.REJECTED:
            decided = {name: row[name] for name in ("state", "decided_at", "decided_by")}
            db.execute(update(_doubles).where(mine, _doubles.c.state != DoubleState.MERGED).values(**decided))
    return {"held": [_plain(row) for row in held], "made": made}


def _pairs_back(db: Session, facts: dict[str, Any]) -> None:
    undecided = (DoubleState.OPEN, DoubleState.CERTAIN)
    db.execute(delete(_doubles).where(col(Double.id).in_(facts["made"]), col(Double.state).in_(undecided)))
    insert_new(db, Double, [_aware(row) for row in facts["held"]])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _aware(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value)
        if value and (name in _TIMES or name in ("found_at", "decided_at"))
        else value
        for name, value in row.items()
    }
