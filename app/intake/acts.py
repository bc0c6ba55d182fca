"""What contacts do elsewhere (log-ins, purchases, reviews), told to us by a program: kept once, then judged."""

from collections.abc import Sequence

from app import runtime
from app.contacts import find, suppression
from app.contacts.addresses import hashes
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session
from app.engagement import bulk, history, stops
from app.engagement.models import Kind
from app.engagement.rows import Event
from app.feedback import reviews
from app.messages import outbox
from app.outcomes.decide import redecide_all

SOURCE = "api"


def take(db: Session, acts: Sequence[tuple[Event, str]]) -> tuple[int, list[int]]:
    """Keep these events, each with the system that told it; stops are obeyed as those of a file are.

    Returns how many were new, and the positions of those whose contact we do not know.
    """
    rt = runtime.current()
    found = find.by_names(db, {name for event, _ in acts for name in event.names})
    ids = [next((found[name] for name in event.names if name in found), None) for event, _ in acts]
    known = [(id_, event, source) for id_, (event, source) in zip(ids, acts, strict=True) if id_]
    # Whatever is judged below is judged on facts that nobody else is writing.
    find.lock(db, {id_ for id_, _, _ in known})
    added = 0
    for told in sorted({source for _, _, source in known}):
        mine = [(id_, event) for id_, event, source in known if source == told]
        name = f"{SOURCE}:{told}" if told else SOURCE
        added += history.keep(
            db,
            [(id_, bulk.prepare(event, name)) for id_, event in mine if not history.special(event)],
            [(id_, bulk.prepare(event, name), event) for id_, event in mine if history.special(event)],
            source=name,
            hash_key=rt.settings.suppression_key,
            now=rt.now(),
        )
    for id_, event, _ in known:
        if event.kind in stops.KINDS:
            _end(db, id_, event, rt.settings.suppression_key)
    if added:
        if reviewers := {id_ for id_, event, _ in known if event.kind is Kind.REVIEW}:
            reviews.rate(db, reviewers)
            reviews.keep(db, reviews.listen(reviews.unheard(db, reviewers)))
        redecide_all(db, {id_ for id_, _, _ in known}, now=rt.now())
    return added, [position for position, id_ in enumerate(ids) if id_ is None]


def _end(db: Session, contact_id: str, event: Event, key: str) -> None:
    """A stop that holds ends what is under way, as one said to us does."""
    email, phone = find.addresses_of(db, [contact_id])[contact_id]
    own = sorted(
        {*hashes(key, email, phone), *(p for n in event.names if "@" in n for p in hashes(key, n, None))}
    )
    stopped = sorted(suppression.suppressed(db, own))
    outbox.withdraw(db, "suppressed", addresses=stopped) if stopped else None
    if stopped and event.kind is not Kind.BOUNCE:
        walks.close(db, ConversationState.STOPPED, now=runtime.now(), contact_id=contact_id)
