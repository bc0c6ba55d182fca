"""The scorecard a marketer sets: read from YAML, checked name by name, kept with who set it and when."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from app.db import Session
from app.errors import BadInput
from app.journal.record import record
from app.scoring.card import POINTED, Card, Line
from app.scoring.models import ScoreCard

_MOST = 100
_DAYS = 36_500


def load(file: Path) -> dict[str, Any]:
    """A scorecard file as written: what it names replaces the default. Raises BadInput with the place."""
    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("the scorecard cannot be read", where=str(file)) from error
    except yaml.YAMLError as error:
        raise BadInput(f"this is no YAML: {error}", where=str(file)) from error
    written = {} if given is None else _mapping(given, str(file))
    card_of(written)
    return written


def save(db: Session, written: Mapping[str, Any], *, at: datetime, actor: str) -> ScoreCard:
    """Make this the scorecard that holds; the next full pass scores everybody by it."""
    card_of(written)
    made = ScoreCard(at=at, actor=actor, card=dict(written))
    db.add(made)
    db.flush()
    record(db, at=at, actor=actor, verb="score.weights", subject=("score_card", made.id))
    return made


def card_of(written: Mapping[str, Any]) -> Card:
    """The scorecard that these changes to the default give; raises BadInput naming the place."""
    default = Card()
    known = {one.name: getattr(default, one.name) for one in fields(Card)}
    made: dict[str, Any] = {}
    for name, given in written.items():
        _must_know(name, known, "")
        if name == "currency":
            made[name] = _currency(given)
        elif name in POINTED:
            made[name] = _changed(known[name], given, name, _line)
        elif name in ("attributes", "words"):
            made[name] = _changed(known[name], given, name, _names)
        else:
            most = _MOST if name == "weights" else _DAYS
            made[name] = _changed(known[name], given, name, partial(_whole, most=most))
    card = Card(**made)
    if card.ageing["fresh_days"] > card.ageing["old_days"]:
        raise BadInput("fresh_days is more than old_days", where="ageing")
    return card


def as_written(card: Card) -> dict[str, Any]:
    """A whole scorecard in the form of its file."""
    out: dict[str, Any] = {}
    for one in fields(Card):
        held = getattr(card, one.name)
        if one.name in POINTED:
            out[one.name] = {
                fact: {"points": line.points, "at_most": line.at_most} for fact, line in held.items()
            }
        elif one.name in ("attributes", "words"):
            out[one.name] = {name: list(words) for name, words in held.items()}
        else:
            out[one.name] = held if isinstance(held, str) else dict(held)
    return out


def _changed(
    default: Mapping[str, Any], given: Any, place: str, read: Callable[[Any, str], Any]
) -> dict[str, Any]:
    changed = dict(default)
    for name, value in _mapping(given, place).items():
        _must_know(name, default, place)
        changed[name] = read(value, f"{place}.{name}")
    return changed


def _line(given: Any, place: str) -> Line:
    """`{points: 10, at_most: 40}`, or a bare number of points for one that counts once."""
    if isinstance(given, int):
        points = _whole(given, place, _MOST)
        return Line(points, points)
    held = _mapping(given, place)
    for name in held:
        _must_know(name, {"points": 0, "at_most": 0}, place)
    points = _whole(held.get("points"), f"{place}.points", _MOST)
    return Line(points, _whole(held.get("at_most", points), f"{place}.at_most", _MOST))


def _whole(given: Any, place: str, most: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= most:
        raise BadInput(
            f"{given!r} is no whole number from 0 to {most}",
            where=place,
            mend="0 leaves it out; what speaks against a contact is taken off by itself.",
        )
    return given


def _names(given: Any, place: str) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list) or not all(isinstance(name, str) and name.strip() for name in listed):
        raise BadInput("this must be a name or a list of names", where=place)
    return tuple(name.strip().lower().replace("_", " ") for name in listed)


def _currency(given: Any) -> str:
    code = given.strip().upper() if isinstance(given, str) else ""
    if given not in (None, "") and not (len(code) == 3 and code.isalpha()):
        raise BadInput(f"{given!r} is no currency", where="currency", mend="Write its ISO code, like EUR.")
    return code


def _mapping(given: Any, place: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise BadInput("this must be a list of `name: value`", where=place)
    return {str(name): value for name, value in given.items()}


def _must_know(name: str, known: Mapping[str, Any], place: str) -> None:
    if name in known:
        return
    close = get_close_matches(name, known, n=1)
    raise BadInput(
        f"{name!r} is not known here",
        where=place,
        mend=f"Did you mean {close[0]}?" if close else f"Known: {', '.join(sorted(known))}.",
    )
