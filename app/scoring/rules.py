"""Facts about one contact -> the score, part by part. Pure, and in whole numbers, so that every database agrees.

The formulas work on numbers and, through `Arithmetic`, on a database's columns: one text for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from app.scoring.card import BAD, BY_THEMSELVES, POINTED, QUINTILES, Card, Fact, Line, Part

UNIT = 4
"""What one fresh fact counts; an older one counts 2, an old one 1."""
MIDDLE = 50
"""Satisfaction that is neither."""
_UNMEASURED = 3
"""The quintile of a buyer while nobody has measured the buyers."""


class Stage(StrEnum):
    """Where the contact stands in the customer's life; the last two are warnings and come before the others."""

    STRANGER = "stranger"
    LEAD = "lead"
    CUSTOMER = "customer"
    REPEAT = "repeat"
    LOYAL = "loyal"
    ADVOCATE = "advocate"
    LOST = "lost"
    AT_RISK = "at_risk"


@dataclass(frozen=True, slots=True)
class Known:
    """One kind of fact about a contact."""

    fact: str
    amount: int
    """How many, each by its age: fresh 4, then 2, old 1."""
    count: int
    newest: datetime
    total: int = 0
    """Money, in whole units of the installation's currency; of `bought_on`, the day since 1970-01-01."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest values of the second to the fifth quintile of each measure; empty: never measured."""

    currency: str = ""
    buyers: int = 0
    values: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def of(self, part: str) -> Sequence[int]:
        return self.values.get(part, ())


@dataclass(frozen=True, slots=True)
class Why:
    """One reason of a part: a kind of fact, how many, the newest, and the points it gave (or took)."""

    fact: str
    count: int
    points: float
    newest: datetime


@dataclass(frozen=True, slots=True)
class Explained:
    """One part of a score; `points` is what it does to the value."""

    part: str
    value: int | None
    weight: int
    points: float
    newest: datetime | None
    reasons: tuple[Why, ...] = ()
    measure: int | None = None
    """What a quintile is of: day of the last purchase, how many, how much money."""


@dataclass(frozen=True, slots=True)
class Score:
    """A score and the parts it is made of."""

    value: int
    stage: Stage
    purchases: int
    spent: int
    last_purchase_day: int | None
    parts: tuple[Explained, ...]

    def part(self, name: str) -> int | None:
        return next(one.value for one in self.parts if one.part == name)


class Arithmetic(Protocol):
    """What the formulas need beyond + - * // and comparisons."""

    def least(self, one: Any, other: Any) -> Any: ...
    def greatest(self, one: Any, other: Any) -> Any: ...
    def when(self, condition: Any, then: Any, otherwise: Any) -> Any: ...
    def known(self, value: Any) -> Any: ...
    def both(self, one: Any, other: Any) -> Any: ...


class Numbers:
    """Arithmetic on numbers; None is unknown."""

    def least(self, one: Any, other: Any) -> Any:
        return min(one, other)

    def greatest(self, one: Any, other: Any) -> Any:
        return max(one, other)

    def when(self, condition: Any, then: Any, otherwise: Any) -> Any:
        return then if condition else otherwise

    def known(self, value: Any) -> Any:
        return value is not None

    def both(self, one: Any, other: Any) -> Any:
        return one and other


def points(amount: Any, line: Line, on: Arithmetic) -> Any:
    """What so much of a fact gives, in quarters of a point."""
    return on.least(line.points * amount, line.at_most * UNIT)


def pointed(part: str, total: Any, on: Arithmetic) -> Any:
    """0-100 of a part whose facts gave `total` quarters of a point."""
    start = MIDDLE * UNIT if part == Part.SATISFACTION else 0
    return on.least(on.greatest(total + start, 0), 100 * UNIT) // UNIT


def quintile(measure: Any, bounds: Sequence[int], on: Arithmetic) -> Any:
    """1-5 by the bounds of the buyers: equal measures are in the same one."""
    if not bounds:
        return _UNMEASURED
    return 1 + sum(on.when(measure >= bound, 1, 0) for bound in bounds)


def quintiles(row: Any, bounds: Bounds, on: Arithmetic) -> dict[str, Any]:
    """The three quintiles of who bought; unknown for who never did, and of what is not known."""
    return {
        str(Part.RECENCY): on.when(
            on.known(row.last_purchase_day), _of(row.last_purchase_day, Part.RECENCY, bounds, on), None
        ),
        str(Part.FREQUENCY): on.when(row.purchases > 0, _of(row.purchases, Part.FREQUENCY, bounds, on), None),
        str(Part.MONETARY): on.when(row.spent > 0, _of(row.spent, Part.MONETARY, bounds, on), None),
    }


def _of(measure: Any, part: Part, bounds: Bounds, on: Arithmetic) -> Any:
    # Without a value there is nothing to compare; the caller leaves such a quintile unknown.
    return quintile(on.when(on.known(measure), measure, 0), bounds.of(part), on)


def effect(part: str, held: Any, weight: int, on: Arithmetic) -> Any:
    """What a part does to the value, in hundredths of a point; what is unknown does nothing."""
    if part in QUINTILES:
        return on.when(on.known(held), on.when(on.known(held), held, 0) * weight * 20, 0)
    if part == Part.SATISFACTION:
        return (on.when(on.known(held), held, MIDDLE) - MIDDLE) * 2 * weight
    return held * -weight if part == Part.RISK else held * weight


def value(parts: Mapping[str, Any], card: Card, on: Arithmetic) -> Any:
    """0-100: what the parts give together."""
    total = sum(effect(part, parts[part], card.weights[part], on) for part in Part)
    return on.least(on.greatest(total, 0), 10_000) // 100


def stage(row: Any, card: Card, today: Any, on: Arithmetic) -> Any:
    """The first that holds. `row` has risk, advocacy, satisfaction, purchases, last_purchase_day, last_sign_day.

    `today` and days are days since 1970-01-01, UTC. A purchase is a sign, also one that only the CRM knows the day of.
    """
    long_ago = today - card.stages["lost_days"]
    content = on.when(on.known(row.satisfaction), row.satisfaction, MIDDLE) >= MIDDLE
    many = row.purchases >= card.stages["loyal_purchases"]
    buyer = on.when(
        on.both(many, content),
        Stage.LOYAL.value,
        on.when(row.purchases > 1, Stage.REPEAT.value, Stage.CUSTOMER.value),
    )
    alive = on.when(
        row.purchases > 0,
        buyer,
        on.when(on.known(row.last_sign_day), Stage.LEAD.value, Stage.STRANGER.value),
    )
    last_sign = on.when(on.known(row.last_sign_day), row.last_sign_day, today)
    quiet = on.when(last_sign < long_ago, Stage.LOST.value, alive)
    spoken = on.when(row.advocacy >= card.stages["advocate"], Stage.ADVOCATE.value, quiet)
    return on.when(row.risk >= card.stages["at_risk"], Stage.AT_RISK.value, spoken)


@dataclass(slots=True)
class _Row:
    """The same names as the columns the database reckons with."""

    purchases: int
    spent: int
    last_purchase_day: int | None
    last_sign_day: int | None
    satisfaction: int | None = None
    advocacy: int = 0
    risk: int = 0


def day_of(at: datetime) -> int:
    """Days since 1970-01-01, UTC."""
    return int(at.astimezone(UTC).timestamp()) // 86_400


def judge(known: Sequence[Known], card: Card, bounds: Bounds, now: datetime) -> Score:
    """The score of a contact of whom this is known, with its reasons."""
    by_fact = {one.fact: one for one in known}
    numbers = Numbers()
    row = _bought(by_fact)
    parts: dict[str, int | None] = {}
    reasons: dict[str, tuple[Why, ...]] = {}
    for part in POINTED:
        reasons[part] = tuple(_reasons(by_fact, card.lines(part), part))
        total = sum(int(why.points * UNIT) for why in reasons[part])
        parts[part] = pointed(part, total, numbers)
    if not reasons[Part.SATISFACTION]:
        parts[Part.SATISFACTION] = None
    row.satisfaction = parts[Part.SATISFACTION]
    row.advocacy, row.risk = int(parts[Part.ADVOCACY] or 0), int(parts[Part.RISK] or 0)
    parts |= quintiles(row, bounds, numbers)
    measures = {
        Part.RECENCY: row.last_purchase_day,
        Part.FREQUENCY: row.purchases,
        Part.MONETARY: row.spent,
    }
    # The CRM's figures have no date of their own: that of the purchases known here says more.
    bought = next((by_fact[fact].newest for fact in _BOUGHT if fact in by_fact), None)
    explained = tuple(
        Explained(
            part=part,
            value=parts[part],
            weight=card.weights[part],
            points=effect(part, parts[part], card.weights[part], numbers) / 100,
            newest=bought if part in QUINTILES else max((why.newest for why in reasons[part]), default=None),
            reasons=reasons.get(part, ()),
            measure=measures.get(part),
        )
        for part in Part
    )
    return Score(
        value=value(parts, card, numbers),
        stage=Stage(stage(row, card, day_of(now), numbers)),
        purchases=row.purchases,
        spent=row.spent,
        last_purchase_day=row.last_purchase_day,
        parts=explained,
    )


_BOUGHT = (Fact.PURCHASES, Fact.ORDERS, Fact.TURNOVER, Fact.BOUGHT_ON)


def _bought(by_fact: Mapping[str, Known]) -> _Row:
    bought, orders, turnover, bought_on = (by_fact.get(fact) for fact in _BOUGHT)
    declared = [bought_on.total] if bought_on else []
    signs = [day_of(one.newest) for one in by_fact.values() if one.fact in BY_THEMSELVES]
    return _Row(
        purchases=max(bought.count if bought else 0, orders.count if orders else 0),
        spent=max(bought.total if bought else 0, turnover.total if turnover else 0),
        last_purchase_day=max(([day_of(bought.newest)] if bought else []) + declared, default=None),
        last_sign_day=max(signs + declared, default=None),
    )


def _reasons(by_fact: Mapping[str, Known], lines: Mapping[str, Line], part: str) -> list[Why]:
    """The facts that speak for or against, the weightiest first."""
    found = []
    for fact, line in lines.items():
        if fact in by_fact:
            one = by_fact[fact]
            given = points(one.amount, line, Numbers()) / UNIT
            against = part != Part.RISK and fact in BAD
            found.append(Why(fact, one.count, -given if against else given, one.newest))
    return sorted(found, key=lambda why: -abs(why.points))
