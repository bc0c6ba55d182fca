"""Whom a rule selects, as a statement that other rooms page through, join and count."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from app import runtime
from app.contacts.models import Contact
from app.db import table_of
from app.engagement.dormancy import Policy, dormancy_of, kept_of
from app.segments.fields import Scope
from app.segments.language import compile_rule, put_in
from app.segments.problems import BadRule, Wrong
from app.segments.values import Clock

Rule = Mapping[str, Any] | str
"""A rule, or the name of a saved one."""
_contacts = table_of(Contact)


def members(rule: Rule, *, as_of: datetime, policy: Policy, kept: bool = False) -> Select[str, str]:
    """(contact id, dormancy state) of everyone the rule selects, as of an aware time.

    What contacts did and said counts up to that time; who they are and what they consented to, as it stands now.
    `kept`: the time is the present, and dormancy is looked up where it is kept instead of derived by the policy
    (only while `policies.kept_up`). The rule names no saved segment any more: see `saved.expand`.
    Raises BadRule, which is a BadInput, with all that is wrong.
    """
    quiet = (kept_of(as_of) if kept else dormancy_of(as_of, policy)).subquery()
    scope = Scope(Clock(as_of, runtime.current().settings.zone), quiet)
    selected = select(_contacts.c.id, quiet.c.state).join(quiet, quiet.c.contact_id == _contacts.c.id)
    return selected.where(compile_rule(rule, scope))


def wrongs(rule: Rule) -> Sequence[Wrong]:
    """All that is wrong with a rule wherever it is used; whether the segments it names exist is not looked up."""
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    scope = Scope(Clock(epoch, ZoneInfo("UTC")), dormancy_of(epoch).subquery())
    whole = {"segment": rule} if isinstance(rule, str) else rule
    try:
        compile_rule(put_in(whole, lambda _name, _place: {"email": {"known": True}}), scope)
    except BadRule as bad:
        return bad.wrongs
    return ()
