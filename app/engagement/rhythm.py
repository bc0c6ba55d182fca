"""The days between one sign of life and the next: of each contact, and of a whole group."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, Text, case, cast, func, literal, null, or_, select, true
from sqlalchemy.sql.selectable import Subquery

from app.contacts.models import Contact
from app.db import Session, table_of
from app.engagement.models import Interaction, Kind
from app.engagement.moments import day_number
from app.engagement.policy import HUMAN_KINDS, Basis, Policy, measured

_contacts, _interactions = table_of(Contact), table_of(Interaction)
LEAST_PAIRS = 100
"""Fewer gaps than this between signs of life say nothing about a group."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the data say of one group: the median over its contacts of each contact's own median gap."""

    group: str | None
    """The attribute's value; None: everybody."""
    days: float
    contacts: int
    pairs: int
    """Gaps it rests on; below `LEAST_PAIRS` it is not used."""


def own(signs: ColumnElement[bool], *, of_contact: bool = False) -> Subquery:
    """contact_id, days, gaps: the median number of days between days with a sign of life, of each contact.

    `signs` says which interactions count; several on one UTC day are one. With `of_contact` only of the contact
    of the enclosing select.
    """
    days = (
        select(_interactions.c.contact_id, day_number(_interactions.c.at).label("day"))
        .where(signs)
        .distinct()
    )
    if of_contact:
        days = days.where(_interactions.c.contact_id == _contacts.c.id).correlate(_contacts)
    day = days.subquery().c
    before = func.lag(day.day).over(partition_by=day.contact_id, order_by=day.day)
    gap = select(day.contact_id, (day.day - before).label("gap")).subquery().c
    known = select(gap.contact_id, gap.gap).where(gap.gap.is_not(None)).subquery().c
    return _median(known.contact_id, known.gap, "contact_id")


def counted(signals: Collection[Kind], as_of: datetime | None = None) -> ColumnElement[bool]:
    """SQL: an interaction that is a contact's own sign of life, of a kind that counts, up to a time."""
    said: ColumnElement[bool] = _interactions.c.human == true()
    if frozenset(signals) != HUMAN_KINDS:
        said &= _interactions.c.kind.in_(sorted(signals))
    return said if as_of is None else said & (_interactions.c.at <= as_of)


def measure(db: Session, policy: Policy, as_of: datetime) -> list[Measured]:
    """The usual rhythm of everybody (the first line) and of each value of the policy's attribute."""
    each = own(counted(policy.signals, as_of))
    lines = [_measured(db, select(cast(null(), Text).label("part"), each.c.days, each.c.gaps))]
    if policy.attribute:
        part = group_of(policy.attribute).label("part")
        grouped = select(part, each.c.days, each.c.gaps).join(_contacts, _contacts.c.id == each.c.contact_id)
        lines.append(_measured(db, grouped.where(part.is_not(None))))
    return [line for found in lines for line in found]


def settled(db: Session, policy: Policy, as_of: datetime) -> Policy:
    """The policy with a measured rhythm written into it, so that it means the same tomorrow."""
    if policy.basis is not Basis.MEASURED:
        return replace(policy, pairs=None)
    found = measure(db, policy, as_of)
    whole = next((line for line in found if line.group is None), None)
    groups = {line.group: line.days for line in found if line.group and line.pairs >= LEAST_PAIRS}
    days = whole.days if whole and whole.pairs >= LEAST_PAIRS else None
    return measured(policy, days, whole.pairs if whole else 0, groups)


def days_of(policy: Policy) -> ColumnElement[Any]:
    """SQL over contacts: the rhythm of a contact's group in days, NULL where the policy has none for it."""
    if not policy.groups or policy.basis is Basis.FIXED:
        return cast(null(), Float)
    return case(
        {value: literal(float(days), Float) for value, days in policy.groups},
        value=group_of(policy.attribute),
        else_=cast(null(), Float),
    )


def own_days(policy: Policy, as_of: datetime | None) -> ColumnElement[Any]:
    """SQL over contacts: their own rhythm in days between floor and ceiling, NULL where too few gaps are known."""
    if policy.basis is not Basis.OWN:
        return cast(null(), Float)
    found = own(counted(policy.signals, as_of), of_contact=True).c
    floor, ceiling = (literal(float(days), Float) for days in (policy.own_floor, policy.own_ceiling))
    days = case((found.days < floor, floor), (found.days > ceiling, ceiling), else_=found.days)
    return select(days).where(found.gaps >= policy.own_gaps).scalar_subquery()


def group_of(attribute: str) -> ColumnElement[Any]:
    """SQL: a contact's value of an attribute, as text."""
    return _contacts.c.attributes[attribute].as_string()  # type: ignore[no-any-return]


def _median(part: ColumnElement[Any], value: ColumnElement[Any], name: str) -> Subquery:
    """`name`, days, gaps: the median of `value` in each `part`; of two in the middle their mean."""
    place = func.row_number().over(partition_by=part, order_by=value)
    ranked = select(
        part.label("part"),
        value.label("value"),
        place.label("place"),
        func.count().over(partition_by=part).label("size"),
    ).subquery()
    middle = or_(*(ranked.c.place * 2 == ranked.c.size + more for more in (0, 1, 2)))
    return (
        select(
            ranked.c.part.label(name),
            func.avg(cast(ranked.c.value, Float)).label("days"),
            func.max(ranked.c.size).label("gaps"),
        )
        .where(middle)
        .group_by(ranked.c.part)
        .subquery()
    )


def _measured(db: Session, each: Select[Any]) -> list[Measured]:
    source = each.subquery()
    medians = _median(source.c.part, source.c.days, "part")
    sums = select(source.c.part, func.sum(source.c.gaps).label("pairs")).group_by(source.c.part).subquery()
    same = medians.c.part.is_not_distinct_from(sums.c.part)
    rows = db.execute(
        select(medians.c.part, medians.c.days, medians.c.gaps, sums.c.pairs)
        .join(sums, same)
        .order_by(sums.c.pairs.desc())
        .limit(1_000)
    )
    return [Measured(part, float(days), int(n), int(pairs)) for part, days, n, pairs in rows]
