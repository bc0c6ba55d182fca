"""Gathering the facts of a page of contacts in a few statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlmodel import col

from app.channels.base import Channel
from app.contacts import suppression
from app.contacts.models import Consent, ConsentState, Contact, PhoneKind, Suppression
from app.conversations.models import Answer, Conversation
from app.db import Session, among
from app.engagement.models import Grade, Interaction, Kind
from app.feedback.models import Rating, SentimentReading
from app.messages.ladder import SAID
from app.messages.models import Direction, Message, State
from app.outcomes.rules import Facts, Sign
from app.surveys.survey import LESS_OFTEN
from app.surveys.survey import Kind as Asked
from app.waves.definition import from_source
from app.waves.find import CONTACT_SOURCES
from app.waves.models import Arm, Wave, WaveMember, WaveState

OVER = (WaveState.FINISHED, WaveState.CANCELED)
DEAD = suppression.UNREACHABLE
LEFT = (*SAID, State.FAILED)
LAST_CALL = "last_call"
"""The email that says honestly what silence will mean."""
NO_ACT = (Kind.ANSWER, Kind.REPLY)


def gather(db: Session, wave: Wave, ids: Sequence[str]) -> dict[str, Facts]:
    """contact id -> facts, for those of `ids` who are treated in the wave."""
    treated = select(col(WaveMember.contact_id), col(WaveMember.ended_at)).where(
        col(WaveMember.wave_id) == wave.id,
        among(db, col(WaveMember.contact_id), ids),
        col(WaveMember.arm) == Arm.TREATED,
    )
    # In an automation everybody's time ends by itself.
    ended: dict[str, datetime | None] = {id_: at or wave.finished_at for id_, at in db.execute(treated)}
    found = {id_: Facts(wave_over=wave.state in OVER or at is not None) for id_, at in ended.items()}
    _addresses(db, wave, found)
    _messages(db, wave, found)
    _consents(db, wave, found)
    _answers(db, wave, found)
    _acts(db, wave, found, ended)
    _reading(db, wave, found)
    _feedback(db, wave, found)
    return found


def _ours(facts: Facts, at: datetime) -> bool:
    """Only what came after this wave had written to them may be its doing; another's credit stays another's."""
    return facts.written_at is not None and at >= facts.written_at


def _addresses(db: Session, wave: Wave, found: dict[str, Facts]) -> None:
    used = {channel for step in from_source(wave.definition).steps for channel in step.channels}
    for contact in db.scalars(select(Contact).where(among(db, col(Contact.id), found))):
        mobile = bool(contact.phone) and contact.phone_kind == PhoneKind.MOBILE
        reachable = (Channel.EMAIL in used and bool(contact.email), Channel.SMS in used and mobile)
        found[contact.id].addresses = sum(reachable)
        # What the CRM says they bought; a history, where one was imported, may know of more.
        told = contact.attributes.get("revenue")
        if isinstance(told, int | float):
            found[contact.id].revenue = Decimal(told)


def _consents(db: Session, wave: Wave, found: dict[str, Facts]) -> None:
    statement = (
        select(Consent)
        .where(among(db, col(Consent.contact_id), found), col(Consent.at) >= wave.launched_at)
        .where(col(Consent.source).in_(CONTACT_SOURCES), col(Consent.state) != ConsentState.REQUESTED)
        # In the alphabet `withdrawn` comes last: on a tie it wins.
        .order_by(col(Consent.at), col(Consent.state), col(Consent.id))
    )
    for line in db.scalars(statement):
        kept = found[line.contact_id]
        if not _ours(kept, line.at):
            continue
        sign = Sign(f"consent_{line.state}", line.at, f"{line.channel} ({line.source}): {line.wording}")
        if line.state == ConsentState.WITHDRAWN:
            kept.stops.append(sign)
            kept.stayed.clear()
        else:
            kept.stayed.append(sign)
            kept.stops.clear()


def _acts(db: Session, wave: Wave, found: dict[str, Facts], ended: Mapping[str, datetime | None]) -> None:
    since = (
        select(Interaction)
        .where(among(db, col(Interaction.contact_id), found), col(Interaction.human).is_(True))
        .where(col(Interaction.at) >= wave.launched_at)
        .where(col(Interaction.grade) == Grade.ACT, col(Interaction.kind).not_in(NO_ACT))
        .order_by(col(Interaction.at))
    )
    replied = (
        select(Interaction)
        .where(among(db, col(Interaction.contact_id), found), col(Interaction.kind) == Kind.REPLY)
        .where(col(Interaction.at) >= wave.launched_at)
        .order_by(col(Interaction.at))
    )
    for reply in db.scalars(replied):
        if _ours(found[reply.contact_id], reply.at):
            found[reply.contact_id].replies.append(Sign(reply.kind, reply.at))
    for act in db.scalars(since):
        end = ended[act.contact_id]
        if not _ours(found[act.contact_id], act.at) or (end is not None and act.at > end):
            continue
        amount = f"{act.amount}" if act.amount is not None else ""
        found[act.contact_id].acts.append(Sign(act.kind, act.at, amount))
    bought = (
        select(col(Interaction.contact_id), func.sum(col(Interaction.amount)))
        .where(among(db, col(Interaction.contact_id), found), col(Interaction.kind) == Kind.PURCHASE)
        .group_by(col(Interaction.contact_id))
    )
    for contact_id, total in db.execute(bought):
        found[contact_id].revenue = max(found[contact_id].revenue, Decimal(total or 0))


# The reads below go by contact alone and look at the wave here: a contact has few rows, a wave has many, and a
# planner without statistics may take the wave's index.


def _answers(db: Session, wave: Wave, found: dict[str, Facts]) -> None:
    statement = (
        select(Answer, col(Conversation.group_id))
        .join(Conversation, col(Conversation.id) == col(Answer.conversation_id))
        .where(among(db, col(Answer.contact_id), found))
        .order_by(col(Answer.at), col(Answer.id))
    )
    for answer, group_id in db.execute(statement):
        if group_id != wave.id:
            continue
        sign = Sign(f"answer:{answer.question}", answer.at, f"{answer.value} ({answer.channel})")
        found[answer.contact_id].answers.append(sign)
        if answer.kind == Asked.CONSENT:
            found[answer.contact_id].less = [sign] if answer.value == LESS_OFTEN else []


def _messages(db: Session, wave: Wave, found: dict[str, Facts]) -> None:
    ours = (
        select(Message)
        .where(among(db, col(Message.contact_id), found), col(Message.direction) == Direction.OUT)
        .order_by(col(Message.id))
        # Receipts climb by set-based updates: a message this session read before them is out of date.
        .execution_options(populate_existing=True)
    )
    sent = [message for message in db.scalars(ours) if message.group_id == wave.id]
    last_calls = {step.name for step in from_source(wave.definition).steps if step.words == LAST_CALL}
    for message in sent:
        kept = found[str(message.contact_id)]
        if message.state in LEFT and kept.written_at is None:
            kept.written_at = message.called_at or message.created_at
        if message.state == State.DELIVERED:
            at = message.delivered_at or message.created_at
            kept.delivered.append(Sign(f"delivered:{message.step}", at, message.channel))
            kept.warned |= message.channel == Channel.EMAIL and message.step in last_calls
    stops = select(Suppression).where(
        among(db, col(Suppression.address_hash), {message.address_hash for message in sent}),
        col(Suppression.reason).in_(DEAD),
        col(Suppression.lifted_at).is_(None),
    )
    dead = {(stop.channel, stop.address_hash): stop for stop in db.scalars(stops)}
    for contact_id, pair in {(str(m.contact_id), (m.channel, m.address_hash)) for m in sent}:
        if pair in dead:
            found[contact_id].dead_addresses.append(Sign(dead[pair].reason, dead[pair].at, pair[0]))


def _reading(db: Session, wave: Wave, found: dict[str, Facts]) -> None:
    seen = (
        select(Interaction, col(Message.group_id), col(Message.step))
        .join(Message, col(Message.id) == col(Interaction.message_id))
        .where(among(db, col(Interaction.contact_id), found), col(Interaction.human).is_(True))
        .where(col(Interaction.kind).in_((Kind.OPEN, Kind.CLICK)))
        .order_by(col(Interaction.at), col(Interaction.id))
    )
    for sign, group_id, step in db.execute(seen):
        if group_id == wave.id:
            kept = found[sign.contact_id]
            signs = kept.clicked if sign.kind == Kind.CLICK else kept.opened
            signs.append(Sign(f"{sign.kind}:{step}", sign.at))


def _feedback(db: Session, wave: Wave, found: dict[str, Facts]) -> None:
    scores = (
        select(Rating)
        .where(among(db, col(Rating.contact_id), found), col(Rating.kind) == "nps")
        .order_by(col(Rating.at), col(Rating.id))
    )
    for rating in db.scalars(scores):
        if rating.group_id == wave.id:
            found[rating.contact_id].nps = rating.value
    words = (
        select(SentimentReading)
        .where(among(db, col(SentimentReading.contact_id), found))
        .order_by(col(SentimentReading.at), col(SentimentReading.id))
    )
    for reading in db.scalars(words):
        if reading.group_id == wave.id:
            found[reading.contact_id].unhappy = reading.present_label == "negative"
