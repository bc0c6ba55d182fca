"""Writing down a page that was planned: members, conversations and messages, in the transaction of its cursor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import SQLModel

from app.conversations import walks
from app.conversations.models import Conversation, ConversationState
from app.db import Session, insert_new, insert_ready, made_ready, table_of
from app.messages import outbox, short_links
from app.messages.models import Message
from app.runtime import Runtime
from app.waves import words
from app.waves.definition import Definition
from app.waves.models import Wave, WaveMember
from app.waves.planning import planner
from app.waves.planning.planner import Chosen, Page


def write(
    db: Session,
    rt: Runtime,
    wave: Wave,
    definition: Definition,
    number: int,
    chosen: Sequence[Chosen],
    now: datetime,
    *,
    late: bool = False,
) -> Page:
    """Plan the step of this number for these and write what came of it. `late`: they had to wait for their turn."""
    page = draft(db, rt, wave, definition, number, chosen, now, late=late)
    keep(db, page, now, known=late or definition.trigger is not None)
    return page


def draft(
    db: Session,
    rt: Runtime,
    wave: Wave,
    definition: Definition,
    number: int,
    chosen: Sequence[Chosen],
    now: datetime,
    *,
    late: bool = False,
) -> Page:
    """The step of this number as it is planned for these; only reads."""
    if not chosen:
        return Page()
    survey = words.as_texted(walks.frozen_survey(db, wave.survey_version), definition.steps[number])
    page = planner.plan(db, rt, wave, definition, survey, number, chosen, now, late=late)
    if definition.steps[number].by_link:
        _put_links_in(rt, page)
    return page


def keep(db: Session, page: Page, now: datetime, *, known: bool = False) -> None:
    """Write what was planned. `known`: its members are in the wave already."""
    if page.replaced:
        walks.close(db, ConversationState.EXPIRED, now=now, conversations=page.replaced)
        outbox.withdraw(db, "replaced", conversations=page.replaced)
    if known:
        _settle(db, page)
    for ready in page.ready:
        insert_ready(db, ready)
    if not page.ready:
        for model, rows in _rows(page, known=known):
            insert_new(db, model, rows)
    walks.say_more(db, page.walks)
    for channel in {message["channel"] for message in page.messages}:
        outbox.ring(db, channel)


def make_ready(db: Session, page: Page) -> None:
    """Convert the rows of a page, none of whose members is known, for the transaction that will keep it."""
    page.ready = [made_ready(db, model, rows) for model, rows in _rows(page) if rows]


def _rows(page: Page, *, known: bool = False) -> list[tuple[type[SQLModel], list[dict[str, Any]]]]:
    """What is inserted, in the order of who refers to whom."""
    rows: list[tuple[type[SQLModel], list[dict[str, Any]]]] = [] if known else [(WaveMember, page.members)]
    return [*rows, (Conversation, page.conversations), (Message, outbox.queued(page.messages))]


def _put_links_in(rt: Runtime, page: Page) -> None:
    for message in page.messages:
        ids = {"message_id": message["id"], "conversation_id": message["conversation_id"]}
        message["text"] = short_links.fill(rt.settings, message["text"], **ids)


def _settle(db: Session, page: Page) -> None:
    """Say of members who are known already what they are now."""
    member = table_of(WaveMember)
    here = (member.c.wave_id == bindparam("wave")) & (member.c.contact_id == bindparam("contact"))
    values: dict[str, Any] = {
        name: bindparam(f"now_{name}") for name in ("arm", "reason", "language", "variant")
    }
    rows = [
        {"wave": row["wave_id"], "contact": row["contact_id"]} | {f"now_{name}": row[name] for name in values}
        for row in page.members
    ]
    if rows:
        db.connection().execute(member.update().where(here).values(**values), rows)
