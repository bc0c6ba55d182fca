"""Bringing home the stops our email provider keeps: its lists only ever add to ours, they lift nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from app.accounts import installation
from app.channels.sendgrid import LISTS, SendGrid
from app.contacts import blocklist
from app.contacts.addresses import email_key
from app.contacts.stop_lists import Entry
from app.db import Session

Transaction = Callable[[], AbstractContextManager[Session]]

REASONS = {
    "unsubscribes": "unsubscribed",
    "groups": "unsubscribed",
    "spam_reports": "complaint",
    "bounces": "hard_bounce",
    "invalid_emails": "hard_bounce",
}
OVERLAP = timedelta(days=1)
"""How far before the last look the next one begins: what the provider entered late is not missed."""
SOURCE = "sendgrid:"
_SEEN = "sendgrid_list:"


def pull(
    provider: SendGrid,
    transaction: Transaction,
    *,
    hash_key: str,
    now: datetime,
    actor: str,
    only_new: bool,
    write: bool = True,
    tick: Callable[[int], None] = lambda done: None,
) -> Counter[str]:
    """Take over every list of the account, a page a transaction; counts as `blocklist.suppress`, and each list's name.

    `only_new`: what was added since the last look. `write` false only counts. Raises channels.base.ChannelError; what
    was taken over until then stays.
    """
    total: Counter[str] = Counter(suppressed=0, already=0)
    for name in LISTS:
        with transaction() as db:
            seen = installation.fact(db, _SEEN + name) if only_new else None
        since = datetime.fromisoformat(seen) - OVERLAP if seen else None
        for page in blocklist.pages(_entries(provider, name, since, now)):
            with transaction() as db:
                total += blocklist.suppress(
                    db, page, source=SOURCE + name, hash_key=hash_key, now=now, write=write
                )
            total[f"list.{name}"] += len(page)
            tick(len(page))
        if write:
            with transaction() as db:
                installation.remember(db, _SEEN + name, now.isoformat())
    if write and total["suppressed"]:
        with transaction() as db:
            blocklist.note(db, total, actor=actor, at=now)
    return total


def _entries(provider: SendGrid, name: str, since: datetime | None, now: datetime) -> Iterator[Entry]:
    for page in provider.listed(name, since=since):
        for one in page:
            if "@" in one.address:
                said = f"{name}: {one.reason}"[:500] if one.reason else name
                yield Entry(0, "email", email_key(one.address), REASONS[name], min(one.at, now), said)
