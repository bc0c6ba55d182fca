"""What a launch would do, before anything is done: whom it reaches, what it costs, how long it takes, what is odd."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.channels.base import Channel
from app.db import Session, new_id
from app.errors import BadInput
from app.messages.pacing import PER_SECOND
from app.runtime import Runtime
from app.surveys.survey import Survey
from app.waves import concerns, costs, find, launch, previews, words
from app.waves.concerns import Concern
from app.waves.costs import Prices
from app.waves.decide import SAME_ADDRESS
from app.waves.definition import Definition, Pace
from app.waves.duration import Due, Hours, Leaving, leaving
from app.waves.expected import Expected, expected
from app.waves.models import Arm
from app.waves.previews import Preview, Size
from app.waves.rehearsal import Example, Rehearsal, Rehearser

ASK_ABOVE = 1_000
"""Selected contacts above which a launch asks to type their number."""
CHARACTERS = 12
"""Outside the SMS alphabet that are named."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """How many messages a step sends: the first exactly, a later one at most, if nobody answers or stops."""

    name: str
    exact: bool
    after: timedelta
    messages: int
    by_channel: Mapping[str, int]
    by_variant: Mapping[str, Mapping[str, int]]
    """Variant -> channel -> messages."""
    leaving: Leaving | None


@dataclass(frozen=True, slots=True)
class CountryCost:
    """What the texts to one country (ISO 3166-1, `""` for unknown) cost over all steps."""

    country: str
    texts: int
    parts: int
    unicode: int
    """Texts with characters outside GSM-7."""
    price: Decimal
    """Of one part."""
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it; `complete` is false where there was not time for the whole audience."""

    wave_id: str
    """Launched under this id, variants and days fall as they were counted."""
    name: str
    survey: str
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
    parts: Mapping[int, int]
    """SMS parts -> texts."""
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
    prices = _prices(rt, definition)
    lines = _costs(found, prices)
    first = _sum(_costs(found, prices, only_first=True))
    steps = _steps(found, definition, rt.settings.timezone, now)
    return Plan(
        wave_id=rehearser.wave.id,
        name=definition.name,
        survey=definition.survey,
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
        parts=_parts(found),
        cost_first=first,
        cost=_sum(lines),
        currency=prices.currency if prices else "",
        prices_as_of=prices.as_of.isoformat() if prices else "",
        prices_own=prices.own if prices else False,
        sizes=sizes,
        expected=expected(db),
        previews=previews.previews(rt, survey, definition, chosen),
        concerns=[
            *_refusal(db, rt, definition, survey),
            *_about(db, definition, found, steps, now),
            *concerns.of_money(definition, prices, first, _sum(lines), now),
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


def _steps(found: Rehearsal, definition: Definition, zone: str, now: datetime) -> list[PlannedStep]:
    planned = []
    for number, step in enumerate(definition.steps):
        by_channel: Counter[str] = Counter()
        by_variant: dict[str, Counter[str]] = {one.name: Counter() for one in definition.variants}
        for (step_of, variant, channel), count in found.messages.items():
            if step_of == number:
                by_channel[channel] += count
                if variant:
                    by_variant[variant][channel] += count
        planned.append(
            PlannedStep(
                name=step.name,
                exact=number == 0 and found.done,
                after=step.after,
                messages=by_channel.total(),
                by_channel=dict(by_channel),
                by_variant={name: dict(counts) for name, counts in by_variant.items()},
                leaving=_not_before(now, _leaving(found, number, definition, zone)),
            )
        )
    return planned


def _leaving(found: Rehearsal, number: int, definition: Definition, zone: str) -> Leaving | None:
    """The whole step, and as long as its largest email domain takes by itself."""
    hours = Hours(definition.opens, definition.closes, definition.days)
    whole = leaving(found.due.get(number, {}), hours, definition.pace, PER_SECOND)
    if whole is None or number or not found.domains:
        return whole
    alone = {Due(whole.first, zone, Channel.EMAIL): max(found.domains.values())}
    largest = leaving(alone, hours, Pace(None, definition.pace.domain_per_hour, None, None), PER_SECOND)
    lasts = [one.last for one in (whole, largest) if one]
    return replace(whole, last=None if None in lasts else max(last for last in lasts if last))


def _not_before(now: datetime, found: Leaving | None) -> Leaving | None:
    """The hour that has begun is not over: what leaves within it leaves from now on."""
    if found is None:
        return None
    return replace(found, first=max(found.first, now), last=found.last and max(found.last, now))


def _has_words(survey: Survey, definition: Definition, example: Example) -> bool:
    steps = [definition.step(number, example.variant) for number in range(len(definition.steps))]
    return all(step.words in survey.emails for step in steps if Channel.EMAIL in step.channels)


def _prices(rt: Runtime, definition: Definition) -> Prices | None:
    """In the currency of the budget; None where there are none in it."""
    try:
        return costs.prices(rt.settings.data_dir, definition.budget.currency if definition.budget else None)
    except BadInput:
        return None


def _costs(found: Rehearsal, prices: Prices | None, *, only_first: bool = False) -> list[CountryCost]:
    """By country, the dearest first."""
    texts, parts, unicode = Counter[str](), Counter[str](), Counter[str]()
    for (step, country, encoding, size), count in found.parts.items():
        if only_first and step:
            continue
        texts[country] += count
        parts[country] += count * size
        unicode[country] += count * (encoding == "UCS-2")
    lines = []
    for country, count in texts.items():
        price = prices.of(country) if prices else Decimal(0)
        number = parts[country]
        lines.append(CountryCost(country, count, number, unicode[country], price, price * number))
    return sorted(lines, key=lambda line: (-line.cost, line.country))


def _sum(lines: Sequence[CountryCost]) -> Decimal:
    return sum((line.cost for line in lines), Decimal(0))


def _parts(found: Rehearsal) -> dict[int, int]:
    counted: Counter[int] = Counter()
    for (_, _, _, size), count in found.parts.items():
        counted[size] += count
    return dict(sorted(counted.items()))


def _refusal(db: Session, rt: Runtime, definition: Definition, survey: Survey) -> Iterator[Concern]:
    try:
        launch.refuse_unready(rt, definition, survey)
        words.refuse_unsayable(db, rt.settings, definition, survey)
    except BadInput as error:
        yield Concern("not_ready", {"why": str(error)}, stops=True)


def _about(
    db: Session, definition: Definition, found: Rehearsal, steps: Sequence[PlannedStep], now: datetime
) -> Iterator[Concern]:
    """What is odd about the wave itself."""
    if not found.done:
        yield Concern("not_all", {"count": found.selected})
    if not found.arms[Arm.TREATED]:
        yield Concern("nobody", stops=not found.selected)
    before = find.launched_before(db, definition.fingerprint, now=now)
    if before is not None:
        yield Concern("launched_before", {"day": before.launched_at.date(), "name": before.name})
    if not definition.control:
        yield Concern("no_control")
    if shared := found.left_out[SAME_ADDRESS]:
        yield Concern("same_address", {"count": shared})
    if found.dear:
        texts = sum(count for (_, _, encoding, _), count in found.parts.items() if encoding == "UCS-2")
        characters = " ".join(one for one, _ in found.dear.most_common(CHARACTERS))
        yield Concern("dear", {"count": texts, "characters": characters})
    yield from _late(steps, now)


def _late(steps: Sequence[PlannedStep], now: datetime) -> Iterator[Concern]:
    """Steps that are still leaving when the next one is due."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if step.leaving is None:
            continue
        if step.leaving.last is None:
            yield Concern("too_long", {"step": step.name})
        elif following and following.messages and step.leaving.last >= now + following.after:
            said = {"until": step.leaving.last, "due": now + following.after}
            yield Concern("overlap", {"step": step.name, "next": following.name, **said})
