"""The accept path of every webhook: one insert of the raw body, one doorbell after the commit."""

import hashlib
from datetime import datetime

from app import runtime
from app.db import Session, insert_new
from app.intake.models import RawEvent, RawState, Route
from app.messages import outbox

BY_PEOPLE = (Route.SENDGRID_INBOUND, Route.TWILIO_MESSAGES)
"""The routes by which a person speaks, and may be waiting for an answer."""


def accept(
    db: Session, route: Route, body: bytes, *, content_type: str = "", query: str = "", now: datetime
) -> bool:
    """Keep what was posted, once; False when exactly this was posted before."""
    digest = hashlib.blake2b(f"{route}?{query}\n".encode() + body, digest_size=20).hexdigest()
    row = {
        "route": route,
        "content_type": content_type,
        "query": query,
        "body": body,
        "digest": digest,
        "received_at": now,
        "state": RawState.NEW,
    }
    new = bool(insert_new(db, RawEvent, [row]))
    if new and route in BY_PEOPLE:
        outbox.somebody_waits(db, digest, now)
    if new:
        runtime.ring_after_commit(db, "replies", "app.intake.jobs.expand", route)
    return new
