"""One person while an import works on them: what a row fills or replaces, what the ledger gains."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.contacts.imports.rows import Row, Said
from app.contacts.models import ConsentState, PhoneKind

IMPORTED = "import:"
COLUMNS = ("first_name", "last_name", "company", "job_title", "language", "country", "time_zone", "owner_id")


@dataclass(frozen=True, slots=True)
class Line:
    """What decides in one line of the consent ledger."""

    channel: str
    state: str
    source: str
    at: datetime


@dataclass(slots=True)
class Person:
    """A contact in memory for the length of a page."""

    id: str
    fresh: bool
    """Whether this very import made the contact: only then (and unless `bound`) may it be folded into another."""
    new: bool
    """Whether the contact is not in the database yet."""
    bound: bool = False
    """Whether another room speaks of them already: then only a merge makes them one with another."""
    email: str | None = None
    email_key: str | None = None
    phone: str | None = None
    phone_kind: str = PhoneKind.UNKNOWN
    dated: datetime | None = None
    values: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    keys: set[tuple[str, str]] = field(default_factory=set)
    ledger: list[Line] = field(default_factory=list)
    new_keys: list[tuple[str, str]] = field(default_factory=list)
    new_lines: list[tuple[Line, Said]] = field(default_factory=list)
    moves: list[tuple[str, str, str]] = field(default_factory=list)
    """(channel, address, other address): where a stop on the first must follow to the second."""
    changed: bool = False
    into: "Person | None" = None
    stored: bool = False
    """Whether the database that is written to has the contact; in a rehearsal those of the real one are not."""
    created_at: datetime | None = None
    before: dict[str, Any] | None = None
    """The fields as they were when this page began; None for a contact this import made."""
    met: bool = False
    """Whether a row before this page meant the contact already."""
    meant: bool = False
    """Whether a row of this page does."""
    led: bool = False
    """Whether a row of this file has had its say over what was known before."""
    history: dict[str, Any] = field(default_factory=dict)
    """What earlier pages of this import changed: field -> [before, after]."""
    became: str = ""
    outdated: set[tuple[str, str]] = field(default_factory=set)
    """(field, value) that the contact themselves has corrected: a file that repeats it replaces nothing."""
    could: frozenset[str] = frozenset()
    """The channels on which the contact could be written to when this page began."""

    @property
    def name(self) -> tuple[str | None, str | None]:
        return self.values.get("first_name"), self.values.get("last_name")


def answer_to(person: Person, source: str, key: str) -> None:
    """From now on the person is also found under this name of this source."""
    if (source, key) not in person.keys:
        person.keys.add((source, key))
        person.new_keys.append((source, key))
        person.changed = True


def take(person: Person, row: Row, values: dict[str, Any], *, leads: bool) -> None:
    """Keep the best of both: a leading row replaces what it knows better, any row fills what is empty."""
    if person.values or person.attributes:
        for name, value in values.items():
            _keep(person, person.values, name, value, leads=leads)
        for name, value in row.guesses.items():
            _keep(person, person.values, name, value, leads=False)
        for name, value in row.attributes.items():
            _keep(person, person.attributes, name, value, leads=leads)
    else:
        person.values, person.attributes, person.changed = row.guesses | values, dict(row.attributes), True
    if row.email and row.email_key:
        _take_email(person, row.email, row.email_key, leads=leads)
    for other in row.more_emails:
        answer_to(person, "email", other)
    if row.phone:
        _take_phone(person, row.phone.number, row.phone.kind, leads=leads)
    for other in row.more_phones:
        answer_to(person, "phone", other)
    if row.dated and (person.dated is None or row.dated > person.dated):
        person.dated, person.changed = row.dated, True


def fold(keep: Person, gone: Person, source: str, now: datetime) -> None:
    """`gone` turns out to be `keep`: everything known of them is kept, the stops above all."""
    newer = bool(gone.dated and (keep.dated is None or gone.dated > keep.dated))
    for name, value in gone.values.items():
        _keep(keep, keep.values, name, value, leads=newer)
    for name, value in gone.attributes.items():
        _keep(keep, keep.attributes, name, value, leads=newer)
    if gone.email and gone.email_key:
        _take_email(keep, gone.email, gone.email_key, leads=newer)
    if gone.phone:
        _take_phone(keep, gone.phone, gone.phone_kind, leads=newer)
    if newer:
        keep.dated = gone.dated
    keep.keys |= gone.keys
    keep.new_keys += gone.new_keys
    keep.ledger += gone.ledger
    keep.new_lines += gone.new_lines
    keep.moves += gone.moves
    keep.changed = True
    gone.into = keep
    _stop_again(keep, source, now)


def hear(person: Person, said: Said, source: str, now: datetime) -> bool:
    """Add what a file says about consent to the ledger; False when a stop stands against a yes.

    A file can prove no later yes than its own dates, and never outdoes a no: the contact's, or another row's.
    """
    lines = [line for line in person.ledger if line.channel == said.channel]
    if said.state is ConsentState.GRANTED:
        known = [line.at for line in lines if line.state == said.state and line.source == source]
        if known and (said.at is None or max(known) >= said.at):
            return True
        at = said.at or now
        if any(line.state == ConsentState.WITHDRAWN and line.at < at for line in lines):
            return False
    else:
        known = [line.at for line in lines if line.state == said.state and line.source == source]
        times = [line.at for line in lines if line.state != said.state and line.source.startswith(IMPORTED)]
        times += [said.at] if said.at else []
        if known and (not times or max(known) >= max(times)):
            return True
        at = max(times, default=now)
    line = Line(said.channel, said.state, source, at)
    person.ledger.append(line)
    person.new_lines.append((line, said))
    person.changed = True
    return True


def _stop_again(person: Person, source: str, now: datetime) -> None:
    """A no of one of two contacts that became one stands against the other's later imported yes."""
    for line in list(person.ledger):
        opted_in = any(
            later.channel == line.channel
            and later.state == ConsentState.GRANTED
            and not later.source.startswith(IMPORTED)
            and later.at > line.at
            for later in person.ledger
        )
        if line.state == ConsentState.WITHDRAWN and not opted_in:
            said = Said(line.channel, ConsentState.WITHDRAWN, "consent", "", line.at)
            hear(person, said, line.source if line.source.startswith(IMPORTED) else source, now)


def fields(person: Person) -> dict[str, Any]:
    """Every field of a contact by the name its changes are kept under."""
    return {
        "email": person.email,
        "email_key": person.email_key,
        "phone": person.phone,
        "phone_kind": str(person.phone_kind),
        "crm_created_at": person.dated.isoformat() if person.dated else None,
        **person.values,
        **{f"attributes.{name}": value for name, value in person.attributes.items()},
    }


def alive(person: Person) -> Person:
    """The person this one was folded into, if any."""
    while person.into is not None:
        person = person.into
    return person


def addresses(person: Person) -> Iterator[tuple[str, str]]:
    """(kind, address) under which later rows find the person with certainty or by name."""
    if person.email_key:
        yield "email", person.email_key
    if person.phone and person.phone_kind == PhoneKind.MOBILE:
        yield "phone", person.phone
    for source, key in person.keys:
        if source in ("email", "phone"):
            yield source, key


def _keep(person: Person, into: dict[str, Any], name: str, value: Any, *, leads: bool) -> None:
    held = into.get(name)
    if value is None or held == value:
        return
    leads = leads and not (into is person.values and (name, value) in person.outdated)
    if held is None or (_shouted(held, value) if _shouted(held, value) != _shouted(value, held) else leads):
        into[name] = value
        person.changed = True


def _shouted(one: Any, other: Any) -> bool:
    """Whether one only says in capitals what the other says as people write it: that is no better value."""
    both = isinstance(one, str) and isinstance(other, str) and one.casefold() == other.casefold()
    return both and one.isupper() and not other.isupper()


def _take_email(person: Person, email: str, key: str, *, leads: bool) -> None:
    if person.email_key is None or person.email is None:
        person.email, person.email_key, person.changed = email, key, True
        return
    if key == person.email_key:
        return
    leads = leads and ("email_key", key) not in person.outdated
    if leads:
        email, person.email = person.email, email
        key, person.email_key = person.email_key, key
        person.changed = True
    if ("email", key) not in person.keys or leads:
        person.moves.append(("email", key, person.email_key))
    answer_to(person, "email", key)


def _take_phone(person: Person, number: str, kind: str, *, leads: bool) -> None:
    if person.phone is None:
        person.phone, person.phone_kind, person.changed = number, kind, True
        return
    if number == person.phone:
        return
    leads = leads and ("phone", number) not in person.outdated
    better = kind == PhoneKind.MOBILE and person.phone_kind != PhoneKind.MOBILE
    worse = kind != PhoneKind.MOBILE and person.phone_kind == PhoneKind.MOBILE
    if better or (leads and not worse):
        number, person.phone = person.phone, number
        kind, person.phone_kind = person.phone_kind, kind
        person.changed = True
    if kind == PhoneKind.MOBILE:
        person.moves.append(("sms", number, person.phone))
        answer_to(person, "phone", number)
    else:
        _keep(person, person.attributes, "landline", number, leads=False)
