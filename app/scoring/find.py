"""Reading scores, the scorecard that holds and the bounds of the last full pass."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.db import Session
from app.scoring import facts, rules
from app.scoring.card import Card
from app.scoring.models import ScoreBounds, ScoreCard, ScoreRow
from app.scoring.rules import Bounds, Score
from app.scoring.weights import card_of


def present(db: Session) -> tuple[Card, Bounds]:
    """The scorecard that holds now, and the quintiles as last measured."""
    held = db.get(ScoreBounds, 1)
    bounds = Bounds(held.currency, held.buyers, held.bounds) if held else Bounds()
    card = newest_card(db)
    return card_of(card.card if card else {}), bounds


def newest_card(db: Session) -> ScoreCard | None:
    """The scorecard somebody set last; None: the product's own holds."""
    return db.scalars(select(ScoreCard).order_by(col(ScoreCard.id).desc()).limit(1)).first()


def of_contact(db: Session, contact_id: str, *, now: datetime) -> tuple[Score, Bounds]:
    """The score of one contact with its reasons, from all that is known at this moment; and the quintiles used."""
    card, bounds = present(db)
    known = facts.of_contact(db, contact_id, card, bounds.currency, now)
    return rules.judge(known, card, bounds, now), bounds


def overview(db: Session) -> dict[str, Any]:
    """How many contacts are scored, their mean value, how many stand in each stage, and when all were scored."""
    stages = dict.fromkeys(map(str, rules.Stage), 0)
    counted = select(col(ScoreRow.stage), func.count(), func.sum(col(ScoreRow.value)))
    scored = total = 0
    for stage, count, values in db.execute(counted.group_by(col(ScoreRow.stage))):
        stages[stage] = count
        scored, total = scored + count, total + int(values)
    held = db.get(ScoreBounds, 1)
    return {
        "scored": scored,
        "mean": round(total / scored, 1) if scored else None,
        "stages": stages,
        "buyers": held.buyers if held else 0,
        "currency": held.currency if held else "",
        "at": held.at if held else None,
    }
