"""Counts what a survey costs by SMS: every text as it is sent, with generous values filled in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.surveys import graph, piping
from app.surveys.check.questions import ERROR, Finding
from app.surveys.document import Path_
from app.surveys.shown import LONGEST, number_shown, shown
from app.surveys.survey import END, SCALES, WITH_OPTIONS, Kind, Question, Survey

MAX_SEGMENTS = 3
# Longer than most real values, so that the longest name in a list does not cost a segment nobody planned.
SAMPLE: Mapping[str, str] = {
    "first_name": "Mariantonietta",
    "last_name": "Bondumier-Roccabonella",
    "company": "Ferrabosco-Argenti e figli",
    "organisation": "Officine Meccaniche Rossi",
    "owner": "Alessandro Bianchi",
}
# One more than a lone segment holds of a character that is not in the GSM alphabet.
_UNICODE_ROOM = 71
_WORDS, _ATTRIBUTE, _LARGE = "x" * LONGEST, "Commercio all'ingrosso", 100_000


@dataclass(frozen=True, slots=True)
class Longest:
    """The most expensive SMS of a survey in one language."""

    lang: str
    path: Path_
    segments: int
    characters: int


def lengths(survey: Survey, segments: Callable[[str], int]) -> Iterator[Finding]:
    """Errors for texts that need more than three SMS segments with generous sample values filled in."""
    counts: dict[Path_, tuple[int, str]] = {}
    for path, lang, text in _sms_texts(survey):
        counts[(*path, lang)] = max((segments(text), text), counts.get((*path, lang), (0, "")))
    for path, (count, text) in counts.items():
        if count > MAX_SEGMENTS:
            said = f"with all that is sent along, needs {count} SMS segments, {MAX_SEGMENTS} are allowed: shorten it"
            if dear := "".join(one for one in dict.fromkeys(text) if segments(one * _UNICODE_ROOM) > 1):
                said += f", or do without {dear}, which halves what a segment holds"
            yield path, ERROR, said


def longest(survey: Survey, segments: Callable[[str], int]) -> list[Longest]:
    """The longest SMS of each language, in the order of the survey's languages."""
    found: dict[str, Longest] = {}
    for path, lang, text in _sms_texts(survey):
        one = Longest(lang, (*path, lang), segments(text), len(text))
        if lang not in found or (one.segments, one.characters) > (
            found[lang].segments,
            found[lang].characters,
        ):
            found[lang] = one
    return [found[lang] for lang in survey.languages if lang in found]


def _sms_texts(survey: Survey) -> Iterator[tuple[Path_, str, str]]:
    """Every SMS as it would be sent, with the place of its main part and its language."""
    for lang in survey.languages:
        values = dict(SAMPLE) | _answers(survey, lang)
        values |= {piping.ATTRIBUTE + name: _ATTRIBUTE for name in survey.attributes}
        for path, text in _drafts(survey, lang):
            yield path, lang, piping.fill(text, values, {})


def _drafts(survey: Survey, lang: str) -> Iterator[tuple[Path_, str]]:
    first = _first(survey)
    for number, question in enumerate(survey.questions.values()):
        place: Path_ = ("questions", number, "sms" if "sms" in question.channels else "text")
        text = "\n".join(filter(None, (_said_before(survey, question.id, lang), _asked(question, lang))))
        if question.kind is Kind.STATEMENT:
            if END in graph.targets(survey, question):
                yield place, text
            continue
        way_out = survey.sms.way_out[lang]
        yield place, text
        yield place, "\n".join((survey.sms.reminder[lang], _asked(question, lang), way_out))
        if question.id in first:
            yield place, "\n".join((survey.sms.opening[lang], text, way_out))
        if question.reask:
            yield ("questions", number, "reask"), _listed(question, question.reask[lang], lang)
    for key in ("closing", "wrong_person", "late"):
        if words := getattr(survey, key):
            yield (key,), words[lang]


def _first(survey: Survey) -> set[str]:
    """The questions with which a conversation may open."""
    waiting, found = [survey.start], set()
    while waiting:
        question = survey.questions.get(waiting.pop())
        if question and question.kind is Kind.STATEMENT:
            waiting.extend(graph.targets(survey, question))
        elif question:
            found.add(question.id)
    return found


def _said_before(survey: Survey, name: str, lang: str) -> str:
    """The longest run of statements that may stand right before a question."""
    runs = [
        "\n".join(filter(None, (_said_before(survey, one.id, lang), one.wording(lang, "sms"))))
        for one in survey.questions.values()
        if one.kind is Kind.STATEMENT and name in graph.targets(survey, one)
    ]
    return max(runs, key=len, default="")


def _asked(question: Question, lang: str) -> str:
    return _listed(question, question.wording(lang, "sms"), lang)


def _listed(question: Question, text: str, lang: str) -> str:
    labels = (f"{place} {option.label[lang]}" for place, option in enumerate(question.options, 1))
    return text.replace(f"{{{piping.OPTIONS}}}", ", ".join(labels))


def _answers(survey: Survey, lang: str) -> dict[str, str]:
    asked = (one for one in survey.questions.values() if one.kind is not Kind.STATEMENT)
    return {piping.ANSWER + question.id: _long_answer(question, lang) for question in asked}


def _long_answer(question: Question, lang: str) -> str:
    if question.kind in WITH_OPTIONS:
        labels = sorted((option.label[lang] for option in question.options), key=len, reverse=True)
        return ", ".join(labels[: question.at_most] if question.kind is Kind.CHOICES else labels[:1])
    if question.kind in SCALES:
        return str(SCALES[question.kind][-1])
    if question.kind is Kind.NUMBER:
        return number_shown(question.maximum or _LARGE, lang)
    return shown(question, "2026-09-30", lang) if question.kind is Kind.DATE else _WORDS
