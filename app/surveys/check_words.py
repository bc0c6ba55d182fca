"""Checks the words of a survey: languages complete, placeholders known, labels safe, SMS short."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain

from app.language.keywords import carrier_keyword, italian_keyword
from app.surveys import piping
from app.surveys.document import Path_
from app.surveys.problems import Severity
from app.surveys.survey import Kind, Question, Survey, Words

MAX_SEGMENTS = 3
# Longer than most real values, so that the longest name in a list does not cost a segment nobody planned.
SAMPLE: Mapping[str, str] = {
    "first_name": "Mariantonietta",
    "last_name": "Bondumier-Roccabonella",
    "company": "Ferrabosco-Argenti e figli",
    "organisation": "Officine Meccaniche Rossi",
    "owner": "Alessandro Bianchi",
}
Finding = tuple[Path_, Severity, str]
Worded = tuple[Path_, Collection[str]]
_OPTIONS_KINDS = (Kind.CHOICE, Kind.CONSENT)


def _question_words(number: int, question: Question) -> Iterator[tuple[Path_, Words]]:
    yield ("questions", number, "text"), question.text
    for channel, words in question.channels.items():
        yield ("questions", number, channel), words
    if question.reask:
        yield ("questions", number, "reask"), question.reask
    for place, option in enumerate(question.options):
        yield ("questions", number, "options", place, "label"), option.label


def _all_words(survey: Survey) -> Iterator[tuple[Path_, Words]]:
    """Every text of the survey by language, with where it stands, but for the emails."""
    yield ("title",), survey.title
    for number, question in enumerate(survey.questions.values()):
        yield from _question_words(number, question)
    for name, words in survey.fallbacks.items():
        yield ("fallbacks", name), words
    yield ("closing",), survey.closing
    yield ("wrong_person",), survey.wrong_person
    yield ("moved_on",), survey.moved_on
    for part in ("opening", "way_out", "reminder"):
        yield ("sms", part), getattr(survey.sms, part)


def _all_texts(survey: Survey) -> Iterator[tuple[Path_, str, str]]:
    """Every single text with its exact place and its language, emails included."""
    for path, words in _all_words(survey):
        for lang, text in words.items():
            yield (*path, lang), lang, text
    for step, emails in survey.emails.items():
        for lang, email in emails.items():
            path = ("emails", step, lang)
            for part in ("subject", "preheader", "heading", "button", "rating_caption"):
                yield (*path, part), lang, getattr(email, part)
            for number, paragraph in enumerate(email.body):
                yield (*path, "body", number), lang, paragraph


def languages(survey: Survey) -> Iterator[Finding]:
    """Errors for words that lack a language, warnings for words in a language the survey does not speak."""
    emails = ((("emails", step), emails) for step, emails in survey.emails.items())
    for path, words in chain[Worded](_all_words(survey), emails):
        name = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
        for lang in survey.languages:
            if lang not in words:
                yield path, Severity.ERROR, f"{name}: the text in `{lang}` is missing; write it"
        for lang in words:
            if lang not in survey.languages:
                said = f"{name}: the survey does not speak `{lang}`; add it to languages or remove the text"
                yield (*path, lang), Severity.WARNING, said


def placeholders(survey: Survey) -> Iterator[Finding]:
    """Errors for {names} that would reach the contact unfilled, or leave a hole when their value lacks."""
    known = ", ".join(piping.VALUES)
    for name in survey.fallbacks:
        if name not in piping.VALUES:
            yield ("fallbacks", name), Severity.ERROR, f"there is no value `{name}`; known are {known}"
    with_options = {
        ("questions", number)
        for number, question in enumerate(survey.questions.values())
        if question.kind in _OPTIONS_KINDS
    }
    for path, lang, text in _all_texts(survey):
        allowed = set(survey.fallbacks) | ({piping.OPTIONS} if path[:2] in with_options else set())
        for name in sorted(piping.names(text) - allowed):
            mend = "give it a fallback" if name in piping.VALUES else f"known are {known}"
            yield path, Severity.ERROR, f"{{{name}}} cannot be filled in: {mend}"
        fallbacks = {name: words.get(lang, "") for name, words in survey.fallbacks.items()}
        if piping.reads_badly(piping.fill(text, {}, fallbacks)):
            said = "reads badly when a value is missing: move {name} away from the start or the end"
            yield path, Severity.ERROR, said
        if piping.stray_brace(text):
            yield path, Severity.ERROR, "a brace stands alone: write {name}, or use ( )"


def labels(survey: Survey) -> Iterator[Finding]:
    """Errors for answers that a carrier or our own opt-out would take, and for SMS that do not name them."""
    for number, question in enumerate(survey.questions.values()):
        if question.kind not in _OPTIONS_KINDS:
            continue
        for lang in survey.languages:
            seen: set[str] = set()
            for place, option in enumerate(question.options):
                label = option.label[lang]
                path: Path_ = ("questions", number, "options", place, "label", lang)
                if carrier_keyword(label) or italian_keyword(label):
                    yield (
                        path,
                        Severity.ERROR,
                        f"`{label}` is an opt-out or help keyword: choose another word",
                    )
                if label.casefold() in seen:
                    yield path, Severity.ERROR, f"`{label}` stands for two options: choose another word"
                seen.add(label.casefold())
            yield from _named(number, question, lang)


def _named(number: int, question: Question, lang: str) -> Iterator[Finding]:
    asked = "sms" if "sms" in question.channels else "text"
    for place, text in ((asked, question.wording(lang, "sms")), ("reask", question.reask.get(lang))):
        if text is None:
            continue
        missing = [option.label[lang] for option in question.options if option.label[lang] not in text]
        if missing and piping.OPTIONS not in piping.names(text):
            said = f"by SMS nobody sees buttons: name {', '.join(missing)} in the text, or write {{options}}"
            yield ("questions", number, place, lang), Severity.ERROR, said


def frame(survey: Survey) -> Iterator[Finding]:
    """Errors when the first SMS does not say who writes or how to make it stop."""
    for lang in survey.languages:
        if "organisation" not in piping.names(survey.sms.opening[lang]):
            yield (
                ("sms", "opening", lang),
                Severity.ERROR,
                "say who writes: put {organisation} in the opening",
            )
        if not re.search(r"\bSTOP\b", survey.sms.way_out[lang]):
            yield ("sms", "way_out", lang), Severity.ERROR, "name STOP: it is the word every carrier honours"


def lengths(survey: Survey, segments: Callable[[str], int]) -> Iterator[Finding]:
    """Errors for texts that need more than three SMS segments with generous sample values filled in."""
    for path, lang, text in _sms_texts(survey):
        count = segments(piping.fill(text, SAMPLE, {}))
        if count > MAX_SEGMENTS:
            said = f"needs {count} SMS segments, {MAX_SEGMENTS} are allowed: shorten it or drop emoji"
            yield (*path, lang), Severity.ERROR, said


def _sms_texts(survey: Survey) -> Iterator[tuple[Path_, str, str]]:
    for lang in survey.languages:
        for number, question in enumerate(survey.questions.values()):
            sample = " ".join(
                f"{place} {option.label[lang]}," for place, option in enumerate(question.options, 1)
            )
            asked = question.wording(lang, "sms").replace("{options}", sample)
            place = "sms" if "sms" in question.channels else "text"
            frames = [survey.sms.reminder[lang]] + [survey.sms.opening[lang]] * (question.id == survey.start)
            for before in frames:
                yield ("questions", number, place), lang, "\n".join((before, asked, survey.sms.way_out[lang]))
            if question.reask:
                yield ("questions", number, "reask"), lang, question.reask[lang].replace("{options}", sample)
        yield ("closing",), lang, survey.closing[lang]
        yield ("wrong_person",), lang, survey.wrong_person[lang]
