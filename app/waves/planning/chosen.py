"""Whom a page of a step is planned for: the next of the segment, of those who were silent, or of those who waited."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlmodel import col

from app.contacts.models import Consent, ConsentState, Contact
from app.conversations import walks
from app.conversations.models import Conversation, ConversationState
from app.db import Session, in_index_order
from app.engagement import policies
from app.engagement.models import Grade, Interaction
from app.segments import membership as segments
from app.waves.definition import Definition
from app.waves.find import CONTACT_SOURCES
from app.waves.models import Arm, Wave, WaveMember
from app.waves.planning.planner import Chosen

PAGE = 1_000


def page(db: Session, statement: Any) -> list[Chosen]:
    """The first page of a statement of contact id, dormancy and, where there is one, variant."""
    in_index_order(db)
    return [Chosen(*row) for row in db.execute(statement.limit(PAGE))]


def of_segment(db: Session, wave: Wave, definition: Definition) -> list[Chosen]:
    """The next of the segment as it was at launch."""
    statement = segments.members(
        definition.segment, as_of=wave.launched_at, policy=policies.at(db, wave.launched_at)
    )
    if wave.cursor:
        statement = statement.where(col(Contact.id) > wave.cursor)
    return page(db, statement.order_by(col(Contact.id)))


def silent_members(db: Session, wave: Wave, definition: Definition, now: datetime) -> list[Chosen]:
    """The next of the silent.

    Who was invited late gets no step that comes sooner after the invitation than after the step before it.
    """
    gap = definition.steps[wave.step].after - definition.steps[wave.step - 1].after
    statement = silent(wave).where(
        or_(col(WaveMember.reason).is_(None), col(Conversation.created_at) <= now - gap)
    )
    if wave.cursor:
        statement = statement.where(col(WaveMember.contact_id) > wave.cursor)
    return page(db, statement.order_by(col(WaveMember.contact_id)))


def silent(wave: Wave) -> Select[str, str, str | None]:
    """Treated members whose conversation has not begun, who did not say stop at a provider, and who did nothing
    elsewhere (log-in, purchase, …) since they were invited."""
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
    return (
        select(col(WaveMember.contact_id), col(WaveMember.dormancy), col(WaveMember.variant))
        .join(
            Conversation,
            (col(Conversation.group_id) == wave.id)
            & (col(Conversation.contact_id) == col(WaveMember.contact_id)),
        )
        .where(col(WaveMember.wave_id) == wave.id, col(WaveMember.arm) == Arm.TREATED)
        .where(col(Conversation.state) == ConversationState.WAITING, ~stopped, ~acted)
    )


def free(wave: Wave, now: datetime) -> Select[str, str]:
    """(contact id, dormancy) of those who wait and whose other conversation is over."""
    still = exists(
        select(col(Conversation.id)).where(
            col(Conversation.contact_id) == col(WaveMember.contact_id), *walks.live_at(now)
        )
    )
    return (
        select(col(WaveMember.contact_id), col(WaveMember.dormancy))
        .where(col(WaveMember.wave_id) == wave.id, col(WaveMember.arm) == Arm.WAITING, ~still)
        .order_by(col(WaveMember.contact_id))
    )
