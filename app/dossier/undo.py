"""Undoing an import of contacts whose doubles were merged since: the merges first, then what the import did."""

import time
from collections.abc import Callable
from datetime import datetime

from app.contacts import undo
from app.contacts.imports.turn import Transaction
from app.dossier import merge

MERGES = 20
"""Merges undone in one transaction."""


def undo_import(
    transaction: Transaction,
    import_id: str,
    *,
    hash_key: str,
    now: datetime,
    actor: str,
    tick: Callable[[int], None] = lambda _: None,
    until: float = float("inf"),
) -> dict[str, int]:
    """As contacts.undo.undo, which it ends with; safe to be killed and to run again, and stops early at `until`."""
    with transaction() as db:
        undo.ask(db, import_id, actor)
    while time.monotonic() < until:
        with transaction() as db:
            joined = merge.of_import(db, import_id, MERGES)
            for merge_id in joined:
                merge.unmerge(db, merge_id, hash_key=hash_key, at=now, actor=actor)
        if not joined:
            break
    return undo.undo(transaction, import_id, hash_key=hash_key, now=now, actor=actor, tick=tick, until=until)
