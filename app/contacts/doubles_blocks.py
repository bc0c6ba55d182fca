"""Which contacts are worth comparing: each has a few rough likenesses, and only those who share one are paired."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from app.contacts.doubles_likeness import Look, look
from app.contacts.models import Contact, ContactBlock, ContactKey, ContactLook
from app.contacts.names import sound, whole_forms, words
from app.db import Session, insert_new, table_of, upsert

LARGEST = 30
"""A likeness shared by more contacts than this tells nobody apart; they share a finer one, or none."""
_PAGE = 500
_contacts, _keys = table_of(Contact), table_of(ContactKey)
_blocks, _looks = table_of(ContactBlock), table_of(ContactLook)


def blocks_of(one: Look) -> dict[int, str]:
    """Number -> kind of every rough likeness of a contact; the kind `name` is how common their name is."""
    return {
        int.from_bytes(hashlib.blake2b(f"{kind}\x1f{value}".encode(), digest_size=7).digest()): kind
        for kind, value in _likenesses(one)
    }


def _likenesses(one: Look) -> Iterator[tuple[str, str]]:
    given, family = ([sound(w) for w in words(part or "")] for part in one.name)
    written = one.name[0] or ""
    if not (given and family) and len(given + family) > 1:  # the whole name in one field
        written = words(one.name[0] or one.name[1] or "")[0]
        given, family = (given + family)[:1], (given + family)[1:]
    firsts = {sound(form) for form in whole_forms(written) if form} | set(given[:1])
    bag = sorted(given + family)
    if len(bag) > 1:
        yield "name", "".join(bag)
        for first in firsts - set(given):
            yield "name", "".join(sorted([first, *family]))
    # A name in either order, an initial for it, its short form: all begin with the same letters.
    pairs = {"".join(sorted(a[0] + b[0])) for a in firsts for b in family} or {a[0] for a in bag}
    companies = {sound(word) for word in (one.company[0], max(one.company, key=len))} if one.company else ()
    for pair in pairs:
        for company in companies:
            yield "company", f"{company}:{pair}"
        for domain in {e.domain for e in one.emails if not e.personal_box}:
            yield "domain", f"{domain.partition('.')[0]}:{pair}"
        for line in one.lines:
            yield "line", f"{line}:{pair}"
        for email in one.emails:
            if email.role:
                yield "role", f"{email.key}:{pair}"
    place = one.facts.get("postcode") or one.facts.get("city")
    if place:
        for first in firsts:
            for last in family:
                yield "place", f"{place}:{first}:{last[:3]}"
    for email in one.emails:
        if not email.role and len(email.local) >= 5:
            yield "local", sound(email.local)
            yield "box", email.box
    if code := one.facts.get("tax_code"):
        yield "tax_code", code


def refresh(db: Session, looks: Sequence[Look], versions: Mapping[str, Any]) -> dict[str, dict[int, str]]:
    """Keep the likenesses of these contacts as they are now; returns them. `versions`: their `updated_at`."""
    found = {one.id: blocks_of(one) for one in looks}
    held = {
        row.contact_id: set(row.blocks)
        for row in db.execute(select(_looks).where(_looks.c.contact_id.in_(found)))
    }
    forget(db, [(block, id_) for id_, blocks in held.items() for block in blocks - set(found[id_])])
    new = sorted(
        (block, id_) for id_, blocks in found.items() for block in set(blocks) - held.get(id_, set())
    )
    insert_new(db, ContactBlock, [{"block": block, "contact_id": id_} for block, id_ in new])
    rows = [
        {"contact_id": id_, "version_at": versions[id_], "blocks": sorted(blocks)}
        for id_, blocks in found.items()
    ]
    if rows:
        put = upsert(db, _looks)
        put = put.on_conflict_do_update(
            index_elements=["contact_id"],
            set_={"version_at": put.excluded.version_at, "blocks": put.excluded.blocks},
        )
        db.connection().execute(put, rows)
    return found


def forget(db: Session, pairs: Iterable[tuple[int, str]]) -> None:
    """Take (block, contact id)s away."""
    rows = [{"b": block, "c": id_} for block, id_ in pairs]
    if rows:
        gone = _blocks.delete().where(
            _blocks.c.block == bindparam("b"), _blocks.c.contact_id == bindparam("c")
        )
        db.connection().execute(gone, rows)


def load(db: Session, ids: Sequence[str]) -> tuple[dict[str, Look], dict[str, Any]]:
    """id -> the contact as it is compared, and id -> its `updated_at`; ids nobody has any more are left out."""
    columns = (
        "id", "email_key", "phone", "phone_kind", "first_name", "last_name", "company", "job_title",
        "attributes", "updated_at",
    )  # fmt: skip
    looks: dict[str, Look] = {}
    versions: dict[str, Any] = {}
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        keys: dict[str, list[tuple[str, str]]] = defaultdict(list)
        wanted = _keys.c.source.in_(("email", "phone"))
        for row in db.execute(select(_keys).where(_keys.c.contact_id.in_(page), wanted)):
            keys[row.contact_id].append((row.source, row.key))
        chosen = select(*(_contacts.c[name] for name in columns)).where(_contacts.c.id.in_(page))
        for row in db.execute(chosen):
            looks[row.id] = look(row._asdict(), keys[row.id])
            versions[row.id] = row.updated_at
    return looks, versions


def pairs(
    db: Session, looks: Mapping[str, Look], blocks: Mapping[str, Mapping[int, str]]
) -> tuple[set[tuple[str, str]], dict[str, int]]:
    """The pairs (smaller id, greater id) worth comparing, and contact id -> how many share their name."""
    holders = _sharing(db, {block for kinds in blocks.values() for block in kinds})
    found: set[tuple[str, str]] = set()
    namesakes: dict[str, int] = {}
    for id_, kinds in blocks.items():
        for block, kind in kinds.items():
            count, ids = holders.get(block, (0, ()))
            if kind == "name":
                namesakes[id_] = max(count, namesakes.get(id_, 0))
            found |= {(min(id_, other), max(id_, other)) for other in ids if other != id_}
    for ids in _at_one_address(db, looks):
        mine = [id_ for id_ in ids if id_ in looks]
        found |= {(min(a, b), max(a, b)) for a in mine for b in ids if a != b}
    return found, namesakes


def _sharing(db: Session, blocks: set[int]) -> dict[int, tuple[int, Sequence[str]]]:
    """Block -> (how many share it, who: nobody when they are too many)."""
    counts: Counter[int] = Counter()
    wanted = sorted(blocks)
    for start in range(0, len(wanted), _PAGE):
        page = wanted[start : start + _PAGE]
        counted = select(_blocks.c.block, func.count()).where(_blocks.c.block.in_(page))
        counts.update(dict(db.execute(counted.group_by(_blocks.c.block)).all()))
    shared = sorted(block for block, count in counts.items() if 1 < count <= LARGEST)
    members: dict[int, list[str]] = defaultdict(list)
    for start in range(0, len(shared), _PAGE):
        page = shared[start : start + _PAGE]
        for block, id_ in db.execute(select(_blocks).where(_blocks.c.block.in_(page))):
            members[block].append(id_)
    return {block: (count, members.get(block, ())) for block, count in counts.items()}


def _at_one_address(db: Session, looks: Mapping[str, Look]) -> Iterator[Sequence[str]]:
    """The holders of each personal email address and mobile number, as their own or a second one."""
    emails = {email.key for one in looks.values() for email in one.emails if not email.role}
    mobiles = {number for one in looks.values() for number in one.mobiles}
    for source, column, names in (
        ("email", _contacts.c.email_key, sorted(emails)),
        ("phone", _contacts.c.phone, sorted(mobiles)),
    ):
        held: dict[str, set[str]] = defaultdict(set)
        for start in range(0, len(names), _PAGE):
            page = names[start : start + _PAGE]
            for name, id_ in _holders(db, column, source, page):
                held[name].add(id_)
        yield from (sorted(ids)[:LARGEST] for ids in held.values() if len(ids) > 1)


def _holders(
    db: Session, column: ColumnElement[str], source: str, names: Sequence[str]
) -> Iterator[tuple[str, str]]:
    own = select(column, _contacts.c.id).where(column.in_(names))
    second = select(_keys.c.key, _keys.c.contact_id).where(_keys.c.source == source, _keys.c.key.in_(names))
    for statement in (own, second):
        yield from ((name, id_) for name, id_ in db.execute(statement))
