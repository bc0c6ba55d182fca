"""Finding doubles and merging the certain ones, page by page, until everybody was compared."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from app.contacts import doubles
from app.db import Session
from app.dossier import merge

PAGE = 200
"""Contacts compared in one transaction: some six likenesses each."""
MERGES = 20
"""Merges in one transaction."""


def settle(
    transaction: Callable[[], AbstractContextManager[Session]],
    *,
    hash_key: str,
    now: datetime,
    until: float | None = None,
    tick: Callable[[int], None] = lambda _: None,
) -> tuple[Counter[str], bool]:
    """Compare who is new or changed and merge what is certain; safe to be killed and to run again.

    Returns (contacts `looked` at, pairs `compared`, found `doubtful`, `merged`), and whether all was done before
    `until` (time.monotonic). `tick` is told how many contacts were looked at so far.
    """
    counts: Counter[str] = Counter(looked=0, compared=0, doubtful=0, merged=0)
    again = True
    while again:
        again, after = False, None
        while True:
            if until is not None and time.monotonic() > until:
                return counts, False
            with transaction() as db:
                ids = doubles.waiting(db, after, PAGE)
                found = doubles.find(db, ids, now=now) if ids else {}
            if not ids:
                break
            after = ids[-1]
            counts.update(looked=len(ids), compared=found["compared"], doubtful=found["doubtful"])
            tick(counts["looked"])
        while True:
            with transaction() as db:
                merged = merge.carry_out(db, MERGES, hash_key=hash_key, now=now)
            counts["merged"] += merged
            again = again or merged > 0
            if merged < MERGES:
                break
            if until is not None and time.monotonic() > until:
                return counts, False
    return counts, True
