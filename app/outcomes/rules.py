"""Facts about one contact in one wave -> the verdict, the rule that gave it, and the evidence. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.outcomes.models import Verdict


@dataclass(frozen=True, slots=True)
class Sign:
    """One dated thing that happened to or with the contact since the launch."""

    what: str
    at: datetime
    detail: str = ""

    def as_evidence(self) -> dict[str, Any]:
        return {"what": self.what, "at": self.at.isoformat(), "detail": self.detail}


@dataclass(slots=True)
class Facts:
    """Everything the verdict rests on; each list in the order of time."""

    wave_over: bool
    written_at: datetime | None = None
    """When the wave first wrote to them; None: it never did."""
    stops: list[Sign] = field(default_factory=list)
    """Opt-outs and complaints of their own."""
    stayed: list[Sign] = field(default_factory=list)
    less: list[Sign] = field(default_factory=list)
    """Their latest yes, where it was one to hearing from us less often."""
    answers: list[Sign] = field(default_factory=list)
    replies: list[Sign] = field(default_factory=list)
    """Messages they wrote to us, whatever they said."""
    acts: list[Sign] = field(default_factory=list)
    """Log-ins, purchases and other human signs outside the survey."""
    dead_addresses: list[Sign] = field(default_factory=list)
    """Hard bounces, unknown numbers, wrong persons: one per address that is of no use."""
    addresses: int = 0
    """How many addresses the contact has on the channels of the wave."""
    delivered: list[Sign] = field(default_factory=list)
    opened: list[Sign] = field(default_factory=list)
    clicked: list[Sign] = field(default_factory=list)
    """Opens and clicks of the wave's own emails that were theirs and no machine's."""
    warned: bool = False
    """Whether a last call reached them, which says what silence will mean."""
    nps: int | None = None
    unhappy: bool = False
    """Their latest words sounded negative."""
    revenue: Decimal = Decimal(0)
    """What they ever bought: by the history or by the CRM's own total, whichever is more."""


@dataclass(frozen=True, slots=True)
class Decision:
    verdict: Verdict
    rule: str
    evidence: tuple[Sign, ...]


def decide(facts: Facts) -> Decision:
    """The first rule that holds, strongest first: what they asked for, then what they did, then silence."""
    if facts.stops:
        return Decision(Verdict.REMOVABLE, "asked_to_stop", tuple(facts.stops))
    unhappy = (facts.nps is not None and facts.nps <= 6) or facts.unhappy
    if unhappy and facts.revenue > 0 and facts.answers:
        return Decision(Verdict.RECOVER, "unhappy_but_valuable", (*facts.answers, *facts.stayed, *facts.acts))
    if facts.stayed and facts.less:
        return Decision(Verdict.NEWSLETTER, "wants_less_often", (*facts.less, *facts.stayed, *facts.acts))
    if facts.stayed:
        return Decision(Verdict.REENGAGED, "asked_to_stay", (*facts.stayed, *facts.answers))
    if facts.acts:
        return Decision(Verdict.REENGAGED, "came_back_unasked", (*facts.acts, *facts.answers))
    if facts.answers and not unhappy:
        return Decision(Verdict.REENGAGED, "answered", tuple(facts.answers))
    if facts.answers:
        return Decision(Verdict.UNDECIDED, "unhappy_and_unsure", tuple(facts.answers))
    if facts.replies:
        return Decision(Verdict.UNDECIDED, "wrote_but_did_not_answer", tuple(facts.replies))
    if facts.dead_addresses and len(facts.dead_addresses) >= facts.addresses:
        return Decision(Verdict.REMOVABLE, "cannot_be_reached", tuple(facts.dead_addresses))
    if not facts.wave_over:
        return Decision(Verdict.UNDECIDED, "wave_under_way", tuple(facts.delivered))
    # Who clicks is alive. Who only opened was told by a last call, and let it be so.
    if facts.clicked or (facts.opened and not facts.warned):
        return Decision(Verdict.NEWSLETTER, "reads_without_answering", (*facts.clicked, *facts.opened))
    if facts.delivered:
        return Decision(Verdict.REMOVABLE, "silent_to_the_end", tuple(facts.delivered))
    return Decision(Verdict.UNDECIDED, "never_reached", tuple(facts.dead_addresses))
