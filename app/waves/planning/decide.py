"""What one contact becomes at a step of a wave: treated, held out, left out and why, or waiting. Pure."""

from collections.abc import Container
from typing import NamedTuple

from app.channels.base import Channel
from app.waves import rules
from app.waves.definition import Definition, InConversation, Variant, WaveStep
from app.waves.models import Arm
from app.waves.planning.facts import Facts, once_key

BUSY = "in_another_conversation"
UNHAPPY = "unhappy"
SAME_ADDRESS = "same_address"


class Decision(NamedTuple):
    """What becomes of a contact; `channel` is where they are written to, None when they are not."""

    arm: Arm
    reason: str | None
    channel: Channel | None
    variant: Variant | None
    step: WaveStep
    """As their variant has it."""


def first(
    facts: Facts,
    contact_id: str,
    definition: Definition,
    *,
    key: str,
    wave_id: str,
    taken: Container[str],
    late: bool = False,
) -> Decision:
    """At the first step. `key` salts the draws; `taken` holds the once-keys that have a message; `late`: they
    waited for their turn, of which later steps must know."""
    variant = rules.variant_of(key, wave_id, contact_id, definition.variants)
    step = definition.step(0, variant)
    channel, reason = _channel(facts, contact_id, step, wave_id, taken)
    arm = Arm.EXCLUDED
    if channel is not None and _held_up(facts, contact_id, definition):
        reason = BUSY
        if definition.in_conversation is not InConversation.SKIP:
            arm = Arm.WAITING
    elif channel is not None:
        held_out = rules.in_control(key, contact_id, definition.control)
        arm = Arm.CONTROL if held_out else Arm.TREATED
        reason = BUSY if late and not held_out else None
    return Decision(arm, reason, channel if arm is Arm.TREATED else None, variant, step)


def again(
    facts: Facts,
    contact_id: str,
    definition: Definition,
    number: int,
    *,
    wave_id: str,
    taken: Container[str],
    variant: str | None,
) -> Decision:
    """At a later step, for somebody who is treated; `variant` by the name drawn for them then."""
    drawn = next((one for one in definition.variants if one.name == variant), None)
    step = definition.step(number, drawn)
    channel, reason = _channel(facts, contact_id, step, wave_id, taken)
    if contact_id not in facts.under_way:
        channel = None  # it began, or was stopped, before we held the contact
    return Decision(Arm.TREATED, reason, channel, drawn, step)


def _channel(
    facts: Facts, contact_id: str, step: WaveStep, wave_id: str, taken: Container[str]
) -> tuple[Channel | None, str | None]:
    channel, reason = rules.choose(facts.reaches[contact_id], step.channels)
    if channel is None:
        return None, reason
    if contact_id in facts.upset:
        return None, UNHAPPY
    if contact_id in facts.rested:
        return None, facts.rested[contact_id]
    if once_key(wave_id, step.name, channel, facts.hashes[contact_id][channel]) in taken:
        return None, SAME_ADDRESS
    return channel, None


def _held_up(facts: Facts, contact_id: str, definition: Definition) -> bool:
    """Whether another conversation of theirs comes first."""
    replaced = definition.in_conversation is InConversation.REPLACE and contact_id not in facts.talking
    return contact_id in facts.busy and not replaced
