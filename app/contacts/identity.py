"""Who is the same person: which addresses are certain, and which names may belong together. Pure."""

import re
from pathlib import Path

import yaml

from app.contacts.names import MISSING, OTHER, Given, firsts, lasts, likeness

KNOWN = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
"""Words that tell offices from people and companies from their legal forms."""
_ROLES = frozenset(KNOWN["role_addresses"].split() + KNOWN["placeholders"].split())
_PARTS = re.compile(r"[._+\-\d]")


def is_role(email_key: str) -> bool:
    """Whether an address belongs to an office rather than to a person (info@, acquisti2@), or to nobody (nomail@)."""
    local = email_key.partition("@")[0]
    return local in _ROLES or _PARTS.split(local, maxsplit=1)[0] in _ROLES or local.startswith("noreply")


def names_agree(mine: Given, theirs: Given) -> bool:
    """Whether two (first, last) names can be one person's: equal, misspelt, shortened, an initial, swapped, a double
    surname, or not given.

    First names must be closer than surnames: Mario and Maria may share a surname and a telephone.
    """
    if mine == theirs:
        return True
    first, last = firsts(mine[0], theirs[0]), lasts(mine[1], theirs[1])
    if first != OTHER and last != OTHER:
        return True
    return likeness(mine, theirs).weight > 0


def names_match(mine: Given, theirs: Given) -> bool:
    """As names_agree, but both sides must say a surname."""
    return bool(mine[1] and theirs[1]) and names_agree(mine, theirs)


def strangers(mine: Given, theirs: Given) -> bool:
    """Whether the names speak against one person, who may have married but keeps a first name."""
    if firsts(mine[0], theirs[0]) not in (OTHER, MISSING):
        return False
    return lasts(mine[1], theirs[1]) == OTHER and likeness(mine, theirs).weight <= 0
