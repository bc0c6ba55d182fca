"""Contacts come in through the API: a file that a worker imports, or a list that is taken at once."""

import json
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from uuid import UUID

from flask import Response, abort, g, jsonify, request, url_for

from app import runtime
from app.accounts.models import Role
from app.api.routes import allowed, bp
from app.channels.texts import storable_json
from app.contacts import undo
from app.contacts.imports import find, mappings, preview, run, uploads
from app.contacts.imports.plan import plan
from app.contacts.models import ContactImport
from app.errors import BadInput, Conflict

LARGEST = 512 << 20
"""Bytes of one file."""
MOST, MOST_BYTES = 1_000, 4 << 20
"""Contacts in one list, and its bytes."""
WAIT = 15.0
"""Seconds a dry run may look at a file while the program waits."""
_KINDS = {"csv": ".csv", "tab-separated": ".tsv", "json": ".jsonl", "openxml": ".xlsx"}
_CHANGING = (Role.ADMIN, Role.MARKETER)


@bp.post("/imports")
@allowed(*_CHANGING)
def receive_import() -> tuple[Response, int] | tuple[Response, int, dict[str, str]]:
    """Receive a file; without `confirm=false` it is imported by the next free worker."""
    request.max_content_length = LARGEST
    dry, confirm = _yes("dry_run", False), _yes("confirm", True)
    stream, name = _file()
    rt = runtime.current()
    held = preview.receive(
        runtime.reading,
        runtime.bulk_session,
        stream,
        file_name=name,
        source=request.args.get("source", ""),
        country=request.args.get("country") or rt.settings.default_country,
        zone=rt.settings.zone,
        mapping=None,
        actor=g.actor,
        now=rt.now(),
    )
    if dry:
        return jsonify(_rehearsed(held)), 200
    if confirm:
        return _confirmed(held.id)
    return _accepted(held.id)


@bp.get("/imports")
@allowed(*Role)
def imports() -> Response:
    """A page of imports, newest first."""
    limit = min(max(request.args.get("limit", 50, int), 1), 100)
    before = request.args.get("before", None, UUID)
    with runtime.reading() as db:
        found = find.newest(db, limit + 1, str(before) if before else None)
        told = [_told(held) for held in found[:limit]]
    following = (
        url_for("api.imports", before=found[limit - 1].id, limit=limit) if len(found) > limit else None
    )
    return jsonify({"imports": told, "next": following})


@bp.get("/imports/<uuid:import_id>")
@allowed(*Role)
def one_import(import_id: UUID) -> Response:
    with runtime.reading() as db:
        owners = run.owners_without_email(db, str(import_id))
        return jsonify(_told(find.one(db, str(import_id))) | {"owners_without_email": owners})


@bp.get("/imports/<uuid:import_id>/rejects")
@allowed(*Role)
def import_rejects(import_id: UUID) -> Response:
    with runtime.reading() as db:
        held = find.one(db, str(import_id))
    return Response(find.as_csv(runtime.reading, held, "reject"), mimetype="text/csv")


@bp.post("/imports/<uuid:import_id>/confirm")
@allowed(*_CHANGING)
def confirm_import(import_id: UUID) -> tuple[Response, int, dict[str, str]]:
    return _confirmed(str(import_id))


@bp.post("/imports/<uuid:import_id>/undo")
@allowed(*_CHANGING)
def undo_import(import_id: UUID) -> tuple[Response, int, dict[str, str]]:
    with runtime.session() as db:
        undo.ask(db, str(import_id), g.actor)
        runtime.ring_after_commit(db, "bulk", "app.dossier.jobs.undo_import", str(import_id), g.actor)
    return _accepted(str(import_id))


@bp.post("/contacts")
@allowed(*_CHANGING)
def contacts() -> Response:
    """Up to 1,000 contacts, through the same intake as a file of JSON lines; problems are told by index."""
    request.max_content_length = MOST_BYTES
    given, source = _list(), preview.tidy(request.args.get("source", "")).lower()
    if not source:
        abort(400, "say where the contacts come from: ?source=NAME")
    good = [index for index, item in enumerate(given) if isinstance(item, dict) and _filled(item)]
    odd = [index for index in range(len(given)) if index not in set(good)]
    problems = [
        _problem(index, "row", "", "a contact is an object with something in it", True) for index in odd
    ]
    counts = dict.fromkeys(find.CONTRACT, 0)
    import_id = None
    if good:
        import_id, counts, found = _brought([given[index] for index in good], source)
        problems += [problem | {"index": good[problem["index"]]} for problem in found]
    counts = counts | {"rows": len(given), "rejected": counts["rejected"] + len(odd)}
    problems.sort(key=lambda one: one["index"])
    return jsonify({"import_id": import_id, **counts, "problems": problems})


def _brought(items: list[Any], source: str) -> tuple[str, dict[str, int], list[dict[str, Any]]]:
    """Import the contacts; returns the import, its counts, and what is wrong with which."""
    rt = runtime.current()
    with runtime.reading() as db:
        mapping = mappings.saved(db, source)
    with TemporaryDirectory(prefix="riattiva-contacts-") as folder:
        file = Path(folder) / "contacts.jsonl"
        file.write_text("".join(f"{json.dumps(item)}\n" for item in items), "ascii")
        country = request.args.get("country") or rt.settings.default_country
        try:
            planned = plan(file, source=source, mapping=mapping, country=country, zone=rt.settings.zone)
            result = run.run(
                planned,
                runtime.bulk_session,
                hash_key=rt.settings.suppression_key,
                now=rt.now(),
                rejects=file.with_name("rejects.csv"),
                actor=g.actor,
            )
        except BadInput as error:
            raise BadInput(error.what) from None
    with runtime.reading() as db:
        found = [
            _problem(one.line - 1, one.field, one.value, one.reason, kind == "reject")
            for kind in ("reject", "warning")
            for one in find.findings(db, result.import_id, kind, limit=100 * MOST)
            if one.field != "columns"
        ]
    return result.import_id, result.counts, found


def _problem(index: int, field: str, value: str, reason: str, rejected: bool) -> dict[str, Any]:
    return {"index": index, "field": field, "value": value, "reason": reason, "rejected": rejected}


def _list() -> list[Any]:
    try:
        document = request.get_json(silent=True)
        given = storable_json(document.get("contacts") if isinstance(document, dict) else document)
    except RecursionError:
        given = None
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        abort(400, f"send a JSON list of 1 to {MOST} contacts, each an object")
    return given


def _filled(item: dict[str, Any]) -> bool:
    """Whether anything stands in an object, so that it is a row at all."""
    return any(
        _filled(value) if isinstance(value, dict) else str(value).strip() not in ("", "None", "[]")
        for value in item.values()
    )


def _file() -> tuple[IO[bytes], str]:
    """The file of the request and what it is called."""
    kind = request.mimetype
    if kind == "multipart/form-data":
        part = request.files.get("file")
        if part is None:
            abort(400, "the form has no part called `file`")
        return part.stream, part.filename or request.args.get("filename", "") or _name("")
    if kind == "application/x-www-form-urlencoded":
        abort(415, "send the bytes of the file (curl --data-binary @FILE -H 'Content-Type: text/csv')")
    return request.stream, request.args.get("filename") or _name(kind)


def _name(kind: str) -> str:
    source = request.args.get("source", "")
    if not source.strip():
        abort(400, "say where the contacts come from: ?source=NAME")
    return source + next((ending for word, ending in _KINDS.items() if word in kind), "")


def _yes(name: str, default: bool) -> bool:
    given = request.args.get(name, "").lower()
    if given not in ("", "true", "false", "1", "0"):
        abort(400, f"{name} is true or false")
    return given in ("true", "1") if given else default


def _rehearsed(held: ContactImport) -> dict[str, Any]:
    """What the import would do; nothing of it is kept."""
    rt = runtime.current()
    try:
        with runtime.session() as db:
            preview.ask(db, held.id, rt.now())
        key = rt.settings.suppression_key
        preview.rehearse(runtime.reading, runtime.session, held.id, hash_key=key, clock=rt.now, seconds=WAIT)
        with runtime.reading() as db:
            kept = find.one(db, held.id)
            looked, told = preview.rehearsal_of(kept), _told(kept)
    finally:
        with runtime.session() as db:
            uploads.discard(db, held.id)
    if looked is None or looked.state == "failed":
        abort(400, looked.problem if looked else "the file could not be looked at")
    names = ("line", "field", "value", "reason")
    return told | looked.counts | {
        "complete": looked.complete,
        "changes": looked.changes,
        "owners_without_email": looked.owners,
        "rejects": [dict(zip(names, one, strict=True)) for one in looked.rejects],
        "rejects_url": None,
    }  # fmt: skip


def _confirmed(import_id: str) -> tuple[Response, int, dict[str, str]]:
    with runtime.session() as db:
        find.one(db, import_id)
        if not find.with_file(db, [import_id]):
            raise Conflict("the file of this import is not kept here")
        preview.confirm(db, import_id, remember=False, now=runtime.now())
        runtime.ring_after_commit(db, "bulk", "app.contacts.jobs.bring", import_id)
    return _accepted(import_id)


def _accepted(import_id: str) -> tuple[Response, int, dict[str, str]]:
    with runtime.reading() as db:
        told = _told(find.one(db, import_id))
    return jsonify(told), 202, {"Location": url_for("api.one_import", import_id=import_id)}


def _told(held: ContactImport) -> dict[str, Any]:
    counts = find.told(held)
    rejected = url_for("api.import_rejects", import_id=held.id) if counts["rejected"] else None
    return {
        "id": held.id,
        "kind": held.kind,
        "state": held.state,
        "reason": held.reason,
        "file": held.file_name,
        "source": held.source,
        "started_at": _iso(held.started_at),
        "finished_at": _iso(held.finished_at),
        **counts,
        "rejects_url": rejected,
        **_planned(held.counts.get("plan")),
    }


def _planned(seen: dict[str, Any] | None) -> dict[str, Any]:
    """How a file that has not begun is read; a repeated header is told once, by its last column."""
    if seen is None:
        return {}
    columns = {
        one["header"]: one["field"] or (f"attribute {one['attribute']}" if one["attribute"] else "ignore")
        for one in seen["columns"]
    }
    return {"recognised": seen["form"], "columns": columns, "notes": seen["notes"]}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
