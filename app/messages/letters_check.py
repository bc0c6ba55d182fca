"""Tries a survey's own layout on all the words it will hold, so that nothing can go wrong when an email is sent."""

import difflib
import re
from collections.abc import Iterator
from html import escape

from jinja2 import TemplateSyntaxError, meta

from app.messages import letters, letters_layout
from app.settings import Settings
from app.surveys import faces
from app.surveys.problems import Problem, Severity, is_error
from app.surveys.survey import Layout, Survey

CLIPPED = 102_000
"""Bytes of HTML above which Gmail cuts an email off, its way to unsubscribe with it."""
_NEVER = re.compile(r"<(script|link|iframe|form|object|embed|mj-[a-z-]+)\b", re.IGNORECASE)


def problems(survey: Survey, settings: Settings) -> list[Problem]:
    """Every problem of the survey's own layout; none without one."""
    layout = survey.layout
    if layout is None:
        return []
    found = list(_source(survey, layout, settings))
    if not any(map(is_error, found)):
        found += dict.fromkeys(_rendered(survey, layout, settings))
    return found


def _source(survey: Survey, layout: Layout, settings: Settings) -> Iterator[Problem]:
    """What is wrong before anything is put in: also in a branch that no email of today takes."""
    language = survey.languages[0]
    said = next(iter(survey.emails.values()))[language]
    words = letters.words_of(survey, said, language, next(iter(faces.faces(said))))
    known = letters.facts(settings, words, language)
    try:
        tree = letters_layout.environment("html").parse(layout.text)
    except TemplateSyntaxError as error:
        yield Problem(error.lineno, Severity.ERROR, str(error.message), layout.name)
        return
    for name in sorted(meta.find_undeclared_variables(tree) - known.keys()):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(sorted(known))}"
        yield Problem(_line(layout, name), Severity.ERROR, f"`{name}` is not known here; {hint}", layout.name)


def _rendered(survey: Survey, layout: Layout, settings: Settings) -> Iterator[Problem]:
    stand_in = settings.model_copy(
        update={
            "postal_address": settings.postal_address or "Via Roma 1, 10121 Torino",
            "privacy_url": settings.privacy_url or f"{settings.public_url}/privacy",
        }
    )
    for emails in survey.emails.values():
        for language, said in emails.items():
            for face in faces.faces(said):
                words = letters.words_of(survey, said, language, face)
                try:
                    letter = letters.lay_out(stand_in, words, language, list_id="", layout=layout)
                except letters_layout.BadLayout as error:
                    yield Problem(None, Severity.ERROR, error.what, layout.name)
                    return
                yield from _lacking(letter.html, layout, letters.facts(stand_in, words, language))


def _lacking(html: str, layout: Layout, facts: dict[str, object]) -> Iterator[Problem]:
    needed = {
        "preferences_url": "everybody must be able to unsubscribe",
        "survey_url": "nobody could answer",
        "postal_address": "the sender's address stands in every email",
        "organisation": "it must say who writes",
        "privacy_url": "it must lead to the privacy notice",
    }
    for name, why in needed.items():
        if str(facts[name]) not in html and escape(str(facts[name])) not in html:
            yield Problem(None, Severity.ERROR, f"{{{{ {name} }}}} is missing: {why}", layout.name)
    if "-rv_unsubscribe-" in html:
        said = "the one-click address stands in the header only: link {{ preferences_url }} instead"
        yield Problem(_line(layout, "rv_unsubscribe"), Severity.ERROR, said, layout.name)
    if found := _NEVER.search(html):
        said = f"<{found[1].lower()}> does not work in emails: remove it"
        yield Problem(_line(layout, found[1]), Severity.ERROR, said, layout.name)
    if len(html.encode()) > CLIPPED:
        said = f"{len(html.encode()) // 1000} kB: Gmail cuts off what is over {CLIPPED // 1000}"
        yield Problem(None, Severity.WARNING, said, layout.name)


def _line(layout: Layout, word: str) -> int | None:
    found = re.search(rf"\b{re.escape(word)}\b", layout.text)
    return layout.text.count("\n", 0, found.start()) + 1 if found else None
