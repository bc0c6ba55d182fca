"""Reads of waves that several rooms and doors share."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlmodel import col

from app.contacts.models import Consent, ConsentState
from app.db import Session
from app.errors import NotFound
from app.messages.ladder import SAID
from app.messages.models import Direction, Message, State
from app.waves.models import Arm, Wave, WaveMember, WaveState

CONTACT_SOURCES = ("sms", "email", "web", "one_click", "provider")
"""Where a contact's own withdrawal comes from (an import is none)."""
AGAIN_WITHIN = timedelta(days=30)
"""Who launches the same file so soon may have launched it already without knowing."""


def get(db: Session, wave_id: str) -> Wave:
    """The wave; raises NotFound."""
    try:
        # PostgreSQL takes nothing but a UUID for one.
        wave = db.get(Wave, str(UUID(wave_id)))
    except ValueError:
        wave = None
    if wave is None:
        raise NotFound(f"there is no wave {wave_id}")
    return wave


def newest(db: Session, limit: int = 50) -> Sequence[Wave]:
    return db.scalars(select(Wave).order_by(col(Wave.id).desc()).limit(limit)).all()


def running(db: Session) -> Sequence[str]:
    """The ids of waves that are under way, paused ones not counted."""
    return db.scalars(select(col(Wave.id)).where(col(Wave.state) == WaveState.RUNNING)).all()


def launched_before(db: Session, file_hash: str, *, now: datetime) -> Wave | None:
    """The newest wave of the same file, launched a short while ago or still repeated or entered, and not canceled."""
    statement = (
        select(Wave)
        .where(col(Wave.file_hash) == file_hash, col(Wave.parent_id).is_(None))
        .where(col(Wave.state) != WaveState.CANCELED)
        .where(
            or_(
                col(Wave.launched_at) > now - AGAIN_WITHIN,
                col(Wave.next_at).is_not(None),
                col(Wave.looked).is_not(None),
            )
        )
        .order_by(col(Wave.id).desc())
        .limit(1)
    )
    return db.scalars(statement).first()


def editions(db: Session, wave: Wave, most: int = 4) -> Sequence[str]:
    """The ids of the newest editions of the repeated wave or automation that this wave is one of."""
    first = wave.parent_id or wave.id
    of_it = or_(col(Wave.id) == first, col(Wave.parent_id) == first)
    return db.scalars(select(col(Wave.id)).where(of_it).order_by(col(Wave.id).desc()).limit(most)).all()


def members(db: Session, wave_id: str) -> dict[str, int]:
    """How many are treated, control and excluded."""
    rows = db.execute(
        select(col(WaveMember.arm), func.count())
        .where(col(WaveMember.wave_id) == wave_id)
        .group_by(col(WaveMember.arm))
    )
    counts = {str(arm): 0 for arm in Arm}
    counts.update(dict(rows.all()))
    return counts


def left_out(db: Session, wave_id: str) -> dict[str, int]:
    """Reason -> how many were left out for it."""
    rows = db.execute(
        select(col(WaveMember.reason), func.count())
        .where(col(WaveMember.wave_id) == wave_id, col(WaveMember.arm) == Arm.EXCLUDED)
        .group_by(col(WaveMember.reason))
        .order_by(func.count().desc())
    )
    return {str(reason): count for reason, count in rows}


def opted_out(db: Session, wave: Wave) -> int:
    """People who withdrew consent by themselves after this wave had written to them, whatever the way."""
    return int(
        db.execute(
            select(func.count(func.distinct(col(Consent.contact_id))))
            .join(
                Message,
                (col(Message.contact_id) == col(Consent.contact_id)) & (col(Message.group_id) == wave.id),
            )
            .where(col(Message.direction) == Direction.OUT, col(Message.state).in_((*SAID, State.FAILED)))
            .where(col(Consent.at) >= func.coalesce(col(Message.called_at), col(Message.created_at)))
            .where(col(Consent.state) == ConsentState.WITHDRAWN, col(Consent.at) >= wave.launched_at)
            .where(col(Consent.source).in_(CONTACT_SOURCES))
        ).scalar_one()
    )
