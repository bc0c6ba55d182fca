"""A score in words: each part with its value, the date of the newest fact behind it, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.db import Session
from app.scoring import find
from app.scoring.card import QUINTILES, Fact, Part
from app.scoring.rules import Bounds, Explained, Score, Stage, day_of
from app.translations import N_, day, gettext, money, number

_PARTS = {
    Part.RECENCY: N_("Recency"),
    Part.FREQUENCY: N_("Frequency"),
    Part.MONETARY: N_("Money spent"),
    Part.ENGAGEMENT: N_("Engagement"),
    Part.SATISFACTION: N_("Satisfaction"),
    Part.ADVOCACY: N_("Advocacy"),
    Part.RISK: N_("Risk"),
}
_STAGES = {
    Stage.STRANGER: N_("Stranger"),
    Stage.LEAD: N_("Lead"),
    Stage.CUSTOMER: N_("Customer"),
    Stage.REPEAT: N_("Repeat customer"),
    Stage.LOYAL: N_("Loyal customer"),
    Stage.ADVOCATE: N_("Advocate"),
    Stage.LOST: N_("Lost"),
    Stage.AT_RISK: N_("At risk"),
}
_FACTS = {
    Fact.OPENS: N_("emails opened"),
    Fact.CLICKS: N_("links clicked"),
    Fact.VISITS: N_("pages viewed"),
    Fact.REPLIES: N_("replies"),
    Fact.ANSWERS: N_("survey answers"),
    Fact.LOGINS: N_("log-ins"),
    Fact.WEBINARS: N_("webinars"),
    Fact.POINTS: N_("points used"),
    Fact.REVIEWS_GOOD: N_("good reviews"),
    Fact.REVIEWS_NEUTRAL: N_("reviews neither good nor bad"),
    Fact.REVIEWS_BAD: N_("bad reviews"),
    Fact.PUBLIC_PRAISE: N_("good reviews before an audience of their own"),
    Fact.PUBLIC_BLAME: N_("bad reviews before an audience of their own"),
    Fact.PROMOTERS: N_("would recommend us (9–10)"),
    Fact.PASSIVES: N_("might recommend us (7–8)"),
    Fact.DETRACTORS: N_("would not recommend us (3–6)"),
    Fact.HOSTILE: N_("would warn others of us (0–2)"),
    Fact.CSAT_GOOD: N_("said to be satisfied (4–5)"),
    Fact.CSAT_MIDDLE: N_("said to be half satisfied (3)"),
    Fact.CSAT_BAD: N_("said to be dissatisfied (1–2)"),
    Fact.WORDS_GOOD: N_("friendly messages"),
    Fact.WORDS_NEUTRAL: N_("neutral messages"),
    Fact.WORDS_BAD: N_("angry messages"),
    Fact.REFERRALS: N_("referrals"),
    Fact.AUDIENCE: N_("size of their audience (1 from 1,000, 2 from 10,000, …)"),
    Fact.EVANGELIST: N_("an evangelist, says the CRM"),
    Fact.COMPLAINTS: N_("reports as spam"),
    Fact.BOUNCES: N_("messages that came back"),
    Fact.UNPAID: N_("unpaid bills, says the CRM"),
}

_UNKNOWN = N_("unknown")
_NOTHING = N_("nothing is known")
_REASON = N_("%(name)s: %(count)s (%(points)s points, latest %(day)s)")
_NEVER, _UNDATED = N_("never bought"), N_("nobody knows when they last bought")
_AMONG = N_("among %(buyers)s buyers")
_LAST = N_("bought last on %(day)s, %(among)s")
_OFTEN = N_("purchases: %(count)s, %(among)s")
_SPENT = N_("spent %(money)s, %(among)s; other currencies are not added")


@dataclass(frozen=True, slots=True)
class Told:
    """One part as a person reads it; `points` is what it does to the value, `newest` the newest fact's time."""

    part: str
    name: str
    value: str
    points: float
    newest: datetime | None
    why: tuple[str, ...]


def of_contact(db: Session, contact_id: str, *, now: datetime, lang: str) -> tuple[Score, list[Told]]:
    """The score of one contact from all that is known at this moment, and every part of it in words."""
    score, bounds = find.of_contact(db, contact_id, now=now)
    return score, explain(score, bounds, lang)


def known(db: Session, contact_id: str, *, now: datetime, lang: str) -> dict[str, Any]:
    """The same for a program."""
    score, told = of_contact(db, contact_id, now=now, lang=lang)
    return {
        "value": score.value,
        "stage": score.stage,
        "parts": {
            one.part: {
                "value": held.value,
                "weight": held.weight,
                "points": held.points,
                "at": held.newest,
                "why": list(one.why),
            }
            for one, held in zip(told, score.parts, strict=True)
        },
    }


def stage_name(stage: str, lang: str) -> str:
    """What a stage is called."""
    return gettext(lang, _STAGES[Stage(stage)])


def explain(score: Score, bounds: Bounds, lang: str) -> list[Told]:
    """Every part in words (`it`, `en`), in the order of the scorecard."""
    return [
        Told(
            part=part.part,
            name=gettext(lang, _PARTS[Part(part.part)]),
            value=_value(part, lang),
            points=part.points,
            newest=part.newest,
            why=tuple(_why(part, bounds, lang)),
        )
        for part in score.parts
    ]


def _value(part: Explained, lang: str) -> str:
    if part.value is None:
        return gettext(lang, _UNKNOWN)
    return f"{part.value}/{5 if part.part in QUINTILES else 100}"


def _why(part: Explained, bounds: Bounds, lang: str) -> Iterator[str]:
    if part.part in QUINTILES:
        yield _bought(part, bounds, lang)
        return
    if not part.reasons:
        yield gettext(lang, _NOTHING)
    for why in part.reasons:
        yield gettext(
            lang,
            _REASON,
            name=gettext(lang, _FACTS[Fact(why.fact)]),
            count=number(lang, why.count),
            points=("+" if why.points >= 0 else "−") + number(lang, abs(why.points)),
            day=day(lang, why.newest),
        )


def _bought(part: Explained, bounds: Bounds, lang: str) -> str:
    if part.value is None:
        known = part.part == Part.RECENCY and part.newest
        return gettext(lang, _UNDATED if known else _NEVER)
    among = gettext(lang, _AMONG, buyers=number(lang, bounds.buyers))
    if part.part == Part.RECENCY:
        # The ranking counts days of UTC; people are told the day it was for them, where the moment is known.
        noon = datetime.fromtimestamp((part.measure or 0) * 86_400 + 43_200, UTC)
        last = part.newest if part.newest and day_of(part.newest) == part.measure else noon
        return gettext(lang, _LAST, day=day(lang, last), among=among)
    if part.part == Part.FREQUENCY:
        return gettext(lang, _OFTEN, count=number(lang, part.measure), among=among)
    spent = money(lang, Decimal(part.measure or 0), bounds.currency)
    return gettext(lang, _SPENT, money=spent, among=among)
