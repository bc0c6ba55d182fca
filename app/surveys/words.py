"""The words of a reply, without what spelling and politeness add to them."""

import re
import unicodedata

_WORDS = re.compile(r"\w+")


def wordset(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(_WORDS.findall(text))


# Courtesy and fillers: "la 2, grazie" is "2", and "8, buona giornata" gives no reason for the 8.
_COURTESY = wordset(
    "ciao salve buongiorno buonasera buon buona giornata serata sera pomeriggio grazie mille tante prego "
    "saluti saluto cordiali cordialmente distinti scusa scusi scusate voto direi dico lode opzione "
    "numero nr num risposta la il lo le hi hello hey dear thanks thank you many very much so regards best kind "
    "cheers please nice good day evening morning sorry option number answer the rate "
    "hallo guten tag danke vielen dank schonen bitte grusse grussen gruss mfg liebe nummer antwort die der das "
    "bonjour merci beaucoup bien cordialement salutations bonne journee soiree reponse numero"
)


def clean(text: str) -> str:
    """The text without the characters databases and pages refuse (controls, lone surrogates), trimmed."""
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def words_of(text: str) -> list[str]:
    """The words of a text without case, accents and courtesy."""
    return [word for word in _WORDS.findall(plain(text)) if word not in _COURTESY]


def plain(text: str) -> str:
    """The text without case and accents."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))
