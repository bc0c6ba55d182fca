"""The hour at which each contact is written to, learnt from what people did themselves and never from opens."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, time, timedelta
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
from app.waves import hours
from app.waves.hours import EVERY_DAY, Curve
from app.waves.models import SendTimes, Wave

KINDS = (Kind.ANSWER, Kind.REPLY, Kind.CLICK, Kind.LOGIN, Kind.PURCHASE, Kind.PAGE_VIEW)
"""What somebody does when it suits them. A webinar begins when we say, and who opens is often a machine."""
SINCE = timedelta(days=730)
"""Older habits say nothing about today's."""
EXPLORED = 10
"""Percent of a wave who get any hour of the window: without them nobody could tell what the learnt ones are worth."""
NEWEST = 100_000
"""Signs that everybody's curve is learnt from."""
SOME = 5_000
"""Contacts of a wave whose signs make the audience's curve."""
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
) -> dict[str, time]:
    """Contact id -> the hour on their own clock, in the window, for each of these (id, time zone).

    Their own signs are smoothed over neighbouring hours and drawn towards the curve of the wave's audience, which
    is drawn towards everybody's; who has done nothing yet gets the audience's hour. A share explores.
    """
    settings, kept = runtime.current().settings, _kept(db, wave_id)
    prior = kept.curve if kept else _everybody(db, now)[0]
    percent = kept.explored if kept else EXPLORED
    zones = {contact_id: zone or settings.timezone for contact_id, zone in contacts}
    own, chosen, usual = _own(db, zones, now), {}, {}
    choices = {zone: hours.offered(now, ZoneInfo(zone), opens, closes, days) for zone in set(zones.values())}
    for contact_id, zone in zones.items():
        offered, signs = choices[zone], own.get(contact_id)
        if hours.explores(settings.suppression_key, wave_id, contact_id, percent):
            place = hours.any_hour(settings.suppression_key, wave_id, contact_id, len(offered))
        elif signs:
            place = hours.best(signs, prior, [slot for _, slot in offered])
        else:
            if zone not in usual:
                usual[zone] = hours.best({}, prior, [slot for _, slot in offered])
            place = usual[zone]
        chosen[contact_id] = offered[place][0]
    return chosen


def learn(db: Session, wave_id: str, audience: Select[*tuple[Any, ...]], *, now: datetime) -> None:
    """Keep the curve this wave will go by; `audience` selects contact ids in its first column."""
    everybody, signs = _everybody(db, now)
    some = audience.limit(SOME).subquery()
    theirs = _slots(db, _recent(now).join(some, some.c[0] == _signs.c.contact_id).limit(NEWEST))
    db.add(
        SendTimes(
            wave_id=wave_id,
            learnt_at=now,
            signs=signs + len(theirs),
            explored=EXPLORED,
            curve=[round(share, 6) for share in hours.curve(theirs, everybody)],
        )
    )
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


def _everybody(db: Session, now: datetime) -> tuple[Curve, int]:
    found = _slots(db, _recent(now).order_by(_signs.c.at.desc()).limit(NEWEST))
    return hours.curve(found), len(found)


def _recent(now: datetime) -> Select[Any]:
    """(contact id, time zone, second) of the signs that count."""
    return (
        select(_signs.c.contact_id, _contacts.c.time_zone, seconds(_signs.c.at))
        .join(_contacts, _contacts.c.id == _signs.c.contact_id)
        .where(_signs.c.human == true(), _signs.c.at > now - SINCE, _signs.c.at <= now)
        .where(_signs.c.kind.in_(KINDS))
    )


def _slots(db: Session, signs: Select[Any]) -> list[int]:
    usual = runtime.current().settings.timezone
    zones: dict[str, ZoneInfo] = {}
    # Several clicks in one hour are one sign.
    once = {(contact_id, zone, second // 3600): second for contact_id, zone, second in db.execute(signs)}
    found = []
    for (_, name, _), second in once.items():
        zone = zones.get(name or usual) or zones.setdefault(name or usual, ZoneInfo(name or usual))
        if (slot := hours.slot(second, zone)) is not None:
            found.append(slot)
    return found


def _own(db: Session, zones: dict[str, str], now: datetime) -> dict[str, Counter[int]]:
    rows = select(_signs.c.contact_id, seconds(_signs.c.at)).where(
        among(db, _signs.c.contact_id, list(zones)),
        _signs.c.human == true(),
        _signs.c.at > now - SINCE,
        _signs.c.at <= now,
        _signs.c.kind.in_(KINDS),
    )
    known = {name: ZoneInfo(name) for name in set(zones.values())}
    found: dict[str, Counter[int]] = {}
    met: set[tuple[str, int]] = set()
    for contact_id, second in db.execute(rows):
        hour = (contact_id, second // 3600)
        slot = hours.slot(second, known[zones[contact_id]])
        if slot is not None and hour not in met:
            met.add(hour)
            found.setdefault(contact_id, Counter())[slot] += 1
    return found
