"""What learnt hours bring against the same hour for all: a backtest on a history, and on one whose truth is known.

A person is met at an hour when they act within an hour of it, on a day and in a window when a wave could write. Each
side chooses by what lay before a moment in time and is judged by what came after it.
"""

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from app import runtime
from app.contacts.models import Contact
from app.conversations.models import SurveyVersion
from app.db import insert_all, new_id
from app.engagement import columns
from app.engagement.models import Interaction
from app.engagement.rows import Event, read
from app.engagement.words import grade_of, is_human
from app.runtime import Runtime
from app.waves.models import Wave
from app.waves.planning import hours, send_time
from benchmarks import harness
from benchmarks.harness import Figures

DEFAULT = 20_000
OPENS, CLOSES = 9, 19
ROME = ZoneInfo("Europe/Rome")
LAST = 0.2
"""The share of the signs, the newest, that both sides are judged by."""
NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
Signs = Mapping[str, Sequence[int]]
"""Person -> the seconds (since 1970) at which they did something, in order."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """Shares of people's later signs that fell within an hour of the hour chosen for them, and the gain with the
    half of its 95 % interval (over people, paired)."""

    people: int
    signs: int
    same: float
    learnt: float
    gain: float
    half: float
    trust: float
    """How many signs of a person's own the curve of all was found to count for."""
    swapped: float
    """The gain when everybody is judged by the hour learnt of somebody else: no more than chance."""


def measure(engine: str, *, runs: int, rows: int = DEFAULT, file: Path | None = None) -> Figures:
    """The share of later signs met at the hour learnt of each, over that met at the best one hour for all."""
    given = _of_file(file) if file else _made_up(rows, habits=0.6)
    found = backtest(given)
    said = [f"{file.name if file else 'made up, 60 % have an hour of their own'}: {_told(found)}"]
    if not file:
        none = backtest(_made_up(rows, habits=0.0))
        said.append(f"made up, nobody has an hour of their own: {_told(none)}")
        said.append(_truth(rows))
    said.append(_speed(engine, rows))
    return Figures(
        name="send_time",
        engine=engine,
        ours=round(found.learnt, 4),
        ceiling=round(found.same, 4),
        ratio=round(found.learnt / found.same, 3),
        unit="share of later signs within an hour of the hour chosen (ceiling: the same hour for all)",
        runs=1,
        method="; ".join(said),
    )


def report(figures: dict[str, Any]) -> str:
    """For people: one line for each finding."""
    head = f"learnt {figures['ours']:.1%}, the same hour for all {figures['ceiling']:.1%}: {figures['ratio']:.2f} times"
    return "\n".join([head, *(f"  {line}" for line in figures["method"].split("; "))])


def backtest(signs: Signs) -> Backtest:
    """Both sides on the same days of the same people: who did something before the cut and in the window after it."""
    cut = _cut(signs)
    before = {who: _slots(s for s in told if s < cut) for who, told in signs.items()}
    prior = hours.curve(slot for slots in before.values() for slot in slots)
    window = range(OPENS, CLOSES)
    one = max(window, key=lambda hour: sum(prior[day * 24 + hour] for day in range(7)))
    people = [who for who in signs if before[who]]
    after = {
        who: [slot for slot in _slots(s for s in signs[who] if s >= cut) if slot % 24 in window]
        for who in people
    }
    people = [who for who in people if after[who]]
    own = {who: Counter(before[who]) for who in people}
    other = dict(zip(people, people[1:] + people[:1], strict=True))
    trust = hours.strength(map(Counter, before.values()), prior)
    learnt, same, swapped = [], [], []
    for who in people:
        learnt.append(_met(own[who], prior, after[who], trust))
        swapped.append(_met(own[other[who]], prior, after[who], trust))
        same.append(sum(abs(slot % 24 - one) <= 1 for slot in after[who]) / len(after[who]))
    gain, half = _paired(learnt, same)
    return Backtest(
        people=len(people),
        signs=sum(map(len, after.values())),
        same=_mean(same),
        learnt=_mean(learnt),
        gain=gain,
        half=half,
        trust=trust,
        swapped=_mean(swapped) - _mean(same),
    )


def _met(own: Counter[int], prior: hours.Curve, later: Sequence[int], trust: float) -> float:
    chosen = {}
    for day in {slot // 24 for slot in later}:
        offered = [day * 24 + hour for hour in range(OPENS, CLOSES)]
        chosen[day] = offered[hours.best(own, prior, offered, trust)]
    return sum(abs(slot - chosen[slot // 24]) <= 1 for slot in later) / len(later)


def _told(found: Backtest) -> str:
    low, high = found.gain - found.half, found.gain + found.half
    verdict = (
        "learnt hours are better" if low > 0 else "they are worse" if high < 0 else "no difference shown"
    )
    return (
        f"{found.people} people with {found.signs} later signs, {found.same:.1%} met at one hour for all, "
        f"{found.learnt:.1%} at their own: {found.gain * 100:+.1f} points ({low * 100:+.1f} to {high * 100:+.1f}), "
        f"{found.swapped * 100:+.1f} with somebody else's hour, the curve "
        f"of all counts for {found.trust:g} signs: {verdict}"
    )


def _truth(people: int) -> str:
    """The answers one wave would get, the chances being known: at their own hour people answer three times as often."""
    made = _made_up(people, habits=0.6)
    habits = _habits(people, 0.6)
    prior = hours.curve(slot for told in made.values() for slot in _slots(told))
    offered = [24 + hour for hour in range(OPENS, CLOSES)]
    one = offered[hours.best({}, prior, offered, 1)]
    trust = hours.strength((Counter(_slots(told)) for told in made.values()), prior)
    got: Counter[str] = Counter()
    for who, told in made.items():
        habit = habits[who]
        own = offered[hours.best(Counter(_slots(told)), prior, offered, trust)]
        tried = offered[hours.any_hour("bench", "w", who, len(offered))]
        explored = hours.explores("bench", "w", who, send_time.EXPLORED)
        got["one"] += _chance(habit, one)
        got["learnt"] += _chance(habit, tried if explored else own)
        got["oracle"] += max(_chance(habit, slot) for slot in offered)
    shares = {name: value / people for name, value in got.items()}
    return (
        f"known chances of an answer: {shares['one']:.2%} at one hour for all, {shares['learnt']:.2%} at the learnt "
        f"ones with {send_time.EXPLORED} % exploring, {shares['oracle']:.2%} if every habit were known"
    )


def _chance(habit: int | None, slot: int) -> float:
    return 0.02 + (0.04 * math.exp(-(((slot % 24 - habit) / 1.5) ** 2) / 2) if habit is not None else 0.02)


def _habits(people: int, share: float) -> dict[str, int | None]:
    luck = random.Random(7)
    usual = (9, 10, 10, 11, 12, 14, 15, 17, 18, 18)
    return {str(number): luck.choice(usual) if luck.random() < share else None for number in range(people)}


def _made_up(people: int, *, habits: float) -> Signs:
    """Two years of signs, a few for most and many for some; habits of both kinds keep to the days' usual hours."""
    luck, made = random.Random(11), {}
    for who, habit in _habits(people, habits).items():
        many = min(60, int(luck.expovariate(1 / 6)) + 1)
        made[who] = sorted(_second(luck, habit) for _ in range(many))
    return made


def _second(luck: random.Random, habit: int | None) -> int:
    day = NOW - timedelta(days=luck.randrange(1, 730))
    hour = luck.gauss(habit, 1.5) if habit is not None and luck.random() < 0.7 else luck.triangular(7, 22, 10)
    local = day.astimezone(ROME).replace(
        hour=int(hour) % 24, minute=luck.randrange(60), second=luck.randrange(1, 60)
    )
    return int(local.timestamp())


def _of_file(file: Path) -> Signs:
    """The signs of a history file as an import would take them."""
    source = columns.plan(file, country="IT", zone=ROME)
    found: dict[str, list[int]] = {}
    for record in source.table.records():
        event = read(record, source.terms, datetime.now(UTC))
        if not isinstance(event, Event) or event.kind not in send_time.KINDS:
            continue
        if is_human(grade_of(event.kind, by_machine=event.machine)):
            found.setdefault(event.names[0], []).append(int(event.at.timestamp()))
    newest = max(told[-1] for told in map(sorted, found.values()))
    since = newest - int(send_time.SINCE.total_seconds())
    return {who: kept for who, told in found.items() if (kept := sorted(s for s in told if s > since))}


def _slots(seconds: Iterable[int]) -> list[int]:
    once = {second // 3600: second for second in seconds}
    return [slot for second in once.values() if (slot := hours.slot(second, ROME)) is not None]


def _cut(signs: Signs) -> int:
    every = sorted(second for told in signs.values() for second in told)
    return every[int(len(every) * (1 - LAST))]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _paired(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float]:
    apart = [mine - other for mine, other in zip(ours, theirs, strict=True)]
    mean = _mean(apart)
    variance = sum((one - mean) ** 2 for one in apart) / max(1, len(apart) - 1)
    return mean, 1.96 * math.sqrt(variance / max(1, len(apart)))


def _speed(engine: str, people: int) -> str:
    """Hours chosen per second, in pages of 1,000 contacts with signs of their own in a database."""
    with harness.installation(engine) as rt:
        ids, wave_id = _fill(rt, people), _wave(rt)

        def learn() -> None:
            with runtime.session() as db:
                send_time.learn(db, wave_id, select(Contact.id), now=NOW)

        def all_pages() -> None:
            for at in range(0, len(ids), 1_000):
                page = [(one, "Europe/Rome") for one in ids[at : at + 1_000]]
                with runtime.reading() as db:
                    send_time.best_hours(
                        db, page, opens=time(OPENS), closes=time(CLOSES), now=NOW, wave_id=wave_id
                    )

        started = process_time()
        learn()
        learnt = process_time()
        all_pages()
        chosen = process_time()
    return (
        f"{engine}: {(learnt - started) * 1000:.0f} ms of our processor at a wave's launch, then "
        f"{len(ids) / (chosen - learnt):.0f} contacts/s, in pages of 1,000 with 7 signs each"
    )


def _wave(rt: Runtime) -> str:
    with runtime.session() as db:
        db.add(SurveyVersion(version="bench", slug="bench", source={}, frozen_at=rt.now()))
        db.flush()
        wave = Wave(
            name="Bench", definition={}, survey_version="bench", launched_by="bench", launched_at=rt.now()
        )
        db.add(wave)
    return wave.id


def _fill(rt: Runtime, people: int) -> list[str]:
    made = _made_up(people, habits=0.6)
    ids = {who: new_id() for who in made}
    with runtime.bulk_session() as db:
        at = {"attributes": {}, "phone_kind": "unknown", "created_at": rt.now(), "updated_at": rt.now()}
        insert_all(db, Contact, [{"id": ids[who]} | at for who in made])
        insert_all(
            db,
            Interaction,
            [
                {"contact_id": ids[who], "kind": "click", "grade": "click", "human": True, "detail": ""}
                | {
                    "source": "bench",
                    "dedupe_key": f"{who}:{place}",
                    "at": datetime.fromtimestamp(second, UTC),
                }
                for who, told in made.items()
                for place, second in enumerate(told)
            ],
        )
    return list(ids.values())
