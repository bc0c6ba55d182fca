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
        "global unsubscribe", "do not contact", "do not email", "do not mail", "non contattare",
        "disiscritto", "disiscritta",
        "revocato", "soppresso", "lista nera", "in lista nera", "abgemeldet", "do not allow", "unsubscribed by admin",
        "email blocklisted",
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
# Of a subscription these are an answer; of a customer ("Stato: attivo") they say nothing about email.
_OF_A_SUBSCRIPTION = dict.fromkeys(
    ("active", "attivo", "attiva", "confirmed", "confermato", "confermata"), Standing.SUBSCRIBED
) | {"junk": Standing.COMPLAINED}
# A stop in words nobody foresaw ("User unsubscribed", "Iscrizione annullata") is still a stop.
_STOP = re.compile(
    r"\bunsubscribed?\b|\b(?:dis|des|de ?)iscritt[oa]\b|\biscrizione annullata|\bannullat\w+ (?:l )?iscrizione"
    r"|\bopt(?:ed)? ?out\b|\bblack ?list|\bblock ?list|\bno longer subscribed|\bnon piu iscritt|\bdesabonn|\bdesinscrit"
)
_NO_STOP = re.compile(r"\b(?:not?(?! longer)|non(?! piu)|never|mai|nessun\w*|resubscribed|reason|motivo)\b")
_WAITS = re.compile(
    r"\b(?:pending|await\w*|waiting|unconfirmed|in attesa|da confermare|non confermat[oa]|not set|no permissions?"
    r"|no consent|nessun consenso|never subscribed|not subscribed|non iscritt[oa])\b"
)
_LONGEST = 60
# ActiveCampaign's API and older exports give the state as a number.
_CODES = {"1": Standing.SUBSCRIBED, "2": Standing.UNSUBSCRIBED, "3": Standing.BOUNCED}

_BASIS = re.compile(
    r"freely given|consent|consenso|legitimate interest|interess[ei] legittim[oi]|legittim[oi] interess[ei]"
    # GDPR art. 6(1)(a), (b), (f); the soft opt-in of ePrivacy art. 13(2), in Italy art. 130 c. 4 of the Code.
    r"|contract|contratto|soft opt in|soft spam|\bart(?:icolo|icle)? 130\b|\b6 1 (?:lett(?:era)? )?[abf]\b"
)
_TAKEN_BACK = re.compile(
    r"withdrawn|revoked|revocat|denied|refused|rifiutat|negat|declined|opted out|opt out|oppos|object"
)
_NOT_YET = re.compile(
    r"\b(?:not?|non|senza|without|nessun\w*)\b|pending|waiting|await|in attesa|request|richiest"
    r"|expired|scadut|missing|manca|required|da (?:chiedere|ottenere)"
)

_FILE_WORDS = {
    Standing.BOUNCED: re.compile(r"\b(?:hard ?)?bounce[sd]?\b|rimbalz|undeliver"),
    Standing.COMPLAINED: re.compile(r"\bspam ?reports?\b|\bcomplain|\babuse\b|segnalazioni spam"),
    Standing.UNSUBSCRIBED: re.compile(
        r"\bunsub|disiscritt|\bopt(?:ed)? ?outs?\b|black ?list|block ?list|\bsuppress|soppress"
        r"|lista nera|do not (?:contact|mail|email)"
    ),
}
_DENIED = re.compile(
    r"\b(?:not?|non|senza|without|except|escl\w*|e|and|iscritt\w+|subscribe\w*|active|attivi|all|tutti)\b"
)


@cache
def read(cell: str, *, of_subscription: bool, coded: bool = False) -> Standing | None:
    """What the cell says; None when it is no word of a subscription.

    `of_subscription`: the column is known to speak of subscriptions, so that "active" is one; `coded`: it may
    speak in numbers.
    """
    word = plain(cell)
    if of_subscription and word in _OF_A_SUBSCRIPTION:
        return _OF_A_SUBSCRIPTION[word]
    if len(word) <= _LONGEST and word not in _KNOWN and _STOP.search(word) and not _NO_STOP.search(word):
        return Standing.UNSUBSCRIBED
    return _KNOWN.get(word) or (_CODES.get(word) if coded else None)


@cache
def waits(cell: str) -> bool:
    """Whether a status says that nobody agreed yet: beside it an "active" in another column is no yes."""
    return bool(_WAITS.search(plain(cell)))


@cache
def basis(cell: str) -> bool | None:
    """Whether a legal basis allows marketing: True, False when it was taken back, None when it is open or none.

    Of several (`;`) one is enough, unless another was taken back: "Consent - Pending" is no consent.
    """
    said = [_one_basis(plain(part)) for part in cell.split(";")]
    return False if False in said else True if True in said else None


def _one_basis(words: str) -> bool | None:
    if _TAKEN_BACK.search(words):
        return False
    return True if _BASIS.search(words) and not _NOT_YET.search(words) else None


def of_file(name: str, header: Iterable[str]) -> Standing | None:
    """What a file's name says of everyone in it: mailing tools export their opt-outs and bounces apart.

    Mailchimp's files (known by their columns) also say `cleaned` and `subscribed`; anywhere else the one may
    mean tidied and the other proves nothing.
    """
    words = plain(re.sub(r"\.[a-z]{2,5}$", "", name.lower()))
    if is_mailchimp(header):
        for word, standing in _MAILCHIMP.items():
            if words.startswith(word):
                return standing
    told = [standing for standing, pattern in _FILE_WORDS.items() if pattern.search(words)]
    return told[0] if len(told) == 1 and not _DENIED.search(words) else None


def is_mailchimp(header: Iterable[str]) -> bool:
    """Whether these are the columns of Mailchimp's exports, of which each file holds people of one standing."""
    return bool({plain(one) for one in header} & {"leid", "euid", "member rating"})


_MAILCHIMP = {
    "unsubscribed": Standing.UNSUBSCRIBED,
    "cleaned": Standing.BOUNCED,
    "subscribed": Standing.SUBSCRIBED,
}


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


def holds_only_standings(cells: Iterable[str]) -> bool:
    """Whether every cell is a word for a standing, and one of them a stop."""
    told = {read(cell, of_subscription=True) for cell in cells}
    return None not in told and bool(told & {Standing.UNSUBSCRIBED, Standing.COMPLAINED})
