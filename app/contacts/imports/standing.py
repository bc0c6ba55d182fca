"""What a status cell says of a subscription: mailing tools tell their opt-outs there. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from app.files.cells import plain


class Standing(StrEnum):
    """What a mailing tool knows of one subscriber."""

    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


_WORDS = {
    Standing.SUBSCRIBED: (
        "subscribed", "subscriber", "opted in", "opt in", "optin", "iscritto", "iscritta", "resubscribed",
        "subscribed to newsletter", "email subscribed",
    ),
    Standing.UNSUBSCRIBED: (
        "unsubscribed", "unsubscribe", "globally unsubscribed", "opted out", "opt out", "optout", "blocklisted",
        "blocklist", "blacklisted", "blacklist", "in blacklist", "block list", "black list", "suppressed",
        "do not contact", "do not email", "do not mail", "non contattare", "disiscritto", "disiscritta",
        "revocato", "soppresso", "lista nera", "in lista nera", "abgemeldet",
    ),
    Standing.BOUNCED: (
        "bounced", "bounce", "hard bounce", "hard bounced", "hardbounce", "hardbounced", "cleaned",
        "rimbalzato", "rimbalzata", "rimbalzo", "undeliverable", "ripulito", "ripulita",
    ),
    Standing.COMPLAINED: (
        "complained", "complaint", "complainer", "spam", "spam complaint", "spam report", "reported spam",
        "marked as spam", "abuse", "reclamo", "segnalato come spam", "segnalazione spam",
    ),
}  # fmt: skip
_KNOWN = {word: standing for standing, words in _WORDS.items() for word in words}
# Of a subscription these are a yes; of a customer ("Stato: attivo") they say nothing about email.
_OF_A_SUBSCRIPTION = frozenset(("active", "attivo", "attiva", "confirmed", "confermato", "confermata"))


@cache
def read(cell: str, *, of_subscription: bool) -> Standing | None:
    """What the cell says; None when it is no word of a subscription.

    `of_subscription`: the column is known to speak of subscriptions, so that "active" is one.
    """
    word = plain(cell)
    if of_subscription and word in _OF_A_SUBSCRIPTION:
        return Standing.SUBSCRIBED
    return _KNOWN.get(word)


def speaks_of_subscriptions(cells: Iterable[str]) -> bool:
    """Whether a column of these cells is a mailing tool's: it says subscribed, unsubscribed or bounced."""
    return any(
        read(cell, of_subscription=False) is not None
        and (
            read(cell, of_subscription=False) is Standing.BOUNCED
            or re.search(r"subscri|iscritt", cell.lower())
        )
        for cell in cells
    )
