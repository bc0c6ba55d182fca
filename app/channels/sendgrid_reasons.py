"""What SendGrid's reasons for not delivering ask of us, in one table: drops, classes of bounces, the account.

Sources: twilio.com/docs/sendgrid tracking-events/event (reasons, bounce_classification), ui/sending-email/bounces;
RFC 3463 for the status codes.
"""

import re
from collections.abc import Mapping

from app.channels.actions import Action, Meaning

DROPPED = {
    "bounced address": Meaning(Action.BAD_ADDRESS, "SendGrid had a bounce from this address before"),
    "invalid": Meaning(Action.BAD_ADDRESS, "SendGrid holds the address for invalid"),
    "unsubscribed address": Meaning(Action.SUPPRESS, "the person has unsubscribed at SendGrid"),
    "spam reporting address": Meaning(Action.COMPLAINT, "the person had called our emails spam"),
    "spam content": Meaning(Action.PAUSE, "SendGrid takes the content for spam"),
    "invalid smtpapi header": Meaning(Action.PAUSE, "SendGrid cannot read what goes along with the email"),
    "recipient list over package quota": Meaning(
        Action.PAUSE, "the account's quota is used up", everything=True
    ),
}
UNLISTED = Meaning(Action.FAIL, "SendGrid gives a reason we do not know")

_OURS = ("content", "reputation", "frequency")
"""How the classes begin that speak of the sender: "Frequency/Volume", "Frequency or Volume Too High"."""
_NOT_SAID = ("", "unclassified")
_POLICY = re.compile(r"[45]\.7\.\d{1,3}")
_RESTORED = re.compile(r"(?:^|[\W_])(?:re)?(?:activat|instat|stor|enabl)|unsuspend|unban")


def dropped(reason: str | None) -> Meaning:
    """What the reason of an event `dropped` asks for; one we do not know fails its own message."""
    return DROPPED.get((reason or "").strip().lower(), UNLISTED)


def blocked(status: str | None, facts: Mapping[str, object]) -> Meaning:
    """What an event `bounce` of type `blocked` asks for: it counts against the address, or against the sender."""
    if refuses_us(status, facts):
        return Meaning(Action.ALERT, "refused because of the sender, the content or the pace")
    return Meaning(Action.RETRY, "refused for now", of_address=True)


def refuses_us(status: str | None, facts: Mapping[str, object]) -> bool:
    """Whether a bounce or block is about our reputation, content or pace, and not about the address: by SendGrid's
    class, and where it gives none by an enhanced status x.7.x (security or policy)."""
    named = str(facts.get("bounce_classification") or "").strip().lower()
    return named.startswith(_OURS) or (named in _NOT_SAID and bool(_POLICY.fullmatch((status or "").strip())))


def stands_again(status: str | None) -> bool:
    """Whether a change of the account's status is for the better; any other holds what goes by SendGrid."""
    return bool(_RESTORED.search((status or "").lower()))
