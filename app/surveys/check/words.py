"""Checks the words of a survey: languages complete, placeholders known, labels safe, links our own."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain

from app.language.keywords import carrier_keyword, own_keyword
from app.language.reading import Intent, read
from app.surveys import graph, piping
from app.surveys.check.questions import Finding
from app.surveys.document import Path_
from app.surveys.problems import Severity
from app.surveys.survey import WITH_OPTIONS, Kind, Question, Survey, Words
from app.surveys.understand import skips

Worded = tuple[Path_, Collection[str]]


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
    if survey.late:
        yield ("late",), survey.late
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
                yield (*path, "body", number), lang, paragraph.text


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


def placeholders(survey: Survey, *, sound: bool) -> Iterator[Finding]:
    """Errors for {names} that would reach the contact unfilled, or leave a hole when their value lacks.

    `sound`: the questions can be walked, so that it is known which answers a text may name.
    """
    piped = _piped(survey)
    for name in survey.fallbacks:
        if name not in piping.VALUES and name not in piped and not name.startswith(piping.ATTRIBUTE):
            known = f"{', '.join(piping.VALUES)}, answer.ID and attribute.NAME"
            yield ("fallbacks", name), Severity.ERROR, f"there is no value `{name}`; known are {known}"
    before = graph.asked_before(survey) if sound else {}
    for path, lang, text in _all_texts(survey):
        number = path[1] if path[0] == "questions" else None
        question = list(survey.questions.values())[number] if isinstance(number, int) else None
        for name in sorted(piping.names(text)):
            if mend := _unfilled(survey, name, path, question, before, piped):
                yield path, Severity.ERROR, f"{{{name}}} cannot be filled in: {mend}"
        fallbacks = {name: words.get(lang, "") for name, words in survey.fallbacks.items()}
        if piping.reads_badly(piping.fill(text, {piping.OPTIONS: "1 A"}, fallbacks)):
            said = (
                "reads badly when a value is missing: fill its fallback, or move {name} from the start or end"
            )
            yield (*path, lang), Severity.ERROR, f"in `{lang}` {said}"
        if piping.stray_brace(text):
            yield path, Severity.ERROR, "a brace stands alone: write {name}, or use ( )"
    yield from _set_from(survey, piped)


def _piped(survey: Survey) -> set[str]:
    """The answers a text may name."""
    asked = (one.id for one in survey.questions.values() if one.kind is not Kind.STATEMENT)
    return {piping.ANSWER + name for name in asked}


def _unfilled(
    survey: Survey,
    name: str,
    path: Path_,
    question: Question | None,
    before: dict[str, set[str]],
    piped: Collection[str],
) -> str:
    """How to mend a placeholder that cannot be filled in at this place; empty when it can."""
    if name == piping.OPTIONS and question and question.kind in WITH_OPTIONS:
        return ""
    is_answer, is_attribute = name.startswith(piping.ANSWER), name.startswith(piping.ATTRIBUTE)
    if path[0] == "title" or path[-2] == "label":
        return "this text takes no values"
    if not (name in piping.VALUES or name in piped or is_attribute):
        if is_answer:
            return f"there is no such answer; known are {', '.join(sorted(piped))}"
        return f"known are {', '.join(piping.VALUES)}, answer.ID and attribute.NAME"
    if (is_answer or is_attribute) and path[0] in ("emails", "fallbacks"):
        return "emails and fallbacks know no answers or attributes"
    asked = before.get(question.id) if question else set() if path[:2] == ("sms", "opening") else None
    if is_answer and asked is not None and name.removeprefix(piping.ANSWER) not in asked:
        return "that question is not asked before this text is said"
    return "" if name in survey.fallbacks else f"give it a fallback: {name}"


def _set_from(survey: Survey, piped: Collection[str]) -> Iterator[Finding]:
    for number, action in enumerate(survey.at_end):
        for attribute, template in action.sets.items():
            path: Path_ = ("at_end", number, "set", attribute)
            whole = piping.only(template, piping.ANSWER)
            contact = whole and whole in survey.questions and survey.questions[whole].kind is Kind.CONTACT
            if contact:
                yield path, Severity.ERROR, "contact data are kept with the contact already: remove it"
            for name in piping.names(template):
                if name not in piped and name not in survey.fallbacks:
                    yield (
                        path,
                        Severity.ERROR,
                        f"{{{name}}} cannot be filled in: use {', '.join(sorted(piped))}",
                    )
                elif not whole and name not in survey.fallbacks:
                    yield path, Severity.ERROR, f"{{{name}}} cannot be filled in: give it a fallback: {name}"
            if piping.stray_brace(template):
                yield path, Severity.ERROR, "a brace stands alone: write {answer.ID}, or use ( )"


# What carriers filter wherever it leads, and people distrust.
_SHORTENERS = re.compile(
    r"(?:bit|ow|buff|rebrand|cutt|t|tiny|shorturl|is|v|rb|s|tny|goo|lnkd|dub)\.(?:ly|cc|at|gd|gy|id|im|gl|in|sh)"
    r"|bitly\.com|tinyurl\.com|t\.co|shorte\.st|adf\.ly"
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>]+|\b(?:[a-z0-9-]+\.)+"
    r"(?:com|it|net|org|eu|de|fr|io|ly|gl|co|me|info|biz|link|shop|app|at|ch|uk|cc|gd|id|gy|sh)\b(?:/[^\s<>]*)?",
    re.IGNORECASE,
)

_SITE = re.compile(r"(?:https?://)?(?:www\.)?(?P<name>[^/:?#!,;)\s]*)")


def links(survey: Survey, host: str | None = None) -> Iterator[Finding]:
    """Errors for links by public shorteners and, when our own `host` is known, for any link elsewhere.

    With an empty `host` no link can be ours, nor is it known to be foreign: each is a warning.
    """
    ours = (host or "").lower().removeprefix("www.")
    for path, _, text in _all_texts(survey):
        for match in _LINK.finditer(text):
            # The part before a @ makes it an address to write to, not a link.
            if text[: match.start()].endswith("@"):
                continue
            site = _SITE.match(match.group().lower())["name"].rstrip(".")  # type: ignore[index]
            if _SHORTENERS.fullmatch(site):
                yield (
                    path,
                    Severity.ERROR,
                    f"`{site}` is a public shortener, which carriers filter: remove the link",
                )
            elif ours and site != ours and not site.endswith("." + ours):
                said = (
                    f"`{site}` is not our own domain ({ours}), and carriers filter foreign links: remove it"
                )
                yield path, Severity.ERROR, said
            elif host == "":
                said = f"`{site}` may not be our own domain, and carriers filter foreign links"
                yield path, Severity.WARNING, f"{said}: set PUBLIC_URL or name ours with --host"


def labels(survey: Survey) -> Iterator[Finding]:
    """Errors for answers that a carrier or our own opt-out would take, and for SMS that do not name them."""
    for number, question in enumerate(survey.questions.values()):
        for lang in survey.languages:
            yield from _labels(number, question, lang)
            for place, text in _sms_texts(question, lang):
                for word in sorted(set(_ASKED_FOR.findall(text))):
                    if carrier_keyword(word) and word not in ("STOP", "HELP"):
                        said = f"`{word}` is a word that carriers take away: ask for another one"
                        yield ("questions", number, place, lang), Severity.ERROR, said


_ASKED_FOR = re.compile(r"\b[A-Z]{3,}\b")


def _labels(number: int, question: Question, lang: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, option in enumerate(question.options):
        label = option.label[lang]
        path: Path_ = ("questions", number, "options", place, "label", lang)
        bare = label.strip(" !.?,;:'\"")
        if carrier_keyword(bare) or own_keyword(bare):
            yield path, Severity.ERROR, f"`{label}` is an opt-out or help keyword: choose another word"
        elif read(label, lang=lang).has(Intent.UNSUBSCRIBE):
            yield path, Severity.ERROR, f"`{label}` would be heard as a stop by itself: choose other words"
        elif skips(replace(question, kind=Kind.TEXT), label):
            # A consent, which cannot be skipped itself, is heard at the other questions too.
            yield path, Severity.ERROR, f"`{label}` is how people skip a question: choose another word"
        if label.casefold() in seen:
            yield path, Severity.ERROR, f"`{label}` stands for two options: choose another word"
        if label.strip().isdecimal():
            yield path, Severity.ERROR, f"`{label}` could be the number of another option: write it in words"
        seen.add(label.casefold())
    for place_, text in _sms_texts(question, lang) if question.options else ():
        missing = [option.label[lang] for option in question.options if option.label[lang] not in text]
        if missing and piping.OPTIONS not in piping.names(text):
            said = f"by SMS and mail nobody sees buttons: name {', '.join(missing)} in the text, or write {{options}}"
            yield ("questions", number, place_, lang), Severity.ERROR, said


def _sms_texts(question: Question, lang: str) -> Iterator[tuple[str, str]]:
    """What is said of a question by SMS, with the key it stands under."""
    yield "sms" if "sms" in question.channels else "text", question.wording(lang, "sms")
    if "email" in question.channels:
        yield "email", question.wording(lang, "email")
    if question.reask:
        yield "reask", question.reask[lang]


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
