"""What each Twilio error code asks of us, in one table: nobody above needs to know a number."""

from datetime import timedelta

from app.channels.actions import Action, Meaning

__all__ = ["ERRORS", "UNLISTED", "Action", "Meaning", "later", "meaning"]

_ROWS: tuple[tuple[Action, str, str], ...] = (
    (Action.PAUSE, "20003", "Twilio refuses the account SID or auth token"),
    (Action.PAUSE, "20404", "Twilio does not know the account"),
    (Action.RETRY, "20429", "too many requests at once"),
    (Action.BAD_ADDRESS, "21211", "the number is not a valid phone number"),
    (Action.PAUSE, "21212", "the sender number is not valid"),
    (Action.ALERT, "21408", "the account may not send to this country"),
    (Action.PAUSE, "21601", "the sender number cannot send texts"),
    (Action.FAIL, "21602", "the text is empty"),
    (Action.FAIL, "21604", "the number is missing"),
    (Action.PAUSE, "21606", "the sender number is not ours or cannot send texts"),
    (Action.ALERT, "21609", "the status callback address is not valid"),
    (Action.SUPPRESS, "21610", "the person has opted out at Twilio"),
    (Action.RETRY, "21611", "the sender's queue is full"),
    (Action.ALERT, "21612", "there is no route from our sender to this number"),
    (Action.BAD_ADDRESS, "21614", "the number is not a mobile number"),
    (Action.FAIL, "21617", "the text is longer than 1,600 characters"),
    (Action.FAIL, "21620", "the attachment address is not valid"),
    (Action.PAUSE, "21703", "the messaging service has no sender"),
    (Action.PAUSE, "21704", "the messaging service has no sender that can send texts"),
    (Action.PAUSE, "21705", "the messaging service does not exist"),
    (Action.RETRY, "14107", "too many replies in a row"),
    (Action.RETRY, "30001", "the queue overflowed"),
    (Action.PAUSE, "30002", "the account is suspended"),
    (Action.RETRY, "30003", "the handset cannot be reached"),
    (Action.SUPPRESS, "30004", "the person or carrier blocks our messages"),
    (Action.BAD_ADDRESS, "30005", "the number does not exist or is switched off for good"),
    (Action.BAD_ADDRESS, "30006", "a landline, or a carrier that cannot be reached"),
    (Action.PAUSE, "30007", "a carrier filters the content"),
    (Action.RETRY, "30008", "the carrier gives no reason"),
    (Action.RETRY, "30017", "the carrier is congested"),
    (Action.RETRY, "30022", "the sender's rate is exceeded"),
    (Action.RETRY, "30023", "the sender's daily cap is reached"),
    (Action.RETRY, "30027", "the sender's daily cap at a carrier is reached"),
    (Action.PAUSE, "30032", "the toll-free sender is not verified"),
    (Action.PAUSE, "30033", "the campaign is suspended"),
    (Action.PAUSE, "30034", "the sender is not registered"),
    (Action.PAUSE, "30035", "the sender is still being set up"),
    (Action.RETRY, "30410", "the provider below Twilio timed out"),
    (Action.FAIL, "30450", "blocked by the protection against SMS pumping"),
    (Action.FAIL, "30453", "blocked by the protection against SMS pumping"),
    (Action.RETRY, "30610", "quiet hours at the recipient"),
    (Action.SUPPRESS, "30640", "the number belongs to a known litigator"),
    (Action.ALERT, "35111", "the scheduled time is not valid"),
    (Action.ALERT, "35114", "the scheduled time is too near or too far"),
    (Action.ALERT, "35118", "scheduling needs a messaging service"),
    (Action.ALERT, "35125", "too many scheduled messages"),
    (Action.ALERT, "35126", "the message cannot be scheduled"),
    (Action.RETRY, "63018", "the channel's rate is exceeded"),
)

_OF_THE_PHONE = ("30003", "30008")
"""The carrier took the text and did not get it to this phone: the next text is the next try."""
_OF_THE_TEXT = ("30007",)
_DAILY = ("30023", "30027")

# Source: Twilio's error dictionary, as collected in providers.md section 4.
ERRORS = {
    code: Meaning(
        action,
        text,
        of_address=code in _OF_THE_PHONE,
        everything=action is Action.PAUSE and code not in _OF_THE_TEXT,
    )
    for action, code, text in _ROWS
}
UNLISTED = Meaning(Action.FAIL, "Twilio gives a reason we do not know")


def meaning(code: str | None) -> Meaning:
    """What a code asks for; codes we do not know fail their own message and nothing else."""
    return ERRORS.get(code or "", UNLISTED)


def later(code: str | None) -> timedelta:
    """How long after a passing failure of the sender the text may be tried again: a daily cap takes a day."""
    return timedelta(days=1) if code in _DAILY else timedelta(hours=1)
