"""Years of what one customer did, ending where their dormancy says, for the sample CRM."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

MEAN = 20
WEBINAR, REVIEW, POINTS = "webinar_attended", "review", "loyalty_redeemed"
HUMAN = {
    "email_open": 30, "email_click": 16, "page_view": 16, "purchase": 10, "login": 7, "reply": 4, WEBINAR: 3,
    REVIEW: 2.5, POINTS: 2,
}  # fmt: skip
PAGES = (
    "/prodotti/ricambi",
    "/prezzi",
    "/prodotti/presse",
    "/assistenza",
    "/cataloghi/2026",
    "/eventi/open-day",
)
PRAISE = (
    "Ottimo supporto tecnico",
    "Consegna puntuale",
    "Video recensione sul nostro canale (42.000 iscritti)",
    "Prezzi un po' alti",
)
HARD, SOFT = "hard: 550 5.1.1 user unknown", "soft: 452 4.2.2 mailbox full"


class State(StrEnum):
    """By the last human signal: cooling after 180 days, dormant after 360, never if there is none."""

    ACTIVE = "active"
    COOLING = "cooling"
    DORMANT = "dormant"
    NEVER = "never"


LAST = {State.ACTIVE: (1, 170), State.COOLING: (190, 350), State.DORMANT: (370, 1500)}  # days before as-of


@dataclass(frozen=True, slots=True)
class Interaction:
    type: str
    at: datetime
    value: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Purchases:
    """All of a customer's purchases: the last day, their sum in euro, how many."""

    day: date
    total: float
    orders: int


def history(throw: random.Random, state: State, as_of: datetime) -> list[Interaction]:
    """Interactions oldest first, none after `as_of`; machines go on after the last human one."""
    acts: list[Interaction] = []
    quiet_since = as_of - timedelta(days=1200)
    if state is not State.NEVER:
        quiet_since = as_of - timedelta(days=throw.randint(*LAST[state]), seconds=throw.randrange(36_000))
        span = throw.randint(200, 1000)
        times = [quiet_since - timedelta(days=throw.uniform(0.2, span)) for _ in range(_count(throw) - 1)]
        acts += [_human(throw, at) for at in (*times, quiet_since)]
    acts += _machine(throw, quiet_since, as_of)
    acts += _goodbye(throw, quiet_since)
    return sorted((replace(act, at=act.at.replace(microsecond=0)) for act in acts), key=lambda act: act.at)


def last_purchase(acts: Sequence[Interaction]) -> Purchases | None:
    bought = [act for act in acts if act.type == "purchase"]
    if not bought:
        return None
    return Purchases(bought[-1].at.date(), sum(float(act.value) for act in bought), len(bought))


def _count(throw: random.Random) -> int:
    return max(1, round(throw.gammavariate(2.0, MEAN / 2.0)))


def _human(throw: random.Random, at: datetime) -> Interaction:
    kind = throw.choices(list(HUMAN), list(HUMAN.values()))[0]
    if kind == "purchase":
        return Interaction(kind, at, value=f"{throw.lognormvariate(6.5, 0.9):.2f}")
    if kind == REVIEW:
        return Interaction(kind, at, value=str(throw.choice((2, 3, 4, 4, 5, 5))), detail=throw.choice(PRAISE))
    return Interaction(kind, at, detail=throw.choice(PAGES) if kind == "page_view" else "")


def _machine(throw: random.Random, since: datetime, as_of: datetime) -> list[Interaction]:
    """What a privacy proxy and mail servers leave behind, whether or not anybody reads."""
    room = (as_of - since).total_seconds()
    acts = []
    if throw.random() < 0.3:
        for _ in range(throw.randint(2, 14)):
            acts.append(
                Interaction("email_open", since + timedelta(seconds=throw.uniform(0, room)), "", "machine")
            )
    fate = throw.random()
    start = since + timedelta(seconds=throw.uniform(0, room * 0.5))
    if fate < 0.03:
        acts.append(Interaction("email_bounce", start, detail=HARD))
    elif fate < 0.06:
        for turn in range(throw.randint(2, 4)):
            acts.append(Interaction("email_bounce", start + timedelta(days=3 * turn), detail=SOFT))
    return [act for act in acts if act.at <= as_of]


def _goodbye(throw: random.Random, last: datetime) -> list[Interaction]:
    """Some left by the door; it is their last act, never a fresher sign of life than the ones before."""
    fate = throw.random()
    if fate < 0.02:
        return [Interaction("unsubscribe", last)]
    return [Interaction("spam_report", last)] if fate < 0.03 else []
