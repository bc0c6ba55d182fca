"""One page of an import: who each row means, which of two records leads, and what became of the row."""

from collections.abc import Sequence

from sqlmodel import Session

from app.contacts.addresses import address_hash
from app.contacts.identity import is_role, names_agree, names_match, strangers
from app.contacts.imports.lookup import Page, Progress, fingerprint, look_up, own_key
from app.contacts.imports.people import IMPORTED, Person, addresses, alive, answer_to, fold, hear, take
from app.contacts.imports.rows import Row
from app.contacts.imports.saving import owners, save
from app.contacts.models import Became, PhoneKind
from app.contacts.names import Given
from app.db import new_id
from app.files.findings import Problem


def apply(db: Session, progress: Progress, rows: Sequence[Row], *, under: Session | None = None) -> None:
    """Bring the reachable rows of one page into the database and count what became of each.

    `under`: in a rehearsal, the real database that the written one is laid over.
    """
    owners(db, under, progress, rows)
    page = look_up(db, under, progress, rows)
    for row in rows:
        progress.counts[_place(progress, page, row)] += 1
    save(db, progress, page, rehearsed=under is not None)


def _place(progress: Progress, page: Page, row: Row) -> Became:
    key = row.key or own_key(row)
    person, others, key = _who(progress, page, row, key)
    values = row.values
    if row.owner:
        values["owner_id"] = progress.owners[row.owner]
    became = Became.MERGED
    if person is None:
        person = Person(new_id(), fresh=True, new=True)
        page.people[person.id] = person
        became = Became.CREATED
    earlier = became is Became.MERGED and not person.fresh
    person.meant = True
    before, person.changed = person.changed, False
    leads = _leads(progress, person, row, key)
    if key:
        answer_to(person, progress.source, key)
    take(person, row, values, leads=leads)
    for other in others:
        _fold(progress, page, person, other)
    refused = _hear(progress, page, person, row)
    if refused or (became is Became.CREATED and _says_no(progress, page, row)):
        progress.counts["stay_out"] += 1
    if earlier:
        became = Became.UPDATED if person.changed else Became.UNCHANGED
    person.changed |= before
    for address in (*addresses(person), *([(progress.source, key)] if key else [])):
        if person not in page.found[address]:
            page.found[address].append(person)
    return became


def _who(
    progress: Progress, page: Page, row: Row, key: str | None
) -> tuple[Person | None, list[Person], str | None]:
    """The person a row means, others it proves to be the same, and the key it may be kept under."""
    name = (row.values.get("first_name"), row.values.get("last_name"))
    found = [alive(p) for p in page.found[(progress.source, key)]] if key else []
    if key and found and _another(found[0], row, name):
        row.problems.append(Problem("key", key, "this key belonged to another person before"))
        key = fingerprint(row)
        found = [alive(p) for p in page.found[(progress.source, key)]]
    for email in filter(None, (row.email_key, *row.more_emails)):
        agree = names_match if is_role(email) else _no_strangers
        found += [p for p in map(alive, page.found[("email", email)]) if agree(name, p.name)]
    if row.phone and row.phone.kind is PhoneKind.MOBILE:
        found += [p for p in map(alive, page.found[("phone", row.phone.number)]) if names_agree(name, p.name)]
    # Who was here before this file leads: a contact this file made is folded into them.
    unique = sorted({p.id: p for p in found}.values(), key=lambda p: (p.fresh, not p.bound))
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
    first, person.led = not person.led, True
    return first


def _fold(progress: Progress, page: Page, person: Person, other: Person) -> None:
    if not other.fresh or other.bound:
        page.same.append((person.id, other.id))
        progress.counts["possible_doubles"] += 1
        return
    fold(person, other, IMPORTED + progress.source, progress.started_at)
    page.gone.append(other)
    progress.counts[Became.CREATED] -= 1
    progress.counts[Became.MERGED] += 1


def _hear(progress: Progress, page: Page, person: Person, row: Row) -> bool:
    """Take in what the row says of consent and stops; returns whether a yes of it was refused."""
    refused = False
    for said in row.said:
        if not hear(person, said, IMPORTED + progress.source, progress.started_at):
            refused = True
            progress.counts["consents_refused"] += 1
    for channel, reason, since in row.stops:
        given = row.email_key if channel == "email" else row.phone.number if row.phone else None
        held = person.email_key if channel == "email" else person.phone
        # A bounce condemns the address of the row; a stop is the person's, so it takes their present one too.
        for address in {given, held} if reason != "hard_bounce" else {given}:
            if address:
                hashed = address_hash(progress.hash_key, channel, address)
                page.stops.append((channel, hashed, reason, since, row.dated or progress.started_at))
    return refused


def _says_no(progress: Progress, page: Page, row: Row) -> bool:
    """Whether an address of the row is stopped already, although its contact is not (or no longer) here."""
    given = (("email", row.email_key), ("sms", row.phone.number if row.phone else None))
    return bool(page.stopped) and any(
        (channel, address_hash(progress.hash_key, channel, one)) in page.stopped
        for channel, one in given
        if one
    )


def _no_strangers(mine: Given, theirs: Given) -> bool:
    """A family may share an address: whose names have nothing in common are two, for a person to judge."""
    return not strangers(mine, theirs)
