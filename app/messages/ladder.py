"""The one-way ladder of an outbound message: whatever the order of reports, a state only climbs."""

from app.messages.models import State

RUNGS: tuple[State, ...] = (
    State.QUEUED,
    State.CLAIMED,
    State.CALLING,
    State.UNKNOWN,
    State.UNCONFIRMED,
    State.ACCEPTED,
    State.SENT,
    State.DELIVERED,
    State.FAILED,
)
"""Lowest first. A late bounce outranks a delivery; a delivery never follows a failure."""

OPEN: tuple[State, ...] = (State.QUEUED, State.CLAIMED)
"""No byte has left: may still be withdrawn or expire."""

SAID: tuple[State, ...] = (
    State.CALLING,
    State.UNKNOWN,
    State.UNCONFIRMED,
    State.ACCEPTED,
    State.SENT,
    State.DELIVERED,
)
"""The contact has it, or may have it: never write the same again."""


def below(state: State) -> tuple[State, ...]:
    """The states a message may climb to `state` from."""
    return RUNGS[: RUNGS.index(state)]
