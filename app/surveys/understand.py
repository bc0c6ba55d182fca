"""Understands a reply written freely as the answer to one question, or says that it cannot."""

import math
import re
from dataclasses import dataclass
from datetime import date

from app.language.dates import Side, find_date
from app.language.numbers import find_number
from app.language.rating import find_rating
from app.language.reading import Intent, Reading, read
from app.surveys import contact_data, options
from app.surveys.forms import enough, possible, within
from app.surveys.survey import SCALES, Kind, Question, Value, When
from app.surveys.words import plain, words_of

_CLAUSES = re.compile(
    r"[.,;:!?\n]+(?=\s|$)|\s[-\u2013\u2014]\s"
    r"|\b(?:perch[eèé]|xk[eèé]|xch[eèé]|poich[eèé]|siccome|because|since|as|weil|denn|da|parce que|car)\b"
    r"|(?=\b(?:ma|però|pero|anche se|but|though|although|aber|obwohl|mais)\b)",
    re.IGNORECASE,
)
_LEADING_RATING = re.compile(
    r"\s*\d{1,2}(?:[.,]\d)?(?:\s*(?:/|su|out of|von|sur)\s*\d{1,2})?(?=[^\w/]|$)", re.IGNORECASE
)
_EDGES = re.compile(r"^[\s,;:.!?\u2013\u2014-]+|[\s,;:\u2013\u2014-]+$")
_SKIPS = re.compile(
    r"(?:io )?(?:passo|salto|salta|saltiamo|skip(?: (?:it|this))?|pass|next|weiter|uberspringen|(?:je )?passe|"
    r"passer|suivante?|prossima|avanti)"
)
_READ = 2000  # characters; an option, a number or an address stands in a sentence, not in a letter
_ALONE = re.compile(
    r"\b(?:solo io|sol[oa] me|da sol[oa]|soltanto io|just me|only me|on my own|by myself|alone|nur ich|allein|"
    r"seule?|seulement moi)\b"
)


@dataclass(frozen=True, slots=True)
class Understood:
    """`value` is None when the reply is no answer; `rest` holds the words that came along with a rating."""

    value: Value | None
    reading: Reading
    rest: str = ""


def skips(question: Question, text: str) -> bool:
    """Whether the whole reply says to leave the question out: "passo", "skip", "weiter", "passer"."""
    bare = plain(text).strip(" .,!")
    return question.kind is not Kind.CONSENT and _SKIPS.fullmatch(bare) is not None


def understand(question: Question, text: str, *, lang: str, channel: str, today: date) -> Understood:
    """`text` as the answer to `question`; `lang` and `today` are the contact's."""
    scale = SCALES.get(question.kind)
    reading = read(text, lang=lang, scale=scale[-1] if scale else None, channel=channel)
    if scale:
        return _rating(text, reading, scale)
    # A machine's "out of office until 3 December" is no day, and its 24 no number.
    said = text if question.kind is Kind.TEXT else text[:_READ]
    value = None if reading.has(Intent.OUT_OF_OFFICE) else _value(question, said, lang, today, reading)
    return Understood(value, reading)


def _value(question: Question, text: str, lang: str, today: date, reading: Reading) -> Value | None:
    match question.kind:
        case Kind.TEXT:
            return text or None
        case Kind.CHOICE:
            return options.chosen(question, text, lang) or _heard(question, reading)
        case Kind.CHOICES:
            named = options.several(question, text, lang)
            return named if named is not None and enough(question, named) else None
        case Kind.CONSENT:
            return options.consent(question, text, lang, reading)
        case Kind.NUMBER:
            return _number(question, text, lang)
        case Kind.DATE:
            day = find_date(text, today, _SIDES[question.when])
            return day.isoformat() if day and possible(question, day, today) else None
        case Kind.CONTACT:
            return contact_data.found_in(question, text)
    return None


_SIDES: dict[When, Side] = {When.FUTURE: "future", When.PAST: "past", When.ANY: "any"}


def _heard(question: Question, reading: Reading) -> str | None:
    """The option that a wish the reply states stands for, where nothing named one."""
    heard = (
        option.value for option in question.options if any(reading.has(Intent(one)) for one in option.hears)
    )
    return next(heard, None)


def _number(question: Question, text: str, lang: str) -> Value | None:
    number = find_number(text, lang)
    if number is None and _ALONE.search(plain(text)):
        # Nobody comes along, or one person comes: that depends on what was asked for.
        number = 0 if within(question, 0) else 1
    if number is None and options.says_no(text, lang):
        number = 0
    if number is None:
        return None
    # A part of a whole counts for nothing: two and a half guests are two.
    kept = math.floor(number) if question.whole or number.is_integer() else number
    return kept if within(question, kept) else None


def _rating(text: str, reading: Reading, scale: range) -> Understood:
    if reading.rating is None:
        return Understood(None, reading)
    # Scores are counted whole; a half goes down, so that nobody is called happier than they said.
    value = math.floor(reading.rating.value)
    if value not in scale:
        return Understood(None, reading)
    return Understood(value, reading, words_besides(text, scale[-1]))


def words_besides(text: str, maximum: int = 10) -> str:
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
    return kept if sum(len(word) > 2 for word in words_of(kept)) > 1 else ""
