"""Who is the same person: which addresses are certain, and which names may belong together. Pure."""

from difflib import SequenceMatcher

from app.files.cells import plain

_ROLES = frozenset(
    [
        "info",
        "amministrazione",
        "ordini",
        "pec",
        "noreply",
        "no-reply",
        "sales",
        "vendite",
        "acquisti",
        "admin",
        "contabilita",
        "fatture",
        "support",
        "supporto",
        "segreteria",
        "ufficio",
        "commerciale",
        "marketing",
        "contact",
        "contatti",
        "hello",
        "office",
        "mail",
        "email",
        "direzione",
        "hr",
        "assistenza",
        "servizioclienti",
        "postmaster",
        "webmaster",
        "billing",
        "accounts",
        "invoices",
        "ordine",
        "logistica",
        "magazzino",
        "produzione",
        "tecnico",
        "qualita",
        "reception",
        "privacy",
        "dpo",
        "newsletter",
        "kontakt",
        "vertrieb",
    ]
)


def is_role(email_key: str) -> bool:
    """Whether an address belongs to an office rather than to a person (info@, amministrazione@, …)."""
    local = email_key.partition("@")[0]
    return (
        local in _ROLES or local.partition(".")[0].partition("+")[0] in _ROLES or local.startswith("noreply")
    )


def names_agree(mine: tuple[str | None, str | None], theirs: tuple[str | None, str | None]) -> bool:
    """Whether two (first, last) names can be one person's: equal, misspelt, an initial, or not given.

    First names must be closer than surnames: Mario and Maria may share a surname and a telephone.
    """
    (first, last), (other_first, other_last) = mine, theirs
    return _firsts_agree(first, other_first) and _lasts_agree(last, other_last)


def names_match(mine: tuple[str | None, str | None], theirs: tuple[str | None, str | None]) -> bool:
    """As names_agree, but both sides must say a surname."""
    return bool(mine[1] and theirs[1]) and names_agree(mine, theirs)


def strangers(mine: tuple[str | None, str | None], theirs: tuple[str | None, str | None]) -> bool:
    """Whether the names speak against one person, who may have married but keeps a first name."""
    first_kept = bool(mine[0] and theirs[0]) and _firsts_agree(mine[0], theirs[0])
    return not first_kept and not _lasts_agree(mine[1], theirs[1])


def _firsts_agree(one: str | None, other: str | None) -> bool:
    if not one or not other or one == other:
        return True
    a, b = plain(one), plain(other)
    initial = a[:1] == b[:1] and 1 in (len(a), len(b))
    return initial or bool(set(a.split()) & set(b.split())) or SequenceMatcher(None, a, b).ratio() > 0.9


def _lasts_agree(one: str | None, other: str | None) -> bool:
    if not one or not other or one == other:
        return True
    a, b = plain(one), plain(other)
    return _one_slip(a, b) or SequenceMatcher(None, a, b).ratio() >= 0.8


def _one_slip(a: str, b: str) -> bool:
    """At most one letter changed, added or missing, in a name long enough to tell."""
    if min(len(a), len(b)) < 3 or abs(len(a) - len(b)) > 1:
        return a == b
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[start + 1 :] == b[start + 1 :] or a[start + 1 :] == b[start:] or a[start:] == b[start + 1 :]
