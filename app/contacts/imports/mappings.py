"""The mapping of a source's columns: written in a file, kept with the source, used again at its next import."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import Session

from app.contacts.imports.fields import Field
from app.contacts.models import SavedMapping
from app.errors import BadInput

_SETTINGS = ("source", "encoding", "delimiter", "dates", "decimal", "everyone")
_EVERYONE = ("unsubscribed", "bounced", "complained", "unknown")


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a mapping lays down; empty means: recognise it."""

    source: str = ""
    encoding: str = ""
    delimiter: str = ""
    dates: str = ""
    decimal: str = ""
    everyone: str = ""
    """What is true of every row: `unsubscribed`, `bounced`, `complained`; `unknown` overrules the file's name."""
    columns: dict[str, str] = field(default_factory=dict)
    saved: bool = False
    """Whether it was laid down for an earlier file, so that this one may lack a column it names."""


def read_mapping(file: Path) -> Mapping:
    """A mapping YAML; raises BadInput naming what is wrong in it."""
    try:
        given = yaml.safe_load(file.read_text("utf-8")) or {}
    except FileNotFoundError:
        raise BadInput("there is no such mapping file", where=str(file)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"this is no YAML: {str(error).splitlines()[0]}", where=str(file)) from None
    allowed = (*_SETTINGS, "columns")
    wrong = sorted(map(str, set(given) - set(allowed))) if isinstance(given, dict) else ["(no keys)"]
    if wrong:
        raise BadInput(f"unknown setting {wrong[0]!r}", where=str(file), mend=f"Known: {', '.join(allowed)}.")
    _one_of(given, "dates", ("day first", "month first"), file)
    _one_of(given, "decimal", (",", "."), file)
    _one_of(given, "everyone", _EVERYONE, file)
    columns = given.get("columns") or {}
    if not isinstance(columns, dict):
        raise BadInput("`columns` must list `header: field`", where=str(file))
    for header, meaning in columns.items():
        if not (meaning in {*Field, "ignore"} or str(meaning).startswith("attribute ")):
            raise BadInput(
                f"{header!r} cannot be {meaning!r}",
                where=str(file),
                mend=f"Write one of {', '.join(Field)}, `ignore` or `attribute NAME`.",
            )
    words = {name: str(given[name]) for name in _SETTINGS if given.get(name) is not None}
    meanings = {str(header): str(meaning) for header, meaning in columns.items()}
    return replace(Mapping(columns=meanings), **words)  # type: ignore[arg-type]


def save(db: Session, source: str, mapping: Mapping, at: datetime) -> None:
    """Keep `mapping` for the next file of `source`, in place of an earlier one."""
    laid_down = asdict(mapping)
    del laid_down["saved"], laid_down["source"]
    db.merge(SavedMapping(source=source, mapping=laid_down, saved_at=at))


def saved(db: Session, source: str) -> Mapping | None:
    """The mapping kept for `source`, if any; columns its file lacks are then only noted."""
    kept = db.get(SavedMapping, source)
    return Mapping(**kept.mapping, source=source, saved=True) if kept else None


def _one_of(given: dict[str, Any], name: str, allowed: tuple[str, ...], file: Path) -> None:
    if given.get(name) is not None and given[name] not in allowed:
        raise BadInput(f"`{name}` must be {' or '.join(map(repr, allowed))}", where=str(file))
