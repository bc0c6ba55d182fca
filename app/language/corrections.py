"""Hears when a contact takes back what they said before: "no scusa, 7", "I meant the second"."""

import re
from functools import cache

from app.language.normal import normalise

# These say it wherever they stand.
_OPEN = (
    # it
    r"\b(?:volevo|intendevo|intendo) (?:dire|scrivere|mettere|dare|rispondere|scegliere)\b|\bintendevo\b",
    r"\b(?:mi )?(?:correggo|rettifico|ricorreggo)\b|\b(?:errata corrige|come non detto)\b",
    r"\bmi (?:sono|ero) (?:sbagliat|confus)\w|\bho (?:sbagliato|digitato male|scritto male|premuto male)\b",
    r"\b(?:errore|refuso) (?:mio|di battitura)\b|\bmi e (?:partit|scappat)\w\b",
    r"\b(?:cambio|cambia|modifico|annulla) (?:idea|(?:la |il )?(?:mi[ao] )?(?:risposta|voto))\b",
    # en
    r"\bi (?:meant|mean to say|mistyped|misread|pressed|hit the wrong|picked the wrong)\b",
    r"\b(?:scratch|ignore|forget|disregard) (?:that|my (?:last|previous)|the (?:last|previous))\b",
    r"\b(?:typo|correction|(?:my|a) (?:mistake|bad)|fat fingers?)\b|\b(?:make|change) (?:that|it)(?: to)?\b",
    r"\b(?:wrong|changed? my) (?:answer|mind|key|button)\b|\blet me (?:correct|rephrase|change)\b",
    # de, fr
    r"\bich meinte\b|\b(?:vertippt|verschrieben|korrektur|korrigiere)\b|\bwar ein (?:fehler|versehen)\b",
    r"\bje (?:voulais|veux) dire\b|\bje (?:me suis tromp\w+|corrige|rectifie)\b|\berreur de (?:ma part|frappe)\b",
)
# These open a correction only where little follows: "sorry, 7" is one, "scusate il ritardo, ero via" is not.
_OPENING = (
    r"(?:(?:(?:ah|eh|oh|ehm|uh|um|ops|oops|whoops|hm+|ma)[ ,.!]+)*"
    r"(?:(?:no|non|nein|nee|eh no)[ ,.!]+(?:no[ ,.!]+)?)?"
    r"(?:anzi|scusa(?:te|mi|temi)?|pardon|perdono|chiedo scusa|sorry|my apologies|apologies|wait|aspett[ai]|"
    r"actually|well actually|or rather|rather(?=,| \d)|i mean|meglio|entschuldigung|sry|doch|vielmehr|besser gesagt|"
    r"excusez(?: moi|-moi)?|desole\w?|plutot|enfin|attendez)"
    r"|(?:ops|oops|whoops)|(?:no|nein|non(?=,))(?= ?[,.]? ?\d))"
)
_SHORT = r"[ ,.:;!-]+(?:\S+(?:\s+|$)){1,6}$"
# What a person excuses besides a wrong answer.
_EXCUSED = r"(?! (?:il|per il|del|for the|for my|about the|for) (?:ritardo|disturbo|delay|late|wait)| late)"
# "8, anzi no 7", "9 not 6", "non 6 ma 9", "8 scusa".
_NUMBERS = (
    r"(?<=\d),? (?:no|anzi|nein)\b(?:,? no)?,? (?=\d)|\b\d+,? (?:e )?(?:non|not|nicht|pas) (?:un |a |an |il )?\d+\b|"
    r"\b(?:non|not|nicht|pas) (?:un |a |an |il )?\d+(?:,| ma| but| sondern| mais)+ (?:un |a |an |il )?\d|"
    r"\d\W+(?:scusa(?:te|mi)?|sorry|pardon)\W*$"
)


@cache
def _cue() -> re.Pattern[str]:
    return re.compile("|".join((*_OPEN, rf"^\W*{_OPENING}{_EXCUSED}{_SHORT}", _NUMBERS)))


def corrects(text: str) -> bool:
    """Whether `text` openly takes back an earlier answer, in Italian, English, German or French.

    Only the cue is judged, not whether what follows fits an earlier question: "anzi 8" and "sorry, the second
    one" are corrections, "scusate il ritardo" and "it was actually quite good" are not.
    """
    return _cue().search(normalise(text[:500]).text) is not None
