"""What a few of the contacts will read, word for word, and how large the emails are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.channels.base import Channel
from app.channels.segments import segments
from app.db import new_id
from app.messages import letters, short_links
from app.messages.emails import fill
from app.messages.letters import Letter
from app.runtime import Runtime
from app.surveys.survey import Survey
from app.waves import words
from app.waves.definition import Definition, WaveStep
from app.waves.forecast.rehearsal import Example, name_of

SHOWN = 3
CLIPPED_AT = 102
"""kB of HTML above which Gmail cuts an email off, and its way to unsubscribe with it."""
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Preview:
    """The invitation of one real contact; `text` is the whole SMS, or the email's text part, with links cut
    short. `parts` of an SMS, 0 for an email."""

    contact_id: str
    name: str
    to: str
    language: str
    variant: str
    channel: Channel
    subject: str
    text: str
    parts: int


@dataclass(frozen=True, slots=True)
class Size:
    """How large the HTML of one email is, in kB, filled in for the contact with the longest name; of the variants
    the largest."""

    step: str
    language: str
    kilobytes: float


def previews(rt: Runtime, survey: Survey, definition: Definition, some: Sequence[Example]) -> list[Preview]:
    """The invitations of these."""
    found = []
    for example in some:
        subject, text = "", short_links.hidden(example.text)
        parts = segments(example.text).count
        if example.channel is Channel.EMAIL:
            letter = filled(rt, survey, definition.step(0, example.variant), example)
            subject, text, parts = letter.subject, _URL.sub(_short, letter.text).strip(), 0
        found.append(
            Preview(
                contact_id=example.person.id,
                name=name_of(example.person),
                to=example.address,
                language=example.language,
                variant=example.variant.name if example.variant else "",
                channel=example.channel,
                subject=subject,
                text=text,
                parts=parts,
            )
        )
    return found


def choose(examples: Sequence[Example]) -> list[Example]:
    """A few that differ as much as they can: in channel, language and variant."""
    chosen: list[Example] = []
    left = list(examples)
    while left and len(chosen) < SHOWN:
        best = max(left, key=lambda one: (_new(one, chosen), len(one.person.first_name or "")))
        left.remove(best)
        chosen.append(best)
    return chosen


def sizes(rt: Runtime, survey: Survey, definition: Definition, examples: Sequence[Example]) -> list[Size]:
    """Of every email that these contacts get, step by step."""
    largest: dict[tuple[int, str], int] = {}
    for example in examples:
        if example.channel is not Channel.EMAIL:
            continue
        for number in range(len(definition.steps)):
            step = definition.step(number, example.variant)
            if Channel.EMAIL in step.channels:
                size = len(filled(rt, survey, step, example).html.encode())
                place = number, example.language
                largest[place] = max(size, largest.get(place, 0))
    return [
        Size(definition.steps[number].name, language, round(size / 1_000, 1))
        for (number, language), size in sorted(largest.items())
    ]


def filled(rt: Runtime, survey: Survey, step: WaveStep, example: Example) -> Letter:
    """The email of a step as this contact would get it; its links lead nowhere."""
    face = words.face_of(survey, step, example.language, example.person.attributes)
    letter = words.letter_of(rt.settings, survey, step, example.language, face)
    whole = letter.subject + letter.text + letter.html
    values = letters.links(rt.settings.secret_keys, whole, new_id(), new_id())
    values |= letters.personal(whole, example.values)
    return replace(
        letter,
        subject=fill(letter.subject, values),
        text=fill(letter.text, values),
        html=fill(letter.html, values),
    )


def _new(one: Example, chosen: Sequence[Example]) -> int:
    """How much of this one was not shown yet, the channel before the language before the variant."""
    return (
        4 * all(one.channel != other.channel for other in chosen)
        + 2 * all(one.language != other.language for other in chosen)
        + all(one.variant != other.variant for other in chosen)
    )


def _short(url: re.Match[str]) -> str:
    """Our own links are long and say nothing: where they lead is enough."""
    site, _, path = url[0].partition("://")[2].partition("/")
    return f"{site}/…" if path else site
