"""Who enters an automation: what contacts did is looked at once, a page at a time, and whom it lets in waits.

How far it has looked stands in the wave (`looked`). By number, for what people do: `seen` was looked at, `upto` is to
be, and `next` (PostgreSQL) is a number below which somebody may still be writing, with the first transaction after
these. By time, for what they have not done for long: `at` and, within it, `id`.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, String, cast, exists, func, select
from sqlmodel import col

from app import runtime
from app.contacts import find as contacts
from app.contacts.models import Contact
from app.db import Session, among, insert_new, is_sqlite, table_of
from app.engagement import policies
from app.engagement.models import Interaction
from app.messages.models import Message
from app.segments import behaviour
from app.segments import membership as segments
from app.segments.membership import Rule
from app.segments.values import Clock
from app.waves import find
from app.waves.definition import Definition, Trigger, from_source
from app.waves.models import Arm, Wave, WaveMember, WaveState

SPAN = 2_000
"""Interactions that one transaction looks at."""
RECENT = timedelta(days=30)
"""What a plan looks back on."""
LAST = 2**62
_did, _members = table_of(Interaction), table_of(WaveMember)


def begin(db: Session, trigger: Trigger, now: datetime) -> dict[str, Any]:
    """Where to look from: what happened before the launch lets nobody enter."""
    if trigger.quiet_for:
        return {"at": (now - trigger.quiet_for).isoformat(), "id": LAST}
    newest = _newest(db)
    return {"seen": newest, "upto": newest}


def looking(db: Session, now: datetime) -> list[str]:
    """The automations that are under way and have something to look at."""
    under_way = select(Wave).where(col(Wave.state) == WaveState.RUNNING, col(Wave.looked).is_not(None))
    return [wave.id for wave in db.scalars(under_way) if _something(db, wave, now)]


def look(db: Session, wave_id: str, *, now: datetime) -> bool:
    """Look at the next page; False when that was all. The wave's row is locked, so two look one after the other."""
    wave = db.get(Wave, wave_id, with_for_update={"key_share": True}, populate_existing=True)
    if wave is None or wave.state != WaveState.RUNNING or wave.looked is None:
        return False
    definition = from_source(wave.definition)
    trigger = definition.trigger
    assert trigger is not None
    found, looked, more = (_quiet if trigger.quiet_for else _new)(db, trigger, wave.looked, now)
    wave.looked = looked
    db.add(wave)
    _enter(db, wave, definition, trigger, found, now)
    return more


def held_back(
    db: Session, wave: Wave, trigger: Trigger, ids: Collection[str], now: datetime, *, first: bool
) -> dict[str, str]:
    """Contact id -> why a message of theirs that is due is not sent: `unless` holds, they are not quiet any more, or
    they prove to have entered before (as somebody else whom they were merged with)."""
    found: dict[str, str] = {}
    if not ids:
        return found
    if trigger.unless:
        rule = _members_of(db, trigger.unless, now).where(among(db, col(Contact.id), ids))
        found |= {id_: "unless" for id_, _ in db.execute(rule)}
    if not first:
        return found
    entered = select(_members.c.contact_id, _members.c.entered_at).where(
        _members.c.wave_id == wave.id, among(db, _members.c.contact_id, ids)
    )
    at: dict[str, datetime] = dict(db.execute(entered).all())
    found |= dict.fromkeys(_too_soon(db, wave, trigger, at), "entered_before")
    if trigger.quiet_for:
        again = select(_did.c.contact_id, func.max(_did.c.at)).group_by(_did.c.contact_id)
        again = again.where(
            among(db, _did.c.contact_id, at), behaviour.own(_did, trigger.did, _clock(now), ())
        )
        latest = dict(db.execute(again).all())
        found |= {id_: "came_back" for id_ in at if latest.get(id_, at[id_]) > at[id_] - trigger.quiet_for}
    return found


def said_before(
    db: Session, wave: Wave, trigger: Trigger, keys: Mapping[str, str], now: datetime
) -> set[str]:
    """Which of these once-keys (with whose they are) another edition said to somebody else who shares the address,
    less than `again_after` ago."""
    others = [one for one in find.editions(db, wave) if one != wave.id]
    if not others or trigger.again_after is None:
        return set()
    there = {key.replace(wave.id, other, 1): key for key in keys for other in others}
    said = select(col(Message.once_key), col(Message.contact_id)).where(
        among(db, col(Message.once_key), there), col(Message.created_at) > now - trigger.again_after
    )
    found = {there[str(key)]: contact_id for key, contact_id in db.execute(said)}
    return {key for key, contact_id in found.items() if keys[key] != contact_id}


def _something(db: Session, wave: Wave, now: datetime) -> bool:
    looked = wave.looked or {}
    if "seen" in looked:
        return "next" in looked or looked["upto"] > looked["seen"] or _newest(db) > looked["upto"]
    trigger = from_source(wave.definition).trigger
    assert trigger is not None
    after, until = datetime.fromisoformat(looked["at"]), now - trigger.ahead
    return db.execute(_slice(after, looked["id"], until).limit(1)).first() is not None


def audience(definition: Definition) -> Rule:
    """Whom a wave that begins now would go to; of an automation, who would have entered in the last `RECENT`."""
    trigger = definition.trigger
    if trigger is None:
        return definition.segment
    event = (
        dict(trigger.did)
        if isinstance(trigger.did, Mapping)
        else {"what": trigger.did}
        if trigger.did
        else {}
    )
    if trigger.quiet_for:
        quiet = trigger.quiet_for.days
        rule: Rule = {"days_since": {**event, "at_least": quiet, "at_most": quiet + RECENT.days}}
    else:
        rule = {"did": {**event, "within_days": RECENT.days}}
    segment = {"segment": definition.segment} if isinstance(definition.segment, str) else definition.segment
    return {"all": [segment, rule]}


Look = tuple[Mapping[str, datetime], dict[str, Any], bool]
"""Contact id -> the moment that lets them enter; how far was looked; whether there is more."""


def _new(db: Session, trigger: Trigger, looked: dict[str, Any], now: datetime) -> Look:
    looked = _settled(db, looked)
    seen, upto = looked["seen"], looked["upto"]
    numbers = select(_did.c.id).where(_did.c.id > seen, _did.c.id <= upto).order_by(_did.c.id)
    end = db.execute(numbers.offset(SPAN - 1).limit(1)).scalar() or upto
    if end == seen:
        return {}, looked, False
    rows = (
        select(_did.c.contact_id, func.min(_did.c.at))
        .where(_did.c.id > seen, _did.c.id <= end, _did.c.at > now - trigger.within)
        .where(behaviour.own(_did, trigger.did, _clock(now), ()))
        .group_by(_did.c.contact_id)
    )
    return dict(db.execute(rows).all()), {**looked, "seen": end}, end < upto


def _settled(db: Session, looked: dict[str, Any]) -> dict[str, Any]:
    """Up to which number nobody will write any more. SQLite has one writer; in PostgreSQL a number is drawn before
    its row can be seen, so we wait until everybody is done who was writing when we saw a higher one."""
    if looked["seen"] < looked["upto"]:
        return looked
    newest = _newest(db)
    if is_sqlite(db):
        return {"seen": looked["seen"], "upto": newest}
    snapshot = func.pg_current_snapshot()
    bounds = [getattr(func, f"pg_snapshot_{end}")(snapshot) for end in ("xmin", "xmax")]
    oldest, following = db.execute(select(*(cast(cast(one, String), BigInteger) for one in bounds))).one()
    settled = {"seen": looked["seen"], "upto": looked["upto"]}
    if "next" in looked:
        number, transaction = looked["next"]
        if oldest < transaction:
            return looked
        settled["upto"] = number
    return settled | ({"next": [newest, following]} if newest > settled["upto"] else {})


def _quiet(db: Session, trigger: Trigger, looked: dict[str, Any], now: datetime) -> Look:
    quiet_for = trigger.ahead
    after, id_, until = datetime.fromisoformat(looked["at"]), looked["id"], now - quiet_for
    if after < until - trigger.within:
        after, id_ = until - trigger.within, LAST
    rows = _slice(after, id_, until)
    end = db.execute(rows.offset(SPAN - 1).limit(1)).first()
    to, last = (end.at, end.id) if end else (until, LAST)
    clock, later = _clock(now), _did.alias()
    again = exists(
        select(1)
        .select_from(later)
        .where(later.c.contact_id == _did.c.contact_id, later.c.at > _did.c.at)
        .where(behaviour.own(later, trigger.did, clock, ()))
    )
    page = rows.limit(SPAN).subquery()
    their_last = (
        select(_did.c.contact_id, func.max(_did.c.at))
        .where(_did.c.id.in_(select(page.c.id)), behaviour.own(_did, trigger.did, clock, ()), ~again)
        .group_by(_did.c.contact_id)
    )
    found = {one: at + quiet_for for one, at in db.execute(their_last)}
    return found, {"at": to.isoformat(), "id": last}, end is not None


def _slice(after: datetime, id_: int, until: datetime) -> Select[Any]:
    """What happened behind this place in time, until then."""
    behind = (_did.c.at > after) | (_did.c.id > id_)
    rows = select(_did.c.at, _did.c.id).where(_did.c.at >= after, behind, _did.c.at <= until)
    return rows.order_by(_did.c.at, _did.c.id)


def _enter(
    db: Session,
    wave: Wave,
    definition: Definition,
    trigger: Trigger,
    found: Mapping[str, datetime],
    now: datetime,
) -> None:
    if not found:
        return
    here = contacts.lock(db, found)  # who becomes part of another is found there, not here
    at = {id_: moment for id_, moment in found.items() if id_ in here}
    too_soon = _too_soon(db, wave, trigger, at)
    chosen = _members_of(db, definition.segment, now).where(among(db, col(Contact.id), set(at) - too_soon))
    rows = [
        {
            "wave_id": wave.id,
            "contact_id": id_,
            "arm": Arm.ENTERED,
            "language": "",
            "dormancy": dormancy,
            "entered_at": at[id_],
            "due_at": at[id_] + trigger.wait,
        }
        for id_, dormancy in db.execute(chosen)
    ]
    if insert_new(db, WaveMember, rows):
        runtime.ring_after_commit(db, "bulk", "app.waves.jobs.plan", wave.id)


def _too_soon(db: Session, wave: Wave, trigger: Trigger, at: Mapping[str, datetime]) -> set[str]:
    """Who entered another edition less than `again_after` before."""
    others = [one for one in find.editions(db, wave) if one != wave.id]
    if not others or trigger.again_after is None or not at:
        return set()
    before = select(_members.c.contact_id, _members.c.entered_at).where(
        among(db, _members.c.contact_id, at),
        _members.c.wave_id.in_(others),
        _members.c.entered_at.is_not(None),
    )
    return {id_ for id_, then in db.execute(before) if then > at[id_] - trigger.again_after}


def _members_of(db: Session, rule: Any, now: datetime) -> Select[str, str]:
    policy, kept = policies.present(db), policies.kept_up(db)
    return segments.members(rule, as_of=now, policy=policy, kept=kept)


def _newest(db: Session) -> int:
    return db.execute(select(func.max(_did.c.id))).scalar() or 0


def _clock(now: datetime) -> Clock:
    return Clock(now, runtime.current().settings.zone)
