"""Understands a reply written freely as the answer to one question, or says that it cannot."""

import math
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from app.language.rating import find_rating
from app.language.reading import Intent, Reading, read
from app.surveys.steps import Value
from app.surveys.survey import LEAVE, SCALES, STAY, Kind, Question

_YES, _NO = {"si", "yes"}, {"no"}
_SURELY = {"certo", "certamente", "volentieri", "assolutamente", "ok", "sure", "of", "course", "absolutely"}
_NEGATIONS = {"non", "no", "not", "ne", "mai", "never", "dont", "don", "nessuno", "none"}
_CLAUSES = re.compile(
    r"[.,;:!?\n]+(?=\s|$)|\s[-\u2013\u2014]\s"
    r"|\b(?:perch[eèé]|xk[eèé]|xch[eèé]|poich[eèé]|siccome|because|since|as)\b"
    r"|(?=\b(?:ma|però|pero|anche se|but|though|although)\b)",
    re.IGNORECASE,
)
_LEADING_RATING = re.compile(
    r"\s*\d{1,2}(?:[.,]\d)?(?:\s*(?:/|su|out of)\s*\d{1,2})?(?=[^\w/]|$)", re.IGNORECASE
)
_EDGES = re.compile(r"^[\s,;:.!?\u2013\u2014-]+|[\s,;:\u2013\u2014-]+$")
_WORDS = re.compile(r"\w+")
# Courtesy and fillers: "la 2, grazie" is "2", and "8, buona giornata" gives no reason for the 8.
_COURTESY = frozenset(
    _WORDS.findall(
        "ciao salve buongiorno buonasera buon buona giornata serata sera pomeriggio grazie mille tante prego "
        "saluti saluto cordiali cordialmente distinti scusa scusi scusate voto direi dico lode opzione "
        "numero risposta la il lo le hi hello hey dear thanks thank you many very much so regards best kind "
        "cheers please nice good day evening morning sorry option number answer the rate"
    )
)


@dataclass(frozen=True, slots=True)
class Understood:
    """`value` is None when the reply is no answer; `rest` holds the words that came along with a rating."""

    value: Value | None
    reading: Reading
    rest: str = ""


def clean(text: str) -> str:
    """The text without the characters databases and pages refuse (controls, lone surrogates), trimmed."""
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def understand(question: Question, text: str, *, lang: str, channel: str) -> Understood:
    """`text` as the answer to `question`; `lang` is the contact's language."""
    scale = SCALES.get(question.kind)
    reading = read(text, lang=lang, scale=scale[-1] if scale else None, channel=channel)
    if scale:
        return _rating(text, reading, scale)
    if question.kind is Kind.TEXT:
        said = bool(text) and not reading.has(Intent.OUT_OF_OFFICE)
        return Understood(text if said else None, reading)
    chosen = _option(question, text, lang)
    if question.kind is Kind.CONSENT:
        chosen = chosen or _consent(text, reading)
    return Understood(chosen, reading)


def exact_label(question: Question, text: str, lang: str) -> str | None:
    """The value of the option whose label is the whole reply, in the contact's language or another one."""
    wanted = _tokens(text)
    languages = [lang, *(other for other in question.text if other != lang)]
    for language in languages:
        for option in question.options:
            if wanted and wanted == _tokens(option.label[language]):
                return option.value
    return None


def _rating(text: str, reading: Reading, scale: range) -> Understood:
    if reading.rating is None:
        return Understood(None, reading)
    # Scores are counted whole; a half goes down, so that nobody is called happier than they said.
    value = math.floor(reading.rating.value)
    if value not in scale:
        return Understood(None, reading)
    return Understood(value, reading, _rest(text, scale[-1]))


def _rest(text: str, maximum: int) -> str:
    """What was said besides the rating: "6, consegne lente" leaves "consegne lente", "8, grazie" nothing."""
    leading = _LEADING_RATING.match(text)
    if leading and find_rating(leading.group(), maximum):
        text = text[leading.end() :]
    runs = [""]
    place = 0
    for cut in [*_CLAUSES.finditer(text), None]:
        end = cut.start() if cut else len(text)
        clause = text[place:end]
        # A clause that holds the rating parts what stands before it from what comes after.
        if find_rating(clause, maximum):
            runs.append("")
        else:
            runs[-1] += clause + (cut.group() if cut else "")
        place = cut.end() if cut else end
    kept = ", ".join(trimmed for run in runs if (trimmed := _EDGES.sub("", run)))
    return kept if sum(len(word) > 2 for word in _tokens(kept)) > 1 else ""


def _consent(text: str, reading: Reading) -> str | None:
    said = set(_tokens(text)) - _SURELY
    if said and (said <= _YES or said <= _NO):
        return STAY if said <= _YES else LEAVE
    stays = reading.has(Intent.STAY)
    leaves = reading.has(Intent.LEAVE) or reading.has(Intent.UNSUBSCRIBE)
    if leaves and not stays:
        return LEAVE
    # Consent must be unambiguous: a doubtful "stay" is asked again, a doubtful "leave" is not.
    return STAY if stays and not leaves and not reading.needs_review else None


def _option(question: Question, text: str, lang: str) -> str | None:
    if exact := exact_label(question, text, lang):
        return exact
    tokens = _tokens(text)
    if len(tokens) == 1 and tokens[0].isdecimal() and 1 <= int(tokens[0]) <= len(question.options):
        return question.options[int(tokens[0]) - 1].value
    if question.kind is Kind.CONSENT or _NEGATIONS.intersection(tokens):
        return None
    named = {option.value: _tokens(option.label[lang]) for option in question.options}
    found = {value: label for value, label in named.items() if label and _contains(tokens, label)}
    widest = [value for value, label in found.items() if not _within_another(label, found.values())]
    return widest[0] if len(widest) == 1 else None


def _within_another(label: list[str], others: Collection[list[str]]) -> bool:
    return any(len(other) > len(label) and _contains(other, label) for other in others)


def _contains(words: list[str], part: list[str]) -> bool:
    return any(words[start : start + len(part)] == part for start in range(len(words) - len(part) + 1))


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return [word for word in _WORDS.findall(bare) if word not in _COURTESY]
