"""What is known of an open or a click -> how strong a sign of the person it is, and why. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.engagement import agents
from app.engagement.models import Grade, Kind

AT_ONCE = 10
"""Seconds after the delivery within which hardly anybody has read anything. Earlier than the delivery counts too:
a gateway follows links before it takes the email."""
TOGETHER = timedelta(seconds=10)
LINKS = 3
"""So many different links of one email, within TOGETHER of one another, are more than a hand opens."""
POOL = 3
"""Network addresses from which the links of one email are clicked TOGETHER: more than a person and their scanner."""
MANY = 5
"""So many recipients for whom one address of the network opens or clicks within an hour. Offices and mobile
networks share addresses too: the sign needs another beside it."""
GOES_ON = timedelta(minutes=30)
"""How soon after a click its person answers, types on the page or logs in."""
CLOCKS = timedelta(minutes=1)
"""By how much the clocks of a provider and ours may differ."""
HUMAN_SIGNS = (Kind.ANSWER, Kind.PAGE_VIEW, Kind.LOGIN)
"""What shows a click to be its person's: an answer, time spent on our page with something typed, a log-in."""
_AGENT = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """One open or click. `after`: seconds since the delivery, None when that is not known; `links`: how many
    different links of the email were clicked TOGETHER with this one; `many`: its network address did the like for
    MANY recipients; `then`: the sign of life that followed, if one did."""

    kind: Kind
    flagged: bool = False
    agent: str = ""
    after: float | None = None
    links: int = 1
    many: bool = False
    then: str = ""


class Judgement(NamedTuple):
    """A grade, and what it rests on: name of the sign -> what was seen."""

    grade: Grade
    reasons: dict[str, Any]


def judge(seen: Seen) -> Judgement:
    """The grade of an open or a click. What counts as a sign, and how many are needed: docs/engagement.md."""
    if seen.kind is Kind.OPEN:
        return _open(seen)
    who, rest = _who(seen), _when(seen)
    if seen.links >= LINKS:
        rest["links"] = seen.links
    reasons = rest | who
    # An agent and an address tell of the same thing, who it was: they are one sign.
    if len(rest) + bool(who) >= 2:
        return Judgement(Grade.MACHINE_CLICK, reasons)
    if seen.then:
        return Judgement(Grade.CLICK, reasons | {"then": seen.then})
    return Judgement(Grade.UNPROVEN, reasons)


def _open(seen: Seen) -> Judgement:
    if seen.flagged:
        return Judgement(Grade.MACHINE_OPEN, {"provider": True})
    if name := agents.proxy(seen.agent):
        return Judgement(Grade.MACHINE_OPEN, {"proxy": name})
    who, when = _who(seen), _when(seen)
    certain = "agent" in who or bool(who and when)
    return Judgement(Grade.MACHINE_OPEN if certain else Grade.OPEN, when | who)


def _when(seen: Seen) -> dict[str, Any]:
    return {"after": round(seen.after)} if seen.after is not None and seen.after <= AT_ONCE else {}


def _who(seen: Seen) -> dict[str, Any]:
    odd = bool(seen.agent) and (bool(agents.proxy(seen.agent)) or agents.is_program(seen.agent))
    return ({"agent": seen.agent[:_AGENT]} if odd else {}) | ({"recipients": MANY} if seen.many else {})


class Press(NamedTuple):
    """One click: when, on which link, from which address of the network (empty where that is not told)."""

    at: datetime
    url: str
    ip: str


def clicked_together(press: Press, clicks: Iterable[Press]) -> int:
    """How many different links were clicked TOGETHER with this one from where it came; `clicks` of the same email.

    A person may click while a scanner does, so what came from elsewhere counts only if it came from POOL places or
    more: a scanner that shows another face for every link.
    """
    near = [one for one in clicks if abs(one.at - press.at) <= TOGETHER]
    pool = len({one.ip for one in near}) >= POOL
    return len({one.url for one in near if pool or one.ip == press.ip})


def went_on(at: datetime, signs: Iterable[tuple[datetime, str]]) -> str:
    """The first sign of life (time, kind) that the click of that time led to; empty when none did."""
    theirs = [sign for sign in signs if -CLOCKS <= sign[0] - at <= GOES_ON]
    return min(theirs)[1] if theirs else ""
