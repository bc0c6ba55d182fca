"""Words whose reading is doubtful, for a person to look at; one button says how they sound."""

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from app import runtime
from app.accounts.models import Role
from app.contacts import consent
from app.errors import BadInput
from app.feedback import find
from app.intake import second_look
from app.web.guard import bp, local, need, say

PAGE = 25


@bp.get("/feedback")
def feedback() -> str:
    """A page of doubtful words, the newest first; `?before=` is the last id of the page before."""
    before = request.args.get("before")
    if before is not None and not before.isdecimal():
        raise BadInput("this is no place in the list", where="before")
    with runtime.reading() as db:
        found = find.to_review(db, before=int(before) if before else None, limit=PAGE + 1)
        # A stop is heard at the very moment of the words that asked for it.
        stops = consent.withdrawn_at(db, {contact.id for _, contact in found})
        more = found[PAGE - 1][0].id if len(found) > PAGE else None
        return render_template(
            "web/feedback.html",
            found=found[:PAGE],
            stops=stops,
            waiting=find.waiting_for_review(db),
            before=before,
            more=more,
        )


@bp.post("/feedback/<int:reading>")
def judge(reading: int) -> Response:
    """`label=positive|neutral|negative`: how these words sound; `next` is where to go on."""
    by, rt = need(Role.MARKETER).email, runtime.current()
    with runtime.session() as db:
        second_look.judge(db, reading, request.form.get("label", ""), by=f"user:{by}", at=rt.now())
    flash(say("Noted. It counts from now on."))
    return redirect(local(request.form.get("next")), 303)
