"""Sending one batch: take pace, claim, build the request, cross the line, call, record."""

import os
import random
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import chain

from sqlalchemy.exc import OperationalError

from app import runtime
from app.channels.base import (
    Accepted,
    Channel,
    NothingAccepted,
    Refused,
    SendResult,
    Sms,
    Unknown,
)
from app.db import Session
from app.messages import batches, budget, caps, consequences, due, emails, halts, outbox, pacing, tallies
from app.messages.models import Content, GroupState, Held
from app.runtime import Runtime

WORKER = f"{socket.gethostname()}:{os.getpid()}"
UNREAD_LIMIT = timedelta(seconds=60)
"""No claim while a person has waited longer than this for an answer."""
CALLS_AT_ONCE = 32
_calls = ThreadPoolExecutor(CALLS_AT_ONCE)
Costs = Mapping[str, Decimal]
"""Message id -> what the text cost."""
AGAIN_AFTER = (0.1, 1.0, 5.0)
"""Seconds before the record of a call is tried again; all of it well within the lease."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What may be sent now: so many answers to people, or so many messages of one group."""

    size: int
    lot: due.Lot | None = None


def send_batch(channel: Channel) -> int | None:
    """Send one batch of what is due on this channel; returns how many messages crossed the line.

    None: nothing is to be done now (nothing is due, or people are waiting for answers, or the provider wants a
    pause). 0: wait for pace.
    """
    rt = runtime.current()
    with runtime.reading() as db:
        turn = _turn(rt, db, channel)
    if turn is None or not turn.size:
        return None if turn is None else 0
    with runtime.session() as db:
        answers = turn.lot is None
        attempt_id = batches.claim(
            db, channel, worker=WORKER, size=turn.size, now=rt.now(), answers=answers, lot=turn.lot
        )
    if attempt_id is None:
        return 0
    with runtime.reading() as db:
        held = batches.held(db, attempt_id)
        content = _content(db, held)
    with runtime.session() as db:
        messages, paid = _cross(rt, db, attempt_id, held)
    if channel is Channel.EMAIL:
        _send_emails(rt, attempt_id, content, messages)
    else:
        _send_texts(rt, attempt_id, messages, paid)
    return len(messages)


def _turn(rt: Runtime, db: Session, channel: Channel) -> Turn | None:
    """Whose turn it is, with pace taken for it; size 0: somebody's, once there is pace."""
    most, now = pacing.LARGEST[channel], rt.now()
    waiting = outbox.longest_wait(db)
    if waiting is not None and now - waiting > UNREAD_LIMIT:
        return None
    halt = halts.present(db)
    if halt is not None and halt.answers:
        return None
    answers = due.answers(db, channel, most=most, now=now)
    if not answers and halt is not None:
        return None
    if not answers and _answers_wait(db, channel):
        most = min(most, pacing.BITE)
    lots: Iterator[due.Lot] = iter(()) if answers else due.lots(db, channel, most=most, now=now)
    first = next(lots, None)
    if not (answers or first) or pacing.resting(rt.redis, channel, now=now):
        return None
    if first is None:
        return Turn(pacing.take(rt.redis, channel, answers, answers=True))
    for lot in chain((first,), lots):
        pace = lot.group.per_second if lot.group else None
        size = pacing.take(rt.redis, channel, lot.wanted, group_id=lot.group_id, per_second=pace)
        if size:
            return Turn(size, lot)
    return Turn(0)


def _cross(rt: Runtime, db: Session, attempt_id: str, held: Sequence[Held]) -> tuple[list[Held], Costs]:
    """What of these crossed the line, and what the texts among them cost."""
    now, paid = rt.now(), budget.reserve(db, held)
    crossed = batches.cross(db, attempt_id, now=now, held=[message.id for message in held])
    stayed = [message for message in held if message.id not in crossed]
    _give_back(rt, db, stayed, paid.costs)
    for group_id in paid.run_out:
        outbox.set_group(db, group_id, GroupState.PAUSED, budget.EMPTY)
    return [message for message in held if message.id in crossed], paid.costs


def _give_back(rt: Runtime, db: Session, messages: Sequence[Held], costs: Costs) -> None:
    """What did not leave takes no part of any cap or budget."""
    caps.give_back(db, messages, rt.now())
    budget.give_back(db, messages, costs)


def answers_wait_elsewhere(channel: Channel) -> bool:
    """Whether somebody waits for an answer on another channel: this one's waves then go on in small bites."""
    with runtime.reading() as db:
        return _answers_wait(db, channel)


def _answers_wait(db: Session, channel: Channel) -> bool:
    now = runtime.now()
    others = [other for other in Channel if other is not channel]
    return any(due.answers(db, other, most=1, now=now) for other in others)


def _content(db: Session, messages: Sequence[Held]) -> dict[str, Content]:
    ids = {message.content_id for message in messages if message.content_id}
    found = [db.get(Content, content_id) for content_id in ids]
    return {content.id: content for content in found if content is not None}


def _send_emails(
    rt: Runtime, attempt_id: str, contents: Mapping[str, Content], messages: Sequence[Held]
) -> None:
    if not messages:
        return
    _request(rt, attempt_id, contents[str(messages[0].content_id)], messages)


def _request(rt: Runtime, attempt_id: str, frozen: Content, messages: Sequence[Held]) -> None:
    """One SendGrid request; when it is refused and names nobody, halve it until the culprit stands alone."""
    if rt.email is None:
        result: SendResult = NothingAccepted("SendGrid is not configured", pause=True)
    else:
        said = emails.content_of(rt.settings, frozen)
        result = rt.email.send(said, emails.recipients_of(rt.settings, frozen, messages))
    _heed(rt, Channel.EMAIL, [result])
    if isinstance(result, Refused) and not result.indexes and len(messages) > 1:
        middle = len(messages) // 2
        with runtime.session() as db:
            second = batches.split(db, [m.id for m in messages[middle:]], Channel.EMAIL, WORKER)
        for attempt, half in ((attempt_id, messages[:middle]), (second, messages[middle:])):
            # A stop that came in during the refused call is heard before the next one.
            with runtime.session() as db:
                wanted = batches.still_wanted(db, [m.id for m in half], now=rt.now())
                _give_back(rt, db, [m for m in half if m.id not in wanted], {})
            if wanted:
                _request(rt, attempt, frozen, [m for m in half if m.id in wanted])
        return

    def keep(db: Session) -> None:
        if isinstance(result, Refused) and result.indexes:
            named = [messages[i] for i in result.indexes if i < len(messages)]
            batches.failed(db, [m.id for m in named], code=result.code, reason=result.reason)
            tallies.note(db, [(message, "reached") for message in named])
            others = [m for m in messages if m not in named]
            reason = "another recipient was refused"
            batches.back(db, attempt_id, [m.id for m in others], not_before=rt.now(), reason=reason)
            caps.give_back(db, others, rt.now())
        else:
            _record(rt, db, attempt_id, [(message, result) for message in messages], {})
        batches.end(db, attempt_id, type(result).__name__, now=rt.now())

    _surely(keep)


def _send_texts(rt: Runtime, attempt_id: str, messages: Sequence[Held], costs: Costs) -> None:
    if not messages:
        return
    call = _caller(rt)
    results = list(zip(messages, _calls.map(call, messages), strict=True))
    _heed(rt, Channel.SMS, [result for _, result in results])

    def keep(db: Session) -> None:
        _record(rt, db, attempt_id, results, costs)
        batches.end(db, attempt_id, f"{len(results)} texts", now=rt.now())

    _surely(keep)


def _caller(rt: Runtime) -> Callable[[Held], SendResult]:
    callback = f"{rt.settings.public_url}/webhooks/twilio/status"

    def call(message: Held) -> SendResult:
        if rt.sms is None:
            return NothingAccepted("Twilio is not configured", pause=True)
        valid = None
        if message.not_after is not None:
            left = int((message.not_after - rt.now()).total_seconds())
            if left < 1:  # the provider was slow, or this machine slept
                return NothingAccepted("its window has closed")
            valid = min(36_000, left)
        return rt.sms.send(Sms(message.id, message.address, message.text, valid), callback)

    return call


def _heed(rt: Runtime, channel: Channel, results: Sequence[SendResult]) -> None:
    """A provider that names the time of the next call names it for everything we have to say to it."""
    waits = [result.retry_after for result in results if isinstance(result, NothingAccepted)]
    if named := [wait for wait in waits if wait]:
        pacing.rest(rt.redis, channel, max(named), now=rt.now())


def _surely(keep: Callable[[Session], None]) -> None:
    """Write down what a provider answered, again after a deadlock or a database that was away for a moment:
    what is not written down becomes unknown."""
    for pause in AGAIN_AFTER:
        try:
            with runtime.session() as db:
                keep(db)
        except OperationalError:
            time.sleep(pause)
        else:
            return
    with runtime.session() as db:
        keep(db)


def _record(
    rt: Runtime, db: Session, attempt_id: str, results: Sequence[tuple[Held, SendResult]], costs: Costs
) -> None:
    now = rt.now()
    taken = {m.id: r.provider_id for m, r in results if isinstance(r, Accepted)}
    batches.accepted(db, taken, now=now)
    for result in {r for _, r in results if not isinstance(r, Accepted)}:
        messages = [m for m, r in results if r == result]
        ids = [m.id for m in messages]
        if isinstance(result, NothingAccepted):
            wait = result.retry_after or random.uniform(2, 10)
            later = now + timedelta(seconds=wait)
            batches.back(db, attempt_id, ids, not_before=later, reason=result.reason)
            _give_back(rt, db, messages, costs)
            if result.pause:
                consequences.pause(db, messages, result.reason)
        elif isinstance(result, Refused):
            batches.failed(db, ids, code=result.code, reason=result.reason)
            tallies.note(db, [(message, "reached") for message in messages])
            consequences.carry_out(db, messages, result.code, reason=result.reason, at=now)
        elif isinstance(result, Unknown):
            batches.unknown(db, ids, reason=result.reason)
