"""What a provider's code or reason asks of us: one vocabulary for both of them."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    SUPPRESS = "suppress"  # the person or their carrier said no: never write to this address again
    COMPLAINT = "complaint"  # the person called us spam: never write to any address of theirs again
    BAD_ADDRESS = "bad_address"  # nobody can be reached there: never write to this address again
    RETRY = "retry"  # a passing condition: later, a limited number of times
    PAUSE = "pause"  # nothing will go out until a person has acted: hold the queue, alert
    ALERT = "alert"  # this message failed for a reason somebody should see
    FAIL = "fail"  # this message failed, nothing else follows


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code asks for, and why in words.

    `of_address`: the passing condition is that of the address, so that it counts as a soft bounce. `everything`: a
    pause concerns the account or the sender, and so whatever goes by this provider; else only the wave.
    """

    action: Action
    text: str
    of_address: bool = False
    everything: bool = False
