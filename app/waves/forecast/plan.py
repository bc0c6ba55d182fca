"""What a launch would do, before anything is done: whom it reaches, what it costs, how long it takes, what is odd."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.channels.base import Channel
from app.db import Session, new_id
from app.errors import BadInput
from app.runtime import Runtime
from app.surveys.survey import Survey
from app.waves import costs, launch
from app.waves.costs import CountryCost, Prices
from app.waves.definition import Definition, Trigger
from app.waves.forecast import concerns, previews
from app.waves.forecast.concerns import Concern
from app.waves.forecast.expected import Expected, expected
from app.waves.forecast.previews import Preview, Size
from app.waves.forecast.rehearsal import Example, Rehearsal, Rehearser
from app.waves.forecast.schedule import PlannedStep, schedule
from app.waves.models import Arm

ASK_ABOVE = 1_000
"""Selected contacts above which a launch asks to type their number."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it; `complete` is false where there was not time for the whole audience."""

    wave_id: str
    """Launched under this id, variants and days fall as they were counted."""
    name: str
    survey: str
    trigger: Trigger | None
    """Of an automation: then the figures are of who would have entered in the last 30 days."""
    planned_at: datetime
    complete: bool
    selected: int
    treated: int
    control: int
    waiting: int
    left_out: Mapping[str, int]
    named: Mapping[str, Sequence[tuple[str, str]]]
    """Reason -> (contact id, name) of the first few."""
    steps: Sequence[PlannedStep]
    texts: Sequence[CountryCost]
    cost_first: Decimal
    cost: Decimal
    currency: str
    prices_as_of: str
    prices_own: bool
    sizes: Sequence[Size]
    expected: Sequence[Expected]
    previews: Sequence[Preview]
    concerns: Sequence[Concern]

    @property
    def refused(self) -> bool:
        return any(one.stops for one in self.concerns)


def plan(
    db: Session,
    rt: Runtime,
    definition: Definition,
    *,
    now: datetime,
    seconds: float | None = None,
    wave_id: str | None = None,
) -> Plan:
    """Look at the whole audience, or for so many seconds at its beginning; raises BadInput (no such survey, a bad
    segment). Nothing is written or locked.
    """
    survey = launch.survey_of(rt, definition)
    rehearser = Rehearser(db, rt, definition, survey, wave_id or new_id(), now)
    found = rehearser.run(seconds)
    # An email that the survey lacks is told by the refusal.
    examples = [one for one in found.examples.values() if _has_words(survey, definition, one)]
    chosen = previews.choose(examples)
    sizes = previews.sizes(rt, survey, definition, examples)
    prices, unpriced = _prices(rt, definition)
    lines = costs.by_country(_parts(found), prices)
    first = costs.total(costs.by_country(_parts(found, only_first=True), prices))
    steps = schedule(found, definition, rt.settings.timezone, now)
    if definition.trigger:
        steps = [replace(step, leaving=None) for step in steps]  # one by one, whenever somebody enters
    return Plan(
        wave_id=rehearser.wave.id,
        name=definition.name,
        survey=definition.survey,
        trigger=definition.trigger,
        planned_at=now,
        complete=found.done,
        selected=found.selected,
        treated=found.arms[Arm.TREATED],
        control=found.arms[Arm.CONTROL],
        waiting=found.arms[Arm.WAITING],
        left_out=dict(found.left_out.most_common()),
        named=found.named,
        steps=steps,
        texts=lines,
        cost_first=first,
        cost=costs.total(lines),
        currency=prices.currency if prices else "",
        prices_as_of=prices.as_of.isoformat() if prices else "",
        prices_own=prices.own if prices else False,
        sizes=sizes,
        expected=expected(db),
        previews=previews.previews(rt, survey, definition, chosen),
        concerns=[
            *concerns.of_launch(db, rt, definition, survey),
            *unpriced,
            *concerns.of_wave(db, definition, found, now),
            *concerns.of_steps(steps, now),
            *concerns.of_money(definition, prices, first, costs.total(lines), now),
            *concerns.of_sizes(sizes),
            *concerns.of_settings(rt.settings, {channel for _, _, channel in found.messages}),
            *concerns.of_survey(survey, rt.settings),
            *concerns.of_variants(definition, sorted({one.language for one in examples})),
        ],
    )


def left_out(
    db: Session, rt: Runtime, definition: Definition, reason: str, *, now: datetime
) -> Iterator[tuple[str, str | None, str | None]]:
    """(contact id, email, phone) of everybody whom a launch would leave out for this reason."""
    survey = launch.survey_of(rt, definition)
    for person in Rehearser(db, rt, definition, survey, new_id(), now).left_out(reason):
        yield person.id, person.email, person.phone


def _has_words(survey: Survey, definition: Definition, example: Example) -> bool:
    steps = [definition.step(number, example.variant) for number in range(len(definition.steps))]
    return all(step.words in survey.emails for step in steps if Channel.EMAIL in step.channels)


def _prices(rt: Runtime, definition: Definition) -> tuple[Prices | None, list[Concern]]:
    """In the currency of the budget; None, and why, where there are none, which a launch with texts refuses."""
    try:
        currency = definition.budget.currency if definition.budget else None
        return costs.prices(rt.settings.data_dir, currency), []
    except BadInput as error:
        numbers = range(len(definition.steps))
        texts = any(Channel.SMS in step.channels for number in numbers for step in definition.as_sent(number))
        return None, [Concern("not_priced", {"why": str(error)}, stops=texts)]


def _parts(found: Rehearsal, *, only_first: bool = False) -> Counter[tuple[str, str, int]]:
    """Country, encoding, SMS parts -> texts of all steps."""
    counted: Counter[tuple[str, str, int]] = Counter()
    for (step, country, encoding, size), count in found.parts.items():
        if not (only_first and step):
            counted[country, encoding, size] += count
    return counted
