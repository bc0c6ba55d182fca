"""The dormancy policy in force: stored as it was set, the newest holds, the older ones tell what held before."""

from datetime import datetime
from pathlib import Path

import yaml
from sqlmodel import Session, col, select

from app.engagement import policy as rules
from app.engagement.models import DormancyPolicy
from app.engagement.policy import DEFAULT, Policy
from app.errors import BadInput
from app.journal import record as journal


def present(db: Session) -> Policy:
    """The policy in force."""
    row = newest(db)
    return rules.read(row.policy) if row else DEFAULT


def at(db: Session, moment: datetime) -> Policy:
    """The policy that was in force at an aware time."""
    query = select(DormancyPolicy).where(col(DormancyPolicy.at) <= moment)
    row = db.exec(query.order_by(col(DormancyPolicy.id).desc()).limit(1)).first()
    return rules.read(row.policy) if row else DEFAULT


def newest(db: Session, *, lock: bool = False) -> DormancyPolicy | None:
    """The newest policy with how far the kept table follows it; None: the default, and it does."""
    query = select(DormancyPolicy).order_by(col(DormancyPolicy.id).desc()).limit(1)
    return db.exec(query.with_for_update() if lock else query).first()


def kept_up(db: Session) -> bool:
    """Whether the kept table follows the policy in force already."""
    row = newest(db)
    return row is None or row.finished_at is not None


def set_(db: Session, policy: Policy, *, now: datetime, actor: str) -> None:
    """Put a policy in force; `keep.page` then brings the kept table to it."""
    db.add(DormancyPolicy(at=now, actor=actor, policy=rules.document(policy)))
    journal.record(db, at=now, actor=actor, verb="set", subject=("dormancy_policy", ""))


def from_file(file: Path) -> Policy:
    """A policy from a YAML or JSON file; raises BadInput naming the file and the key."""
    try:
        given = yaml.safe_load(file.read_text("utf-8"))
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", where=str(file)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"this is no YAML: {str(error).splitlines()[0]}", where=str(file)) from None
    return rules.read(given, where=str(file))
