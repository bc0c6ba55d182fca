"""The best of two records of one person, field by field, and what was not kept with its source and date."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.contacts.identity import is_role
from app.contacts.models import ContactChange, ContactEdit, ContactImport, PhoneKind
from app.contacts.names import words
from app.db import Session, table_of

PLAIN = ("company", "job_title", "language", "country", "time_zone", "owner_id")
_changes, _edits, _imports = table_of(ContactChange), table_of(ContactEdit), table_of(ContactImport)

Dates = Mapping[str, tuple[datetime, str]]
"""Field -> when its value was said, and by which source; `` for every field that nothing more is known of."""


@dataclass(slots=True)
class Best:
    """What the kept contact becomes."""

    values: dict[str, Any] = field(default_factory=dict)
    """Columns of contacts."""
    lost: dict[str, list[Any]] = field(default_factory=dict)
    """Field -> [the value that was not kept, its source, its ISO date]."""
    second: list[tuple[str, str]] = field(default_factory=list)
    """(`email` or `phone`, address) that the person has besides."""


def dates_of(db: Session, rows: list[dict[str, Any]]) -> dict[str, Dates]:
    """Contact id -> the dates of its fields: the newest import or edit that changed one, else the record's own."""
    found: dict[str, dict[str, tuple[datetime, str]]] = {
        row["id"]: {"": (row["crm_created_at"] or row["created_at"], "")} for row in rows
    }
    said = (
        select(_changes.c.contact_id, _changes.c.fields, _imports.c.started_at, _imports.c.source)
        .join(_imports, _imports.c.id == _changes.c.import_id)
        .where(_changes.c.contact_id.in_(found))
        .order_by(_imports.c.started_at)
    )
    for contact_id, fields, at, source in db.execute(said):
        known = found[contact_id]
        if not known[""][1]:
            known[""] = (known[""][0], source)
        known |= dict.fromkeys(fields, (at, source))
    edited = select(_edits.c.contact_id, _edits.c.fields, _edits.c.at, _edits.c.source).order_by(_edits.c.id)
    for contact_id, fields, at, source in db.execute(edited.where(_edits.c.contact_id.in_(found))):
        known = found[contact_id]
        known |= {name: (at, source) for name in fields if known.get(name, known[""])[0] <= at}
    return {contact_id: known for contact_id, known in found.items()}  # noqa: C416 - a wider value type


def best(
    keep: Mapping[str, Any],
    gone: Mapping[str, Any],
    dates: Mapping[str, Dates],
    *,
    dead: frozenset[str] = frozenset(),
) -> Best:
    """Filled beats empty and newer beats older; a person's address beats an office's, a mobile a landline, and
    any address one that bounced (`dead`: addresses as they are compared)."""
    made = _Choice(keep, gone, dates[keep["id"]], dates[gone["id"]], dead)
    made.name()
    for column in PLAIN:
        made.result.values[column] = made.pick(column, keep[column], gone[column])
    made.email()
    made.phone()
    made.attributes()
    known = [at for at in (keep["crm_created_at"], gone["crm_created_at"]) if at]
    made.result.values["crm_created_at"] = max(known, default=None)
    return made.result


@dataclass(slots=True)
class _Choice:
    keep: Mapping[str, Any]
    gone: Mapping[str, Any]
    keep_dates: Dates
    gone_dates: Dates
    dead: frozenset[str]
    result: Best = field(default_factory=Best)

    def pick(self, name: str, mine: Any, theirs: Any, *, better: bool | None = None) -> Any:
        """The better of two values of one field; `better` says that theirs is (or is not), whatever the dates."""
        if theirs in (None, "") or mine == theirs:
            return mine
        if mine in (None, ""):
            return theirs
        takes = self.newer(name) if better is None else better
        loser, dates = (mine, self.keep_dates) if takes else (theirs, self.gone_dates)
        at, source = dates.get(name, dates[""])
        self.result.lost[name] = [loser, source, at.isoformat()]
        return theirs if takes else mine

    def newer(self, name: str) -> bool:
        """Whether the contact that goes said this field later."""
        theirs, mine = (
            self.gone_dates.get(name, self.gone_dates[""]),
            self.keep_dates.get(name, self.keep_dates[""]),
        )
        return theirs[0] > mine[0]

    def name(self) -> None:
        """First and last name stay together; a whole name beats an initial or half a name."""
        mine = (self.keep["first_name"], self.keep["last_name"])
        theirs = (self.gone["first_name"], self.gone["last_name"])
        ours, others = _said(mine), _said(theirs)
        better = None if ours == others else others > ours
        if better is None:
            better = self.newer("last_name") or self.newer("first_name")
        for column, one, other in zip(("first_name", "last_name"), mine, theirs, strict=True):
            self.result.values[column] = self.pick(column, one, other, better=better)

    def email(self) -> None:
        mine, theirs = self.keep["email_key"], self.gone["email_key"]
        better = None
        if mine and theirs and (rank := self._rank(theirs) - self._rank(mine)):
            better = rank > 0
        takes = self.pick("email_key", mine, theirs, better=better) != mine
        self.result.lost.pop("email_key", None)
        kept, other = (self.gone, self.keep) if takes else (self.keep, self.gone)
        self.result.values |= {"email": kept["email"], "email_key": kept["email_key"]}
        if other["email_key"] and other["email_key"] != kept["email_key"]:
            self._lose("email", other)
            self.result.second.append(("email", other["email_key"]))

    def phone(self) -> None:
        mine, theirs = self.keep, self.gone
        mobile = [row["phone_kind"] == PhoneKind.MOBILE for row in (mine, theirs)]
        better = None
        if mine["phone"] and theirs["phone"]:
            rank = mobile[1] - mobile[0] or (mine["phone"] in self.dead) - (theirs["phone"] in self.dead)
            better = rank > 0 if rank else None
        takes = self.pick("phone", mine["phone"], theirs["phone"], better=better) != mine["phone"]
        self.result.lost.pop("phone", None)
        kept, other = (theirs, mine) if takes else (mine, theirs)
        self.result.values |= {"phone": kept["phone"], "phone_kind": kept["phone_kind"]}
        if other["phone"] and other["phone"] != kept["phone"]:
            self._lose("phone", other)
            if other["phone_kind"] == PhoneKind.MOBILE:
                self.result.second.append(("phone", other["phone"]))

    def attributes(self) -> None:
        mine, theirs = dict(self.keep["attributes"]), dict(self.gone["attributes"])
        lost = self.result.lost.get("phone")
        other = self.keep if lost and lost[0] == self.keep["phone"] else self.gone
        if lost and other["phone_kind"] != PhoneKind.MOBILE:
            mine.setdefault("landline", other["phone"])
        for name, value in theirs.items():
            held = mine.get(name)
            if isinstance(held, list) and isinstance(value, list):
                mine[name] = [*held, *(one for one in value if one not in held)]
                continue
            mine[name] = self.pick(f"attributes.{name}", mine.get(name), value)
        self.result.values["attributes"] = mine

    def _rank(self, email_key: str) -> int:
        return (email_key not in self.dead) * 2 + (not is_role(email_key))

    def _lose(self, name: str, row: Mapping[str, Any]) -> None:
        dates = self.keep_dates if row is self.keep else self.gone_dates
        at, source = dates.get(name, dates[""])
        self.result.lost[name] = [row[name], source, at.isoformat()]


def _said(name: tuple[str | None, str | None]) -> int:
    """How much of a name is said: an initial is worth less than a word."""
    return sum(2 if len(word) > 1 else 1 for part in name if (word := "".join(words(part or ""))))
