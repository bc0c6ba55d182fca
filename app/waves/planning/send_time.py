"""The hour at which each contact is written to, learnt from what people did themselves and never from opens."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, true
from sqlmodel import col

from app import runtime
from app.contacts.models import Contact
from app.conversations.models import Answer
from app.db import Session, among, table_of
from app.engagement.models import Interaction, Kind
from app.engagement.moments import seconds
from app.messages.ladder import SAID
from app.messages.models import Message
from app.waves.models import SendTimes, Wave
from app.waves.planning import hours
from app.waves.planning.hours import EVERY_DAY

KINDS = (Kind.ANSWER, Kind.REPLY, Kind.CLICK, Kind.LOGIN, Kind.PURCHASE, Kind.PAGE_VIEW)
"""What somebody does when it suits them. A webinar begins when we say, and who opens is often a machine."""
SINCE = timedelta(days=730)
"""Older habits say nothing about today's."""
EXPLORED = 10
"""Percent of a wave who get any hour of the window: without them nobody could tell what the learnt ones are worth."""
NEWEST = 20_000
"""Signs that a curve is learnt from; more would hold up the launch and tell hardly more."""
SOME = 3_000
"""Contacts of a wave whose signs make the audience's curve."""
ENOUGH = 300
"""Signs of the audience from which on it tells by itself how much people differ; else everybody tells."""
PAGE = 5_000
_signs, _contacts = table_of(Interaction), table_of(Contact)


@dataclass(slots=True)
class Tried:
    """How many were written to at such an hour, and how many of them answered."""

    sent: int = 0
    answered: int = 0


def best_hours(
    db: Session,
    contacts: Sequence[tuple[str, str | None]],
    *,
    opens: time,
    closes: time,
    now: datetime,
    wave_id: str = "",
    days: AbstractSet[int] = EVERY_DAY,
    known: SendTimes | None = None,
) -> dict[str, time]:
    """Contact id -> the hour on their own clock, in the window, for each of these (id, time zone).

    Their own signs are smoothed over neighbouring hours and drawn towards the curve of the wave's audience, which
    is drawn towards everybody's; who has done nothing yet gets the audience's hour. A share explores. `known`: what
    the wave would go by, of one that is only planned.
    """
    salt, usual_zone = runtime.current().settings.suppression_key, runtime.current().settings.timezone
    known = known or _kept(db, wave_id) or learnt(db, wave_id, None, now)
    zones = {contact_id: zone or usual_zone for contact_id, zone in contacts}
    choices = {zone: hours.offered(now, ZoneInfo(zone), opens, closes, days) for zone in set(zones.values())}
    slots = {zone: [slot for _, slot in offered] for zone, offered in choices.items()}
    usual = {zone: hours.best({}, known.curve, offered, known.strength) for zone, offered in slots.items()}
    own, chosen = _own(db, zones, now), {}
    for contact_id, zone in zones.items():
        if hours.explores(salt, wave_id, contact_id, known.explored):
            place = hours.any_hour(salt, wave_id, contact_id, len(slots[zone]))
        elif signs := own.get(contact_id):
            place = hours.best(signs, known.curve, slots[zone], known.strength)
        else:
            place = usual[zone]
        chosen[contact_id] = choices[zone][place][0]
    return chosen


def learn(db: Session, wave_id: str, audience: Select[*tuple[Any, ...]], *, now: datetime) -> None:
    """Keep what this wave will go by; `audience` selects contact ids in its first column."""
    db.add(learnt(db, wave_id, audience, now))
    db.flush()


def results(db: Session, wave_id: str) -> dict[str, Tried] | None:
    """What came of the invitations at `learnt` and at `explored` hours; None where the wave did not learn."""
    kept = _kept(db, wave_id)
    if kept is None:
        return None
    salt = runtime.current().settings.suppression_key
    tried = {"learnt": Tried(), "explored": Tried()}
    first = db.get_one(Wave, wave_id).definition["steps"][0]["name"]
    answered = select(col(Answer.id)).where(col(Answer.conversation_id) == col(Message.conversation_id))
    rows = (
        select(col(Message.id), col(Message.contact_id), answered.exists())
        .where(col(Message.group_id) == wave_id, col(Message.step) == first, col(Message.state).in_(SAID))
        .order_by(col(Message.id))
        .limit(PAGE)
    )
    page = db.execute(rows).all()
    while page:
        for _, contact_id, replied in page:
            explored = hours.explores(salt, wave_id, contact_id, kept.explored)
            one = tried["explored" if explored else "learnt"]
            one.sent += 1
            one.answered += replied
        page = db.execute(rows.where(col(Message.id) > page[-1][0])).all()
    return tried


def _kept(db: Session, wave_id: str) -> SendTimes | None:
    return db.get(SendTimes, wave_id) if wave_id else None


def learnt(db: Session, wave_id: str, audience: Select[*tuple[Any, ...]] | None, now: datetime) -> SendTimes:
    """The curve of the audience, drawn towards everybody's, and how far to trust it over a contact's own signs."""
    everybody = _by_contact(db, _recent(now).order_by(_signs.c.at.desc()).limit(NEWEST))
    curve, signs, tell = hours.curve(_all(everybody)), len(_all(everybody)), everybody
    if audience is not None:
        some = audience.limit(SOME).subquery()
        theirs = _by_contact(db, _recent(now).join(some, some.c[0] == _signs.c.contact_id).limit(NEWEST))
        curve, signs = hours.curve(_all(theirs), curve), signs + len(_all(theirs))
        tell = theirs if len(_all(theirs)) >= ENOUGH else everybody
    return SendTimes(
        wave_id=wave_id,
        learnt_at=now,
        signs=signs,
        explored=EXPLORED,
        strength=hours.strength(tell.values(), curve),
        curve=[round(share, 6) for share in curve],
    )


def _recent(now: datetime) -> Select[Any]:
    """(contact id, time zone, second) of the signs that count."""
    return (
        select(_signs.c.contact_id, _contacts.c.time_zone, seconds(_signs.c.at))
        .join(_contacts, _contacts.c.id == _signs.c.contact_id)
        .where(_signs.c.human == true(), _signs.c.at > now - SINCE, _signs.c.at <= now)
        .where(_signs.c.kind.in_(KINDS))
    )


def _by_contact(db: Session, signs: Select[Any]) -> dict[str, Counter[int]]:
    """Contact id -> slot -> how many signs; several clicks in one hour are one."""
    usual = runtime.current().settings.timezone
    zone_of = cache(lambda name: ZoneInfo(name or usual))
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    once = {
        (contact_id, zone, second // 3600): second for contact_id, zone, second in db.execute(signs).all()
    }
    for (contact_id, zone, _), second in once.items():
        if (slot := hours.slot(second, zone_of(zone))) is not None:
            found[contact_id][slot] += 1
    return found


def _own(db: Session, zones: Mapping[str, str], now: datetime) -> dict[str, Counter[int]]:
    theirs = _recent(now).where(among(db, _signs.c.contact_id, list(zones)))
    return _by_contact(db, theirs)


def _all(people: Mapping[str, Counter[int]]) -> list[int]:
    return [slot for own in people.values() for slot in own.elements()]
