"""Saved segments: kept under a name, found again, and put in the place of their name in other rules."""

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from app.db import Session
from app.engagement.dormancy import Policy
from app.errors import BadInput, Conflict, NotFound
from app.journal.record import record
from app.segments import membership
from app.segments.language import put_in
from app.segments.models import Segment
from app.segments.problems import BadRule, Place, wrong
from app.segments.written import Written, read

MOST = 500
"""Saved segments that are listed."""
_NAME = re.compile(r"[^\W_](?:[\w .&’'-]{0,78}[\w.])?")
_DEEPEST = 8


def every(db: Session) -> Sequence[Segment]:
    """The saved segments by name, at most `MOST`."""
    return db.exec(select(Segment).order_by(col(Segment.name)).limit(MOST)).all()


def find(db: Session, name: str) -> Segment | None:
    return db.exec(select(Segment).where(Segment.name == name)).one_or_none()


def get(db: Session, name: str) -> Segment:
    """The segment of this name; raises NotFound, with the name that was probably meant."""
    held = find(db, name)
    if held is None:
        names = [one.name for one in every(db)]
        near = difflib.get_close_matches(name, names, n=1)
        known = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names[:20]) or 'none yet'}"
        raise NotFound(f"there is no segment {name!r}: {known}")
    return held


def understand(db: Session, given: str) -> Written:
    """A rule by the name of a saved one, the path of a file, or written out; raises NotFound or BadInput."""
    held = find(db, given)
    if held is not None:
        return read(held.text, held.name)
    if "\n" not in given and len(given) < 1_000 and Path(given).is_file():
        return from_file(Path(given))
    if ":" not in given:
        if given.endswith((".yaml", ".yml", ".json")):
            raise BadInput("there is no such file", where=given)
        get(db, given)
    return read(given)


def from_file(file: Path) -> Written:
    """A rule from a YAML or JSON file; raises BadInput."""
    try:
        return read(file.read_text(encoding="utf-8-sig"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot be read as UTF-8 text ({error})", where=str(file)) from None


def check(
    db: Session, written: Written, *, as_of: datetime, policy: Policy, name: str = ""
) -> dict[str, Any]:
    """The rule with every saved segment in its place; raises BadRule with the lines of all that is wrong.

    `name` is the one it is about to be saved under, which it therefore must not hold.
    """
    try:
        rule: dict[str, Any] = expand(db, written.rule, within=(name,) if name else ())
        membership.members(rule, as_of=as_of, policy=policy)
    except BadRule as bad:
        raise bad.within(written.where, written.lines) from None
    return rule


def expand(db: Session, rule: Any, *, within: tuple[str, ...] = (), place: Place = ()) -> Any:
    """The rule, or the saved rule of this name, with the rule of every segment it names in place of the name.

    What `members` takes and a wave freezes. Raises BadRule for a segment that is not there or holds itself.
    """
    rule = {"segment": rule} if isinstance(rule, str) else rule
    return put_in(rule, lambda name, at: _looked_up(db, name, at, within), place)


def save(db: Session, name: str, written: Written, *, by: str, now: datetime, policy: Policy) -> Segment:
    """Keep the rule under a name, anew or in place of what it said; raises BadInput or BadRule."""
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise BadInput(f"{name!r} is no name for a segment", mend="Use up to 80 letters, digits and spaces.")
    check(db, written, as_of=now, policy=policy, name=name)
    held = find(db, name) or Segment(
        name=name, rule={}, text="", created_at=now, updated_at=now, created_by=by
    )
    held.rule, held.text, held.updated_at = written.rule, written.text, now
    db.add(held)
    record(db, at=now, actor=by, verb="segment.saved", subject=("segment", held.id), name=name)
    db.flush()
    return held


def remove(db: Session, name: str, *, by: str, now: datetime) -> None:
    """Forget a segment; waves that were launched with it keep its rule. Raises NotFound, or Conflict when another
    segment is made of it.
    """
    held = get(db, name)
    users = [one.name for one in every(db) if name in _named(one.rule)]
    if users:
        raise Conflict(f"segment {name!r} is part of {', '.join(map(repr, users))}: change these first")
    db.delete(held)
    record(db, at=now, actor=by, verb="segment.removed", subject=("segment", held.id), name=name)


def _looked_up(db: Session, name: Any, place: Place, within: tuple[str, ...]) -> Any:
    if name in within:
        wrong(place, f"segment {name!r} would hold itself", f"{' > '.join((*within, name))}.")
    if len(within) >= _DEEPEST:
        wrong(place, f"segments stand in each other more than {_DEEPEST} deep")
    try:
        held = get(db, str(name))
    except NotFound as error:
        wrong(place, str(error))
    return expand(db, held.rule, within=(*within, held.name), place=place)


def _named(part: Any) -> set[str]:
    """The segments a rule names."""
    if isinstance(part, list):
        return {name for one in part for name in _named(one)}
    if not isinstance(part, Mapping):
        return set()
    named = part.get("segment", [])
    found = {str(name) for name in (named if isinstance(named, list) else [named])}
    return found | {name for key in ("all", "any", "not") for name in _named(part.get(key))}
