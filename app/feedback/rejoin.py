"""Ratings and sentiments when two contacts prove to be one person, or part again."""

from typing import Any

from app.contacts.rejoin import move, move_back
from app.db import Session, table_of
from app.feedback.models import Rating, SentimentReading

_TABLES = {"ratings": table_of(Rating), "sentiments": table_of(SentimentReading)}


def rejoin(db: Session, gone: str, keep: str) -> dict[str, Any]:
    """What `gone` thought becomes `keep`'s."""
    return {name: move(db, table, gone, keep) for name, table in _TABLES.items()}


def part(db: Session, gone: str, keep: str, facts: dict[str, Any]) -> None:
    for name, table in _TABLES.items():
        move_back(db, table, facts[name], gone, keep)
