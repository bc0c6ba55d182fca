"""What workers do for contacts: received files, declarations and the provider's lists, a stretch at a time."""

from app import runtime
from app.contacts import declarations, provider_lists, undo
from app.contacts.imports import preview, uploads
from app.errors import Conflict

STRETCH = 40.0
"""Seconds of one job: others in the queue get their turn between two."""


def bring(import_id: str) -> None:
    """Go on with a received import; rings again for itself while there is more."""
    rt = runtime.current()
    try:
        done = uploads.bring(
            runtime.reading,
            runtime.bulk_session,
            import_id,
            hash_key=rt.settings.suppression_key,
            now=rt.now(),
            seconds=STRETCH,
        )
    except Conflict:
        return  # another runs: the sweep comes back to this one
    if done:
        runtime.ring("bulk", "app.dossier.jobs.settle")
    else:
        runtime.ring("bulk", "app.contacts.jobs.bring", import_id)


def rehearse(import_id: str) -> None:
    """Find out what a planned import would do, for whoever decides on it."""
    rt = runtime.current()
    preview.rehearse(
        runtime.reading, runtime.session, import_id, hash_key=rt.settings.suppression_key, clock=rt.now
    )


def declare(declaration_id: str) -> None:
    """Apply a declaration to the next contacts of its source; rings again for itself while there are more."""
    with runtime.session() as db:
        more = declarations.apply_page(db, declaration_id, now=runtime.now())
    if more:
        runtime.ring("bulk", "app.contacts.jobs.declare", declaration_id)


def pull_lists() -> None:
    """Take over what was added to the email provider's own stop lists since the last look."""
    rt = runtime.current()
    if rt.email is not None:
        provider_lists.pull(
            rt.email,
            runtime.session,
            hash_key=rt.settings.suppression_key,
            now=rt.now(),
            actor="system",
            only_new=True,
        )


def sweep() -> None:
    """Look again at imports that wait or whose worker died, and at declarations not applied to everybody yet."""
    with runtime.session() as db:
        uploads.left_by_dead_workers(db)
        uploads.prune(db, runtime.now())
        found = uploads.waiting(db)
        undoing = undo.left(db)
        unheard = preview.left(db, runtime.now())
        unfinished = declarations.unfinished(db)
    for import_id in found:
        runtime.ring("bulk", "app.contacts.jobs.bring", import_id)
    for import_id in unheard:
        runtime.ring("bulk", "app.contacts.jobs.rehearse", import_id)
    for import_id, actor in undoing:
        runtime.ring("bulk", "app.dossier.jobs.undo_import", import_id, actor)
    for declaration_id in unfinished:
        runtime.ring("bulk", "app.contacts.jobs.declare", declaration_id)
