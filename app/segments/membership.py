"""The rule language of a segment: which contacts a wave, a count or an export is about, compiled to SQL."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import col

from app.contacts.models import Contact, Owner
from app.engagement.dormancy import Policy, dormancy_of
from app.errors import BadInput

Rule = Mapping[str, Any]

_COLUMNS: Mapping[str, Callable[[], Any]] = {
    "language": lambda: col(Contact.language),
    "country": lambda: col(Contact.country),
    "company": lambda: col(Contact.company),
}


def members(rule: Rule, *, as_of: datetime, policy: Policy) -> Select[str, str]:
    """(contact id, dormancy state) of everyone the rule selects, as of that time.

    A rule maps a field to one value or a list of them: dormancy, language, country, company, owner (by name),
    attributes (a mapping of the same kind). All fields must match. Raises BadInput naming an unknown field.
    """
    quiet = dormancy_of(as_of, policy).subquery()
    statement = select(col(Contact.id), quiet.c.state).join(quiet, quiet.c.contact_id == col(Contact.id))
    for field, wanted in rule.items():
        if field == "dormancy":
            statement = statement.where(quiet.c.state.in_(_listed(wanted)))
        elif field == "owner":
            named = select(col(Owner.id)).where(col(Owner.name).in_(_listed(wanted)))
            statement = statement.where(col(Contact.owner_id).in_(named))
        elif field == "attributes":
            for name, values in dict(wanted).items():
                statement = statement.where(_attribute(name).in_([str(value) for value in _listed(values)]))
        elif field in _COLUMNS:
            statement = statement.where(_COLUMNS[field]().in_(_listed(wanted)))
        else:
            known = ", ".join(["dormancy", "owner", "attributes", *_COLUMNS])
            raise BadInput(
                f"{field!r} is no field of a segment", where="segment", mend=f"Use one of {known}."
            )
    return statement


def _attribute(name: str) -> ColumnElement[str]:
    return col(Contact.attributes)[name].as_string()  # type: ignore[no-any-return]


def _listed(wanted: object) -> Sequence[Any]:
    return wanted if isinstance(wanted, list | tuple) else [wanted]
