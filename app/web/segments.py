"""The segments: all of them with how many they select, and one to write, look at and keep."""

from time import monotonic
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import runtime
from app.accounts.models import Role
from app.db import Session
from app.engagement import policies
from app.errors import BadInput, Conflict, NotFound
from app.segments import preview as looking
from app.segments import saved
from app.segments.models import Segment
from app.segments.problems import BadRule
from app.segments.written import read
from app.web.guard import bp, need, own_id, say

SECONDS = 3
"""How long the list counts; what is not counted by then says so on its own page."""
START = "dormancy: dormant\n"


@bp.get("/segments")
def segments() -> str:
    until = monotonic() + SECONDS
    with runtime.reading() as db:
        policy, now = policies.present(db), runtime.now()
        found = [
            (held, looking.count_saved(db, held, as_of=now, policy=policy) if monotonic() < until else None)
            for held in saved.every(db)
        ]
    return render_template("web/segments.html", found=found)


@bp.get("/segments/new")
def new_segment() -> str:
    return _page(None, "", START)


@bp.get("/segments/<segment_id>")
def segment(segment_id: str) -> str:
    with runtime.reading() as db:
        held = _held(db, segment_id)
        return _page(held, held.name, held.text, **_look(db, held.text, held.name))


@bp.post("/segments/new")
@bp.post("/segments/<segment_id>")
def write_segment(segment_id: str | None = None) -> Response | str | tuple[str, int]:
    """Show whom the rule in the form selects; with the button `save` keep it under its name."""
    name, text = request.form.get("name", ""), request.form.get("text", "").replace("\r\n", "\n")
    if request.form.get("do") == "save":
        return _save(segment_id, name, text)
    with runtime.reading() as db:
        held = _held(db, segment_id) if segment_id else None
        found = _look(db, text, name)
        page = _page(held, name, text, **found)
    return (page, 422) if found["problems"] else page


@bp.post("/segments/<segment_id>/remove")
def remove_segment(segment_id: str) -> Response | tuple[str, int]:
    by = f"user:{need(Role.MARKETER).id}"
    with runtime.session() as db:
        held = _held(db, segment_id)
        try:
            saved.remove(db, held.name, by=by, now=runtime.now())
        except Conflict as conflict:
            return _page(held, held.name, held.text, problems=[str(conflict)]), 409
    return redirect(url_for("web.segments"), 303)


def _save(segment_id: str | None, name: str, text: str) -> Response | tuple[str, int]:
    by = f"user:{need(Role.MARKETER).id}"
    with runtime.session() as db:
        held = _held(db, segment_id) if segment_id else None
        try:
            if held is None and saved.find(db, " ".join(name.split())):
                raise BadInput(say("There is a segment of this name already."))
            policy = policies.present(db)
            kept = saved.save(
                db, held.name if held else name, read(text), by=by, now=runtime.now(), policy=policy
            )
        except BadInput as error:
            return _page(held, name, text, problems=_problems(error)), 422
    return redirect(url_for("web.segment", segment_id=kept.id), 303)


def _look(db: Session, text: str, name: str) -> dict[str, Any]:
    """What the page shows of a rule: whom it selects, or what is wrong with it."""
    rt = runtime.current()
    try:
        policy = policies.present(db)
        rule = saved.check(db, read(text), as_of=rt.now(), policy=policy, name=name)
        seen = looking.preview(db, rule, as_of=rt.now(), policy=policy, hash_key=rt.settings.suppression_key)
    except BadInput as error:
        return {"seen": None, "problems": _problems(error)}
    return {"seen": seen, "problems": []}


def _problems(error: BadInput) -> list[str]:
    if isinstance(error, BadRule):
        return [f"{say('Line')} {one.line}: {one}" if one.line else str(one) for one in error.wrongs]
    return str(error).splitlines()


def _held(db: Session, segment_id: str) -> Segment:
    held = db.get(Segment, own_id(segment_id))
    if held is None:
        raise NotFound(f"there is no segment {segment_id}")
    return held


def _page(held: Segment | None, name: str, text: str, **shown: Any) -> str:
    found = {"seen": None, "problems": []} | shown
    return render_template("web/segment.html", held=held, name=name, text=text, **found)
