"""What must be known of a page of contacts to decide about them: a handful of statements, however many they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import col

from app.channels.base import Channel
from app.contacts import consent, suppression
from app.contacts.addresses import address_hash
from app.contacts.models import Contact, Owner, PhoneKind
from app.conversations import walks
from app.conversations.models import Answer, Conversation, ConversationState
from app.db import Session, among, table_of
from app.feedback.find import upset_since
from app.messages.models import Direction, Message
from app.waves import rules
from app.waves.definition import Definition
from app.waves.planning.rest import rested

FRESH = timedelta(hours=24)
"""Who said something in a conversation so recently is answering: it is never closed for another."""
PREFERRED = "preferred_channel"
"""The contact's attribute that holds where they would rather be written to."""
_COLUMNS = (
    *("id", "email", "phone", "phone_kind", "first_name", "last_name", "company"),
    *("language", "country", "time_zone", "owner_id", "attributes"),
)
_contacts = table_of(Contact)


class Person(NamedTuple):
    """A contact's columns that planning looks at."""

    id: str
    email: str | None
    phone: str | None
    phone_kind: str
    first_name: str | None
    last_name: str | None
    company: str | None
    language: str | None
    country: str | None
    time_zone: str | None
    owner_id: str | None
    attributes: Mapping[str, Any]


class UnderWay(NamedTuple):
    """A conversation of this wave that has not begun."""

    id: str
    contact_id: str
    channel: str
    walk: Mapping[str, Any]


@dataclass(slots=True)
class Facts:
    """Of a page, by contact id; whoever is not in `people` became part of another."""

    people: dict[str, Person]
    reaches: dict[str, rules.Reach]
    hashes: dict[str, dict[Channel, str]]
    """The keyed hash of the address on each channel."""
    upset: set[str]
    """Who turned out to be unhappy since the launch: a person should speak to them, not the next step."""
    rested: dict[str, str]
    """Who is left alone, for now or for good, and why."""
    away: dict[str, datetime] = field(default_factory=dict)
    """Who is absent, as their mail's automatic answer said, and when they are back."""
    busy: dict[str, list[str]] = field(default_factory=dict)
    """Who is in live conversations of other waves, and which: nobody is asked two surveys at once."""
    talking: set[str] = field(default_factory=set)
    """Of these, who said something there a short while ago."""
    under_way: dict[str, UnderWay] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    """Owner id -> name."""


def load(
    db: Session,
    key: str,
    ids: Sequence[str],
    definition: Definition,
    *,
    wave_id: str,
    launched_at: datetime,
    now: datetime,
    first: bool,
    lock: bool = True,
) -> Facts:
    """Everything about these contacts at the first step of a wave, or at a later one.

    `key` hashes the addresses (SUPPRESSION_KEY). `lock`: whoever answers or stops meanwhile is heard before us or
    after us, never in between; a look that plans nothing needs none.
    """
    people = _people(db, ids, lock=lock)
    here = list(people)
    written_on = definition.channels
    hashes = {person.id: _hashes(key, person, written_on) for person in people.values()}
    facts = Facts(
        people=people,
        reaches=_reaches(db, people, hashes),
        hashes=hashes,
        upset=_upset(db, here, launched_at),
        rested=rested(db, here, wave_id=wave_id, definition=definition, now=now),
        away=_away(db, here, now),
        owners=_owners(db, people),
    )
    if first:
        facts.busy = _busy(db, here, now)
        facts.talking = _talking(db, facts.busy, now)
    else:
        facts.under_way = _under_way(db, here, wave_id)
    return facts


def taken(db: Session, keys: Sequence[str]) -> set[str]:
    """Which of these once-keys have their message already: another contact shares the address."""
    statement = select(col(Message.once_key)).where(among(db, col(Message.once_key), keys))
    return {str(key) for key in db.scalars(statement)}


def once_key(wave_id: str, step: str, channel: Channel, address_hash: str) -> str:
    """What may be said only once: one step of one wave to one address."""
    return f"{wave_id}:{step}:{channel}:{address_hash}"


def _away(db: Session, ids: Sequence[str], now: datetime) -> dict[str, datetime]:
    noted = (
        select(col(Message.contact_id), func.max(col(Message.not_after)))
        .where(among(db, col(Message.contact_id), ids))
        .where(col(Message.direction) == Direction.IN, col(Message.not_after) > now)
        .group_by(col(Message.contact_id))
    )
    return {str(contact_id): back for contact_id, back in db.execute(noted)}


def _people(db: Session, ids: Sequence[str], *, lock: bool) -> dict[str, Person]:
    statement = select(*(_contacts.c[name] for name in _COLUMNS)).where(among(db, _contacts.c.id, ids))
    statement = statement.order_by(_contacts.c.id)
    if lock:
        statement = statement.with_for_update(key_share=True)
    return {row[0]: Person(*row) for row in db.execute(statement)}


def _hashes(key: str, person: Person, channels: Collection[Channel]) -> dict[Channel, str]:
    given = ((Channel.EMAIL, person.email), (Channel.SMS, person.phone))
    return {
        channel: address_hash(key, channel, address)
        for channel, address in given
        if address and channel in channels
    }


def _reaches(
    db: Session, people: Mapping[str, Person], hashes: Mapping[str, Mapping[Channel, str]]
) -> dict[str, rules.Reach]:
    consents = consent.states_of(db, people)
    pairs = [(str(channel), hashed) for own in hashes.values() for channel, hashed in own.items()]
    stopped = suppression.suppressed(db, pairs)
    none: frozenset[Channel] = frozenset()
    return {
        id_: rules.Reach(
            addresses=_addresses(person),
            consents=consents.get(id_, {}),
            suppressed=frozenset(channel for channel, it in hashes[id_].items() if (channel, it) in stopped)
            if stopped
            else none,
            preferred=_preferred(person),
        )
        for id_, person in people.items()
    }


def _addresses(person: Person) -> dict[Channel, str]:
    """Where each channel would write to; only a mobile gets texts."""
    found = {Channel.EMAIL: person.email} if person.email else {}
    if person.phone and person.phone_kind == PhoneKind.MOBILE:
        found[Channel.SMS] = person.phone
    return found


def _preferred(person: Person) -> Channel | None:
    wish = person.attributes.get(PREFERRED)
    return Channel(wish) if isinstance(wish, str) and wish in _CHANNELS else None


_CHANNELS = frozenset(Channel)


def _owners(db: Session, people: Mapping[str, Person]) -> dict[str, str]:
    ids = {person.owner_id for person in people.values() if person.owner_id}
    if not ids:
        return {}
    found = select(col(Owner.id), col(Owner.name)).where(among(db, col(Owner.id), ids))
    return dict(db.execute(found).all())


def _busy(db: Session, ids: Sequence[str], now: datetime) -> dict[str, list[str]]:
    statement = select(col(Conversation.contact_id), col(Conversation.id)).where(
        among(db, col(Conversation.contact_id), ids), *walks.live_at(now)
    )
    found: dict[str, list[str]] = {}
    for contact_id, conversation_id in db.execute(statement):
        found.setdefault(contact_id, []).append(conversation_id)
    return found


def _talking(db: Session, busy: Mapping[str, Sequence[str]], now: datetime) -> set[str]:
    ids, since = [id_ for several in busy.values() for id_ in several], now - FRESH
    if not ids:
        return set()
    answered = select(col(Answer.contact_id)).where(
        among(db, col(Answer.conversation_id), ids), col(Answer.at) > since
    )
    wrote = select(col(Message.contact_id)).where(
        among(db, col(Message.conversation_id), ids),
        col(Message.direction) == Direction.IN,
        col(Message.created_at) > since,
    )
    return {*db.scalars(answered), *map(str, db.scalars(wrote))}


def _upset(db: Session, ids: Sequence[str], since: datetime) -> set[str]:
    found = select(_contacts.c.id).where(among(db, _contacts.c.id, ids), upset_since(_contacts.c.id, since))
    return set(db.scalars(found))


def _under_way(db: Session, ids: Sequence[str], wave_id: str) -> dict[str, UnderWay]:
    table = table_of(Conversation)
    statement = select(table.c.id, table.c.contact_id, table.c.channel, table.c.walk).where(
        table.c.group_id == wave_id,
        among(db, table.c.contact_id, ids),
        table.c.state == ConversationState.WAITING,
    )
    return {row[1]: UnderWay(*row) for row in db.execute(statement)}
