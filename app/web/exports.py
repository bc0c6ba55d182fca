"""Results as files: verdicts and suppressed contacts, each row with its evidence, to take along."""

import tempfile

from flask import render_template, request, send_file
from werkzeug.wrappers import Response

from app import runtime
from app.accounts.models import Role
from app.exports import files
from app.journal.record import record
from app.translations import N_
from app.waves import find
from app.web.guard import bp, need, own_id, say

KINDS = {"csv": N_("CSV"), "xlsx": N_("Excel workbook"), "jsonl": N_("JSON lines, for programs")}
"""Format -> what it is called."""


@bp.get("/exports")
def exports() -> str:
    """What to take along; `?wave=` begins with this wave."""
    need(Role.MARKETER)
    with runtime.reading() as db:
        waves = find.newest(db)
    return render_template(
        "web/exports.html",
        what=files.WHAT,
        waves=waves,
        wave_id=request.args.get("wave", ""),
        formats=[(name, say(text)) for name, text in KINDS.items()],
    )


@bp.post("/exports")
def export() -> Response:
    """The file; who took it stands in the journal."""
    by = f"user:{need(Role.MARKETER).id}"
    what, file_format = request.form.get("what", ""), request.form.get("format", "")
    wave_id = own_id(request.form["wave"]) if request.form.get("wave") else None
    settings = runtime.current().settings
    # Aside, not in memory: a file may be large, and its answer begins only when it is whole.
    written = tempfile.TemporaryFile(dir=settings.data_dir)  # noqa: SIM115 (closed with the answer)
    try:
        with runtime.reading() as db:
            if wave_id:
                find.get(db, wave_id)
            count = files.write(
                db,
                written,
                what,
                wave_id=wave_id,
                file_format=file_format,
                suppression_key=settings.suppression_key,
                bom=True,
            )
        with runtime.session() as db:
            about = {"what": what, "format": file_format, "rows": count}
            record(db, at=runtime.now(), actor=by, verb="exported", subject=("wave", wave_id or ""), **about)
    except BaseException:
        written.close()
        raise
    written.seek(0)
    name = f"{what}-{runtime.now().astimezone(settings.zone):%Y-%m-%d}.{file_format}"
    return send_file(written, files.FORMATS[file_format], as_attachment=True, download_name=name)
