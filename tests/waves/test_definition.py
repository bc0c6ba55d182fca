"""A wave file: what is not given, what variants change, and a bad one told whole, each fault with its line and mend."""

import json
import re
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.channels.base import Channel
from app.waves.definition import SCHEMA, BadWave, Definition, Every, parse

ROOT = Path(__file__).parents[2]
SHORT = """\
name: Autunno
survey: riattivazione
segment: {dormancy: dormant}
steps:
  - name: invite
"""
LONG = (ROOT / "docs/examples/wave-full.yaml").read_text(encoding="utf-8")


def read(text: str) -> Definition:
    return parse(text, "onda.yaml")


def faults(text: str) -> list[str]:
    with pytest.raises(BadWave) as bad:
        read(text)
    return [str(problem).removeprefix("onda.yaml:") for problem in bad.value.problems]


def test_what_is_not_given() -> None:
    wave = read(SHORT)
    assert wave.steps[0].channels == (Channel.EMAIL, Channel.SMS)
    assert (wave.opens, wave.closes, wave.days) == (time(9), time(19), frozenset(range(7)))
    assert (wave.control, wave.rest, wave.spread) == (10, timedelta(0), timedelta(0))
    assert (wave.variants, wave.cap, wave.budget, wave.repeat, wave.at) == ((), None, None, None, None)
    assert not wave.skip_holidays
    assert not wave.opens_tracked
    assert set(wave.pace.__getstate__()) == {None}  # type: ignore[attr-defined]
    assert (wave.brakes.negative, wave.stale_after) == (30, timedelta(hours=6))
    assert wave.open_for == timedelta(days=7)


def test_everything_given() -> None:
    wave = read(LONG)
    assert [step.channels for step in wave.steps] == [
        (Channel.EMAIL, Channel.SMS),
        (Channel.EMAIL, Channel.SMS),
        (Channel.EMAIL,),
    ]
    assert (wave.days, wave.skip_holidays, wave.at) == (frozenset(range(5)), True, time(10, 30))
    assert (wave.pace.per_second, wave.pace.domain_per_hour) == (5, 500)
    assert wave.cap is not None
    assert (wave.cap.messages, wave.cap.within) == (4, timedelta(days=30))
    assert wave.budget is not None
    assert (wave.budget.amount, wave.budget.currency) == (Decimal("200.00"), "EUR")
    assert wave.repeat is not None
    assert (wave.repeat.every, wave.repeat.at, wave.repeat.until) == (
        Every.QUARTER,
        time(9),
        date(2030, 6, 30),
    )
    assert wave.open_for == timedelta(days=7 + 10 + 2 + 7), (
        "five working days lie in a week, a step may wait two"
    )


def test_a_variant_changes_its_own_step_only() -> None:
    wave = read(LONG)
    plain, other = wave.variants
    assert wave.step(0, plain) == wave.step(0) == wave.steps[0]
    step = wave.step(0, other)
    assert (step.channels, step.words, step.at) == ((Channel.SMS, Channel.EMAIL), "last_call", time(18))
    assert step.subject["it"].startswith("Ci")
    assert wave.step(1, other) == wave.steps[1]
    assert wave.steps[1].at == time(10, 30), "what no variant changes is as the wave has it"


def test_the_same_words_laid_out_otherwise_are_the_same_file() -> None:
    same = "# another day\n" + SHORT.replace("{dormancy: dormant}", '\n  dormancy: "dormant"')
    assert read(same).fingerprint == read(SHORT).fingerprint
    assert read(SHORT.replace("Autunno", "Inverno")).fingerprint != read(SHORT).fingerprint


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("variants: [{name: a, share: 50}, {name: b, share: 40}]",
         "6: the shares of the variants sum to 90: make them sum to 100"),
        ("variants: [{name: a, share: 50}, {name: a, share: 50}]",
         "6: two variants are called 'a': give each its own name"),
        ("variants: [{name: a, share: 50}, {name: b, share: 50, step: last}]",
         "6: there is no step 'last': choose one of invite"),
        ("variants: [{name: a, share: 50}, {name: b, share: 50, channels: [sms], subject: {it: Ciao}}]",
         "6: it changes an email, and none is sent: add `email` to its `channels`"),
        ('variants: [{name: a, share: 50}, {name: b, share: 50, at: "20:00"}]',
         "6: `at` 20:00 lies outside the window, 09:00 to 19:00: move it, or widen `window`"),
        ('at: "19:00"', "6: `at` 19:00 lies outside the window, 09:00 to 19:00: move it, or widen `window`"),
        ("at: late", "6: at: 'late' will not do: write an hour of the contact's day in quotes, "
         'like "10:30", or learnt'),
        ("window: {days: [mon, mond]}",
         "6: window.days[2]: 'mond' will not do; choose one of mon, tue, wed, thu, fri, sat, sun"),
        ('window: {from: "10:00"}', "6: window: `from` and `to` belong together: give both"),
        ("window: {holidays: no}", "6: window.holidays: 'no' will not do; choose one of send, skip"),
        ("spread: 2 weeks", "6: spread: '2 weeks' will not do: write a number of days up to 60, like 5 days: "
         "so many equal parts are invited, one a day"),
        ("cap: {messages: 4}", "6: cap: `within` is missing: add it"),
        ("cap: {messages: 4, within: 0 days}",
         "6: `within` must be longer than nothing: write for instance 30 days"),
        ("budget: {amount: 20 euro, currency: EUR}",
         "6: budget.amount: '20 euro' will not do: write an amount like \"200.00\", without the currency"),
        ("budget: {amount: 0, currency: EUR}", "6: budget.amount: 0 will not do: it must be more than 0"),
        ("pace: {per_hours: 4}", "6: pace: `per_hours` is not known here; did you mean `per_hour`?"),
        ("repeat: {every: day}", "6: repeat.every: 'day' will not do; choose one of week, month, quarter"),
        ("repeat: {every: week, until: 2027-02-30}",
         "6: '2027-02-30' is no day of the calendar: write one like 2027-06-30"),
        ("stale_after: 1 minute", "6: every step would be asked about: give at least 10 minutes"),
        ("trigger: {wait: 2 days}", "6: what lets people enter is missing: add `did`, or `quiet_for`"),
        ("trigger: {did: {what: page_view, page: prezzi}}",
         "6: did.page: 'prezzi' is no page. Write its path, with * for anything: /prezzi*."),
        ("trigger: {did: {what: login, times: 3}}",
         "6: people enter by one thing they do: ask for `times` in `segment`"),
        ("trigger: {did: login, unless: {dormancy: asleep}}",
         "6: unless: dormancy: 'asleep' is no value of this field. Known here: active, cooling, dormant, "
         "never_engaged."),
        ("trigger: {quiet_for: 60 days, again_after: 6 days}",
         "6: their first time is not over then (wait, steps and answers_until): give at least 7 days"),
        ("trigger: {quiet_for: 2 hours}",
         "6: trigger.quiet_for: '2 hours' will not do: write a number of days or weeks, like 60 days"),
        ("trigger: {did: login}\nspread: 3 days",
         "7: people enter an automation one by one: remove `spread`, or `trigger`"),
        ("opens: no", "6: opens: must be true or false; put a text in quotes when it looks like a number"),
    ],
    ids=lambda given: re.sub(r"\W+", " ", str(given))[:40],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_how_to_mend_it(line: str, fault: str) -> None:
    assert faults(SHORT + line + "\n") == [fault]


def test_every_fault_at_once() -> None:
    text = SHORT.replace("dormant}", "asleep}") + (
        "  - name: invite\n"
        "rest: 2 mesi\n"
        "variants: [{name: a, share: 50}, {name: b, share: 51, step: last}]\n"
        'window: {from: "22:00", to: "06:00"}\n'
        'at: "12:00"\n'
        "repeat: {every: month, until: 2027-06-31}\n"
        "colour: blue\n"
    )
    told = faults(text)
    assert [int(fault.split(":")[0]) for fault in told] == [3, 6, 6, 6, 7, 8, 8, 10, 11, 12]
    assert "two steps are called 'invite'" in " ".join(told)


def test_the_schema_is_one_and_every_key_is_explained() -> None:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    page = (ROOT / "docs/waves.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert listed == set(schema["properties"])
    missing = {key for key in schema["properties"] if f"\n{key}:" not in LONG}
    assert missing == {"trigger"}, "wave-full.yaml has all but what goes without `repeat`"
