"""Opens and clicks, as providers report them, graded by all that is known of their email by now.

A grade follows from the receipts of a message and the network addresses they name, never from the order in which
they came: whatever comes later, or twice, grades the message anew.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.channels import sendgrid
from app.channels.base import EventKind, ProviderEvent
from app.db import Session, among, table_of
from app.engagement import agents, callers, evidence
from app.engagement.callers import Call
from app.engagement.evidence import Graded
from app.engagement.evidence_rules import Press, Seen, clicked_together, judge, went_on
from app.engagement.models import Kind
from app.messages import receipts
from app.messages.matching import Told
from app.messages.models import SEEN, Message, Receipt
from app.outcomes.decide import redecide_all
from app.scoring.score import rescore

KINDS = {EventKind.OPENED: Kind.OPEN, EventKind.CLICKED: Kind.CLICK}
GRADED = (EventKind.DELIVERED, *KINDS)
"""The events after which a message's opens and clicks are to be graded (anew)."""
PAGE = 500
"""Messages graded together by `regrade_page`."""
_receipts, _messages = table_of(Receipt), table_of(Message)


class _Seen(NamedTuple):
    """One open or click as it was reported: of which message, under which key of the timeline, whose it is."""

    message_id: str
    key: str
    kind: Kind
    at: datetime
    contact_id: str
    address_hash: str
    channel: str
    event: ProviderEvent

    @property
    def call(self) -> Call | None:
        """From where it came, if that is told and matters: who reads through a proxy has no address of their own."""
        ip, event = self.event.ip, self.event
        if not ip or (self.kind is Kind.OPEN and (event.machine or agents.proxy(event.user_agent or ""))):
            return None
        return Call(ip, self.at, self.message_id, self.address_hash)

    @property
    def press(self) -> Press:
        return Press(self.at, self.event.url or "", self.event.ip or "")


def grade(db: Session, provider: str, told: Sequence[Told]) -> set[str]:
    """Grade the opens and clicks among these new events (kept before), and anew those that their messages had: a
    delivery tells of them, too, by the time it was. Returns the contacts for whom an earlier one became or ceased to
    be a sign of life."""
    theirs = {
        one.message.id for one in told if one.message and one.event.kind in GRADED and one.message.contact_id
    }
    new = {
        receipts.key_of(provider, one.event): one
        for one in told
        if one.event.kind in KINDS and one.message and one.message.contact_id
    }
    return _grade(db, theirs, new)


class Page(NamedTuple):
    """What a page of messages brought: the last one (None when there are no more), how many they were, and how
    many contacts lost or gained a sign of life."""

    last: str | None
    messages: int
    changed: int = 0


def recall_page(db: Session, after: str | None) -> Page:
    """Note anew from where the next messages were opened and clicked; `regrade_page` needs that of all of them."""
    ids = _next(db, after)
    callers.note(db, _calls(_told(db, ids, {})))
    return Page(ids[-1] if len(ids) == PAGE else None, len(ids))


def regrade_page(db: Session, after: str | None, *, now: datetime) -> Page:
    """Grade the opens and clicks of the next messages by the rules of today, and judge anew the contacts for whom
    that changes a sign of life. Adds nothing to a timeline."""
    ids = _next(db, after)
    changed = _grade(db, ids, {})
    rescore(db, changed, now=now)
    redecide_all(db, changed, now=now)
    return Page(ids[-1] if len(ids) == PAGE else None, len(ids), len(changed))


def _next(db: Session, after: str | None) -> list[str]:
    seen = select(_receipts.c.message_id).where(SEEN, _receipts.c.message_id.is_not(None)).distinct()
    if after is not None:
        seen = seen.where(_receipts.c.message_id > after)
    return list(db.scalars(seen.order_by(_receipts.c.message_id).limit(PAGE)))


def _grade(db: Session, message_ids: Collection[str], new: Mapping[str, Told]) -> set[str]:
    """Grade these messages, and those of others whose callers turn out to be everybody's; `new` are the events, by
    the keys of their receipts, that may not stand on the timeline yet. Returns as `grade` does."""
    rows: list[_Seen] = []
    many: set[tuple[int, str]] = set()
    todo = set(message_ids)
    while todo:
        told = _told(db, todo, new)
        done = {row.message_id for row in rows} | todo
        rows += told
        found, woken = callers.note(db, _calls(told))
        many |= found
        todo = woken - done
    if not rows:
        return set()
    return evidence.write(db, _judged(db, rows, many, {_dedupe_key(key) for key in new}))


def _told(db: Session, message_ids: Collection[str], known: Mapping[str, Told]) -> list[_Seen]:
    """What was reported of the opens and clicks of these messages, of those whose contact is known; the events in
    hand need not be read again."""
    if not message_ids:
        return []
    columns = _receipts.c
    keys = select(columns.event_key).where(SEEN, among(db, columns.message_id, message_ids))
    found, others = [], []
    for key in db.scalars(keys).all():
        if one := known.get(key):
            found.append(_in_hand(key, one))
        else:
            others.append(key)
    return found + _kept(db, others) if others else found


def _in_hand(key: str, one: Told) -> _Seen:
    event, _, message = one
    assert message, "see `grade`"
    assert message.contact_id, "see `grade`"
    whose = (message.contact_id, message.address_hash, message.channel)
    return _Seen(message.id, _dedupe_key(key), KINDS[event.kind], one.at, *whose, event)


def _kept(db: Session, keys: Sequence[str]) -> list[_Seen]:
    columns = (_receipts.c[name] for name in ("message_id", "event_key", "kind", "at", "facts"))
    whose = (_messages.c.contact_id, _messages.c.address_hash, _messages.c.channel)
    kept = (
        select(*columns, *whose)
        .join(_messages, _messages.c.id == _receipts.c.message_id)
        .where(among(db, _receipts.c.event_key, keys), _messages.c.contact_id.is_not(None))
    )
    return [
        _Seen(id_, _dedupe_key(key), KINDS[kind], at, contact, address, channel, sendgrid.event_of(facts))
        for id_, key, kind, at, facts, contact, address, channel in db.execute(kept).all()
    ]


def _calls(told: Sequence[_Seen]) -> list[Call]:
    return [call for one in told if (call := one.call)]


def _judged(
    db: Session, told: Sequence[_Seen], many: Collection[tuple[int, str]], new: Collection[str]
) -> list[Graded]:
    delivered = _delivered(db, {one.message_id for one in told})
    clicked = [one for one in told if one.kind is Kind.CLICK]
    clicks: dict[str, list[Press]] = defaultdict(list)
    for one in clicked:
        clicks[one.message_id].append(one.press)
    times = [one.at for one in clicked]
    people = {one.contact_id for one in clicked}
    signs = evidence.signs(db, people, min(times), max(times)) if times else {}
    found = []
    for one in told:
        at, click = delivered.get(one.message_id), one.kind is Kind.CLICK
        seen = Seen(
            one.kind,
            flagged=one.event.machine,
            agent=one.event.user_agent or "",
            after=(one.at - at).total_seconds() if at else None,
            links=clicked_together(one.press, clicks[one.message_id]) if click else 0,
            many=one.call is not None and one.call.key in many,
            then=went_on(one.at, signs.get(one.contact_id, ())) if click else "",
        )
        where = (one.key, one.contact_id, one.kind, one.at, one.channel, one.message_id)
        found.append(Graded(*where, judge(seen), new=one.key in new))
    return found


def _delivered(db: Session, message_ids: Collection[str]) -> Mapping[str, datetime]:
    """When these messages were first reported as delivered. What `messages` keeps may be the time of an open."""
    first = (
        select(_receipts.c.message_id, func.min(_receipts.c.at))
        .where(among(db, _receipts.c.message_id, message_ids), _receipts.c.kind == EventKind.DELIVERED)
        .group_by(_receipts.c.message_id)
    )
    return {row[0]: row[1] for row in db.execute(first).all()}


def _dedupe_key(event_key: str) -> str:
    """What a receipt's interaction is known by."""
    return f"event:{event_key.partition(':')[2]}"
