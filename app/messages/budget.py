"""What a group's texts may cost: reserved in the transaction that lets them leave, so that it is never overspent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import phonenumbers
from sqlalchemy import update
from sqlmodel import col

from app.channels.base import Channel
from app.channels.segments import segments
from app.db import Session, table_of
from app.messages.models import Held, Message, MessageGroup, State

EMPTY = "budget"
"""The reason of a group that an empty budget paused."""
OTHER = ""


def cost(text: str, number: str, prices: Mapping[str, str]) -> Decimal:
    """What one text costs by the parts it has and the country of its number (E.164)."""
    try:
        country = phonenumbers.region_code_for_number(phonenumbers.parse(number)) or OTHER
    except phonenumbers.NumberParseException:
        country = OTHER
    return segments(text).count * Decimal(prices.get(country) or prices.get(OTHER) or 0)


@dataclass(frozen=True, slots=True)
class Paid:
    """Message id -> what it cost; and the groups whose budget did not cover all that was claimed of them."""

    costs: dict[str, Decimal] = field(default_factory=dict)
    run_out: set[str] = field(default_factory=set)


def reserve(db: Session, messages: Sequence[Held]) -> Paid:
    """Pay for these claimed texts out of their groups' budgets; what is not covered goes back to the queue."""
    paid = Paid()
    beyond: list[str] = []
    for group in _groups(db, messages):
        for message in (message for message in messages if message.group_id == group.id):
            price = cost(message.text, message.address, group.prices)
            if group.budget is not None and group.spent + price > group.budget:
                beyond.append(message.id)
                paid.run_out.add(group.id)
            else:
                paid.costs[message.id] = price
                group.spent += price
        db.add(group)
    if beyond:
        ours = update(table_of(Message)).where(
            col(Message.id).in_(beyond), col(Message.state) == State.CLAIMED
        )
        db.execute(ours.values(state=State.QUEUED, attempt_id=None))
    return paid


def give_back(db: Session, messages: Sequence[Held], costs: Mapping[str, Decimal]) -> None:
    """These did not leave after all."""
    back = [message for message in messages if message.id in costs]
    for group in _groups(db, back):
        group.spent -= sum((costs[m.id] for m in back if m.group_id == group.id), Decimal(0))
        db.add(group)


def _groups(db: Session, messages: Sequence[Held]) -> list[MessageGroup]:
    """The groups of these that pay for their texts, held against other senders."""
    ids = sorted({m.group_id for m in messages if m.group_id and m.channel == Channel.SMS})
    paying = [id_ for id_ in ids if db.get_one(MessageGroup, id_).prices]
    return [
        db.get_one(MessageGroup, id_, with_for_update={"key_share": True}, populate_existing=True)
        for id_ in paying
    ]
