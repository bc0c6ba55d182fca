"""The dossier's entries for the workers."""

import time

from app import runtime
from app.dossier.settle import settle as settling

TURN = 20.0
"""Seconds one job compares for before it lets others have the worker."""


def settle() -> None:
    """Look for doubles among the contacts that are new or changed, then ring again if more are left."""
    rt = runtime.current()
    _, done = settling(
        runtime.session, hash_key=rt.settings.suppression_key, now=rt.now(), until=time.monotonic() + TURN
    )
    if not done:
        runtime.ring("bulk", "app.dossier.jobs.settle")
