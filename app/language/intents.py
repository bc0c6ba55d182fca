"""Finds what a contact wants, with negation and scope, and the words that prove it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.language import intent_phrases as phrases
from app.language.normal import Normal
from app.language.vocabulary import Intent, Span


@dataclass(frozen=True, slots=True)
class Wants:
    """The spans in order of place; `doubtful` when an opt-out needs a person's eyes."""

    spans: tuple[Span, ...]
    doubtful: bool


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_REMOVAL = _any(rf"\b(?:{pattern})" for pattern in phrases.REMOVAL)
_STOPPING = _any(phrases.STOPPING)
_WHOLE_STOP = re.compile(phrases.WHOLE_STOP)
_PHRASES = {intent: _any(patterns) for intent, patterns in phrases.PHRASES.items()}
_QUESTION_START = re.compile(phrases.QUESTION_START)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_DOUBTFUL = re.compile(phrases.DOUBTFUL)
_NEGATOR = re.compile(phrases.NEGATORS)
_MISTAKE = re.compile(phrases.MISTAKE)
_WHEN = re.compile(phrases.WHEN)
_RHETORICAL = re.compile(
    r"\b(?:perche non|why (?:dont|wont|havent|cant) you|non (?:mi|"
    r"ci) avete (?:\w+ )?)\W*$"
)
_THINGS = re.compile(
    r"\w* (?:il |la |l'|lo |un |un'|una |my |the |that |this |questo |questa |mio |mia )*(?:ordin[ei]|"
    r"order|appuntament\w+|appointment|"
    r"prenotazion\w+|booking|abbonamento|contratto|contract|fattura|invoice|consegna|delivery|visita|"
    r"riunione|meeting)\b"
)
_SCOPE = re.compile(r"[,.;:!?\n]|\b(?:ma|but|pero|e|and|quindi|so|allora|perche|because|anzi)\b")
_NOT_THANKS = re.compile(r"\b(?:no|nein|non),? $")
_NOT_THANKED = re.compile(r" (?:per niente|for nothing|al cavolo|di niente|a dio|god|a voi ho|to you)")
_NEGATABLE = {Intent.COMPLAINT, Intent.CALLBACK, Intent.STAY, Intent.ABUSE, Intent.WRONG_PERSON}
_NOT_BY_NAME = re.compile(
    r"\b(?:[Nn]on sono(?: [Ii]l| [Ll]a)?|I'?m not|I am not|[Tt]his is(?:n't|"
    r" not)) [A-Z][a-z]{2,}\b(?! ?[?])"
)


def find_intents(given: str, normal: Normal) -> Wants:
    """Every intent in `given`, each with its evidence; several may hold at once."""
    text = normal.text
    found: list[tuple[Intent, int, int]] = []
    stops, kept, doubtful = _opt_outs(text)
    found += [(Intent.UNSUBSCRIBE, *place) for place in stops]
    found += [(Intent.STAY, *place) for place in kept]
    for intent, pattern in _PHRASES.items():
        found += [(intent, *place) for place in _places(intent, pattern, text, stops)]
    found += [(Intent.QUESTION, *place) for place in _questions(text)]
    spans = [_span(given, normal, *one) for one in found]
    spans += [Span(Intent.WRONG_PERSON, m.start(), m.end(), m.group()) for m in _NOT_BY_NAME.finditer(given)]
    has = {span.intent for span in spans}
    return Wants(
        tuple(sorted(set(spans), key=lambda span: (span.start, span.end, span.intent))),
        bool(stops) and (doubtful or Intent.STAY in has),
    )


def _span(given: str, normal: Normal, intent: Intent, start: int, end: int) -> Span:
    begin, finish = normal.source(start, end)
    while begin < finish and given[begin].isspace():
        begin += 1
    while finish > begin and given[finish - 1].isspace():
        finish -= 1
    return Span(intent, begin, finish, given[begin:finish])


def _opt_outs(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]], bool]:
    """Where the text asks to be left alone, where it asks to be kept ("non cancellatemi"), and any doubt."""
    whole = _WHOLE_STOP.match(text)
    if whole:
        return [whole.span()], [], False
    stops = [match.span() for match in _STOPPING.finditer(text)]
    kept: list[tuple[int, int]] = []
    rhetorical = False
    for match in _REMOVAL.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in stops) or _THINGS.match(
            text, match.start()
        ):
            continue
        if _MISTAKE.search(text):
            kept.append(match.span())
        elif _negated(text, match.start()):
            if _RHETORICAL.search(text[max(0, match.start() - 60) : match.start()]):
                rhetorical = True
                stops.append(match.span())
            else:
                kept.append(match.span())
        else:
            stops.append(match.span())
    return stops, kept, rhetorical or (bool(stops) and _DOUBTFUL.search(text) is not None)


def _negated(text: str, start: int) -> bool:
    """Whether a negator governs what begins at `start`: in the same clause, at most five words before."""
    clause = _SCOPE.split(text[max(0, start - 60) : start])[-1]
    near = " ".join(clause.split()[-5:])
    return _NEGATOR.search(near) is not None


def _places(
    intent: Intent, pattern: re.Pattern[str], text: str, stops: list[tuple[int, int]]
) -> Iterable[tuple[int, int]]:
    for match in pattern.finditer(text):
        start, end = match.span()
        if start == end:
            continue
        if intent in (Intent.CALLBACK, Intent.LEAVE) and any(a < end and start < b for a, b in stops):
            continue
        if intent in _NEGATABLE and _denied(intent, text, start):
            continue
        if intent is Intent.THANKS and (
            _NOT_THANKS.search(text[max(0, start - 10) : start]) or _NOT_THANKED.match(text, end)
        ):
            continue
        if intent is Intent.CALLBACK and (when := _WHEN.match(text, end)):
            end = when.end()
        yield start, end


def _denied(intent: Intent, text: str, start: int) -> bool:
    if intent is Intent.COMPLAINT and not re.match(
        r"reclam|lament|complain|rimbors|refund|in ritardo|"
        r"problem",
        text[start:],
    ):
        return False
    return _negated(text, start)


def _questions(text: str) -> Iterable[tuple[int, int]]:
    sentences = [match for match in _SENTENCE.finditer(text) if "?" in match.group()]
    asked = [match.span() for match in sentences if re.search("[a-z]", match.group())]
    if asked:
        return asked
    return [match.span() for match in _QUESTION_START.finditer(text)]
