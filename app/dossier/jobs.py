"""The dossier's entries for the workers."""

import time

from app import runtime
from app.contacts.imports import find
from app.contacts.models import ImportState
from app.dossier import undo
from app.dossier.settle import settle as settling
from app.errors import Conflict

TURN = 20.0
"""Seconds of one job: others in the queue get their turn between two."""


def settle() -> None:
    """Look for doubles among the contacts that are new or changed, then ring again if more are left."""
    rt = runtime.current()
    _, done = settling(
        runtime.session, hash_key=rt.settings.suppression_key, now=rt.now(), until=time.monotonic() + TURN
    )
    if not done:
        runtime.ring("bulk", "app.dossier.jobs.settle")


def undo_import(import_id: str, actor: str) -> None:
    """Go on undoing an import; rings again for itself while there is more."""
    rt = runtime.current()
    try:
        undo.undo_import(
            runtime.session,
            import_id,
            hash_key=rt.settings.suppression_key,
            now=rt.now(),
            actor=actor,
            until=time.monotonic() + TURN,
        )
    except Conflict:
        return  # another import runs, and the sweep comes back; or it is undone
    with runtime.reading() as db:
        if find.one(db, import_id).state == ImportState.UNDOING:
            runtime.ring("bulk", "app.dossier.jobs.undo_import", import_id, actor)
