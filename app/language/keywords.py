"""The whole-message keywords a carrier acts upon by itself, and those of our languages, honoured the same way."""

from typing import Literal

from app.language.normal import normalise

Keyword = Literal["stop", "start", "help"]

# Twilio's defaults: docs/messaging/tutorials/advanced-opt-out; REVOKE and OPTOUT since 14 May 2025.
_CARRIER: dict[str, Keyword] = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), "stop"),
    **dict.fromkeys(("START", "YES", "UNSTOP"), "start"),
    **dict.fromkeys(("HELP", "INFO"), "help"),
}
# In normal form: lower case, no accents.
_OWN: dict[str, Keyword] = {
    **dict.fromkeys(
        (
            *("stop", "stopp", "basta", "annulla", "disiscrivimi", "cancellami", "ferma", "disiscrivi"),  # it
            *("cancellatemi", "disiscrivetemi", "toglietemi"),
            *("abmelden", "abmeldung", "austragen", "abbestellen", "loschen", "loeschen"),  # de
            *("arret", "arreter", "arretez", "desabo", "desabonner", "desinscrire", "desinscription"),  # fr
        ),
        "stop",
    ),
    **dict.fromkeys(("aiuto", "hilfe", "aide"), "help"),
}


def carrier_keyword(text: str) -> Keyword | None:
    """What Twilio does with this message by itself: the whole trimmed message must be one default keyword."""
    return _CARRIER.get(text.strip().upper())


def own_keyword(text: str) -> Keyword | None:
    """Italian, German and French whole-message keywords, which no carrier handles.

    Case, accents and closing "!" or "." change nothing ("Arrêt!").
    """
    return _OWN.get(normalise(text[:40]).text.strip().rstrip("!. "))
