"""Checks the conditions of an email's paragraphs: about the contact's attributes, and of few enough faces."""

from collections.abc import Iterator, Sequence
from math import prod

from app.surveys import faces
from app.surveys.check.questions import Finding
from app.surveys.document import Path_
from app.surveys.problems import Severity
from app.surveys.survey import Condition, EmailWords, Survey

MOST_FACES = 64
"""Each is laid out and kept at launch, for each step and variant."""


def emails(survey: Survey) -> Iterator[Finding]:
    """Errors for conditions on what is not known when an email is planned, and for emails that may say nothing."""
    for step, languages in survey.emails.items():
        for lang, words in languages.items():
            yield from _body(words, ("emails", step, lang, "body"))


def _possible(parts: Sequence[Condition]) -> bool:
    """Whether one value of each attribute fulfils all that is asked of it."""
    left: dict[str | None, set[str]] = {}
    for part in parts:
        wanted = {value.strip().casefold() for value in part.among}
        left[part.attribute] = left.get(part.attribute, wanted) & wanted
    return all(left.values())


def _body(words: EmailWords, path: Path_) -> Iterator[Finding]:
    if all(part.when for part in words.body):
        yield path, Severity.ERROR, "one paragraph must be for everybody: take `when` away from one"
    sound = True
    for number, paragraph in enumerate(words.body):
        parts = paragraph.when.parts() if paragraph.when else ()
        if any(part.attribute is None or part.answer is not None or not part.among for part in parts):
            sound = False
            said = (
                "nothing is answered yet when the email is written: say `attribute: NAME` and `is: [VALUE]`"
            )
            yield (*path, number, "when"), Severity.ERROR, said
        elif not _possible(parts):
            said = "its parts exclude each other, so this can never hold: mend the condition or remove it"
            yield (*path, number, "when"), Severity.ERROR, said
    many = prod(len(values) + 1 for values in faces.attributes(words).values())
    if sound and many > MOST_FACES:
        said = f"it could look {many} different ways, {MOST_FACES} are allowed: name fewer values"
        yield path, Severity.ERROR, said
