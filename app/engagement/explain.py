"""Why a contact is active, cooling or dormant, in words."""

from datetime import datetime

from app.engagement.dormancy import State, state_of
from app.engagement.models import Dormancy
from app.engagement.policy import Basis, Policy
from app.translations import N_, day, days, gettext, number

_STATES = {
    State.ACTIVE: N_("Active: last sign of life on %(day)s (%(kind)s), %(ago)s ago"),
    State.COOLING: N_("Cooling: last sign of life on %(day)s (%(kind)s), %(ago)s ago"),
    State.DORMANT: N_("Dormant: last sign of life on %(day)s (%(kind)s), %(ago)s ago"),
}
_RHYTHMS = {
    Basis.HANDLING: N_("with a handling time of %(days)s days"),
    Basis.MEASURED: N_("with a measured rhythm of %(days)s days"),
    Basis.OWN: N_("at their own rhythm of %(days)s days"),
    "group": N_("with the %(days)s days of their group"),
}
_BOUNDS = {
    State.ACTIVE: N_("cooling from %(cooling)s days"),
    State.COOLING: N_("cooling from %(cooling)s days, dormant from %(dormant)s"),
    State.DORMANT: N_("dormant from %(dormant)s days"),
}
_KINDS = {
    "open": N_("an open"),
    "click": N_("a click"),
    "reply": N_("a reply"),
    "answer": N_("an answer"),
    "page_view": N_("a page view"),
    "login": N_("a log-in"),
    "purchase": N_("a purchase"),
    "webinar": N_("a webinar"),
    "review": N_("a review"),
    "points": N_("points used"),
}


def explain(row: Dormancy | None, policy: Policy, now: datetime, lang: str) -> str:
    """One sentence: the state of a kept (or replayed) row at a time, what it rests on, and the bounds."""
    state, sent = state_of(row, now), row.sends_since if row else 0
    if row is None or row.last_engaged_at is None or row.cooling_at is None or row.dormant_at is None:
        said = gettext(lang, N_("Never engaged: no sign of life is known"))
        return _joined(said, gettext(lang, N_("%(sent)s messages went out"), sent=sent) if sent else "")
    last = row.last_engaged_at
    known = gettext(
        lang,
        _STATES[state],
        day=day(lang, last),
        kind=gettext(lang, _KINDS.get(row.last_kind or "", row.last_kind or "")),
        ago=days(lang, max((now - last).days, 0)),
    )
    if _by_sends(row, policy, state):
        return _joined(known, gettext(lang, N_("%(sent)s messages since went unanswered"), sent=sent))
    bounds = _bound(lang, state, _days(row, policy, policy.cooling, policy.fixed_cooling),
                    _days(row, policy, policy.dormant, policy.fixed_dormant))  # fmt: skip
    if row.gap_days is None or row.basis not in _RHYTHMS:
        return _joined(known, bounds)
    return _joined(known, f"{gettext(lang, _RHYTHMS[row.basis], days=_number(lang, row.gap_days))}, {bounds}")


def _bound(lang: str, state: State, cooling: float, dormant: float) -> str:
    return gettext(lang, _BOUNDS[state], cooling=_number(lang, cooling), dormant=_number(lang, dormant))


def _days(row: Dormancy, policy: Policy, multiple: float, fixed: float) -> float:
    return fixed if row.gap_days is None else row.gap_days * multiple


def _by_sends(row: Dormancy, policy: Policy, state: State) -> bool:
    """Whether it was unanswered messages, and not the days, that brought the state about."""
    limit = dict(zip((State.COOLING, State.DORMANT), policy.sends, strict=True)).get(state)
    bound = row.dormant_at if state is State.DORMANT else row.cooling_at
    if limit is None or row.sends_since < limit or bound is None or row.last_engaged_at is None:
        return False
    multiple, fixed = (
        (policy.dormant, policy.fixed_dormant)
        if state is State.DORMANT
        else (policy.cooling, policy.fixed_cooling)
    )
    days = _days(row, policy, multiple, fixed)
    return (bound - row.last_engaged_at).total_seconds() < days * 86_400 - 1


def _number(lang: str, days: float) -> str:
    return number(lang, round(days, 1) if days % 1 else int(days))


def _joined(first: str, second: str) -> str:
    return f"{first}; {second}" if second else first
