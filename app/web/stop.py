"""The kill switch: one page that says what it does before it does it, for admins."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import runtime
from app.accounts.models import Role
from app.messages import halts
from app.web.guard import bp, need, say


@bp.get("/stop")
def ask_to_stop() -> str:
    need(Role.ADMIN)
    return render_template("web/stop.html")


@bp.post("/stop")
def stop_everything() -> Response:
    by, answers = f"user:{need(Role.ADMIN).id}", request.form.get("answers") != "keep"
    with runtime.session() as db:
        halts.stop(db, by=by, reason="by_hand", answers=answers, now=runtime.now())
    return redirect(url_for("web.waves"), 303)


@bp.post("/stop/end")
def end_stop() -> Response:
    by = f"user:{need(Role.ADMIN).id}"
    with runtime.session() as db:
        halts.go(db, by=by, now=runtime.now())
    flash(say("Everything may leave again."))
    return redirect(url_for("web.waves"), 303)
