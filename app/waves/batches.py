"""Planning one page of one step: members, conversations and messages in one transaction, with the cursor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, false, or_, select
from sqlmodel import col

from app.contacts.models import Consent, ConsentState, Contact
from app.conversations import walks
from app.conversations.models import Conversation, ConversationState
from app.db import Session, insert_new, table_of
from app.engagement import policies
from app.engagement.models import Grade, Interaction
from app.messages import outbox, short_links
from app.messages.models import MessageGroup
from app.runtime import Runtime
from app.segments import membership as segments
from app.waves import words
from app.waves.definition import Definition, from_source
from app.waves.find import CONTACT_SOURCES
from app.waves.models import Arm, Wave, WaveMember, WaveState
from app.waves.planning import planner
from app.waves.planning.planner import Chosen, Page

PAGE = 1_000


def plan_page(db: Session, rt: Runtime, wave_id: str, *, now: datetime) -> bool:
    """Plan the next page of the step that is due, or of those who had to wait for their invitation; False when
    nothing (more) is due now.

    The wave's row is locked, so two planners cannot plan the same page.
    """
    wave = db.get(Wave, wave_id, with_for_update={"key_share": True}, populate_existing=True)
    if wave is None or wave.state != WaveState.RUNNING:
        return False
    group = db.get_one(MessageGroup, wave_id, populate_existing=True)
    if group.awake_until is not None and group.awake_until <= now:
        return False  # nobody looked for long: the sweep asks first
    definition = from_source(wave.definition)
    due = step_due_at(wave)
    if due is None or now < due:
        if definition.steps[0].name in wave.stopped:
            return False
        free = _chosen(db, _free(wave, now))
        _write(db, rt, wave, definition, 0, free, now, late=True)
        return bool(free)
    if definition.steps[wave.step].name in wave.stopped:
        wave.step, wave.cursor = wave.step + 1, None
        db.add(wave)
        return True
    chosen = _audience(db, wave, definition) if wave.step == 0 else _silent_members(db, wave, definition, now)
    _write(db, rt, wave, definition, wave.step, chosen, now)
    if len(chosen) < PAGE:
        wave.step, wave.cursor = wave.step + 1, None
    else:
        wave.cursor = chosen[-1].contact_id
    db.add(wave)
    return True


def somebody_is_free(db: Session, wave_id: str, now: datetime) -> bool:
    """Whether the conversation that somebody had to wait for is over."""
    wave = db.get_one(Wave, wave_id)
    return db.execute(_free(wave, now).limit(1)).first() is not None


def _write(
    db: Session,
    rt: Runtime,
    wave: Wave,
    definition: Definition,
    number: int,
    chosen: Sequence[Chosen],
    now: datetime,
    *,
    late: bool = False,
) -> None:
    if not chosen:
        return
    survey = words.as_texted(walks.frozen_survey(db, wave.survey_version), definition.steps[number])
    page = planner.plan(db, rt, wave, definition, survey, number, chosen, now, late=late)
    if late:
        _settle(db, page)
    else:
        insert_new(db, WaveMember, page.members)
    if page.replaced:
        walks.close(db, ConversationState.EXPIRED, now=now, conversations=page.replaced)
        outbox.withdraw(db, "replaced", conversations=page.replaced)
    insert_new(db, Conversation, page.conversations)
    walks.say_more(db, page.walks)
    if definition.steps[number].by_link:
        _put_links_in(rt, page)
    outbox.put(db, page.messages)
    for channel in {message["channel"] for message in page.messages}:
        outbox.ring(db, channel)


def _put_links_in(rt: Runtime, page: Page) -> None:
    for message in page.messages:
        ids = {"message_id": message["id"], "conversation_id": message["conversation_id"]}
        message["text"] = short_links.fill(rt.settings, message["text"], **ids)


def _settle(db: Session, page: Page) -> None:
    """Say of members who waited what they are now."""
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


def _audience(db: Session, wave: Wave, definition: Definition) -> list[Chosen]:
    """The next of the segment as it was at launch."""
    statement = segments.members(
        definition.segment, as_of=wave.launched_at, policy=policies.at(db, wave.launched_at)
    )
    if wave.cursor:
        statement = statement.where(col(Contact.id) > wave.cursor)
    return _chosen(db, statement.order_by(col(Contact.id)))


def _silent_members(db: Session, wave: Wave, definition: Definition, now: datetime) -> list[Chosen]:
    """The next treated members whose conversation has not begun, who did not say stop at a provider, and who did
    nothing elsewhere (log-in, purchase, …) since they were invited.

    Who was invited late gets no step that comes sooner after the invitation than after the step before it.
    """
    gap = definition.steps[wave.step].after - definition.steps[wave.step - 1].after
    stopped = exists(
        select(col(Consent.id))
        .where(col(Consent.contact_id) == col(WaveMember.contact_id), col(Consent.at) >= wave.launched_at)
        .where(col(Consent.state) == ConsentState.WITHDRAWN, col(Consent.source).in_(CONTACT_SOURCES))
    )
    acted = exists(
        select(col(Interaction.id))
        .where(col(Interaction.contact_id) == col(WaveMember.contact_id), col(Interaction.human).is_(True))
        .where(col(Interaction.at) >= col(Conversation.created_at), col(Interaction.grade) == Grade.ACT)
    )
    statement = (
        select(col(WaveMember.contact_id), col(WaveMember.dormancy), col(WaveMember.variant))
        .join(
            Conversation,
            (col(Conversation.group_id) == wave.id)
            & (col(Conversation.contact_id) == col(WaveMember.contact_id)),
        )
        .where(col(WaveMember.wave_id) == wave.id, col(WaveMember.arm) == Arm.TREATED)
        .where(col(Conversation.state) == ConversationState.WAITING, ~stopped, ~acted)
        .where(or_(col(WaveMember.reason).is_(None), col(Conversation.created_at) <= now - gap))
    )
    if wave.cursor:
        statement = statement.where(col(WaveMember.contact_id) > wave.cursor)
    return _chosen(db, statement.order_by(col(WaveMember.contact_id)))


def _chosen(db: Session, statement: Any) -> list[Chosen]:
    return [Chosen(*row) for row in db.execute(statement.limit(PAGE))]


def _free(wave: Wave, now: datetime) -> Select[str, str]:
    """(contact id, dormancy) of those who wait and whose other conversation is over, while there is time to answer."""
    still = exists(
        select(col(Conversation.id)).where(
            col(Conversation.contact_id) == col(WaveMember.contact_id), *walks.live_at(now)
        )
    )
    waiting = (
        select(col(WaveMember.contact_id), col(WaveMember.dormancy))
        .where(col(WaveMember.wave_id) == wave.id, col(WaveMember.arm) == Arm.WAITING, ~still)
        .order_by(col(WaveMember.contact_id))
    )
    return waiting if now < last_call_at(wave) else waiting.where(false())


def step_due_at(wave: Wave) -> datetime | None:
    """When the next step is to be planned; None after the last."""
    definition = from_source(wave.definition)
    if wave.step >= len(definition.steps):
        return None
    return wave.launched_at + definition.steps[wave.step].after


def over_at(wave: Wave) -> datetime:
    """When answers stop counting for this wave."""
    return wave.launched_at + from_source(wave.definition).open_for


def last_call_at(wave: Wave) -> datetime:
    """Until when somebody who had to wait may still be invited: half of the time for answers is left then."""
    return over_at(wave) - from_source(wave.definition).answers_until / 2


def let_go(db: Session, wave_id: str) -> None:
    """Who still waits when the wave is over was left out of it."""
    member = table_of(WaveMember)
    waiting = member.update().where(member.c.wave_id == wave_id, member.c.arm == Arm.WAITING)
    db.execute(waiting.values(arm=Arm.EXCLUDED))
