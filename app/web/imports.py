"""Imports on the web: a file is sent, looked at, corrected, brought in, and can be undone."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, g, redirect, render_template, request, session, url_for
from sqlmodel import col, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app import runtime
from app.accounts.models import ApiToken, Role, User
from app.channels.texts import storable
from app.contacts import undo
from app.contacts.imports import find, preview, run, turn, uploads
from app.contacts.imports.columns import Field, Mapping, read_mapping, slug
from app.contacts.models import ContactImport, ImportState
from app.db import Session
from app.errors import BadInput, Conflict
from app.translations import N_
from app.web.charts import Bar
from app.web.guard import bp, need, own_id, say
from app.web.labels import LABELS, label

LARGEST = 512 << 20
"""Bytes of one upload."""
PAGE = 25
SHOWN = 20
"""Rejected rows and warnings on the page; the file has them all."""
WAIT = 5.0
"""Seconds somebody waits for the rehearsal of a short file."""
GROUPS = (
    (N_("How they are reached"), (Field.EMAIL, Field.MOBILE, Field.PHONE, Field.LANDLINE)),
    (
        N_("Who they are"),
        (
            Field.KEY, Field.FIRST_NAME, Field.LAST_NAME, Field.FULL_NAME, Field.COMPANY, Field.JOB_TITLE,
            Field.LANGUAGE, Field.COUNTRY, Field.CREATED_ON, Field.OWNER, Field.OWNER_EMAIL,
        ),
    ),
    (
        N_("Consent"),
        (
            Field.CONSENT_EMAIL, Field.CONSENT_SMS, Field.CONSENT_ON, Field.CONSENT_IP, Field.CONFIRMED,
            Field.CONFIRMED_ON, Field.CONFIRMED_IP, Field.LEGAL_BASIS,
        ),
    ),
    (
        N_("Stops"),
        (
            Field.UNSUBSCRIBED, Field.UNSUBSCRIBED_SMS, Field.UNSUBSCRIBED_ON, Field.BOUNCED, Field.COMPLAINED,
            Field.EMAIL_STATUS, Field.STATUS,
        ),
    ),
)  # fmt: skip
"""What a column can be, in the order of the menu."""
EVERYWHERE = {
    "dates": ("day first", "month first"),
    "decimal": (",", "."),
    "everyone": ("unknown", "unsubscribed", "bounced", "complained"),
}
_PARTS = (
    ("created", "good"), ("added", "good"), ("updated", "accent"), ("merged", "fair"), ("unchanged", "mute"),
    ("rejected", "poor"),
)  # fmt: skip


@bp.before_app_request
def take_long_files() -> None:
    """Before anything reads the form: a file that somebody who is logged in sends may be long."""
    if request.endpoint == "web.receive_import" and session.get("user"):
        request.max_content_length = LARGEST


@bp.context_processor
def import_words() -> dict[str, object]:
    """What the templates of imports say texts of the intake with: `_` would fill in a percent sign of theirs."""
    return {"say": say, "field_name": field_name}


@bp.errorhandler(413)
def too_large(_error: HTTPException) -> tuple[str, int]:
    most = (request.max_content_length or 0) >> 20
    detail = say(
        "More than %(most)s MB cannot be sent at once. Pack the file (gzip or zip), or split it.", most=most
    )
    return render_template("web/problem.html", code=413, detail=detail), 413


@bp.get("/contacts/imports")
def imports() -> str:
    """All imports, newest first; `?before=` is the last id of the page before."""
    before = request.args.get("before")
    with runtime.reading() as db:
        found = find.newest(db, PAGE + 1, own_id(before) if before else None)
        more = found[PAGE - 1].id if len(found) > PAGE else None
        lines = [_line(held) for held in found[:PAGE]]
        kept, who = find.with_file(db, [held.id for held in found]), _who(db, found)
    return render_template("web/imports.html", lines=lines, kept=kept, who=who, before=before, more=more)


@bp.get("/contacts/imports/new")
def new_import() -> str:
    need(Role.MARKETER)
    return _new_page()


@bp.post("/contacts/imports/new")
def receive_import() -> AnyResponse | tuple[str, int]:
    visitor, rt, given = need(Role.MARKETER), runtime.current(), request.files.get("file")
    try:
        if given is None or not given.filename:
            raise BadInput(say("Choose a file first."))
        held = preview.receive(
            runtime.reading,
            runtime.bulk_session,
            given.stream,
            file_name=given.filename,
            source=request.form.get("source", ""),
            country=request.form.get("country", "").strip() or rt.settings.default_country,
            zone=rt.settings.zone,
            mapping=_given_mapping(),
            actor=f"user:{visitor.id}",
            now=rt.now(),
        )
    except BadInput as error:
        return _new_page(str(error)), 400
    _rehearse(held)
    return _to(held.id)


@bp.get("/contacts/imports/<import_id>")
def one_import(import_id: str) -> str:
    return render_template("web/import.html", **_page(own_id(import_id)))


@bp.get("/contacts/imports/<import_id>/live")
def live_import(import_id: str) -> str:
    """The part of an import's page that moves, as a fragment."""
    return render_template("web/_import_live.html", **_page(own_id(import_id)))


@bp.post("/contacts/imports/<import_id>/columns")
def correct_import(import_id: str) -> AnyResponse | tuple[str, int]:
    """Read the file again with what the form says of its columns."""
    need(Role.MARKETER)
    import_id = own_id(import_id)
    with runtime.reading() as db:
        held = find.one(db, import_id)
    if "plan" not in held.counts:
        raise Conflict("this import has begun")
    try:
        held = preview.replan(
            runtime.reading,
            runtime.session,
            import_id,
            mapping=_corrected(held, request.form),
            source=request.form.get("source", ""),
            now=runtime.now(),
        )
    except BadInput as error:
        return render_template("web/import.html", **_page(import_id), problem=str(error)), 400
    _rehearse(held)
    return _to(import_id)


@bp.post("/contacts/imports/<import_id>/confirm")
def confirm_import(import_id: str) -> AnyResponse:
    """Import what was planned, or go on with what was interrupted."""
    need(Role.MARKETER)
    import_id = own_id(import_id)
    with runtime.session() as db:
        if not find.with_file(db, [import_id]):
            raise Conflict("the file of this import is not kept here")
        preview.confirm(db, import_id, remember="remember" in request.form, now=runtime.now())
        runtime.ring_after_commit(db, "bulk", "app.contacts.jobs.bring", import_id)
    return _to(import_id)


@bp.post("/contacts/imports/<import_id>/discard")
def discard_import(import_id: str) -> AnyResponse:
    need(Role.MARKETER)
    with runtime.session() as db:
        uploads.discard(db, own_id(import_id))
    return redirect(url_for("web.imports"), 303)


@bp.post("/contacts/imports/<import_id>/stop")
def stop_import(import_id: str) -> AnyResponse:
    need(Role.MARKETER)
    import_id = own_id(import_id)
    with runtime.session() as db:
        turn.stop(db, import_id)
    return _to(import_id)


@bp.post("/contacts/imports/<import_id>/undo")
def undo_import(import_id: str) -> AnyResponse:
    actor, import_id = f"user:{need(Role.MARKETER).id}", own_id(import_id)
    with runtime.session() as db:
        undo.ask(db, import_id, actor)
        runtime.ring_after_commit(db, "bulk", "app.dossier.jobs.undo_import", import_id, actor)
    return _to(import_id)


@bp.get("/contacts/imports/<import_id>/rejects.csv")
def rejects(import_id: str) -> Response:
    return _findings(own_id(import_id), "reject", "rejects")


@bp.get("/contacts/imports/<import_id>/warnings.csv")
def warnings(import_id: str) -> Response:
    return _findings(own_id(import_id), "warning", "warnings")


def _findings(import_id: str, kind: str, name: str) -> Response:
    with runtime.reading() as db:
        held = find.one(db, import_id)
    answer = Response(find.as_csv(runtime.reading, held, kind), mimetype="text/csv")
    file_name = f"{Path(held.file_name).stem}-{name}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=file_name)
    return answer


def _to(import_id: str) -> AnyResponse:
    return redirect(url_for("web.one_import", import_id=import_id), 303)


def _new_page(problem: str = "") -> str:
    with runtime.reading() as db:
        known = find.sources(db)
    country = runtime.current().settings.default_country
    return render_template(
        "web/import_new.html", sources=known, country=country, most=LARGEST >> 20, problem=problem
    )


def _given_mapping() -> Mapping | None:
    """The mapping file that was sent along, if any; raises BadInput naming it."""
    given = request.files.get("mapping")
    if given is None or not given.filename:
        return None
    with TemporaryDirectory(prefix="riattiva-mapping-") as folder:
        file = Path(folder) / "mapping.yaml"
        file.write_bytes(given.stream.read(1 << 20))
        try:
            return read_mapping(file)
        except BadInput as error:
            raise BadInput(error.what, where=preview.tidy(given.filename), mend=error.mend) from None


def _rehearse(held: ContactImport) -> None:
    """Find out what the import would do: at once for a short file, by a worker for a long one."""
    short = preview.is_short(held)
    with runtime.session() as db:
        preview.ask(db, held.id, runtime.now())
        if not short:
            runtime.ring_after_commit(db, "bulk", "app.contacts.jobs.rehearse", held.id)
    if short:
        rt = runtime.current()
        key = rt.settings.suppression_key
        preview.rehearse(runtime.reading, runtime.session, held.id, hash_key=key, clock=rt.now, seconds=WAIT)


def _corrected(held: ContactImport, form: MultiDict[str, str]) -> Mapping:
    """The mapping with what the form says otherwise; a column left as it was shown stays recognised by itself."""
    known = Mapping(**held.terms["mapping"])
    columns = dict(known.columns)
    for place, column in enumerate(held.counts["plan"]["columns"]):
        chosen = form.get(f"column-{place}")
        if chosen == "attribute":
            name = storable(form.get(f"name-{place}", "")).strip()[:60]
            chosen = f"attribute {name or column['attribute'] or slug(column['header'])}"
        if chosen is None or chosen == meaning(column):
            continue
        if chosen == "":
            columns.pop(column["header"], None)
        elif chosen in {*Field, "ignore"} or chosen.startswith("attribute "):
            columns[column["header"]] = chosen
        else:
            raise BadInput(f"a column cannot be {chosen[:40]!r}", where=column["header"])
    given = {name: form.get(name, getattr(known, name)) for name in EVERYWHERE}
    for name, value in given.items():
        if value and value not in EVERYWHERE[name]:
            raise BadInput(f"{name} cannot be {value[:40]!r}")
    return replace(known, columns=columns, **given)


def meaning(column: dict[str, Any]) -> str:
    """What a column was taken for, in the words of a mapping."""
    attribute = column["attribute"] and f"attribute {column['attribute']}"
    return column["field"] or attribute or "ignore"


def field_name(code: str) -> str:
    """A field of a contact in words; an attribute is called as the file calls it."""
    known = f"field.{code}"
    return label(g.language, known) if known in LABELS else code.removeprefix("attributes.")


def _page(import_id: str) -> dict[str, Any]:
    with runtime.reading() as db:
        held = find.one(db, import_id)
        context = {
            "held": held,
            "counts": find.told(held) | {"owners_without_email": run.owners_without_email(db, held.id)},
            "bars": _bars(held.counts),
            "kept": bool(find.with_file(db, [held.id])),
            "who": _who(db, [held]),
            "rejects": find.findings(db, held.id, "reject", limit=SHOWN),
            "warnings": find.findings(db, held.id, "warning", limit=SHOWN),
            "working": held.state in (ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING),
        }
    if held.state != ImportState.PLANNED or "plan" not in held.counts:
        return context
    looked = preview.rehearsal_of(held)
    return context | {
        "plan": held.counts["plan"],
        "mapping": Mapping(**held.terms["mapping"]),
        "looked": looked,
        "would": _bars(looked.counts) if looked else [],
        "working": looked is None or looked.state in ("waiting", "running"),
        "groups": GROUPS,
        "everywhere": EVERYWHERE,
        "meaning": meaning,
        "deadline": held.started_at + uploads.KEPT,
    }


def _line(held: ContactImport) -> dict[str, Any]:
    return {"held": held, "bars": _bars(held.counts), "rows": held.counts.get("rows", 0)}


def _bars(counts: dict[str, Any]) -> list[Bar]:
    """What became of the rows, as the parts of one bar: name, figure, and the tone in `unit`."""
    rows = counts.get("rows", 0)
    return [Bar(name, n, rows, tone) for name, tone in _PARTS if (n := counts.get(name, 0))]


def _who(db: Session, found: Iterable[ContactImport]) -> dict[str, str]:
    """Actor -> what to call them: a user's address, a token's name, else nothing."""
    actors = {held.actor for held in found}
    ids = {actor.partition(":")[2] for actor in actors}
    ids = {one for one in ids if len(one) == 36}
    users = db.exec(select(User.id, User.email).where(col(User.id).in_(ids)))
    tokens = db.exec(select(ApiToken.id, ApiToken.name).where(col(ApiToken.id).in_(ids)))
    names = {f"user:{one}": email for one, email in users} | {
        f"token:{one}": f"API: {name}" for one, name in tokens
    }
    return names | {"user:command line": say("Command line")}
