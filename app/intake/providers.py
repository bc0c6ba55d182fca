"""What concerns our standing at a provider and not one person: waves that go by it are held until a person looks."""

from collections.abc import Collection
from datetime import datetime
from itertools import chain

from sqlmodel import col, select

from app.channels import sendgrid_reasons
from app.channels.actions import Meaning
from app.channels.base import Channel, ProviderEvent
from app.db import Session
from app.journal.record import record
from app.messages import consequences
from app.messages.models import Known
from app.waves.definition import Definition, from_source
from app.waves.models import Wave, WaveState

NAMES = {"sendgrid": "SendGrid", "twilio": "Twilio"}


def account_changed(db: Session, provider: str, event: ProviderEvent, *, at: datetime) -> None:
    """The provider changed what our account may do: told once, and unless it is for the better nothing more goes by
    it."""
    status = event.code or "unknown"
    said = f"{NAMES.get(provider, provider)}: {status}"
    subject = ("provider", provider)
    record(
        db, at=at, actor=f"provider:{provider}", verb="alert", subject=subject, reason="account", said=said
    )
    if not sendgrid_reasons.stands_again(status):
        consequences.hold(db, sorted(wave.id for wave in _going_by(db, Channel.EMAIL)), said)


def pause(db: Session, message: Known, meaning: Meaning, reason: str, *, at: datetime) -> None:
    """Hold the wave of this message, or whatever goes the same way; not what a person let go on since it left."""
    waves = _going_by(db, Channel(message.channel)) if meaning.everything else _of(db, message)
    left = message.called_at or at
    # Whoever resumed it knew of what had left before: late reports of that do not overrule them.
    held = {wave.id for wave in waves if wave.resumed_at is None or wave.resumed_at <= left}
    consequences.hold(db, sorted(held), reason)


def _of(db: Session, message: Known) -> Collection[Wave]:
    wave = db.get(Wave, message.group_id) if message.group_id else None
    return [wave] if wave else []


def _going_by(db: Session, channel: Channel) -> Collection[Wave]:
    """The waves under way that use this channel at any step."""
    running = db.exec(select(Wave).where(col(Wave.state) == WaveState.RUNNING)).all()
    return [wave for wave in running if channel in _channels(from_source(wave.definition))]


def _channels(definition: Definition) -> set[Channel]:
    of_steps = (step.channels for step in definition.steps)
    return set(chain(*of_steps, *(variant.channels for variant in definition.variants)))
