"""Who has gone quiet: a state per contact, derived from human signs of life and the company's own rhythm.

`standing` derives it from what happened, as of any day. The table `dormancy` keeps the same for the present: written
by whoever writes interactions, in the same transaction (`recompute_for`), and by `keep` when the policy changes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Float,
    Insert,
    Select,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session

from app.contacts import find
from app.contacts.models import Contact
from app.db import UtcDateTime, among_given, is_sqlite, listed, table_of
from app.engagement import policies, rhythm
from app.engagement.models import Dormancy, Interaction, Send
from app.engagement.moments import later
from app.engagement.policy import DEFAULT as DEFAULT
from app.engagement.policy import Basis
from app.engagement.policy import Policy as Policy

_contacts, _interactions = table_of(Contact), table_of(Interaction)
_kept, _sends = table_of(Dormancy), table_of(Send)
_PAGE = 10_000
_DAY = 86_400


class State(StrEnum):
    """How long a contact has been quiet; who never engaged is not dormant: nothing fell asleep."""

    ACTIVE = "active"
    COOLING = "cooling"
    DORMANT = "dormant"
    NEVER_ENGAGED = "never_engaged"


def dormancy_of(as_of: datetime, policy: Policy = DEFAULT) -> Select[Any]:
    """contact_id, last_engaged_at, state of every contact as of an aware time, derived from what happened.

    A select to join or filter: `dormancy_of(now).subquery()`. One index look-up per contact asked for.
    """
    if policy.basis is Basis.OWN or policy.sends != (None, None):
        held = standing(policy, as_of=as_of).subquery()
        return select(held.c.contact_id, held.c.last_engaged_at, state_at(held.c, as_of).label("state"))
    seen = select(
        _contacts.c.id.label("contact_id"),
        _newest(policy, as_of, "at").label("last_engaged_at"),
        _bound(policy, as_of, policy.cooling, policy.fixed_cooling).label("cooling"),
        _bound(policy, as_of, policy.dormant, policy.fixed_dormant).label("dormant"),
    )
    row = seen.subquery().c
    state = case(
        (row.last_engaged_at.is_(None), State.NEVER_ENGAGED),
        (row.last_engaged_at > row.cooling, State.ACTIVE),
        (row.last_engaged_at > row.dormant, State.COOLING),
        else_=State.DORMANT,
    )
    return select(row.contact_id, row.last_engaged_at, state.label("state"))


def kept_of(now: datetime) -> Select[Any]:
    """The same for the present, from the kept table."""
    held = select(
        _contacts.c.id.label("contact_id"), _kept.c.last_engaged_at, state_at(_kept.c, now).label("state")
    )
    return held.outerjoin_from(_contacts, _kept, _kept.c.contact_id == _contacts.c.id)


def standing(
    policy: Policy,
    *,
    as_of: datetime | None = None,
    where: ColumnElement[bool] | None = None,
    once: bool = False,
) -> Select[Any]:
    """The columns of `Dormancy` for every contact, from interactions and sends alone.

    `where` limits the contacts; `as_of` leaves out what happened later. `once` looks up each contact's past a
    single time before anything is derived from it: for whole populations, not for pages of a join.
    """
    base = select(
        _contacts.c.id.label("contact_id"),
        _newest(policy, as_of, "at").label("last_engaged_at"),
        _newest(policy, as_of, "kind").label("last_kind"),
        rhythm.days_of(policy).label("group_days"),
        rhythm.own_days(policy, as_of).label("own_days"),
    )
    if where is not None:
        base = base.where(where)
    seen = base.cte("seen").prefix_with("MATERIALIZED") if once else base.subquery("seen")
    pace = _paced(seen, policy, as_of)
    paced = pace.cte("paced").prefix_with("MATERIALIZED") if once else pace.subquery("paced")
    engaged = paced.c.last_engaged_at.is_not(None)
    cooling = _bounded(paced.c, policy, policy.cooling, policy.fixed_cooling, paced.c.cooling_send)
    dormant = _bounded(paced.c, policy, policy.dormant, policy.fixed_dormant, paced.c.dormant_send)
    return select(
        paced.c.contact_id,
        paced.c.last_engaged_at,
        paced.c.last_kind,
        case((engaged, cooling)).label("cooling_at"),
        case((engaged, dormant)).label("dormant_at"),
        case((engaged, paced.c.basis)).label("basis"),
        case((engaged, paced.c.gap_days)).label("gap_days"),
        paced.c.sends_since,
    )


def state_at(row: Any, at: datetime) -> ColumnElement[str]:
    """SQL: the state at a time, of columns like those of `Dormancy`."""
    moment = literal(at, UtcDateTime())
    return case(
        (row.last_engaged_at.is_(None), State.NEVER_ENGAGED),
        (row.dormant_at <= moment, State.DORMANT),
        (row.cooling_at <= moment, State.COOLING),
        else_=State.ACTIVE,
    )


def state_of(row: Dormancy | None, at: datetime) -> State:
    """The state at a time, of one row of the kept table; no row means that they never engaged."""
    if row is None or row.cooling_at is None or row.dormant_at is None:
        return State.NEVER_ENGAGED
    if row.dormant_at <= at:
        return State.DORMANT
    return State.COOLING if row.cooling_at <= at else State.ACTIVE


def count(db: Session, as_of: datetime, policy: Policy = DEFAULT) -> dict[str, int]:
    """How many contacts are in each state as of a time, every state named; derived from what happened."""
    held = standing(policy, as_of=as_of, once=True).subquery()
    state = state_at(held.c, as_of).label("state")
    found = db.execute(select(state, func.count()).group_by(state))
    return dict.fromkeys(map(str, State), 0) | {row.state: row[1] for row in found}


def count_kept(db: Session, now: datetime) -> dict[str, int]:
    """The same for the present, counted in the indexes of the kept table."""

    def counted(column: Any, *conditions: Any) -> int:
        return int(db.execute(select(func.count(column)).where(*conditions)).scalar_one())

    people, engaged = counted(_contacts.c.id), counted(_kept.c.dormant_at)
    dormant = counted(_kept.c.dormant_at, _kept.c.dormant_at <= now)
    cooling = counted(_kept.c.dormant_at, _kept.c.dormant_at > now, _kept.c.cooling_at <= now)
    return {
        str(State.ACTIVE): engaged - cooling - dormant,
        str(State.COOLING): cooling,
        str(State.DORMANT): dormant,
        str(State.NEVER_ENGAGED): people - engaged,
    }


def of_contact(
    db: Session, contact_id: str, as_of: datetime, policy: Policy = DEFAULT
) -> tuple[State, datetime | None]:
    """The state of one contact and when they last gave a sign of life, as of any time."""
    row = row_of(db, contact_id, policy, as_of)
    return state_of(row, as_of), row.last_engaged_at


def row_of(db: Session, contact_id: str, policy: Policy, as_of: datetime | None = None) -> Dormancy:
    """How quiet one contact is, derived from what happened; not a row of the session."""
    found = db.execute(standing(policy, as_of=as_of, where=_contacts.c.id == contact_id, once=True)).one()
    return Dormancy(**found._mapping)


def recompute_for(db: Session, contact_ids: Collection[str], *, added: bool = False) -> None:
    """Derive the dormancy of these contacts anew: after any write, merge, undo or loss of what they did.

    Call it after the write, in its transaction, for all of its contacts at once. It locks the contacts before it
    looks, so that of two writers the later sees what the earlier wrote, and a change of policy passes neither.
    `added`: something was added and nothing taken away, so nobody loses their past.
    """
    ids, sqlite = sorted(set(contact_ids)), is_sqlite(db)
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        if not sqlite:
            find.lock(db, page)
        write, sweep = _rewriting(policies.present(db), sqlite)
        these = {"contact_ids": listed(db, _contacts.c.id, page)}
        db.execute(write, these)
        if not added:
            db.execute(sweep, these)


@lru_cache(maxsize=16)
def _rewriting(policy: Policy, sqlite: bool) -> tuple[Insert, Delete]:
    """What brings the rows of `contact_ids` to the policy, and what removes those of contacts without a past.

    Kept, because putting the statements together takes longer than they do for one contact.
    """

    theirs = among_given(_contacts.c.id, "contact_ids", sqlite=sqlite)
    held = standing(policy, where=theirs, once=True).subquery()
    known = or_(held.c.last_engaged_at.is_not(None), held.c.sends_since > 0)
    names = [column.name for column in _kept.c]
    write = (sqlite_insert if sqlite else pg_insert)(_kept)
    write = write.from_select(names, select(*(held.c[name] for name in names)).where(known))
    write = write.on_conflict_do_update(
        index_elements=["contact_id"], set_={name: write.excluded[name] for name in names[1:]}
    )
    sign = rhythm.counted(policy.signals) & (_interactions.c.contact_id == _kept.c.contact_id)
    past = exists(select(_interactions.c.at).where(sign)) | exists(
        select(_sends.c.key).where(_sends.c.contact_id == _kept.c.contact_id)
    )
    return write, _kept.delete().where(among_given(_kept.c.contact_id, "contact_ids", sqlite=sqlite), ~past)


def _newest(policy: Policy, as_of: datetime | None, name: str) -> ColumnElement[Any]:
    """SQL over contacts: a column of their newest sign of life that counts."""
    return (
        select(_interactions.c[name])
        .where(_interactions.c.contact_id == _contacts.c.id, rhythm.counted(policy.signals, as_of))
        .order_by(_interactions.c.at.desc(), _interactions.c.kind.desc())
        .limit(1)
        .correlate(_contacts)
        .scalar_subquery()
    )


def _bound(policy: Policy, at: datetime, multiple: float, fixed: float) -> ColumnElement[Any]:
    """SQL over contacts: the last sign of life that leaves them beyond a bound at a time."""

    def before(days: float) -> ColumnElement[Any]:
        return literal(at - timedelta(seconds=round(days * _DAY)), UtcDateTime())

    if policy.basis is Basis.FIXED:
        return before(fixed)
    whole = before(policy.handling_days * multiple)
    by_group = {value: before(days * multiple) for value, days in policy.groups}
    return case(by_group, value=rhythm.group_of(policy.attribute), else_=whole) if by_group else whole


def _paced(seen: Any, policy: Policy, as_of: datetime | None) -> Select[Any]:
    """Each contact's rhythm and where it comes from, and what was sent to them since."""
    since = (_sends.c.contact_id == seen.c.contact_id) & or_(
        seen.c.last_engaged_at.is_(None), _sends.c.at > seen.c.last_engaged_at
    )
    if as_of is not None:
        since &= _sends.c.at <= as_of
    sent = select(func.count()).select_from(_sends).where(since).correlate(seen).scalar_subquery()
    whole = literal(float(policy.handling_days), Float)
    days = func.coalesce(seen.c.own_days, seen.c.group_days, whole)
    fallback = Basis.HANDLING if policy.basis is Basis.OWN else policy.basis
    basis = case(
        (seen.c.own_days.is_not(None), str(Basis.OWN)),
        (seen.c.group_days.is_not(None), "group"),
        else_=fallback,
    )
    return select(
        seen.c.contact_id,
        seen.c.last_engaged_at,
        seen.c.last_kind,
        (cast(null(), Float) if policy.basis is Basis.FIXED else days).label("gap_days"),
        basis.label("basis"),
        sent.label("sends_since"),
        *(
            _nth(seen, since, n).label(name)
            for name, n in zip(("cooling_send", "dormant_send"), policy.sends, strict=True)
        ),
    )


def _nth(seen: Any, since: ColumnElement[bool], n: int | None) -> ColumnElement[Any]:
    """SQL: when the n-th unanswered message went out; NULL where there are fewer, or none matters."""
    if n is None:
        return cast(null(), UtcDateTime())
    sent = select(_sends.c.at).where(since).order_by(_sends.c.at, _sends.c.key)
    return sent.limit(1).offset(n - 1).correlate(seen).scalar_subquery()


def _bounded(
    row: Any, policy: Policy, multiple: float, fixed: float, send: ColumnElement[Any]
) -> ColumnElement[Any]:
    """SQL: from when on a bound is passed, by days or by unanswered messages, whichever comes first."""
    if policy.basis is Basis.FIXED:
        seconds: ColumnElement[Any] = literal(round(fixed * _DAY), BigInteger)
    else:
        seconds = cast(func.round(row.gap_days * literal(multiple * _DAY, Float)), BigInteger)
    by_days = later(row.last_engaged_at, seconds)
    return case((send < by_days, send), else_=by_days)
