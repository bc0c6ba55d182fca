"""The rule language once more, in plain Python over plain values: what the SQL must agree with."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from tests.segments.population import AS_OF, Person, last_engaged

ROME = ZoneInfo("Europe/Rome")
TODAY = AS_OF.astimezone(ROME).date()
TIMES = ("before", "after", "between", "within_days", "older_than_days")
ASKS = ("is", "not", "in", "more_than", "at_least", "less_than", "at_most", "between", "known")


def selects(rule: dict[str, Any], person: Person) -> bool:
    return all(_part(key, inner, person) for key, inner in rule.items())


def _part(key: str, inner: Any, person: Person) -> bool:
    if key in ("all", "any"):
        return (all if key == "all" else any)(selects(one, person) for one in inner)
    if key == "not":
        return not selects(inner, person)
    if key == "attributes":
        return all(_asked(list(_items(person["attributes"].get(name))), what) for name, what in inner.items())
    if key == "rating":
        return all(_asked(_trend(person) if name == "trend" else _rated(name, person), what)
                   for name, what in inner.items())  # fmt: skip
    if key in ("did", "did_not"):
        return _did(inner, person) == (key == "did")
    if key == "consent":
        state = (person["consent"] or "unknown").split(" then ")[-1]
        return _asked([state], inner["email"])
    if key == "total":
        return _asked([_total(inner, person)], _asks(inner))
    if key == "value":
        return _asked([_total({}, person)], inner)
    if key == "days_since":
        when = [event["at"] for event in _events(inner, person)]
        return _aged(max(when, default=None), _asks(inner))
    if key == "dormant_for_days":
        last = last_engaged(person) if person["sends"] is not None else None
        return _aged(last and last + timedelta(days=360), inner)
    if key == "journey":
        return _walked(inner, person, None)
    if key == "answered":
        return _answered(inner, person)
    return _asked(_values(key, person), inner)


def _asks(inner: dict[str, Any]) -> dict[str, Any]:
    """What is asked of the figure; two dates are about when it was done."""
    return {
        word: asked
        for word, asked in inner.items()
        if word in ASKS and not (word == "between" and isinstance(asked[0], str))
    }


def _values(key: str, person: Person) -> list[Any]:
    score = person["score"]
    found: dict[str, Any] = {
        "dormancy": _dormancy(person),
        "last_engaged": last_engaged(person),
        "email_domain": person["email"] and person["email"].partition("@")[2],
        "nps_class": next(map(_class, _rated("nps", person)), None),
        "sentiment": next(iter(_last((at, label) for label, at in person["sentiments"])), None),
        "unanswered_sends": person["sends"] or 0,
        "score": score and score[0],
        "score.recency": score and score[1],
        "score.stage": score and score[2],
    }
    if key == "source":
        return list(person["sources"])
    value = found[key] if key in found else person[key]
    return [] if value is None else [value]


def _rated(name: str, person: Person) -> list[Any]:
    return _last((at, value) for kind, value, at in person["ratings"] if kind == name)


def _class(nps: int) -> str:
    return "promoter" if nps > 8 else "passive" if nps > 6 else "detractor"


def _trend(person: Person) -> list[str]:
    """The newest against the mean of the others of the year: by 1 of NPS, or else by half a star."""
    for name, margin in (("nps", 1.0), ("csat", 0.5)):
        dated = [
            (at, number, value) for number, (kind, value, at) in enumerate(person["ratings"]) if kind == name
        ]
        *others, newest = [
            value for at, _, value in sorted(dated) if AS_OF - timedelta(days=365) <= at <= AS_OF
        ] or [0]
        if others:
            moved = newest - sum(others) / len(others)
            return ["steady" if abs(moved) < margin else "improving" if moved > 0 else "declining"]
    return []


def _dormancy(person: Person) -> str:
    last = last_engaged(person)
    if last is None:
        return "never_engaged"
    quiet = AS_OF - last
    return (
        "active" if quiet < timedelta(days=180) else "cooling" if quiet < timedelta(days=360) else "dormant"
    )


def _items(value: Any) -> Iterator[Any]:
    for one in value if isinstance(value, list) else [value]:
        if one is not None:
            yield str(one).lower() if isinstance(one, bool) else one


def _last(dated: Any) -> list[Any]:
    known = [(at, number, value) for number, (at, value) in enumerate(dated) if at <= AS_OF]
    return [max(known)[2]] if known else []


def _asked(values: list[Any], what: Any) -> bool:
    if not isinstance(what, dict):
        what = {"in" if isinstance(what, list) else "is": what}
    return all(_operator(word, asked, values) for word, asked in what.items())


def _operator(word: str, asked: Any, values: list[Any]) -> bool:
    if word == "known":
        return bool(values) == asked
    if word == "not":
        return bool(values) and not any(_same(value, asked) for value in values)
    test: Callable[[Any], bool] = {
        "is": lambda value: _same(value, asked),
        "in": lambda value: _same(value, asked),
        "contains": lambda value: isinstance(value, str) and _fold(str(asked)) in _fold(value),
        "starts_with": lambda value: isinstance(value, str) and _fold(value).startswith(_fold(str(asked))),
        "more_than": lambda value: _number(value) and value > asked,
        "at_least": lambda value: _number(value) and value >= asked,
        "less_than": lambda value: _number(value) and value < asked,
        "at_most": lambda value: _number(value) and value <= asked,
        "between": lambda value: (
            _number(value) and asked[0] <= value <= asked[1]
            if _number(asked[0])
            else _timed(word, asked, value)
        ),
    }.get(word, lambda value: _timed(word, asked, value))
    return any(test(value) for value in values)


def _timed(word: str, asked: Any, value: Any) -> bool:
    if isinstance(value, datetime):
        if word == "within_days":
            return AS_OF - timedelta(days=asked) <= value <= AS_OF
        if word == "older_than_days":
            return value < AS_OF - timedelta(days=asked)
        day = value.astimezone(ROME).date()
    else:
        try:
            day = date.fromisoformat(value[:10]) if value[10:11] in ("", "T", " ") else None
        except (TypeError, ValueError):
            return False
        if day is None:
            return False
    return {
        "within_days": lambda: TODAY - timedelta(days=asked) <= day <= TODAY,
        "older_than_days": lambda: day < TODAY - timedelta(days=asked),
        "before": lambda: day < date.fromisoformat(asked),
        "after": lambda: day > date.fromisoformat(asked),
        "between": lambda: date.fromisoformat(asked[0]) <= day <= date.fromisoformat(asked[1]),
    }[word]()


def _same(value: Any, asked: Any) -> bool:
    if isinstance(asked, list):
        return any(_same(value, one) for one in asked)
    if _number(value) and isinstance(asked, str):
        return f"{value:.15g}" == asked
    if isinstance(value, str):
        said = str(asked).lower() if isinstance(asked, bool) else f"{asked:.15g}" if _number(asked) else asked
        return _fold(value) == _fold(said)
    return bool(value == asked) and _number(asked)


def _number(value: Any) -> bool:
    return not isinstance(value, bool | str | datetime)


def _fold(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


def _events(asked: dict[str, Any], person: Person) -> Iterator[Person]:
    what = asked.get("what")
    kinds = what if isinstance(what, list) else [what]
    for event in person["events"]:
        machine = event["grade"] == "machine_open"
        graded = (
            event["grade"] == asked["graded"]
            if "graded" in asked
            else not machine
            if what
            else event["human"]
        )
        times = {
            word: asked[word]
            for word in TIMES
            if word in asked and not (word == "between" and _number(asked[word][0]))
        }
        if (
            event["at"] <= AS_OF
            and graded
            and (not what or event["kind"] in kinds)
            and all(
                _asked([_plain(event[name])] if event[name] is not None else [], asked[name])
                for name in ("amount", "currency", "detail", "source")
                if name in asked
            )
            and _asked([event["at"]], times)
        ):
            yield event


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _did(asked: Any, person: Person) -> bool:
    asked = asked if isinstance(asked, dict) else {"what": asked}
    often = len(list(_events(asked, person)))
    return often > 0 and _asked([often], asked.get("times", {}))


def _total(asked: dict[str, Any], person: Person) -> Any:
    paid = [e for e in _events({"what": "purchase"} | asked, person) if e["amount"] is not None]
    paid.sort(key=lambda event: event["currency"] or "")
    sums = [sum(e["amount"] for e in group) for _, group in groupby(paid, lambda event: event["currency"])]
    return float(max(sums, default=0))


def _aged(at: datetime | None, asked: dict[str, Any]) -> bool:
    if at is None:
        return asked == {"known": False}
    quiet = AS_OF - at
    compared = {
        "known": lambda known: known,
        "more_than": lambda days: quiet > timedelta(days=days),
        "at_least": lambda days: quiet >= timedelta(days=days),
        "less_than": lambda days: quiet < timedelta(days=days),
        "at_most": lambda days: quiet <= timedelta(days=days),
    }
    return all(compared[word](days) for word, days in asked.items())


def _walked(steps: list[dict[str, Any]], person: Person, before: datetime | None) -> bool:
    if not steps:
        return True
    step, *rest = steps
    asked = {key: value for key, value in step.items() if key != "within_days"} if before else step
    for event in _events(asked, person):
        soon = (
            not before
            or "within_days" not in step
            or event["at"] <= before + timedelta(days=step["within_days"])
        )
        if (before is None or event["at"] > before) and soon and _walked(rest, person, event["at"]):
            return True
    return False


def _answered(asked: dict[str, Any], person: Person) -> bool:
    found = _last(
        (at, (value, at))
        for slug, question, value, at in person["answers"]
        if asked.get("survey", slug) == slug and asked.get("question", question) == question
    )
    if not found:
        return False
    ((value, at),) = found
    if "value" in asked and not _asked(list(_items(value)), asked["value"]):
        return False
    return _asked([at], {word: asked[word] for word in TIMES if word in asked})
