"""What makes a wave hold itself: too many bounces, complaints, opt-outs or unhappy answers, in all or at one domain.

Counted since a person last let it go on, so that whoever resumes a wave is not overruled by what they have seen.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, union
from sqlmodel import col

from app.contacts.models import Consent
from app.db import Session
from app.feedback.find import present_label
from app.feedback.models import Rating, SentimentReading
from app.journal.record import record
from app.messages import tallies
from app.messages.ladder import SAID
from app.messages.models import Direction, Message, State, Tally
from app.waves.definition import Brakes, from_source
from app.waves.find import CONTACT_SOURCES
from app.waves.models import Wave

HEARD = 20
"""People heard below which their mood says nothing about the others'."""
_WITHDRAWN = text("consents.state = 'withdrawn'")


def look(db: Session, wave: Wave, *, now: datetime, thoroughly: bool) -> dict[str, Any] | None:
    """Why the wave must pause, or None; domains that are worse than the rest are held on the way.

    `thoroughly`: opt-outs and moods too, which cost a count of what people did, not of what providers said.
    """
    limits = from_source(wave.definition).brakes
    reached = tallies.since_resumed(db, wave.id)
    if why := _by_domain(db, wave, limits, reached, now):
        return why
    if not thoroughly or reached["reached"] < limits.minimum:
        return None
    since = max(wave.launched_at, wave.resumed_at or wave.launched_at)
    return _opt_outs(db, wave, limits, reached["reached"], since) or _moods(db, wave, limits, since)


def over(name: str, count: int, of: int, limit: float) -> dict[str, Any] | None:
    """The figures of a share beyond its limit, in percent; None when it is within."""
    share = 100 * count / of if of else 0
    return {"code": name, "share": round(share, 1), "of": of, "limit": limit} if share > limit else None


def _by_domain(
    db: Session, wave: Wave, limits: Brakes, total: Mapping[tallies.Kind, int], now: datetime
) -> dict[str, Any] | None:
    """Hold the domains that are beyond a limit; when the others are not known to be better, the whole wave."""
    bad = [
        (tally, why)
        for tally in tallies.suspects(db, wave.id, minimum=limits.minimum)
        if (why := _reports(limits, _since(tally)))
    ]
    apart = [_since(tally) for tally in (*tallies.held(db, wave.id), *(tally for tally, _ in bad))]
    others = {kind: total[kind] - sum(one[kind] for one in apart) for kind in tallies.KINDS}
    if why := _reports(limits, others):
        return why
    if bad and others["reached"] < limits.minimum:
        return _reports(limits, total) or bad[0][1]
    for tally, why in bad:
        tally.held_at, tally.why = now, why
        db.add(tally)
        alert(db, wave, why | {"domain": tally.domain}, now)
    return None


def alert(db: Session, wave: Wave, why: Mapping[str, Any], now: datetime) -> None:
    """Have whoever is responsible look at it."""
    facts = {"reason": why["code"], **{name: value for name, value in why.items() if name != "code"}}
    record(db, at=now, actor="system", verb="alert", subject=("wave", wave.id), **facts)


def _reports(limits: Brakes, counts: Mapping[tallies.Kind, int]) -> dict[str, Any] | None:
    if counts["reached"] < limits.minimum:
        return None
    complaints = over("complaints", counts["complained"], counts["reached"], limits.complaints)
    return complaints or over("bounces", counts["bounced"], counts["reached"], limits.bounces)


def _since(tally: Tally) -> dict[tallies.Kind, int]:
    return {kind: getattr(tally, kind) - getattr(tally, f"{kind}_before") for kind in tallies.KINDS}


def _opt_outs(
    db: Session, wave: Wave, limits: Brakes, reached: int, since: datetime
) -> dict[str, Any] | None:
    """People who withdrew consent by themselves after this wave had written to them."""
    counted = select(func.count(func.distinct(col(Consent.contact_id)))).where(
        _WITHDRAWN, col(Consent.at) >= since, col(Consent.source).in_(CONTACT_SOURCES)
    )
    # All of them, whoever had written to them, is told by the index alone: mostly that is few enough.
    if not over("opt_outs", int(db.execute(counted).scalar_one()), reached, limits.opt_outs):
        return None
    ours = counted.join(
        Message, (col(Message.contact_id) == col(Consent.contact_id)) & (col(Message.group_id) == wave.id)
    ).where(
        col(Message.direction) == Direction.OUT,
        col(Message.state).in_((*SAID, State.FAILED)),
        col(Consent.at) >= func.coalesce(col(Message.called_at), col(Message.created_at)),
    )
    return over("opt_outs", int(db.execute(ours).scalar_one()), reached, limits.opt_outs)


def _moods(db: Session, wave: Wave, limits: Brakes, since: datetime) -> dict[str, Any] | None:
    """People who sounded negative in their own words, among those who rated or wrote."""
    wrote = select(col(SentimentReading.contact_id)).where(
        col(SentimentReading.group_id) == wave.id, col(SentimentReading.at) >= since
    )
    rated = select(col(Rating.contact_id)).where(col(Rating.group_id) == wave.id, col(Rating.at) >= since)
    heard = _people(db, [wrote, rated])
    if heard < HEARD:
        return None
    return over("negative", _people(db, [wrote.where(present_label() == "negative")]), heard, limits.negative)


def _people(db: Session, found: Sequence[Any]) -> int:
    each = union(*found).subquery()
    return int(db.execute(select(func.count(func.distinct(each.c.contact_id)))).scalar_one())
