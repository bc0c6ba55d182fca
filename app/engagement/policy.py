"""When quiet becomes cooling and dormant: the rules a company sets, read from a file and checked. Pure."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from app.engagement.models import Kind
from app.errors import BadInput

HUMAN_KINDS = frozenset(Kind) - {Kind.BOUNCE, Kind.UNSUBSCRIBE, Kind.COMPLAINT, Kind.SENT}
"""Kinds that can be a sign of life; what a machine did of them never is."""


class Basis(StrEnum):
    """Where the rhythm comes from whose multiples are the bounds."""

    HANDLING = "handling"
    """Days a contact takes to be handled, as the company says."""
    MEASURED = "measured"
    """The usual days between signs of life, measured from the data when the policy was set."""
    OWN = "own"
    """Each contact's own median days between signs of life; the handling time where too few are known."""
    FIXED = "fixed"
    """Days for cooling and for dormant, with no rhythm behind them."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A dormancy policy. All lengths are days; `cooling` and `dormant` multiply the rhythm."""

    basis: Basis = Basis.HANDLING
    handling_days: float = 90
    cooling: float = 2
    dormant: float = 4
    attribute: str = ""
    """The attribute of a contact (their sector) by which the rhythm differs."""
    groups: tuple[tuple[str, float], ...] = ()
    """(value of that attribute, days): the rhythm of a group."""
    own_gaps: int = 3
    own_floor: float = 14
    own_ceiling: float = 365
    fixed_cooling: float = 180
    fixed_dormant: float = 360
    signals: frozenset[Kind] = HUMAN_KINDS
    unanswered_cooling: int | None = None
    """So many messages since the last sign of life make a contact cooling, whatever the days."""
    unanswered_dormant: int | None = None
    pairs: int | None = None
    """For a measured rhythm: on how many gaps between two signs of life it rests."""

    @property
    def sends(self) -> tuple[int | None, int | None]:
        """After how many unanswered messages a contact is cooling, and dormant: never dormant before cooling."""
        given = [n for n in (self.unanswered_cooling, self.unanswered_dormant) if n]
        return (min(given), self.unanswered_dormant) if given else (None, None)


DEFAULT = Policy()
_TOP = ("basis", "handling_days", "cooling", "dormant", "overrides", "own", "fixed", "signals", "unanswered",
        "measured")  # fmt: skip
_PARTS = {
    "overrides": ("attribute", "values"),
    "own": ("gaps", "floor_days", "ceiling_days"),
    "fixed": ("cooling_days", "dormant_days"),
    "unanswered": ("cooling", "dormant"),
    "measured": ("pairs",),
}
_MOST_DAYS = 3_650


def read(document: object, *, where: str = "policy") -> Policy:
    """A policy from its YAML or JSON form; what is left out is as in `DEFAULT`. Raises BadInput naming the key."""
    given = _mapping(document, where, _TOP)
    parts = {name: _mapping(given.get(name) or {}, f"{where}.{name}", keys) for name, keys in _PARTS.items()}
    policy = Policy(
        basis=Basis(_one_of(given.get("basis", DEFAULT.basis), [*Basis], f"{where}.basis")),
        handling_days=_days(given, "handling_days", DEFAULT.handling_days, where),
        cooling=_times(given, "cooling", DEFAULT.cooling, where),
        dormant=_times(given, "dormant", DEFAULT.dormant, where),
        attribute=str(parts["overrides"].get("attribute") or ""),
        groups=_groups(parts["overrides"], f"{where}.overrides"),
        own_gaps=_whole(parts["own"], "gaps", DEFAULT.own_gaps, f"{where}.own") or DEFAULT.own_gaps,
        own_floor=_days(parts["own"], "floor_days", DEFAULT.own_floor, f"{where}.own"),
        own_ceiling=_days(parts["own"], "ceiling_days", DEFAULT.own_ceiling, f"{where}.own"),
        fixed_cooling=_days(parts["fixed"], "cooling_days", DEFAULT.fixed_cooling, f"{where}.fixed"),
        fixed_dormant=_days(parts["fixed"], "dormant_days", DEFAULT.fixed_dormant, f"{where}.fixed"),
        signals=_signals(given.get("signals"), f"{where}.signals"),
        unanswered_cooling=_whole(parts["unanswered"], "cooling", None, f"{where}.unanswered"),
        unanswered_dormant=_whole(parts["unanswered"], "dormant", None, f"{where}.unanswered"),
        pairs=_whole(parts["measured"], "pairs", None, f"{where}.measured"),
    )
    _in_order(policy, where)
    return policy


def document(policy: Policy) -> dict[str, Any]:
    """The JSON form that `read` understands; every value written out."""
    return {
        "basis": str(policy.basis),
        "handling_days": policy.handling_days,
        "cooling": policy.cooling,
        "dormant": policy.dormant,
        "overrides": {"attribute": policy.attribute, "values": dict(policy.groups)}
        if policy.attribute
        else {},
        "own": {
            "gaps": policy.own_gaps,
            "floor_days": policy.own_floor,
            "ceiling_days": policy.own_ceiling,
        },
        "fixed": {"cooling_days": policy.fixed_cooling, "dormant_days": policy.fixed_dormant},
        "signals": sorted(policy.signals),
        "unanswered": {"cooling": policy.unanswered_cooling, "dormant": policy.unanswered_dormant},
        "measured": {"pairs": policy.pairs},
    }


def measured(policy: Policy, days: float | None, pairs: int, groups: Mapping[str, float]) -> Policy:
    """The policy with what was measured in place of what was said; `days` None: too little to measure."""
    said = dict(policy.groups) | dict(groups)
    return replace(
        policy,
        handling_days=days or policy.handling_days,
        groups=tuple(sorted(said.items())),
        pairs=pairs,
    )


def _mapping(value: object, where: str, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadInput("this must be a mapping of names to values", where=where, mend=_known(known))
    for name in value:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            hint = f"Did you mean {near[0]!r}?" if near else _known(known)
            raise BadInput(f"unknown key {name!r}", where=where, mend=hint)
    return value


def _known(names: tuple[str, ...] | list[str]) -> str:
    return f"Known here: {', '.join(names)}."


def _one_of(value: object, known: list[Any], where: str) -> str:
    if value not in known:
        raise BadInput(
            f"{value!r} is not known here", where=where, mend=_known([str(name) for name in known])
        )
    return str(value)


def _number(value: object, where: str, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise BadInput(f"{value!r} must be a number above 0 and at most {most:g}", where=where)
    return value


def _days(given: Mapping[str, Any], name: str, default: float, where: str) -> float:
    value = given.get(name)
    return default if value is None else _number(value, f"{where}.{name}", _MOST_DAYS)


def _times(given: Mapping[str, Any], name: str, default: float, where: str) -> float:
    value = given.get(name)
    return default if value is None else _number(value, f"{where}.{name}", 100)


def _whole(given: Mapping[str, Any], name: str, default: int | None, where: str) -> int | None:
    value = given.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**9:
        raise BadInput(f"{value!r} must be a whole number above 0", where=f"{where}.{name}")
    return value


def _groups(given: Mapping[str, Any], where: str) -> tuple[tuple[str, float], ...]:
    values = given.get("values") or {}
    if not isinstance(values, dict):
        raise BadInput("this must list `value: days`", where=f"{where}.values")
    if values and not given.get("attribute"):
        raise BadInput("which attribute the values are of is missing", where=f"{where}.attribute")
    return tuple(
        sorted(
            (str(value), _number(days, f"{where}.values.{value}", _MOST_DAYS))
            for value, days in values.items()
        )
    )


def _signals(value: object, where: str) -> frozenset[Kind]:
    if value is None:
        return HUMAN_KINDS
    if not isinstance(value, list) or not value:
        raise BadInput("this must be a list of kinds", where=where, mend=_known(sorted(HUMAN_KINDS)))
    return frozenset(Kind(_one_of(kind, sorted(HUMAN_KINDS), where)) for kind in value)


def _in_order(policy: Policy, where: str) -> None:
    pairs = (
        (policy.cooling, policy.dormant, "dormant", "cooling"),
        (policy.fixed_cooling, policy.fixed_dormant, "fixed.dormant_days", "fixed.cooling_days"),
        (policy.own_floor, policy.own_ceiling, "own.ceiling_days", "own.floor_days"),
    )
    for low, high, name, other in pairs:
        if high < low:
            raise BadInput(f"{high:g} is less than {other}, {low:g}", where=f"{where}.{name}")
    first, last = policy.unanswered_cooling, policy.unanswered_dormant
    if first and last and last < first:
        raise BadInput(
            f"{last} is less than unanswered.cooling, {first}", where=f"{where}.unanswered.dormant"
        )
