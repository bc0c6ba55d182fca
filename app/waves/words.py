"""What the steps of a wave say by email: laid out and frozen at launch for each language, variant and face."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.channels.base import Channel
from app.contacts.models import Contact
from app.conversations import walks
from app.db import Session
from app.errors import BadInput
from app.messages import letters, letters_check, outbox
from app.messages.letters import Letter
from app.settings import Settings
from app.surveys import faces, piping
from app.surveys.by_link import by_link
from app.surveys.problems import is_error
from app.surveys.survey import EmailWords, Survey
from app.waves.definition import Definition, Variant, WaveStep

Contents = Mapping[str, Mapping[str, str]]
"""step, or step/variant where the variant says something else -> language, or language/face -> content id."""


def freeze(
    db: Session, settings: Settings, definition: Definition, survey: Survey
) -> dict[str, dict[str, str]]:
    """Lay out and keep every email of the wave; texts by SMS are written out per contact."""
    frozen: dict[str, dict[str, str]] = {}
    for step, variant in _said(definition):
        place = frozen.setdefault(_place(step.name, variant), {})
        for language, said in survey.emails[step.words].items():
            for face in faces.faces(said):
                letter = letter_of(settings, survey, step, language, face)
                place[_key(language, face)] = outbox.freeze(
                    db,
                    Channel.EMAIL,
                    language,
                    text=letter.text,
                    subject=letter.subject,
                    html=letter.html,
                    headers=letter.headers,
                    opens=definition.opens_tracked,
                )
    return frozen


def letter_of(settings: Settings, survey: Survey, step: WaveStep, language: str, face: str = "") -> Letter:
    """The email of one step (as its variant has it), with every personal value left as a tag."""
    said = survey.emails[step.words][language]
    words = letters.words_of(survey, said, language, face)
    if own := step.subject.get(language):
        words = replace(words, subject=own)
    list_id = letters.list_id(settings, survey.slug)
    return letters.lay_out(settings, words, language, list_id=list_id, layout=survey.layout)


def as_texted(survey: Survey, step: WaveStep) -> Survey:
    """The survey as the texts of this step say it."""
    return by_link(survey) if step.by_link else survey


def face_of(survey: Survey, step: WaveStep, language: str, attributes: Mapping[str, Any]) -> str:
    """Which face of the step's email a contact with these attributes sees."""
    said = survey.emails[step.words][language]
    return faces.face(said, walks.as_texts(attributes)) if any(part.when for part in said.body) else ""


def content_of(contents: Contents, step: str, variant: Variant | None, language: str, face: str = "") -> str:
    """The id of the frozen email of a step; raises KeyError when there is none."""
    return contents[_place(step, variant if variant and variant.step == step else None)][_key(language, face)]


def refuse_unsayable(db: Session, settings: Settings, definition: Definition, survey: Survey) -> None:
    """Raises BadInput with everything the wave could not say: emails and languages the survey lacks, values and
    attributes nobody knows, and what is wrong with the survey's own layout."""
    wrong = [*_missing(definition, survey), *_subjects(definition, survey)]
    if not wrong:
        wrong += _unknown_attributes(db, definition, survey)
        wrong += map(str, filter(is_error, letters_check.problems(survey, settings)))
    if wrong:
        raise BadInput("\n".join(wrong), where=f"survey {survey.slug}")


def _said(definition: Definition) -> Iterator[tuple[WaveStep, Variant | None]]:
    """Every step that is sent by email, once for each variant that says it in its own way."""
    for number, step in enumerate(definition.steps):
        done: list[Variant | None] = []
        for variant in definition.variants or (None,):
            own = variant if variant and _place(step.name, variant) != step.name else None
            as_said = definition.step(number, variant)
            if Channel.EMAIL in as_said.channels and own not in done:
                done.append(own)
                yield as_said, own


def _place(step: str, variant: Variant | None) -> str:
    own = variant and variant.step == step and (variant.subject or variant.words)
    return f"{step}/{variant.name}" if variant and own else step


def _key(language: str, face: str) -> str:
    return f"{language}/{face}" if face else language


def _missing(definition: Definition, survey: Survey) -> Iterator[str]:
    for step, variant in _said(definition):
        if step.words not in survey.emails:
            known = ", ".join(survey.emails)
            yield f"{_whose(step, variant)}: there is no email {step.words!r}; say `email:` with one of {known}"


def _subjects(definition: Definition, survey: Survey) -> Iterator[str]:
    for step, variant in _said(definition):
        for language, subject in step.subject.items():
            whose = f"{_whose(step, variant)}, subject in `{language}`"
            if language not in survey.languages:
                yield f"{whose}: the survey speaks {', '.join(survey.languages)}"
            for name in sorted(piping.names(subject)):
                if name not in piping.VALUES:
                    yield f"{whose}: {{{name}}} cannot be filled in; known are {', '.join(piping.VALUES)}"
                elif name not in survey.fallbacks:
                    yield f"{whose}: {{{name}}} needs a fallback in the survey"
            if piping.stray_brace(subject):
                yield f"{whose}: a brace stands alone: write {{name}}, or use ( )"


def _unknown_attributes(db: Session, definition: Definition, survey: Survey) -> Iterator[str]:
    emails: dict[str, EmailWords] = {}
    for step, _ in _said(definition):
        emails |= {
            f"email {step.words} in `{lang}`": said for lang, said in survey.emails[step.words].items()
        }
    named: dict[str, str] = {}
    for where, said in emails.items():
        named = dict.fromkeys(faces.attributes(said), where) | named
    for name, where in sorted(named.items()):
        has = select(col(Contact.id)).where(col(Contact.attributes)[name].as_string().is_not(None)).limit(1)
        if db.execute(has).first() is None:
            yield f"{where}: no contact has an attribute `{name}`; mend the condition, or import it"


def _whose(step: WaveStep, variant: Variant | None) -> str:
    return f"step {step.name}" + (f", variant {variant.name}" if variant else "")
