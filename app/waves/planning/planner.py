"""Planning one page of contacts: facts are loaded, each contact is decided about, and rows are what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from app.db import Ready, Session
from app.runtime import Runtime
from app.surveys.survey import Survey
from app.waves import entering
from app.waves.definition import LEARNT, Definition
from app.waves.models import Arm, Wave
from app.waves.planning import decide, facts, send_time
from app.waves.planning.rows import Rows


class Chosen(NamedTuple):
    """Whom a step is planned for."""

    contact_id: str
    dormancy: str
    """When they were selected."""
    variant: str | None = None
    """Drawn for them when they were invited."""


@dataclass(slots=True)
class Page:
    """What one page will write."""

    members: list[dict[str, Any]] = field(default_factory=list)
    conversations: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    """Conversations of other waves that are closed for the new ones."""
    walks: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Conversation id -> its walk, with one more text said."""
    ready: list[Ready] = field(default_factory=list)
    """All rows that are to be inserted, where they were made ready before the transaction that inserts them."""


def plan(
    db: Session,
    rt: Runtime,
    wave: Wave,
    definition: Definition,
    survey: Survey,
    number: int,
    chosen: Sequence[Chosen],
    now: datetime,
    *,
    late: bool = False,
) -> Page:
    """Decide about these contacts, who are locked from now on. `late`: they had to wait for their turn."""
    key = rt.settings.suppression_key
    known = facts.load(
        db,
        key,
        [one.contact_id for one in chosen],
        definition,
        wave_id=wave.id,
        launched_at=wave.launched_at,
        now=now,
        first=number == 0,
    )
    if definition.trigger:
        known.rested |= entering.held_back(db, wave, definition.trigger, known.people, now, first=number == 0)
    rows = Rows(db, rt, wave, definition, survey, now, first=number == 0, late=late)
    if LEARNT in {step.at for step in definition.as_sent(number)}:
        rows.learnt = send_time.best_hours(
            db,
            [(person.id, person.time_zone) for person in known.people.values()],
            opens=definition.opens,
            closes=definition.closes,
            days=definition.days,
            now=now,
            wave_id=wave.id,
        )
    step, wave_id = definition.steps[number].name, wave.id
    keys = {
        facts.once_key(wave_id, step, channel, hashed): id_
        for id_, own in known.hashes.items()
        for channel, hashed in own.items()
    }
    taken = facts.taken(db, [*keys])
    if definition.trigger:
        taken |= entering.said_before(db, wave, definition.trigger, keys, now)
    page = Page()
    for one in chosen:
        if one.contact_id not in known.people:
            continue  # became part of another while we waited for them
        if number == 0:
            _invite(page, one, known, rows, taken, key=key, late=late)
        else:
            _remind(page, one, known, rows, taken, number)
    return page


def _invite(
    page: Page, one: Chosen, known: facts.Facts, rows: Rows, taken: set[str], *, key: str, late: bool
) -> None:
    person, wave_id = known.people[one.contact_id], rows.wave_id
    decision = decide.first(
        known, person.id, rows.definition, key=key, wave_id=wave_id, taken=taken, late=late
    )
    page.members.append(rows.member(person, one.dormancy, decision))
    if decision.arm is not Arm.TREATED or decision.channel is None:
        return
    page.replaced += known.busy.get(person.id, ())
    conversation = rows.conversation(person, decision.channel, known)
    page.conversations.append(conversation)
    message = rows.message(person, decision, conversation["id"], None, known)
    if message is not None:
        taken.add(message["once_key"])
        page.messages.append(message)


def _remind(page: Page, one: Chosen, known: facts.Facts, rows: Rows, taken: set[str], number: int) -> None:
    person, wave_id = known.people[one.contact_id], rows.wave_id
    decision = decide.again(
        known, person.id, rows.definition, number, wave_id=wave_id, taken=taken, variant=one.variant
    )
    if decision.channel is None:
        return
    conversation = known.under_way[person.id]
    message = rows.message(person, decision, conversation.id, conversation.walk, known)
    if message is None:
        return  # all was said that the survey may say
    walk = conversation.walk or rows.start(person, conversation.channel, known)
    page.walks[conversation.id] = {**walk, "said": walk.get("said", 1) + 1}
    taken.add(message["once_key"])
    page.messages.append(message)
