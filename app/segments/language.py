"""The rule language: `all`, `any` and `not` around fields, nested as deep as people can follow, compiled to SQL."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from app.segments.fields import Scope, compile_named
from app.segments.problems import BadRule, Place, Wrong, mapping, wrong

DEEPEST = 12
MOST_CONDITIONS = 200
_GROUPS = ("all", "any")


def compile_rule(rule: Any, scope: Scope) -> ColumnElement[bool]:
    """The rule as a condition on `contacts` that is never null; raises BadRule with everything that is wrong."""
    if sum(1 for _ in _conditions(rule)) > MOST_CONDITIONS:
        wrong((), "the rule is too long", f"At most {MOST_CONDITIONS} conditions.")
    return _rule(rule, scope, ())


def put_in(rule: Any, look_up: Callable[[Any, Place], Any], place: Place = ()) -> Any:
    """The rule with what `look_up` gives in place of the name of every saved segment."""
    if isinstance(rule, list):
        return [put_in(one, look_up, (*place, number)) for number, one in enumerate(rule)]
    if not isinstance(rule, Mapping):
        return rule
    whole = dict(rule)
    for key, inner in rule.items():
        if key in (*_GROUPS, "not"):
            whole[key] = put_in(inner, look_up, (*place, key))
        elif key == "segment" and isinstance(inner, list):  # any of them
            whole[key] = {"any": [look_up(one, (*place, key, n)) for n, one in enumerate(inner)]}
        elif key == "segment" and not isinstance(inner, Mapping):
            whole[key] = look_up(inner, (*place, key))
    return whole


def _rule(rule: Any, scope: Scope, place: Place) -> ColumnElement[bool]:
    """Everything in a mapping must hold."""
    if len(place) > 2 * DEEPEST:
        wrong(place, f"groups stand in each other more than {DEEPEST} deep")
    given = mapping(rule, place, "fields of contacts, or `all`, `any`, `not`")
    return and_(*_each([(key, inner, (*place, key)) for key, inner in given.items()], scope))


def _each(parts: list[tuple[str, Any, Place]], scope: Scope) -> list[ColumnElement[bool]]:
    made: list[ColumnElement[bool]] = []
    wrongs: list[Wrong] = []
    for key, inner, place in parts:
        try:
            made.append(_part(key, inner, scope, place))
        except BadRule as bad:
            wrongs += bad.wrongs
    if wrongs:
        raise BadRule(wrongs)
    return made


def _part(key: str, inner: Any, scope: Scope, place: Place) -> ColumnElement[bool]:
    if key in _GROUPS:
        return (and_ if key == "all" else or_)(*_each(_members(inner, place), scope))
    if key == "not":
        # Everybody whom the inner rule does not select, those of whom nothing is known among them.
        return not_(_rule(inner, scope, place))
    if key == "segment" and isinstance(inner, dict):  # looked up already
        return _rule(inner, scope, place)
    if key == "":  # an item of a list
        return _rule(inner, scope, place)
    return compile_named(key, inner, scope, place)


def _members(inner: Any, place: Place) -> list[tuple[str, Any, Place]]:
    """What a group holds: a list of rules, or a mapping whose entries are one rule each."""
    if isinstance(inner, list) and inner:
        return [("", rule, (*place, number)) for number, rule in enumerate(inner)]
    given = mapping(inner, place, "a list of rules")
    return [(key, rule, (*place, key)) for key, rule in given.items()]


def _conditions(rule: Any) -> Iterator[None]:
    """One for each field asked about, without looking whether it is known."""
    waiting = [rule]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            for key, inner in part.items():
                if key in (*_GROUPS, "not", "segment"):
                    waiting.append(inner)
                else:
                    yield from (
                        None for _ in (inner if key == "attributes" and isinstance(inner, dict) else "1")
                    )
