"""What the schema of a wave file cannot say: how its parts must fit together. Pure."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from app.waves.notation import clock, duration
from app.waves.windows import within

Place = tuple[str | int, ...]
Oddity = tuple[Place, str]
"""Where in the document, and what is wrong there with how to mend it."""
Source = Mapping[str, Any]
SOONEST_STALE = timedelta(minutes=10)


def oddities(source: Source) -> list[Oddity]:
    """All that does not fit. A part that the schema refuses is left to it, the others are still looked at."""
    found: list[Oddity] = []
    for look in _CHECKS:
        with suppress(KeyError, TypeError, ValueError, AttributeError, IndexError):
            found.extend(look(source))
    return found


def _steps(source: Source) -> Iterator[Oddity]:
    names: list[str] = []
    before = timedelta(-1)
    for number, step in enumerate(source["steps"]):
        after = duration(step.get("after", "0 seconds"))
        if step["name"] in names:
            yield ("steps", number), f"two steps are called {step['name']!r}: give each its own name"
        if number and after <= before:
            yield ("steps", number), "`after` counts from the launch and must grow from step to step"
        if number and step.get("only") != "no_answer":
            yield (
                ("steps", number),
                "a later step writes only to those who were silent: add `only: no_answer`",
            )
        names.append(step["name"])
        before = after


def _shares(source: Source) -> Iterator[Oddity]:
    variants = source.get("variants", [])
    total = sum(variant["share"] for variant in variants)
    if variants and total != 100:
        yield ("variants",), f"the shares of the variants sum to {total}: make them sum to 100"


def _variants(source: Source) -> Iterator[Oddity]:
    variants = source.get("variants", [])
    steps = {step["name"]: step for step in source["steps"]}
    for number, variant in enumerate(variants):
        here, name = ("variants", number), variant["name"]
        if name in [other["name"] for other in variants[:number]]:
            yield here, f"two variants are called {name!r}: give each its own name"
        step = variant.get("step", source["steps"][0]["name"])
        if step not in steps:
            yield (*here, "step"), f"there is no step {step!r}: choose one of {', '.join(steps)}"
        elif ("subject" in variant or "email" in variant) and "email" not in _channels(source, variant, step):
            yield here, "it changes an email, and none is sent: add `email` to its `channels`"


def _channels(source: Source, variant: Source, name: str) -> list[str]:
    """On which channels a step is sent, as this variant has it."""
    channels = ["email", "sms"]
    for step in source["steps"]:
        channels = step.get("channels", channels)
        if step["name"] == name:
            break
    return list(variant.get("channels", channels))


def _hours(source: Source) -> Iterator[Oddity]:
    window = source.get("window", {})
    opens, closes = clock(window.get("from", "09:00")), clock(window.get("to", "19:00"))
    given: list[tuple[Place, Any]] = [(("at",), source.get("at"))]
    for number, variant in enumerate(source.get("variants", [])):
        given.append((("variants", number, "at"), variant.get("at")))
    for place, at in given:
        if at in (None, "learnt") or within(clock(at), opens, closes):
            continue
        hours = f"{window.get('from', '09:00')} to {window.get('to', '19:00')}"
        yield place, f"`at` {at} lies outside the window, {hours}: move it, or widen `window`"


def _spans(source: Source) -> Iterator[Oddity]:
    if not duration(source.get("cap", {}).get("within", "1 day")):
        yield ("cap", "within"), "`within` must be longer than nothing: write for instance 30 days"
    if duration(source.get("stale_after", "6 hours")) < SOONEST_STALE:
        yield ("stale_after",), "every step would be asked about: give at least 10 minutes"


def _until(source: Source) -> Iterator[Oddity]:
    until = source.get("repeat", {}).get("until")
    try:
        date.fromisoformat(until or "2000-01-01")
    except ValueError:
        yield ("repeat", "until"), f"{until!r} is no day of the calendar: write one like 2027-06-30"


def _trigger(source: Source) -> Iterator[Oddity]:
    if "trigger" not in source:
        return
    trigger = source["trigger"]
    for name in ("repeat", "spread"):
        if name in source:
            yield (name,), f"people enter an automation one by one: remove `{name}`, or `trigger`"
    if "did" not in trigger and "quiet_for" not in trigger:
        yield ("trigger",), "what lets people enter is missing: add `did`, or `quiet_for`"
    if not duration(trigger.get("within", "3 days")):
        yield ("trigger", "within"), "nobody could enter: write for instance 3 days"
    if "again_after" in trigger:
        last = duration(source["steps"][-1].get("after", "0 seconds"))
        course = duration(trigger.get("wait", "0 seconds")) + last
        course += duration(source.get("answers_until", "7 days"))
        if duration(trigger["again_after"]) < course:
            days = -(-course // timedelta(days=1))
            yield (
                ("trigger", "again_after"),
                f"their first time is not over then (wait, steps and answers_until): give at least {days} days",
            )


_CHECKS: tuple[Callable[[Source], Iterator[Oddity]], ...] = (
    _steps,
    _shares,
    _variants,
    _hours,
    _spans,
    _until,
    _trigger,
)
