"""The whole-message keywords a carrier acts upon by itself, and the Italian ones we honour the same way."""

from typing import Literal

Keyword = Literal["stop", "start", "help"]

# Twilio's defaults: docs/messaging/tutorials/advanced-opt-out; REVOKE and OPTOUT since 14 May 2025.
_CARRIER: dict[str, Keyword] = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), "stop"),
    **dict.fromkeys(("START", "YES", "UNSTOP"), "start"),
    **dict.fromkeys(("HELP", "INFO"), "help"),
}
_ITALIAN: dict[str, Keyword] = {
    "BASTA": "stop",
    "ANNULLA": "stop",
    "DISISCRIVIMI": "stop",
    "CANCELLAMI": "stop",
    "FERMA": "stop",
    "STOP": "stop",
    "AIUTO": "help",
}


def carrier_keyword(text: str) -> Keyword | None:
    """What Twilio does with this message by itself: the whole trimmed message must be one default keyword."""
    return _CARRIER.get(text.strip().upper())


def italian_keyword(text: str) -> Keyword | None:
    """Our own whole-message keywords, which no carrier handles; a closing "!" or "." changes nothing."""
    return _ITALIAN.get(text.strip().rstrip("!. ").upper())
